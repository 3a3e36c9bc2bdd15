"""What a server does with one load after another: asked in turn, at random, and far too much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import process_time

import numpy as np

from tests.benchmarks.loader import Asking, Reply, arrivals, closed_loop, open_loop
from tests.benchmarks.servers import Serving

SHARES = (0.5, 0.8)  # of what a server can do, that come in the open loops
OVERLOAD = 3.0  # times what it can do
SOON = 1.0  # seconds within which somebody is to be answered or refused
_WARMING = 3.0  # seconds that are not counted
_IN_A_ROW = 5  # questions tell how it is now
_NORMAL = 2.0  # times the usual median are still usual


@dataclass(frozen=True, slots=True)
class Target:
    """A server, how it is asked, and what."""

    serving: Serving
    asking: Asking
    questions: Iterator[str]  # without end, and none twice


@dataclass(frozen=True, slots=True)
class Extent:
    """How long each load lasts, in seconds, and how many ask in turn."""

    askers: tuple[int, ...]
    in_turn: float
    at_random: float
    too_much: float
    after: float
    turn: float  # while something else takes turns with it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a load."""

    replies: list[Reply]
    server: float  # seconds of processor time
    loader: float

    @property
    def answered(self) -> list[Reply]:
        """Those that got an answer. Raises `RuntimeError` where there is none."""
        found = [reply for reply in self.replies if reply.is_answered]
        if not found:
            raise RuntimeError(f"nothing was answered: {self.replies[:3]}")
        return found

    @property
    def a_second(self) -> float:
        """Answers a second, from the first question to the last answer."""
        return len(self.answered) / max(reply.due + reply.took for reply in self.replies)

    @property
    def each(self) -> float:
        """Processor time of the server for an answer, in milliseconds."""
        return 1_000 * self.server / len(self.answered)

    def percentile(self, percent: float) -> float:
        """Latency of the answers, in milliseconds."""
        return float(np.percentile([1_000 * reply.took for reply in self.answered], percent))

    def told(self) -> str:
        """The latencies, and the processor time of both sides."""
        loader = 1_000 * self.loader / len(self.replies)
        unanswered = len(self.replies) - len(self.answered)
        percentiles = "/".join(f"{self.percentile(percent):.0f}" for percent in (50, 95, 99))
        return (
            f"p50/p95/p99 {percentiles} ms of {len(self.answered)}"
            + (f", {unanswered} without an answer" if unanswered else "")
            + f"; processor time of each {self.each:.1f} ms, of the loader {loader:.1f} ms"
        )


@dataclass(frozen=True, slots=True)
class Overloaded:
    """What became of three times as much as a server can do, and how long that was felt."""

    during: list[Reply]
    normal_after: float | None  # seconds after its end; None: not as long as it was looked at

    def soon(self) -> float:
        """The ratio that was answered or refused within a second."""
        told = [reply for reply in self.during if reply.is_answered or reply.is_refused]
        return sum(reply.took <= SOON for reply in told) / len(self.during)

    def told(self) -> str:
        """Who was answered, who refused, how long it took at most, and afterwards."""
        answered = [reply for reply in self.during if reply.is_answered]
        refused = [reply for reply in self.during if reply.is_refused]
        failed = len(self.during) - len(answered) - len(refused)
        after = "not in the time" if self.normal_after is None else f"{self.normal_after:.1f} s"
        return (
            f"{len(answered)} answered{_at_most(answered)}, {len(refused)} refused"
            f"{_at_most(refused)}, {failed} neither; normal after: {after}"
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of every load on one server."""

    in_turn: dict[int, Outcome]  # by how many asked
    at_random: dict[float, Outcome]  # by the share of what it can do
    too_much: Overloaded


def loaded(target: Target, extent: Extent) -> Loaded:
    """Every load, one after another."""
    in_turn(target, askers=max(extent.askers), seconds=_WARMING)
    by_askers = {
        askers: in_turn(target, askers=askers, seconds=extent.in_turn) for askers in extent.askers
    }
    capacity = max(outcome.a_second for outcome in by_askers.values())
    at_random = {
        share: _at_random(target, rate=share * capacity, seconds=extent.at_random)
        for share in SHARES
    }
    usual = at_random[SHARES[0]].percentile(50) / 1_000
    return Loaded(by_askers, at_random, _too_much(target, extent, capacity=capacity, usual=usual))


def in_turn(target: Target, *, askers: int, seconds: float) -> Outcome:
    """So many askers, each with one question after another for so long."""
    return _measured(target, partial(closed_loop, askers=askers, seconds=seconds))


def _at_random(target: Target, *, rate: float, seconds: float) -> Outcome:
    return _measured(target, partial(open_loop, due=arrivals(rate, seconds, seed=1)))


def _too_much(target: Target, extent: Extent, *, capacity: float, usual: float) -> Overloaded:
    """Three times what it can do, and then half of it; `usual` is the median latency at that."""
    much = arrivals(OVERLOAD * capacity, extent.too_much, seed=2)
    little = arrivals(SHARES[0] * capacity, extent.after, seed=3, first=extent.too_much)
    replies = _measured(target, partial(open_loop, due=[*much, *little])).replies
    normal = normal_from(replies[len(much) :], usual=usual)
    return Overloaded(replies[: len(much)], None if normal is None else normal - extent.too_much)


def normal_from(replies: Sequence[Reply], *, usual: float) -> float | None:
    """When the first question was due that took no longer than usual, and so most of the next four.

    Twice the usual median is still usual; what was not answered took for ever.

    >>> took = [9.0, 0.1, 8.0, 9.0, 0.1, 8.0, 0.2, 0.1, 0.1]
    >>> normal_from([Reply(n, each, 0.0, 200) for n, each in enumerate(took)], usual=0.1)
    4
    """
    most = _NORMAL * usual
    took = [reply.took if reply.is_answered else float("inf") for reply in replies]
    for number in range(len(took) - _IN_A_ROW + 1):
        if took[number] <= most and median(took[number : number + _IN_A_ROW]) <= most:
            return replies[number].due
    return None


def _measured(target: Target, loop: partial[list[Reply]]) -> Outcome:
    server, loader = target.serving.processor_seconds(), process_time()
    replies = loop(target.serving.origin, target.asking, target.questions)
    spent = target.serving.processor_seconds() - server
    return Outcome(replies, spent, process_time() - loader)


def _at_most(replies: Sequence[Reply]) -> str:
    return f" within {max(reply.took for reply in replies):.2f} s" if replies else ""
