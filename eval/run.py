"""Puts the cases of a suite to whoever answers them, one by one or several at once."""

import json
from collections.abc import Collection, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from typing import Protocol

from eval.cases import Case, Suite
from eval.outcomes import Outcome, Run


class Examination(Protocol):
    """A suite put to something that answers it; threads may ask at once."""

    @property
    def suite(self) -> Suite:
        """What is asked."""

    @property
    def signature(self) -> dict[str, str]:
        """What makes the figures; two runs compare where their suites are the same."""

    def warm_up(self) -> None:
        """Load what the first case would otherwise wait for."""

    def outcome(self, case: Case) -> Outcome:
        """What comes of asking the case. Raises `SuiteError` where going on means nothing."""


def outcomes_of(
    examination: Examination, *, jobs: int = 1, done: Collection[str] = ()
) -> Generator[Outcome]:
    """The outcome of each case that is not done yet, as soon as it is there.

    `jobs` is how many are asked at once, `done` the ids of those that are left out. Closing the
    iterator, or an interrupt, drops the cases that nobody began; those begun are waited for.
    """
    cases = [case for case in examination.suite.cases if case.id not in done]
    if cases:
        examination.warm_up()
    if jobs == 1:
        yield from map(examination.outcome, cases)
        return
    workers = ThreadPoolExecutor(jobs, thread_name_prefix="case")
    try:
        for future in as_completed([workers.submit(examination.outcome, case) for case in cases]):
            yield future.result()
    finally:
        workers.shutdown(wait=True, cancel_futures=True)


def run_suite(examination: Examination, *, jobs: int = 1) -> Run:
    """The whole run at once, for programs; the command shows how far it has come."""
    with closing(outcomes_of(examination, jobs=jobs)) as outcomes:
        return ordered_run(examination, outcomes)


def ordered_run(examination: Examination, outcomes: Iterable[Outcome]) -> Run:
    """The run with its outcomes in the suite's order, whatever order they came in."""
    by_id = {outcome.case.id: outcome for outcome in outcomes}
    cases = examination.suite.cases
    return Run(examination.signature, tuple(by_id[case.id] for case in cases if case.id in by_id))


def signature_of_suite(suite: Suite) -> dict[str, str]:
    """The entries of a signature that say what was asked."""
    return {
        "suite": suite.name,
        "suite_hash": suite.hash,
        "tags": json.dumps(suite.tags) if suite.tags else "all",
        "sample": suite.sample,
    }
