"""A link that opens a course which needs a key, until it expires."""

from datetime import UTC, datetime, timedelta

from index.errors import LibraryNotFoundError, SettingError
from rag.courses import Course
from rag.settings import Settings
from ui.courses.finding import course_address
from ui.web.keys import key_for, secret_in


def link_to(course: Course, settings: Settings, *, expires: datetime) -> str:
    """The course's address with a new key in it. Raises `PinciteError` where none can be made."""
    if course.access != "key":
        raise SettingError(
            f"course {course.id} is public, so anybody may read it at "
            f'{course_address(course, settings)}; set access = "key" in pincite.toml to change that'
        )
    if not course.library.is_dir():
        raise LibraryNotFoundError(
            f"there is no library at {course.library}; make one with "
            f"`pincite add PATH --library {course.library}`"
        )
    secret = secret_in(course.library, create=True)
    key = key_for(course.id, expires=expires, secret=secret)
    return course_address(course, settings, key=key)


def expiry_from(given: str, *, now: datetime | None = None) -> datetime:
    """When a link is to expire: a number of days from now, or the end of a day in UTC.

    Raises `SettingError` for anything else, and for a time that is past.

    >>> now = datetime(2030, 5, 6, 7, tzinfo=UTC)
    >>> expiry_from("90d", now=now).isoformat(), expiry_from("2030-07-01", now=now).isoformat()
    ('2030-08-04T07:00:00+00:00', '2030-07-02T00:00:00+00:00')
    """
    now = now or datetime.now(UTC)
    days = given.removesuffix("d")
    try:
        if days.isascii() and days.isdigit():
            expires = now + timedelta(days=int(days))
        else:
            expires = datetime.fromisoformat(given).replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise SettingError(
            f"{given!r} says no time; a number of days such as 90d, or a day such as 2030-07-01, "
            "was expected"
        ) from error
    if expires <= now:
        raise SettingError(f"{given} is past; name a day to come")
    return expires
