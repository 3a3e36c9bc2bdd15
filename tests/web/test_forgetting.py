"""Questions that were kept go when their time is over, or when nobody wants them any more."""

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.answer import Answer
from rag.courses import Course
from rag.question_log import QuestionLog
from rag.settings import Settings
from tests.support import eventually, running
from tests.web.conftest import TwoCourses
from tests.web.process import serving
from ui.web import forgetting
from ui.web.app import build_app
from ui.web.forgetting import forget_unwanted
from ui.web.serving import uvicorn_config

SECRET = "Was Ada Lovelace ever at sea?"


def keep(library: Path, *, days_ago: int = 0, days: int = 365) -> None:
    """Keeps a question in a library's folder."""
    library.mkdir(exist_ok=True)
    answer = Answer(SECRET, "not_found", None, None, (), (), {}, {})
    with QuestionLog(library, keep_days=days) as log:
        log.add(answer, when=datetime.now(UTC) - timedelta(days=days_ago))


def kept(library: Path) -> int:
    """How often the question is there, however long ago it was asked."""
    with QuestionLog(library, keep_days=365) as log:
        return sum(row.times for row in log.most_asked(9))


def log_of(caplog: pytest.LogCaptureFixture) -> Sequence[tuple[str, object]]:
    return [(each.getMessage(), vars(each)["fields"]) for each in caplog.records]


def test_what_a_course_kept_goes_once_it_keeps_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folders = [tmp_path / name for name in ("off", "on", "never")]
    for folder in folders[:2]:
        keep(folder)
    courses = [Course(folder.name, folder) for folder in folders]
    courses[1] = replace(courses[1], keep_questions_days=30)
    with caplog.at_level(logging.INFO):
        forget_unwanted(courses)
        forget_unwanted(courses)
    assert [kept(folder) for folder in folders] == [0, 1, 0]
    assert log_of(caplog) == [("questions deleted", {"course": "off", "count": 1})]
    assert not folders[2].exists()


def test_what_another_course_of_the_same_library_keeps_stays(tmp_path: Path) -> None:
    keep(tmp_path / "shared")
    (tmp_path / "link").symlink_to(tmp_path / "shared")
    wants = Course("wants", tmp_path / "link", keep_questions_days=30)
    forget_unwanted([Course("none", tmp_path / "shared"), wants])
    assert kept(tmp_path / "shared") == 1


def test_what_cannot_be_deleted_is_told_and_the_others_go(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(tmp_path / "good")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "activity.db").write_bytes(b"garbage" * 100)
    with caplog.at_level(logging.INFO):
        forget_unwanted([Course(name, tmp_path / name) for name in ("bad", "good")])
    assert kept(tmp_path / "good") == 0
    (told, fields), _ = log_of(caplog)
    assert told == "questions not deleted"
    assert "is not Pincite's file of feedback" in json.dumps(fields)


@pytest.mark.slow
def test_the_server_looks_at_once_and_again(
    courses: TwoCourses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "SECONDS_BETWEEN", 0.5)
    keep(tmp_path, days_ago=9)
    with QuestionLog(tmp_path, keep_days=7) as log:
        tides = replace(courses.tides, log=log)
        web = build_app([tides, courses.moon], Settings())
        with running(web, uvicorn_config(web, Settings(), courses=[tides, courses.moon])):
            eventually(lambda: kept(tmp_path) == 0)
            keep(tmp_path, days_ago=9)
            keep(tmp_path, days_ago=6)
            eventually(lambda: kept(tmp_path) == 1)


@pytest.mark.slow
def test_a_course_that_is_served_without_them_has_none(tmp_path: Path) -> None:
    for course in ("tides", "moon"):
        keep(tmp_path / course)
    with serving(tmp_path) as server:  # tides keeps none, and moon does
        deleted = [line for line in server.log() if line["event"].startswith("questions")]
    assert [(line["event"], line["course"], line["count"]) for line in deleted] == [
        ("questions deleted", "tides", 1)
    ]
    assert SECRET not in server.log_text()
    assert [kept(tmp_path / course) for course in ("tides", "moon")] == [0, 1]
    assert SECRET.encode() not in (tmp_path / "tides" / "activity.db").read_bytes()
