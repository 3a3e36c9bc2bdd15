"""Suites in memory: what a case is for, narrowing by tag, drawing a sample."""

import pytest

from eval.cases import Case, Passage, Suite
from index.errors import SuiteError

SUITE = Suite(
    "suite",
    tuple(Case(f"c{number}", "Who?", ("x",), tags=(f"t{number % 3}",)) for number in range(10)),
    (Passage("a.txt", "A", "x"),),
    "hash",
)


def ids(suite: Suite) -> list[str]:
    return [case.id for case in suite.cases]


@pytest.mark.parametrize(
    ("answers", "kind"), [(("x",), "answerable"), ((), "unanswerable"), (None, "retrieval")]
)
def test_answers_say_what_can_be_measured(answers: tuple[str, ...] | None, kind: str) -> None:
    assert Case("1", "Who?", answers).kind == kind


def test_narrowing_keeps_passages_and_hash() -> None:
    narrowed = SUITE.narrowed(["t2", "t0", "t2"])
    assert ids(narrowed) == ["c0", "c2", "c3", "c5", "c6", "c8", "c9"]
    assert (narrowed.passages, narrowed.hash) == (SUITE.passages, SUITE.hash)
    assert narrowed.tags == ("t0", "t2")


def test_narrowing_to_a_tag_that_no_case_bears_is_refused() -> None:
    with pytest.raises(SuiteError) as caught:
        SUITE.narrowed(["Force", "t1"])
    assert str(caught.value) == "no case of suite bears the tag 'Force'; its tags are t0, t1, t2"
    with pytest.raises(SuiteError, match="its tags are none"):
        Suite("bare", (Case("1", "Who?", ()),), (), "").narrowed(["Force"])


def test_a_sample_is_drawn_by_the_seed_and_keeps_the_order() -> None:
    sampled = SUITE.sampled(4, seed=7)
    assert ids(sampled) == ["c2", "c5", "c6", "c9"]
    assert sampled.sample == "4 of 10, seed 7"
    assert (sampled.passages, sampled.hash) == (SUITE.passages, SUITE.hash)
    assert sampled == SUITE.sampled(4, seed=7)
    assert ids(SUITE.sampled(4, seed=8)) != ids(sampled)


def test_every_case_can_be_drawn_and_none_twice() -> None:
    drawn = [ids(SUITE.sampled(3, seed=seed)) for seed in range(40)]
    assert {id_ for sample in drawn for id_ in sample} == set(ids(SUITE))
    assert all(sample == sorted(set(sample)) and len(sample) == 3 for sample in drawn)


@pytest.mark.parametrize("size", [10, 11, 10**6])
def test_a_sample_of_more_than_there_are_is_all_of_them(size: int) -> None:
    sampled = SUITE.sampled(size, seed=1)
    assert sampled.cases == SUITE.cases
    assert sampled.sample == "10 of 10, seed 1"
