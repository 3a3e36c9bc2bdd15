"""Runs the benchmarks, each in a process of its own, and prints one table."""

import argparse
import os
import platform
import sys
from pathlib import Path
from time import perf_counter

from tests.benchmarks.isolation import measured
from tests.benchmarks.rows import Row, as_json, table

BENCHMARKS = {
    "embedding": "tests.benchmarks.embedding",
    "formats": "tests.benchmarks.formats",
    "unchanged": "tests.benchmarks.unchanged",
    "asking": "tests.benchmarks.asking",
    "reading": "tests.benchmarks.reading",
    "together": "tests.benchmarks.together",
    "load": "tests.benchmarks.load",
    "painting": "tests.benchmarks.painting",
    "starting": "tests.benchmarks.starting",
    "memory": "tests.benchmarks.memory",
}


def main() -> int:
    """0 where every target that was set is met, else 1."""
    options = _options()
    rows: list[Row] = []
    for name in options.only or BENCHMARKS:
        began = perf_counter()
        rows += measured(BENCHMARKS[name], small=options.small)
        print(f"{name}: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    size = "small sizes, for trying the benchmarks out" if options.small else "full sizes"
    print(f"\n{_machine()}; {size}\n\n{table(rows)}")
    if options.json:
        text = as_json(rows, machine=_machine(), small=options.small)
        options.json.write_text(text + "\n", encoding="utf-8")
    return int(any(row.met is False for row in rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="small sizes: a few minutes")
    parser.add_argument(
        "--only", action="append", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS)
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    return parser.parse_args()


def _machine() -> str:
    cores = os.cpu_count()
    return f"Python {platform.python_version()}, {platform.machine()}, {cores} cores"


if __name__ == "__main__":
    sys.exit(main())
