"""A new course in `pincite.toml`: written beside what stands there, of which nothing changes."""

from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from index.errors import SettingError
from index.writing import write_whole
from rag.courses import course_from
from rag.settings import FILE_NAME, Settings


def add_course(
    course_id: str,
    values: Mapping[str, str | list[str]],
    settings: Settings,
    *,
    folder: Path,
) -> Path:
    """Writes the course into the folder's `pincite.toml`, and gives that; leaves out empty values.

    Raises `SettingError` for a course that is there already, or a value that none can have.
    """
    path = folder / FILE_NAME
    if course_id in {course.id for course in settings.courses}:
        raise SettingError(f"{path} has a course {course_id!r} already; choose another id")
    given = {name: value for name, value in values.items() if value}
    course_from(course_id, given, folder=folder, origin=f"{path}: courses.{course_id}")
    write_whole(path, _with_course(_text_of(path), course_id, given, path))
    return path


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _with_course(
    text: str, course_id: str, values: Mapping[str, str | list[str]], path: Path
) -> str:
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingError(f"{path} is not TOML: {error}") from error
    courses = document.setdefault("courses", tomlkit.table(is_super_table=True))
    table = tomlkit.table()
    table.update(values)
    courses[course_id] = table
    return tomlkit.dumps(document)
