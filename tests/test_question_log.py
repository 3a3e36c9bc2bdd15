"""The questions that a course keeps: grouped, forgotten in time, and never in an answer's way."""

import json
import logging
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest

from index.database import transaction
from index.errors import LibraryDamagedError, LibraryNotFoundError, SettingError
from rag.activity import Activity, Feedback, activity_of
from rag.answer import Answer
from rag.question_log import AskedQuestion, QuestionLog, forget_all, normal_form
from ui.asked_questions import print_asked

NOW = datetime.now(UTC).replace(second=30, microsecond=0)


def answer(question, status="answered", confidence=0.75):
    return Answer(question, status, None, confidence, (), (), {}, {})


def minute(ago=timedelta()):
    return (NOW - ago).isoformat(timespec="minutes")


def rows(folder):
    connection = sqlite3.connect(folder / "activity.db")
    found = connection.execute(
        "SELECT asked, question, status, confidence, documents FROM questions ORDER BY id"
    ).fetchall()
    connection.close()
    return found


def keep(folder, *asked, keep_days=30):
    """Keeps questions: (days ago, question, status)."""
    with QuestionLog(folder, keep_days=keep_days) as log:
        for days, question, status in asked:
            log.add(answer(question, status), when=NOW - timedelta(days=days))


def test_what_is_kept_and_nothing_more(tmp_path):
    with QuestionLog(tmp_path, keep_days=30) as log:
        log.add(answer("Who?"), documents=["b", "a"], when=NOW)
        log.add(answer("Why?", "not_found", None), when=NOW)
    assert rows(tmp_path) == [
        (minute(), "Who?", "answered", 0.75, '["a", "b"]'),
        (minute(), "Why?", "not_found", None, None),
    ]
    assert minute().endswith("+00:00")
    assert len(minute()) == len("2030-05-06T07:08+00:00")


def test_questions_are_grouped_however_they_are_written(tmp_path):
    keep(
        tmp_path,
        (3, "Who built it?", "answered"),
        (1, "WHO  built\nit", "related"),
        (2, " who built it ?!", "answered"),
        (4, "When?", "not_found"),
        (5, "Where?", "not_found"),
        (6, "Where", "related"),
    )
    with QuestionLog(tmp_path, keep_days=30) as log:
        assert log.most_asked(9) == [
            AskedQuestion("WHO  built\nit", 3, 1, minute(timedelta(days=1))),
            AskedQuestion("Where?", 2, 2, minute(timedelta(days=5))),
            AskedQuestion("When?", 1, 1, minute(timedelta(days=4))),
        ]
        assert log.unanswered(2) == [
            AskedQuestion("Where?", 2, 2, minute(timedelta(days=5))),
            AskedQuestion("WHO  built\nit", 1, 1, minute(timedelta(days=1))),
        ]
        assert log.most_asked(0) == []


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("Who built it?", True),
        ("who built it", True),
        ("¿Who built it?", True),
        ("WHO BUILT\u00a0IT …", True),
        ("Who built it in 1905?", False),
        ("Who, built it?", False),
        ("Who build it?", False),
    ],
)
def test_the_normal_form(question, same):
    assert (normal_form(question) == normal_form("Who built it?")) == same


def test_what_is_too_old_goes_when_another_is_written(tmp_path):
    keep(tmp_path, (40, "Old?", "answered"), (20, "Middle?", "answered"), keep_days=60)
    keep(tmp_path, (0, "New?", "answered"), keep_days=30)
    assert [row[1] for row in rows(tmp_path)] == ["Middle?", "New?"]


def test_what_is_too_old_goes_when_the_log_is_read(tmp_path):
    keep(tmp_path, (8, "Old?", "answered"), (6, "New?", "answered"))
    with QuestionLog(tmp_path, keep_days=7) as log:
        assert [row.question for row in log.most_asked(9)] == ["New?"]
    assert [row[1] for row in rows(tmp_path)] == ["New?"]
    for file in tmp_path.iterdir():
        assert b"Old?" not in file.read_bytes()


def test_what_is_too_old_goes_though_nobody_asks_any_more(tmp_path):
    keep(tmp_path, (6, "Who was it?", "answered"), (2, "Why was it?", "answered"))
    with QuestionLog(tmp_path, keep_days=3) as log:
        log.forget()
    assert [row[1] for row in rows(tmp_path)] == ["Why was it?"]
    with QuestionLog(tmp_path / "empty", keep_days=3) as log:
        log.forget()
    assert not (tmp_path / "empty").exists()


def test_all_goes_and_feedback_stays(tmp_path):
    feedback = Feedback("2026-03-04T05:06:07+00:00", "Whose?", "answered", "right")
    Activity(tmp_path).add(feedback)
    keep(
        tmp_path, (0, "Who was it?", "answered"), *((1, f"Why {n}?", "related") for n in range(99))
    )
    assert forget_all(tmp_path) == 100
    assert (rows(tmp_path), Activity(tmp_path).all()) == ([], [feedback])
    for file in tmp_path.iterdir():
        assert b"Who was number" not in file.read_bytes()
    assert forget_all(tmp_path) == 0


def test_where_nothing_was_kept_nothing_is_made_to_forget_it(tmp_path):
    assert forget_all(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_reading_where_nothing_was_kept_gives_nothing_and_makes_nothing(tmp_path):
    with QuestionLog(tmp_path, keep_days=7) as log:
        assert (log.most_asked(9), log.unanswered(9)) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_feedback_given_before_questions_were_kept_stays(tmp_path):
    feedback = Feedback("2026-03-04T05:06:07+00:00", "Who?", "answered", "right")
    Activity(tmp_path).add(feedback)
    connection = sqlite3.connect(tmp_path / "activity.db")
    connection.executescript("DROP TABLE questions; PRAGMA user_version = 1;")
    connection.close()
    keep(tmp_path, (0, "New?", "answered"))
    assert Activity(tmp_path).all() == [feedback]
    assert [row[1] for row in rows(tmp_path)] == ["New?"]


def test_many_threads_with_logs_of_their_own_lose_nothing(tmp_path):
    def add(number):
        keep(tmp_path, *((0, f"Question {number} {each}?", "answered") for each in range(10)))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row[1] for row in rows(tmp_path)}) == 60


def test_no_answer_waits_for_a_writer(tmp_path):
    keep(tmp_path, (0, "First?", "answered"))
    log = QuestionLog(tmp_path, keep_days=7)
    with activity_of(tmp_path) as connection, transaction(connection):  # keeps every writer out
        log.add(answer("Second?"))
        assert [row[1] for row in rows(tmp_path)] == ["First?"]
    log.close()
    assert [row[1] for row in rows(tmp_path)] == ["First?", "Second?"]


def test_what_cannot_be_written_is_logged_without_the_question(tmp_path, caplog):
    (tmp_path / "activity.db").write_bytes(b"garbage" * 100)
    with QuestionLog(tmp_path, keep_days=7) as log:
        log.add(answer("Secret?"))
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage() == f"a question was not kept in {tmp_path / 'activity.db'}"
    assert "Secret" not in caplog.text
    with pytest.raises(LibraryDamagedError, match="is not Pincite's file of feedback and q"):
        log.most_asked(9)


def test_a_question_that_comes_too_late_is_let_go(tmp_path, caplog):
    log = QuestionLog(tmp_path, keep_days=7)
    log.close()
    log.add(answer("Secret?"))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "Secret" not in caplog.text


def test_when_too_many_wait_they_are_let_go(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("rag.question_log._MOST_WAITING", 2)
    keep(tmp_path, (0, "First?", "answered"))
    log = QuestionLog(tmp_path, keep_days=7)
    with activity_of(tmp_path) as connection, transaction(connection):
        for number in range(4):
            log.add(answer(f"Question {number}?"))
    log.close()
    assert [row[1] for row in rows(tmp_path)] == ["First?", "Question 0?", "Question 1?"]
    assert len(caplog.records) == 2


def test_less_than_a_day_is_refused(tmp_path):
    with pytest.raises(SettingError, match="keep_days is 0; it must be 1 or more"):
        QuestionLog(tmp_path, keep_days=0)


class TestPrinted:
    def test_as_text(self, library, capsys):
        keep(
            library.path,
            (1, "Who\x1b built it?", "answered"),
            (2, "who\x1b built it", "related"),
            (3, "When?", "not_found"),
        )
        print_asked(library.path, keep_days=7, as_json=False)
        day = [(NOW - timedelta(days=days)).strftime("%Y-%m-%d %H:%M UTC") for days in range(4)]
        assert capsys.readouterr().out.splitlines() == [
            "most asked:",
            f"      2  Who␛ built it?  (1 times answered, last asked {day[1]})",
            f"      1  When?  (last asked {day[3]})",
            "not answered:",
            f"      1  who␛ built it  (last asked {day[2]})",
            f"      1  When?  (last asked {day[3]})",
        ]

    def test_nothing(self, library, capsys):
        print_asked(library.path, keep_days=7, as_json=False)
        assert capsys.readouterr().out.splitlines() == [
            "most asked:",
            "  none in 7 days",
            "not answered:",
            "  none in 7 days",
        ]

    def test_as_json(self, library, capsys):
        keep(library.path, (1, "Who?", "related"))
        print_asked(library.path, keep_days=7, as_json=True)
        row = {
            "question": "Who?",
            "times": 1,
            "unanswered": 1,
            "last": minute(timedelta(days=1)),
        }
        assert json.loads(capsys.readouterr().out) == {
            "schema_version": 1,
            "keep_days": 7,
            "most_asked": [row],
            "unanswered": [row],
        }

    def test_no_library(self, tmp_path):
        with pytest.raises(LibraryNotFoundError):
            print_asked(tmp_path / "nowhere", keep_days=7, as_json=False)
