"""`pincite add` is killed at random moments: what it told of is there, and nothing is torn."""

import hashlib
import random
import subprocess
import sys
import time

import pytest

from index.library import Library

KILLS = 50
FILES = 60
HASHING = ("--embedder", "hashing")
DRIVER = """
import sys

import index.adding
import index.preparing
import ui.cli
from ui.main import main

index.adding._BATCH = 20  # passages: some ten commits in one run
index.preparing.language_of = lambda text: None  # its model takes longer to load than all the rest
print("ready", flush=True)
sys.exit(main(sys.argv[1:]))
"""


def start(texts, library):
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, "add", texts, "--library", library, *HASHING],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout.readline() == "ready\n"  # the imports are done: now the work begins
    return process


def told(process):
    """The keys that the process said were added or replaced before it ended."""
    output, _ = process.communicate()
    lines = [line.split(" ", 2) for line in output.splitlines() if line.endswith(".txt")]
    return {source for verb, _, source in lines if verb in ("added", "replaced")}


def edit(texts, names, number):
    """Gives each of the files a text that it never had."""
    for name in names:
        sentences = (f"Line {line} of {name} in round {number}. " * 3 for line in range(20))
        (texts / name).write_text("\n\n".join(sentences), encoding="utf-8")


def versions(texts):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in texts.iterdir()}


@pytest.mark.slow
def test_a_killed_add_loses_nothing_that_it_told_of(tmp_path):
    choose = random.Random(2)
    texts, path = tmp_path / "texts", tmp_path / "library 0"
    texts.mkdir()
    names = [f"{number}.txt" for number in range(FILES)]
    edit(texts, names, 0)
    process, began = start(texts, path), time.monotonic()
    assert len(told(process)) == FILES
    whole_run = time.monotonic() - began
    stored = versions(texts)
    had = {name: {version} for name, version in stored.items()}
    in_mid_work = with_news = 0
    for number in range(1, KILLS + 1):
        if number % 5 == 0:  # while a library is made, too
            path, stored = tmp_path / f"library {number}", {}
        edit(texts, names, number)
        now = versions(texts)
        process = start(texts, path)
        time.sleep(choose.uniform(0, whole_run))
        in_mid_work += process.poll() is None
        process.kill()
        acknowledged = told(process)
        with_news += bool(acknowledged)
        before = stored.keys()
        with Library.create(path) as library:
            assert library.check() == []
            stored = {row.source: row.version for row in library.documents()}
        assert stored.keys() >= before | acknowledged
        for name, version in stored.items():
            assert version == now[name] or (name not in acknowledged and version in had[name])
            had[name].add(now[name])
    print(f"\n{KILLS} kills: {in_mid_work} in mid-work, {with_news} after something was told of")
    assert in_mid_work >= KILLS * 0.3  # else the kills prove nothing
    assert with_news >= KILLS * 0.1
    process = start(texts, path)
    told(process)
    assert process.returncode == 0
    with Library.open(path) as library:
        assert library.check() == []
        assert {row.source: row.version for row in library.documents()} == versions(texts)
