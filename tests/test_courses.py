"""Courses are read from `pincite.toml`, and a slip in it is named before anything is served."""

from pathlib import Path

import pytest

from index.errors import SettingError
from rag.courses import Course
from rag.settings import Settings, load_settings

TIDES = """
[courses.tides]
library = "texts/tides"
title = "The tides"
questions = ["Why?"]
language = "de"
colour = "#123abc"
origins = ["https://moodle.example.edu", "https://*.example.org:8443", "http://localhost:*"]
access = "key"
client_questions_per_minute = 9
keep_questions_days = 30

[courses.moon]
library = "/moon"
"""


def test_courses_come_from_the_file_with_paths_beside_it(tmp_path: Path) -> None:
    (tmp_path / "pincite.toml").write_text(TIDES)
    settings = load_settings(environment={}, folder=tmp_path)
    assert settings.courses == settings.served
    assert settings.courses == (
        Course(
            "tides",
            tmp_path / "texts" / "tides",
            title="The tides",
            questions=("Why?",),
            language="de",
            colour="#123abc",
            origins=(
                "https://moodle.example.edu",
                "https://*.example.org:8443",
                "http://localhost:*",
            ),
            access="key",
            client_questions_per_minute=9,
            keep_questions_days=30,
        ),
        Course("moon", Path("/moon")),
    )


def test_without_courses_the_library_is_served_as_one() -> None:
    settings = Settings(library=Path("texts"), questions=("Why?",))
    assert settings.served == (Course("default", Path("texts"), questions=("Why?",)),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('titel = "x"', "courses.tides sets 'titel', which no course has; known: library"),
        ("title = 7", "courses.tides: title is 7; a text was expected"),
        ('access = "open"', "access is 'open'; one of public, key was expected"),
        ('colour = "red"', "colour is 'red'; a colour such as"),
        ('origins = "https://a.test"', "a list of texts was expected"),
        ('origins = ["https://a.test; script-src *"]', "the origin of a page"),
        ('origins = ["*"]', "the origin of a page"),
        ('origins = ["https://a.test/moodle"]', "the origin of a page"),
        ('origins = ["moodle.example.edu"]', "the origin of a page"),
        ("questions_per_minute = 0", "a number of 1 or more was expected"),
        ("questions_per_minute = true", "a number of 1 or more was expected"),
        ("keep_questions_days = -1", "a number of days from 0 to 36,500 was expected"),
        ("keep_questions_days = 1000000", "a number of days from 0 to 36,500 was expected"),
        ('language = "Deutsch"', "a language such as"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "pincite.toml").write_text(f'[courses.tides]\nlibrary = "tides"\n{line}\n')
    with pytest.raises(SettingError) as raised:
        load_settings(environment={}, folder=tmp_path)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("courses = 7", "courses is 7; tables such as"),
        ("courses.tides = 7", "courses.tides is 7; a table [courses.tides] was expected"),
        ("[courses.tides]", "courses.tides names no library"),
        ('[courses."../x"]\nlibrary = "x"', "'../x' cannot be the id of a course"),
        ('[courses.Tides]\nlibrary = "x"', "'Tides' cannot be the id of a course"),
    ],
)
def test_what_is_no_course_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pincite.toml").write_text(text)
    with pytest.raises(SettingError) as raised:
        load_settings(environment={}, folder=tmp_path)
    assert message in str(raised.value)
