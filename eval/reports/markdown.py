"""A run as a page of Markdown, which continuous integration systems show beside a build."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from eval.gates import Verdict
from eval.measures import MEASURES
from eval.outcomes import LABELS, Run
from eval.reports.words import value_words
from eval.results import Figure

MOST_MISSES = 20  # that are listed; the others are counted

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&@:])")


def markdown_summary(
    run: Run, figures: Mapping[str, Figure], verdicts: Sequence[Verdict] = ()
) -> str:
    """Gates, figures, outcomes, the first misses and the signature."""
    return "\n".join([*_lines(run, figures, verdicts), ""])


def _lines(run: Run, figures: Mapping[str, Figure], verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield f"## {_escaped(run.signature['suite'])}: {len(run.outcomes)} cases"
    if verdicts:
        yield from ("", "| gate | | |", "|---|---|---|")
        for verdict in verdicts:
            told = "**broken**" if verdict.broken else "kept"
            yield f"| `{verdict.gate}` | {told} | {_escaped(verdict.words)} |"
    yield from ("", "| measure | value | 95 % interval | cases |", "|---|---|---|---|")
    for name, figure in figures.items():
        low, high = value_words(name, figure.low), value_words(name, figure.high)
        value = value_words(name, figure.value)
        words = MEASURES[name].words
        yield f"| {_escaped(words)} (`{name}`) | {value} | {low} to {high} | {figure.cases} |"
    yield from ("", "| outcome | cases |", "|---|---|")
    counts = Counter(outcome.label for outcome in run.outcomes)
    yield from (f"| {words} | {counts[label]} |" for label, words in LABELS.items())
    yield from _misses(run)
    yield from ("", "<details><summary>Signature</summary>", "", "| | |", "|---|---|")
    yield from (f"| {name} | {_escaped(value)} |" for name, value in run.signature.items())
    yield from ("", "</details>")


def _misses(run: Run) -> Iterator[str]:
    misses = [outcome for outcome in run.outcomes if not outcome.is_hit]
    if not misses:
        return
    yield from ("", f"<details><summary>{len(misses)} misses</summary>", "")
    yield from ("| case | question | expected | given | |", "|---|---|---|---|---|")
    for outcome in misses[:MOST_MISSES]:
        expected = " / ".join(outcome.case.answers or outcome.case.relevant) or "no answer"
        cells = (
            outcome.case.id,
            outcome.case.question,
            expected,
            outcome.prediction or "not answered",
            LABELS[outcome.label],
        )
        yield f"| {' | '.join(map(_escaped, cells))} |"
    if len(misses) > MOST_MISSES:
        yield from ("", f"and {len(misses) - MOST_MISSES} more")
    yield from ("", "</details>")


def _escaped(text: str) -> str:
    r"""The text so that Markdown shows its very characters, on one line.

    >>> _escaped("a|b <i>*c*\nd")
    'a\\|b \\<i\\>\\*c\\* d'
    """
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
