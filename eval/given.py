"""Somebody else examined: the answers of another system to a suite, from a file."""

from collections.abc import Mapping
from importlib.metadata import version

from eval.answers_file import GivenAnswer
from eval.cases import Case, Suite
from eval.expected import expectations
from eval.outcomes import Outcome
from eval.run import signature_of_suite
from eval.scoring import Scorer
from eval.texts import Texts
from index.errors import SuiteError

NOT_GIVEN = "the answers file has no answer to it"


class GivenExamination:
    """A suite whose answers were given already; a case without one counts as failed."""

    def __init__(
        self, suite: Suite, answers: Mapping[str, GivenAnswer], texts: Texts, *, name: str
    ) -> None:
        """`texts` is what quotes are looked for in; `name` says whose answers these are, exactly.

        Raises `SuiteError` where the texts are not those that the suite asks about, or where the
        suite measures retrieval only.
        """
        if all(case.answers is None for case in suite.cases):
            raise SuiteError(
                f"{suite.name} measures retrieval only, and answers from a file retrieve nothing; "
                "leave --answers out"
            )
        self.suite = suite
        self._answers = answers
        self._name = name
        self._texts = texts
        self._scorer = Scorer(texts, expectations(suite, texts))

    @property
    def signature(self) -> dict[str, str]:
        """What makes the figures: the suite, the texts and where the answers come from."""
        return {
            **signature_of_suite(self.suite),
            "mode": "answers",
            "texts": self._texts.fingerprint,
            "pincite": version("pincite"),
            "answers": self._name,
        }

    def warm_up(self) -> None:
        """Nothing is to be loaded."""

    def outcome(self, case: Case) -> Outcome:
        """What the given answer to the case is worth."""
        given = self._answers.get(case.id)
        if given is None:
            return self._scorer.failed(case, NOT_GIVEN, 0.0, searched=False)
        return self._scorer.scored_given(case, given)
