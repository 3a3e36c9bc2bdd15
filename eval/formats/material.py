"""What a format makes of a suite's files."""

from typing import NamedTuple

from eval.cases import Case, Passage


class Material(NamedTuple):
    """The cases of a suite, and the passages where it brings any along."""

    cases: list[Case]
    passages: list[Passage]
