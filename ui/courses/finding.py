"""One course of the settings, and the address that the world knows it by."""

from urllib.parse import urlsplit

from index.errors import SettingError
from rag.courses import Course
from rag.settings import FILE_NAME, Settings
from ui.addresses import Site

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def course_of(course_id: str, settings: Settings) -> Course:
    """The course of that id. Raises `SettingError`, which names those there are."""
    found = {course.id: course for course in settings.served}.get(course_id)
    if found is None:
        known = ", ".join(course.id for course in settings.served)
        raise SettingError(
            f"there is no course {course_id!r}; known: {known}. "
            f"`pincite course new {course_id} --library DIR` writes one into {FILE_NAME}"
        )
    return found


def public_address(settings: Settings) -> str:
    """The address of the server without a slash at its end: the one that is set, else its own.

    Raises `SettingError` for a setting that is no address of a web server.

    >>> public_address(Settings(address="https://ask.example.edu/texts/"))
    'https://ask.example.edu/texts'
    >>> public_address(Settings(host="0.0.0.0", port=8000))
    'http://127.0.0.1:8000'
    """
    given = settings.address
    if not given:
        host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host
        host = f"[{host}]" if ":" in host else host
        given = f"http://{host}:{settings.port}/{settings.root_path.strip('/')}"
    return address_of(given)


def address_of(given: str) -> str:
    """An address of a server without a slash at its end. Raises `SettingError` where it is none.

    >>> address_of("https://ask.example.edu/texts/")
    'https://ask.example.edu/texts'
    """
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingError(
            f"address is {given!r}; the address of the server was expected, "
            'such as "https://ask.example.edu"'
        )
    return given.rstrip("/")


def course_address(course: Course, settings: Settings, *, key: str = "") -> str:
    """Where the course's chat stands.

    >>> from pathlib import Path
    >>> settings = Settings(address="https://ask.test")
    >>> course_address(Course("tides", Path("tides")), settings, key="abc")
    'https://ask.test/k/abc/c/tides/'
    """
    return Site(course=course.id, root_path=public_address(settings), key=key).path
