"""A run that is stopped again and again comes to the same as one that is not."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eval.outcomes import Run
from eval.run_file import read_run

ROOT = Path(__file__).parent.parent
COURSE = ROOT / "eval" / "suites" / "keeping_time"
START = "import sys; from ui.main import main; sys.exit(main())"
STOPS = 20
CASES = 70

pytestmark = pytest.mark.slow


def pincite(*arguments: str | Path, folder: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
        "PINCITE_LOG": str(folder / "log"),
    }
    return subprocess.Popen(
        [sys.executable, "-c", START, *map(str, arguments)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finished(process: subprocess.Popen[bytes]) -> str:
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors.decode()
    return errors.decode()


def lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def stopped(process: subprocess.Popen[bytes], journal: Path, *, lines: int, how: int) -> bool:
    """Whether it was stopped, `how`, once its journal had that many lines and a moment passed."""
    while lines_in(journal) < lines:
        if process.poll() is not None:
            break
        time.sleep(0.002)
    time.sleep(random.random() * 0.1)
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    assert process.returncode in {0, 130, -signal.SIGKILL}, errors.decode()
    return process.returncode != 0


def same(first: Run, second: Run) -> bool:
    """Answers, spans and labels equal; every number within .001."""
    for one, two in zip(first.outcomes, second.outcomes, strict=True):
        assert one.case == two.case
        assert (one.status, one.label, one.prediction, one.guess, one.ranks, one.quotes) == (
            (two.status, two.label, two.prediction, two.guess, two.ranks, two.quotes)
        )
        assert one.score == pytest.approx(two.score, abs=0.001)
        assert dict(one.values) == pytest.approx(dict(two.values), abs=0.001)
    return True


def test_stopped_at_twenty_moments_and_resumed_it_comes_to_the_same(tmp_path):
    random.seed(3)
    finished(pincite("add", COURSE / "texts", folder=tmp_path))
    base = ("eval", COURSE / "suite.jsonl", "--sample", str(CASES), "--jobs", "2")
    finished(pincite(*base, "--json", "whole.json", folder=tmp_path))
    journal = tmp_path / "parts.json.partial"
    stops = {signal.SIGINT: 0, signal.SIGKILL: 0}
    while sum(stops.values()) < STOPS:
        how = random.choice(list(stops))
        process = pincite(*base, "--json", "parts.json", "--resume", folder=tmp_path)
        lines = lines_in(journal) + random.choice([1, 2, 3])
        if not stopped(process, journal, lines=lines, how=how):
            break
        stops[how] += 1
    print(f"\nstopped {stops[signal.SIGINT]} times by Ctrl-C, {stops[signal.SIGKILL]} by a kill")
    assert sum(stops.values()) == STOPS
    assert 1 < lines_in(journal) < CASES
    finished(pincite(*base, "--json", "parts.json", "--resume", folder=tmp_path))
    assert same(read_run(tmp_path / "whole.json"), read_run(tmp_path / "parts.json"))
    assert json.loads((tmp_path / "parts.json").read_text())["signature"]["sample"].startswith("70")
