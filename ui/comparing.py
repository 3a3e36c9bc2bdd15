"""Two runs on the command line: read them, pair them, print and write what changed."""

import json
from pathlib import Path

from eval.comparison import compare, comparison_json
from eval.reports.html import comparison_page
from eval.reports.text import comparison_text
from eval.run_file import read_run
from index.writing import write_whole
from ui.console import say
from ui.files import check_outputs


def compare_runs(
    first: Path, second: Path, *, seed: int, report: Path | None, as_json: Path | None
) -> None:
    """Print how the second run differs from the first; write the files that are named."""
    check_outputs(filter(None, (report, as_json)), inputs=(first, second))
    comparison = compare(
        read_run(first), read_run(second), names=(str(first), str(second)), seed=seed
    )
    for line in comparison_text(comparison).split("\n"):
        say(line)
    if report:
        title = f"{first.name} and {second.name}"
        write_whole(report, comparison_page(comparison, title=title))
    if as_json:
        write_whole(as_json, json.dumps(comparison_json(comparison), indent=1))
