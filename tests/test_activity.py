"""What readers said of answers: kept whole by many threads at once, and refused in plain words."""

import hashlib
import os
import resource
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from index import database
from index.errors import LibraryDamagedError, LibraryError, LibraryMismatchError
from index.records import Place
from rag.activity import ACTIVITY, VERDICTS, Activity, Feedback, FirstQuote, feedback_on
from rag.answer import Answer, Quote

MIGRATIONS = {  # never edited once released: a change is a new file, and a new line here
    1: "c2d443529cb66c4922e839f10e130cb60c12d0350eb6da133706fe203bf77571",
    2: "1a28a31445d2980134158fbf1877ede89996caa776cf1bd7440e5d831f3c4301",
}
WHEN = "2026-03-04T05:06:07+00:00"
RIGHT = Feedback(
    WHEN,
    "When did Huygens make “it”?\0",
    "answered",
    "right",
    FirstQuote("03-springs.md", "ab12", 7, 30, "Huygens made it in 1656.", "1656"),
    {"reader": "span/1", "pincite": "0.1.0"},
)
SILENCE = Feedback(WHEN, "Who painted it?", "not_found", "right")
NOBODY = 65534


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def said(number):
    return Feedback(WHEN, f"Question {number}?", "related", "wrong answer")


def test_migrations_are_numbered_without_gaps_and_never_edited():
    found = ACTIVITY.migrations
    assert {
        number: hashlib.sha256(sql.encode()).hexdigest() for number, sql in found.items()
    } == MIGRATIONS
    assert list(found) == list(range(1, ACTIVITY.format + 1))


def test_what_was_added_is_read_as_it_was_by_anyone(folder):
    for feedback in (RIGHT, SILENCE, RIGHT):
        Activity(folder).add(feedback)
    assert Activity(folder).all() == [RIGHT, SILENCE, RIGHT]


@pytest.mark.parametrize(
    ("label", "second", "kept"),
    [
        ("the same click", RIGHT, 1),
        ("a second later", replace(RIGHT, when="2026-03-04T05:06:08+00:00"), 1),
        ("three seconds later", replace(RIGHT, when="2026-03-04T05:06:10+00:00"), 2),
        ("another verdict", replace(RIGHT, verdict="wrong place"), 2),
        ("another question", replace(RIGHT, question="When?"), 2),
    ],
)
def test_a_click_that_comes_twice_is_kept_once(folder, label, second, kept):
    activity = Activity(folder)
    activity.add(RIGHT)
    activity.add(second)
    assert activity.all() == [RIGHT, second][:kept]


def test_every_verdict_can_be_kept_and_no_other(folder):
    activity = Activity(folder)
    for verdict in VERDICTS:
        activity.add(Feedback(WHEN, "Who?", "answered", verdict))
    assert tuple(row.verdict for row in activity.all()) == VERDICTS
    with pytest.raises(sqlite3.IntegrityError):
        activity.add(Feedback(WHEN, "Who?", "answered", "splendid"))
    assert len(activity.all()) == len(VERDICTS)


def test_reading_where_nothing_was_kept_gives_nothing_and_makes_nothing(folder):
    assert Activity(folder).all() == []
    assert list(folder.iterdir()) == []


def test_the_file_is_marked_as_its_own_kind(folder):
    Activity(folder).add(RIGHT)
    connection = sqlite3.connect(folder / "activity.db")
    names = ("application_id", "user_version", "journal_mode")
    settings = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    connection.close()
    assert settings == [0x50494E41, 2, "wal"]
    with pytest.raises(LibraryDamagedError, match="belongs to another program"):
        database.connect(folder / "activity.db")


def test_many_threads_lose_nothing_and_make_one_file(folder):
    activity, barrier, errors = Activity(folder), threading.Barrier(8), []

    def add(thread):
        barrier.wait()
        try:
            for number in range(10):
                activity.add(said(10 * thread + number))
        except Exception as error:  # a thread's errors are seen only where it keeps them
            errors.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    kept = [row.question for row in activity.all()]
    assert sorted(kept) == sorted(said(number).question for number in range(80))
    for thread in range(8):  # each thread's own stand in the order it added them
        own = [said(10 * thread + number).question for number in range(10)]
        assert [question for question in kept if question in own] == own


def test_the_library_may_be_written_to_meanwhile(library):
    with library._writing("add") as connection, database.transaction(connection):
        Activity(library.path).add(RIGHT)
    assert Activity(library.path).all() == [RIGHT]
    assert library.check() == []


class TestRefused:
    @pytest.mark.parametrize("content", [b"garbage", b"\xab" * 9_000], ids=["short", "long"])
    def test_garbage_is_told_and_left_alone(self, folder, content):
        file = folder / "activity.db"
        file.write_bytes(content)
        for use in (Activity(folder).all, lambda: Activity(folder).add(RIGHT)):
            with pytest.raises(LibraryDamagedError) as caught:
                use()
            assert str(caught.value) == (
                f"{file} is not Pincite's file of feedback and questions (file is not a database); "
                "move it away, and what is next kept begins a new one"
            )
        assert file.read_bytes() == content

    def test_broken_pages_are_told(self, folder):
        Activity(folder).add(RIGHT)
        file = folder / "activity.db"
        size = file.stat().st_size - 4096  # all but the first page, which the file is told by
        file.write_bytes(file.read_bytes()[:4096] + b"\xab" * size)
        with pytest.raises(LibraryDamagedError, match=r"is damaged \(.*; put it back from a back"):
            Activity(folder).all()

    def test_another_programs_file_is_told_and_left_alone(self, folder):
        file = folder / "activity.db"
        other_program(file, "CREATE TABLE bookmarks (url)")
        before = file.read_bytes()
        with pytest.raises(LibraryDamagedError, match=r"belongs to another program; move it away"):
            Activity(folder).add(RIGHT)
        assert file.read_bytes() == before

    def test_a_newer_format_is_told_by_both_numbers(self, folder):
        Activity(folder).add(RIGHT)
        other_program(folder / "activity.db", "PRAGMA user_version = 99")
        with pytest.raises(LibraryMismatchError, match=r"format 99, .* up to 2; install a newer"):
            Activity(folder).all()

    def test_a_full_disk_is_told_and_what_was_kept_stays(self, folder):
        activity = Activity(folder)
        activity.add(RIGHT)
        long = Feedback(WHEN, "x" * 200_000, "answered", "incomplete")
        with (
            largest_file(64 * 1024),
            pytest.raises(LibraryError, match=r"activity\.db cannot be used \(.*; mend that and"),
        ):
            activity.add(long)
        assert activity.all() == [RIGHT]
        activity.add(long)
        assert activity.all() == [RIGHT, long]

    @pytest.mark.parametrize("kept", [[], [SILENCE]], ids=["no file yet", "a file"])
    def test_a_folder_that_cannot_be_written_is_told(self, kept):
        with tempfile.TemporaryDirectory() as name:  # nobody may look into pytest's own folders
            activity = Activity(Path(name))
            for feedback in kept:
                activity.add(feedback)
            Path(name).chmod(0o555)
            with (
                without_rights(),
                pytest.raises(LibraryError, match=r"activity\.db cannot be used \(.*; mend that"),
            ):
                activity.add(RIGHT)
            Path(name).chmod(0o755)
            assert activity.all() == kept

    def test_a_folder_that_is_gone_is_told_and_not_made(self, folder):
        with pytest.raises(LibraryError, match="cannot be used"):
            Activity(folder / "gone").add(RIGHT)
        assert not (folder / "gone").exists()


class TestFeedbackOn:
    def test_the_first_quote_is_kept_with_its_short_answer(self):
        quotes = (
            Quote("d1", "v1", "Bees", "bees.md", Place(), 10, 19, "Bees hum.", 2.0, (15, 18)),
            Quote("d2", "v2", "Ants", "ants.md", Place(), 0, 10, "Ants walk.", 1.0),
        )
        answer = Answer(
            "What hums?", "answered", "hum", 0.9, quotes, (), {"reader": "span/1"}, {"reading": 0.1}
        )
        later = datetime(2026, 3, 4, 7, 6, 7, 890_000, timezone(timedelta(hours=2)))
        assert feedback_on(answer, "wrong place", when=later) == Feedback(
            WHEN,
            "What hums?",
            "answered",
            "wrong place",
            FirstQuote("bees.md", "v1", 10, 19, "Bees hum.", "hum"),
            {"reader": "span/1"},
        )

    def test_silence_has_no_quote_and_now_is_the_time(self):
        silence = Answer("Who?", "related", None, None, (), (), {}, {})
        before = datetime.now(UTC).replace(microsecond=0)
        feedback = feedback_on(silence, "right")
        assert before <= datetime.fromisoformat(feedback.when) <= datetime.now(UTC)
        assert (feedback.status, feedback.quote) == ("related", None)


def other_program(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


@contextmanager
def largest_file(size):
    """No file of this process grows beyond `size` bytes meanwhile, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def without_rights():
    """The rights of nobody, where the tests run as root, whom no folder refuses."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
