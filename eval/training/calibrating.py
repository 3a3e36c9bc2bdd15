"""How a reader's scores become a probability: fitted on articles that it never saw in training.

Three kinds of questions are asked: those that the library answers; some of them with their article
taken out, so that nothing answers them; and those that the article comes near to without answering.
How likely an answer is right depends on how often each kind is asked, which `SHARES` says.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product, starmap

import numpy as np

from eval.cases import Case, Suite
from eval.measures import answer_in_quote
from index.errors import SuiteError
from rag.ask import Pipeline
from rag.readers.span.calibration import FEATURES, Calibration, features_of
from rag.readers.span.candidates import Candidate, Weights
from rag.readers.span.reader import SpanReader
from rag.retrieval import retrieve

RETRIEVAL_WEIGHTS = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0)
WORDS_WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0)
MOST = 800  # questions with an answer; of each other kind half as many
SHARES = {"answered": 4, "absent": 1, "near": 1}  # of the kinds, in what is expected to be asked

Told = Callable[[int, int], None]  # questions asked, questions in all


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what the reader found for it."""

    case: Case
    answerable: bool  # in the texts that were searched
    candidates: Sequence[Candidate]

    @property
    def kind(self) -> str:
        """One of `SHARES`."""
        if self.answerable:
            return "answered"
        return "absent" if self.case.answers else "near"

    def is_right(self, candidate: Candidate) -> bool:
        """Whether the sentence around the candidate holds an expected answer."""
        quote = candidate.hit.chunk.slice(candidate.quote)
        return self.answerable and bool(answer_in_quote(quote, self.case.answers or ()))


def asked(
    suite: Suite, articles: Sequence[str], pipeline: Pipeline, *, seed: int, told: Told
) -> list[Asked]:
    """What the pipeline's reader finds for questions of these articles, of all three kinds.

    The pipeline's library has the suite's passages. Raises `SuiteError` where no case is of the
    articles.
    """
    cases = [case for case in suite.cases if set(case.tags) & set(articles)]
    if not cases:
        raise SuiteError(f"{suite.name} has no case of {', '.join(articles)} to calibrate on")
    draw = random.Random(seed)
    answered = _some([case for case in cases if case.answers], draw, MOST)
    absent = answered[: len(answered) // 2]
    near = _some([case for case in cases if not case.answers], draw, len(absent))
    plan = [*((case, True) for case in answered), *((case, False) for case in [*absent, *near])]
    found = []
    for number, (case, answerable) in enumerate(plan, start=1):
        without = not answerable and bool(case.answers)
        found.append(Asked(case, answerable, _candidates(case, pipeline, without=without)))
        told(number, len(plan))
    return found


def best_weights(found: Sequence[Asked]) -> Weights:
    """The weights with which most first answers are right; of equal ones the least."""
    answerable = [each for each in found if each.answerable and each.candidates]

    def worth(weights: Weights) -> tuple[int, float, float]:
        right = sum(each.is_right(reranked(each.candidates, weights)[0]) for each in answerable)
        return right, -weights.retrieval, -weights.words

    return max(starmap(Weights, product(RETRIEVAL_WEIGHTS, WORDS_WEIGHTS)), key=worth)


def reranked(candidates: Sequence[Candidate], weights: Weights) -> list[Candidate]:
    """The candidates as they rank with other weights, best first."""
    moved = [
        replace(each, ranking=weights.ranking(each.score, each.hit, each.words))
        for each in candidates
    ]
    return sorted(moved, key=lambda each: -each.ranking)


def fitted(
    found: Sequence[Asked], *, weights: Weights
) -> tuple[Calibration, list[float], list[bool]]:
    """The logistic regression of the best answer being right on the features.

    Beside it the probabilities that it gives for these very questions, and which were right.
    """
    from sklearn.linear_model import LogisticRegression

    ranked = [(each, reranked(each.candidates, weights)) for each in found if each.candidates]
    rows = [features_of(candidates) for _, candidates in ranked]
    right = [each.is_right(candidates[0]) for each, candidates in ranked]
    columns = np.array([[row[name] for name in FEATURES] for row in rows])
    spread = columns.std(axis=0)
    spread[spread == 0] = 1.0
    kinds = Counter(each.kind for each, _ in ranked)
    shares = [SHARES[each.kind] / kinds[each.kind] for each, _ in ranked]
    balanced = np.array(shares) * len(shares) / sum(shares)  # 1 on average
    model = LogisticRegression(max_iter=1_000)
    model.fit(columns / spread, right, sample_weight=balanced)
    fitted_weights = dict(zip(FEATURES, (model.coef_[0] / spread).tolist(), strict=True))
    probabilities = model.predict_proba(columns / spread)[:, 1].tolist()
    return Calibration(float(model.intercept_[0]), fitted_weights), probabilities, right


def _some(cases: list[Case], draw: random.Random, most: int) -> list[Case]:
    return draw.sample(cases, min(most, len(cases)))


def _candidates(case: Case, pipeline: Pipeline, *, without: bool) -> list[Candidate]:
    """What is found for the case; `without` its article where that is asked for."""
    reader = pipeline.reader
    if not isinstance(reader, SpanReader):
        raise SuiteError("only a span reader can be calibrated")
    with pipeline.library.snapshot() as snapshot:
        folder = (case.document or "").partition("/")[0]
        others = [row.id for row in snapshot.documents() if not row.source.startswith(f"{folder}/")]
        hits = retrieve(
            case.question,
            snapshot,
            embedder=pipeline.embedder,
            fusion=pipeline.settings.fusion,
            documents=others if without else None,
        )
    return reader.candidates(case.question, hits)
