"""Ten thousand requests made of the API's own description: no crash, and nothing undescribed."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.settings import Settings
from tests.support import running
from tests.web.conftest import TwoCourses
from ui.web import limits
from ui.web.app import build_app

CASES = 10_000
EXAMPLES = 1_800  # of each of the six operations
UNTRUE = "positive_data_acceptance"  # a schema cannot say that a slice ends after it begins
MANY = 10**6
# What is wrong and too large is refused for its size, which the tool does not expect of itself.
REFUSALS = """\
[checks.negative_data_rejection]
expected-statuses = [400, 401, 404, 405, 406, 413, 415, 422]
"""


class Counting:
    """Counts the statuses of the application behind it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.statuses: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
            await send(message)

        await self.app(scope, receive, counted)


@pytest.mark.slow
def test_the_api_keeps_to_its_description(
    courses: TwoCourses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", MANY)
    often = {"client_questions_per_minute": MANY, "questions_per_minute": MANY}
    tides = replace(courses.tides, course=replace(courses.tides.course, **often))
    counting = Counting(build_app([tides], Settings()))
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    with running(counting) as origin:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("run", f"{origin}/c/tides/api/openapi.json"),
                *("--max-examples", str(EXAMPLES)),
                *("--phases", "examples,coverage,fuzzing"),
                *("--exclude-checks", UNTRUE),
                *("--seed", "1", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    (count,) = re.findall(r"(\d[\d,]*) generated", done.stdout)
    assert int(count.replace(",", "")) >= CASES
    statuses = counting.statuses
    assert statuses.total() >= CASES
    assert min(statuses[200], statuses[422]) > CASES / 20, statuses
    assert not {429, 500, 503} & set(statuses)
