"""The table of measures: what is said of a run, in the order in which it is shown.

The score of a case that failed is unknown, which is less sure than any. At the best threshold it
gains nothing, not even where silence would have been right.
"""

import numpy as np

from eval.measures.abstention import (
    abstention_precision,
    abstention_recall,
    area_under_risk_coverage,
    auroc,
)
from eval.measures.answers import BestThreshold, best_threshold
from eval.measures.calibration import expected_calibration_error
from eval.measures.latency import percentile
from eval.measures.measure import Group, Measure, Ratio, Values, Whole
from eval.measures.retrieval import RETRIEVAL

HAS_ANSWER = ("answerable", 1.0)
NO_ANSWER = ("answerable", 0.0)


def _best(
    score: Values, value: Values, answerable: Values, said: Values, failed: Values
) -> BestThreshold:
    gains_nothing_by_silence = np.maximum(answerable, failed)
    return best_threshold(score, value, gains_nothing_by_silence, said)


def _best_value(*columns: Values) -> float:
    return _best(*columns).value


def _best_setting(*columns: Values) -> float | None:
    threshold = _best(*columns).threshold
    return threshold if np.isfinite(threshold) else None


def _median(seconds: Values) -> float:
    return percentile(seconds, 0.5)


def _slow(seconds: Values) -> float:
    return percentile(seconds, 0.95)


def _higher(name: str, words: str, group: Group, explained: str, reduce: Ratio | Whole) -> Measure:
    return Measure(name, words, group, "higher", "ratio", explained, reduce)


def _lower(name: str, words: str, group: Group, explained: str, reduce: Ratio | Whole) -> Measure:
    return Measure(name, words, group, "lower", "ratio", explained, reduce)


def _best_of(name: str, words: str, column: str) -> tuple[Measure, Measure]:
    takes, known = ("score", column, "answerable", "guess_said", "failed"), (column, "answerable")
    return (
        _higher(
            f"best_{name}",
            f"{words} at the best threshold",
            "answers",
            f"The {words} that the best threshold on the score would reach on these very cases, "
            "over all cases whose answer is known.",
            Whole(_best_value, takes, known),
        ),
        Measure(
            f"best_{name}_threshold",
            f"best threshold for {words}",
            "answers",
            None,
            "score",
            f"The least score that is answered at the best {words}, over all cases whose answer "
            "is known; none where answering nothing, or everything, is best.",
            Whole(_best_setting, takes, known),
        ),
    )


_ANSWERS = (
    _higher(
        "EM",
        "exact match",
        "answers",
        "Ratio of answers whose words equal an expected answer's, over all cases whose answer is "
        "known; where there is none, saying nothing is right.",
        Ratio("exact_match"),
    ),
    _higher(
        "F1",
        "F1",
        "answers",
        "Mean overlap of the answer's words with the expected answer's, over all cases whose "
        "answer is known; where there is none, saying nothing is right.",
        Ratio("f1"),
    ),
    _higher(
        "HasAns_EM",
        "exact match, with an answer",
        "answers",
        "Ratio of answers whose words equal an expected answer's, over the cases that the texts "
        "answer.",
        Ratio("exact_match", where=HAS_ANSWER),
    ),
    _higher(
        "HasAns_F1",
        "F1, with an answer",
        "answers",
        "Mean overlap of the answer's words with the expected answer's, over the cases that the "
        "texts answer.",
        Ratio("f1", where=HAS_ANSWER),
    ),
    _higher(
        "NoAns",
        "rightly not answered",
        "answers",
        "Ratio of cases in which nothing was said, over the cases that the texts do not answer; "
        "exact match and F1 are one figure there.",
        Ratio("exact_match", where=NO_ANSWER),
    ),
    *_best_of("EM", "exact match", "guess_exact_match"),
    *_best_of("F1", "F1", "guess_f1"),
    _higher(
        "right",
        "right",
        "answers",
        "Ratio of cases that went as they should, over all cases: answered rightly, or not "
        "answered where there is no answer; where only a document is known, it was found.",
        Ratio("right"),
    ),
)

_QUOTES = (
    _higher(
        "quote_holds",
        "top quote holds the answer",
        "quotes",
        "Ratio of cases in which an expected answer stands in the first quote, over the cases "
        "that the texts answer; not answered counts as no.",
        Ratio("quote_holds"),
    ),
    _higher(
        "any_quote_holds",
        "any quote holds the answer",
        "quotes",
        "Ratio of cases in which an expected answer stands in one of the quotes, over the cases "
        "that the texts answer; not answered counts as no.",
        Ratio("any_quote_holds"),
    ),
    _higher(
        "quote_precision",
        "words of the quote in the evidence",
        "quotes",
        "Mean ratio of the first quote's words that stand in the evidence, over the cases that "
        "name evidence.",
        Ratio("quote_precision"),
    ),
    _higher(
        "quote_recall",
        "words of the evidence in the quote",
        "quotes",
        "Mean ratio of the evidence's words that stand in the first quote, over the cases that "
        "name evidence.",
        Ratio("quote_recall"),
    ),
    _higher(
        "quote_F1",
        "F1 of quote and evidence",
        "quotes",
        "Mean overlap of the first quote's words with the evidence's, over the cases that name "
        "evidence.",
        Ratio("quote_F1"),
    ),
    _higher(
        "right_place",
        "right place",
        "quotes",
        "Ratio of cases whose first quote stands where the answer was said to stand, over the "
        "cases that name a place.",
        Ratio("right_place"),
    ),
    _higher(
        "verbatim",
        "quotes that stand in the texts",
        "quotes",
        "Ratio of quotes that stand in the texts letter for letter, over all quotes given;"
        " anything but 1 is a bug, or an invented quote.",
        Ratio("verbatim_quotes", below="quotes"),
    ),
)


def _retrieval(prefix: str, things: str) -> tuple[Measure, ...]:
    over = f"over the cases whose right {things} are known"
    explained = {
        **{
            f"recall@{k}": f"Mean ratio of the right {things} among the first {k}, {over}."
            for k in (1, 5, 10)
        },
        "MRR": f"Mean of 1 / rank of the first right one of the {things}, {over}.",
        "nDCG@10": f"Mean gain of the first ten {things}, the earlier the more, {over}.",
    }
    return tuple(
        _higher(
            prefix + name, f"{name} of {things}", "retrieval", explained[name], Ratio(prefix + name)
        )
        for name in RETRIEVAL
    )


_ABSTENTION = (
    _higher(
        "abstain_precision",
        "precision of not answering",
        "abstention",
        "Ratio of the cases not answered that have no answer, over those not answered whose "
        "answer is known.",
        Whole(
            abstention_precision,
            ("abstained", "answerable"),
            known=("answerable",),
            where=("abstained", 1.0),
        ),
    ),
    _higher(
        "abstain_recall",
        "recall of not answering",
        "abstention",
        "Ratio of the cases without an answer that were not answered, over the cases that the "
        "texts do not answer; a failure is no abstention.",
        Whole(
            abstention_recall, ("abstained", "answerable"), known=("answerable",), where=NO_ANSWER
        ),
    ),
    _higher(
        "AUROC",
        "AUROC of the score",
        "abstention",
        "Ratio of pairs in which the case with an answer has the higher score than the case "
        "without, over all cases whose answer is known; .5 is chance.",
        Whole(auroc, ("score", "answerable"), known=("answerable",)),
    ),
    _lower(
        "AURC",
        "area under risk-coverage",
        "abstention",
        "Mean ratio of wrong answers among the surest cases, over all coverages of the cases "
        "whose answer is known.",
        Whole(area_under_risk_coverage, ("score", "guess_right"), known=("guess_right",)),
    ),
)

_REST = (
    _lower(
        "ECE",
        "expected calibration error",
        "calibration",
        "Mean distance of confidence and ratio of right answers in ten bins of equal width, over "
        "the answered cases that have a confidence and whose answer is known.",
        Whole(
            expected_calibration_error,
            ("confidence", "right"),
            known=("confidence", "right", "answerable"),
            where=("answered", 1.0),
        ),
    ),
    Measure(
        "p50",
        "latency p50",
        "latency",
        "lower",
        "seconds",
        "Seconds within which half of the cases came back, over all cases that were asked.",
        Whole(_median, ("seconds",), known=("seconds",)),
    ),
    Measure(
        "p95",
        "latency p95",
        "latency",
        "lower",
        "seconds",
        "Seconds within which 95 of 100 cases came back, over all cases that were asked.",
        Whole(_slow, ("seconds",), known=("seconds",)),
    ),
    _lower(
        "errors",
        "failed",
        "errors",
        "Ratio of cases in which asking failed, over all cases.",
        Ratio("failed"),
    ),
)

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        *_ANSWERS,
        *_QUOTES,
        *_retrieval("", "documents"),
        *_retrieval("paragraph_", "paragraphs"),
        *_ABSTENTION,
        *_REST,
    )
}
