"""A parser's process: what it may not do, and what becomes of a file that makes it fail."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.confined.confinement import Limits
from index.documents import FORMATS, Format
from index.documents.parsed import Parsed
from index.documents.parsed_json import parsed_from_json, parsed_to_json
from index.documents.parsers import Parsers
from index.errors import SourceError
from index.layout import Layout, LinePart, Sheet
from index.records import Mark

ROOT = Path(__file__).parent.parent
ODD = """
import ctypes, os, socket, subprocess, sys, time
from index.documents.parsed import Parsed
from index.errors import SourceError
from index.records import Mark

HERE = __file__
held = []


def parse(data):
    word, _, rest = data.decode().partition(" ")
    return globals()[word](rest)


def say(text):
    return Parsed(text, (Mark(0, len(text), "paragraph"),), title=f"process {os.getpid()}")


def tried(action):
    try:
        action()
    except OSError as error:
        return say(f"refused: {type(error).__name__}")
    return say("done")


def refuse(text): raise SourceError(text)
def damaged(text): raise KeyError(text)
def deep(text): return deep(text)
def hang(text): time.sleep(60)
def loop(text):
    while True: pass
def eat(text):
    while True: held.append(bytearray(50_000_000))
def crash(text): ctypes.string_at(0)
def leave(text): os._exit(3)
def long(text): return say("x" * int(text))
def chatter(text): print("noise"); return say(text)
def secrets(text): return say(" ".join(sorted(os.environ)))
def read(path): return tried(lambda: open(path))
def write(path): return tried(lambda: open(path, "w"))
def remove(path): return tried(lambda: os.unlink(path))
def connect(text): return tried(lambda: socket.create_connection(("127.0.0.1", 9)))
def run(text): return tried(lambda: subprocess.run(["/bin/true"]))
def lie(text): return Parsed(text, (Mark(0, 99, "paragraph"),))
def unordered(text): return Parsed(text, (Mark(2, 3, "heading"), Mark(0, 1, "heading")))
def invent(text): return Parsed(text, (Mark(0, 1, "bomb"),))
def empty(text): return Parsed("", ())
def babble(text): os.write(1, b"x" * 100); time.sleep(60)
"""
LIMITS = Limits(memory=600_000_000, processor_seconds=1, seconds=60.0, reply_bytes=10_000)


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """A format whose files say what its parser does."""
    (tmp_path / "odd_parser.py").write_text(ODD)
    (tmp_path / "odd.dist-info").mkdir()  # so it is a folder that packages are installed to
    monkeypatch.syspath_prepend(tmp_path)
    return Format("odd", 1, (".odd",), "odd_parser")


@pytest.fixture
def parsers():
    with Parsers(LIMITS) as parsers:
        yield parsers


@pytest.fixture
def outcome(odd, parsers):
    """The text that comes of a file, or the reason why there is none."""

    def read(word):
        try:
            return parsers.parse(odd, word.encode()).text
        except SourceError as error:
            return f"refused: {error}"

    return read


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("say Bees hum 🐝.", "Bees hum 🐝."),
        ("chatter Bees hum.", "Bees hum."),
        ("refuse is of wax", "refused: is of wax"),
        (
            "damaged wax",
            "refused: cannot be read as odd; it may be damaged (KeyError: 'wax')",
        ),
        ("deep", "refused: is nested too deeply to be read"),
        ("eat", "refused: takes more than 600 MB of memory to read"),
        ("long 10001", "refused: holds more than 0 MB of text"),
        ("loop", "refused: took more than 1 s of computing to read"),
        (
            "crash",
            "refused: crashed its parser (SIGSEGV); it may be damaged, or need too much memory",
        ),
        (
            "leave",
            "refused: crashed its parser (exit code 3); it may be damaged, or need too much memory",
        ),
        (
            "lie Bees.",
            "refused: made its parser say what cannot be (a mark at 0..99 of 5 characters)",
        ),
        (
            "unordered Bees.",
            "refused: made its parser say what cannot be (marks are out of order)",
        ),
        (
            "invent Bees.",
            "refused: made its parser say what cannot be (a mark of the kind 'bomb')",
        ),
        (
            "empty",
            "refused: made its parser say what cannot be (the text is empty or holds NUL)",
        ),
    ],
)
def test_what_a_file_does_costs_that_file_only(outcome, word, expected):
    assert outcome("say Before.") == "Before."
    assert outcome(word) == expected
    assert outcome("say After.") == "After."


def test_a_file_that_takes_too_long_costs_itself_only(odd):
    with Parsers(replace(LIMITS, seconds=2.0)) as parsers:
        with pytest.raises(SourceError, match="took longer than 2 s to read, so that was stopped"):
            parsers.parse(odd, b"hang")
        assert parsers.parse(odd, b"say After.").text == "After."


@pytest.mark.skipif(sys.platform != "linux", reason="no other system takes this much away")
@pytest.mark.parametrize("word", ["read", "write", "remove", "connect", "run"])
def test_a_parser_has_no_files_no_network_and_no_programs(outcome, tmp_path, word):
    (tmp_path / "bees").write_text("Bees hum.")
    assert outcome(f"{word} {tmp_path / 'bees'}") in {
        "refused: OSError",  # no more files may be open
        "refused: PermissionError",  # no path may be touched
    }
    assert (tmp_path / "bees").read_text() == "Bees hum."


def test_a_parser_is_told_no_secrets(outcome, monkeypatch):
    monkeypatch.setenv("PINCITE_KEY", "secret")
    assert "PINCITE_KEY" not in outcome("secrets")


def test_one_process_reads_many_files_and_a_new_one_follows_a_crash(odd, parsers):
    first, second = (parsers.parse(odd, b"say Bees.").title for _ in range(2))
    assert first == second
    with pytest.raises(SourceError):
        parsers.parse(odd, b"crash")
    assert parsers.parse(odd, b"say Bees.").title not in {None, first}


def test_a_parser_that_cannot_start_is_a_bug_and_says_why(parsers):
    with pytest.raises(RuntimeError, match="ModuleNotFoundError: No module named 'nowhere_parser'"):
        parsers.parse(Format("nowhere", 1, (), "nowhere_parser"), b"")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_a_parser_that_is_at_work(odd, tmp_path):
    code = """
from index.documents import Format
from index.documents.parsers import Parsers

odd = Format("odd", 1, (), "odd_parser")
with Parsers() as parsers:
    print(parsers.parse(odd, b"say Bees.").title.split()[1], flush=True)
    parsers.parse(odd, b"hang")
"""
    us = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process = int(us.stdout.readline())
    os.kill(process, 0)
    os.killpg(us.pid, signal.SIGINT)
    _, errors = us.communicate(timeout=30)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_plain_text_and_markdown_take_no_process(parsers):
    assert parsers.parse(FORMATS["plain"], b"Bees hum.").text == "Bees hum."
    assert parsers._running == {}


def test_what_comes_back_is_what_was_sent():
    marks = (Mark(0, 5, "time", "Ada", 0, {"seconds": 1.5}), Mark(0, 5, "paragraph"))
    layout = Layout((Sheet(595.5, 842),), (LinePart(0, 1, 0, 3, 0, 9, b"\0\xff\xff\xff"),))
    facts = "cp1252", "T", "A; B", "1999", "P", "en", "https://a.org", True
    parsed = Parsed("Bees.", marks, *facts, layout=layout)
    assert parsed_from_json(parsed_to_json(parsed)) == parsed


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("no JSON", b"x", "Invalid JSON"),
        ("no text", b'{"marks":[]}', "text: Field required"),
        ("a number", b'{"text":"Bees.","marks":[],"title":1}', "title: Input should be a valid"),
        ("half a character", b'{"text":"Bees \\ud800","marks":[]}', "Invalid JSON"),
        ("NUL", b'{"text":"Bees \\u0000","marks":[]}', "holds NUL"),
        (
            "a page of no size",
            b'{"text":"Bees.","marks":[],"layout":{"sheets":[{"width":0,"height":9}],"parts":[]}}',
            "a page of 0",
        ),
    ],
)
def test_a_reply_that_cannot_be_is_refused(label, data, message):
    with pytest.raises(ValueError, match=message):
        parsed_from_json(data)
