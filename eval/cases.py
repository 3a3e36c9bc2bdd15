"""Suites: questions with what is expected of their answers; `eval.formats` reads them."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from index.errors import SuiteError

Mode = Literal["open", "reading"]  # ask the whole library, or give the reader the right passage
Kind = Literal["answerable", "unanswerable", "retrieval"]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what is expected of its answer."""

    id: str
    question: str
    # any of them is right; empty: the texts do not answer it; None: not known, so that only
    # retrieval is measured
    answers: tuple[str, ...] | None
    evidence: tuple[str, ...] = ()  # quotes that hold the answer, each enough by itself
    document: str | None = None  # source of the document that answers
    place: str | None = None  # where in it, in words
    tags: tuple[str, ...] = ()  # SQuAD: the article's title
    relevant: Mapping[str, int] = field(default_factory=dict)  # BEIR: source -> grade, 1 or more

    @property
    def kind(self) -> Kind:
        """What can be measured of it."""
        if self.answers is None:
            return "retrieval"
        return "answerable" if self.answers else "unanswerable"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that a suite brings along; one document of a library."""

    key: str  # what its document's source will be
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one file."""

    name: str
    cases: tuple[Case, ...]
    passages: tuple[Passage, ...]  # empty where the texts are expected in a library
    hash: str  # SHA-256 of the file, in hexadecimal
    tags: tuple[str, ...] = ()  # what it was narrowed to; empty: every case
    sample: str = "all"  # how cases were drawn from it
    format: str = ""  # its name in the table of formats

    def narrowed(self, tags: Collection[str]) -> "Suite":
        """The cases that bear any of the tags, over the same passages. Raises `SuiteError`."""
        known = {tag for case in self.cases for tag in case.tags}
        if unknown := sorted(set(tags) - known):
            raise SuiteError(
                f"no case of {self.name} bears the tag {unknown[0]!r}; "
                f"its tags are {', '.join(sorted(known)) or 'none'}"
            )
        cases = tuple(case for case in self.cases if set(case.tags) & set(tags))
        return replace(self, cases=cases, tags=tuple(sorted(set(tags))))

    def sampled(self, size: int, *, seed: int) -> "Suite":
        """`size` cases drawn by the seed without putting back, in the suite's order.

        All of them where there are no more than that.
        """
        drawn = random.Random(seed).sample(range(len(self.cases)), min(size, len(self.cases)))
        cases = tuple(self.cases[number] for number in sorted(drawn))
        return replace(self, cases=cases, sample=f"{len(cases)} of {len(self.cases)}, seed {seed}")
