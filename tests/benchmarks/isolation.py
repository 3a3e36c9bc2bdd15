"""Runs a benchmark in a process of its own, which no other one has warmed or filled."""

import importlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.benchmarks.rows import Row


def measured(module: str, *, small: bool) -> list[Row]:
    """What the module's `measure` returns in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, module, small).result()


def _measure(module: str, small: bool) -> list[Row]:
    rows: list[Row] = importlib.import_module(module).measure(small=small)
    return rows
