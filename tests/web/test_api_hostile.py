"""Ten thousand requests made of the API's own description: no crash, and nothing undescribed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import running
from tests.web.conftest import TwoCourses

CASES = 10_000
EXAMPLES = 1_800  # of each of the six operations
UNTRUE = "positive_data_acceptance"  # a schema cannot say that a slice ends after it begins


@pytest.mark.slow
def test_the_api_keeps_to_its_description(courses: TwoCourses, tmp_path: Path) -> None:
    with running(courses.web) as origin:
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
