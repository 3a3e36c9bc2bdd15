"""What the command prints of runs: tables of plain text."""

from collections import Counter
from collections.abc import Iterator, Mapping

from eval.measures import MEASURES
from eval.outcomes import LABELS, Run
from eval.reports.words import ratio_words, value_words
from eval.results import Comparison, Difference, Figure

MOST_LISTED = 10  # questions won, and lost, that are printed


def run_text(run: Run, figures: Mapping[str, Figure]) -> str:
    """The outcomes, the figures with their intervals, and the signature of what made them."""
    return "\n".join(_run_lines(run, figures))


def comparison_text(comparison: Comparison) -> str:
    """What differs, the measures side by side, and the questions won and lost."""
    return "\n".join(_comparison_lines(comparison))


def running_words(outcomes: Mapping[str, float]) -> str:
    """The figures so far, for a progress bar.

    >>> running_words({"right": 0.75, "f1": 0.5})
    'right .750, F1 .500'
    """
    named = {"right": "right", "f1": "F1", "recall@5": "recall@5"}
    return ", ".join(
        f"{words} {ratio_words(outcomes[name])}"
        for name, words in named.items()
        if name in outcomes
    )


def _run_lines(run: Run, figures: Mapping[str, Figure]) -> Iterator[str]:
    counts = Counter(outcome.label for outcome in run.outcomes)
    yield f"{len(run.outcomes):>6,} cases"
    for label, words in LABELS.items():
        if counts[label]:
            yield f"{counts[label]:>6,}   {words}"
    group = None
    for name, figure in figures.items():
        if MEASURES[name].group != group:
            group = MEASURES[name].group
            yield ""
            yield f"{group:<24}{'value':>8}   {'95 % interval':<17}{'cases':>6}"
        low, high = value_words(name, figure.low), value_words(name, figure.high)
        yield (
            f"  {name:<22}{value_words(name, figure.value):>8}   {f'{low} to {high}':<17}"
            f"{figure.cases:>6,}   {MEASURES[name].words}"
        )
    yield from _table("made by", {**run.signature, **run.conditions})


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    first, second = comparison.first_name, comparison.second_name
    yield f"first   {first}"
    yield f"second  {second}"
    yield f"{len(comparison.pairs):,} cases in both"
    if comparison.left_out:
        yield f"{comparison.left_out:,} cases in one of them only, left out"
    differing = {name: f"{old} -> {new}" for name, (old, new) in comparison.differing.items()}
    yield from _table("what differs", differing or {"nothing": "the two were made alike"})
    yield ""
    yield f"{'measure':<28}{'first':>9}{'second':>9}{'change':>9}   95 % interval         p"
    yield from (_difference_line(difference) for difference in comparison.differences)
    for verdict in ("won", "lost"):
        pairs = [pair for pair in comparison.pairs if pair.verdict == verdict]
        yield ""
        yield f"{len(pairs):,} questions {verdict} by the second"
        for pair in pairs[:MOST_LISTED]:
            yield f"  {pair.first.case.id}: {pair.first.case.question}"
            yield f"      {LABELS[pair.first.label]} -> {LABELS[pair.second.label]}"
        if len(pairs) > MOST_LISTED:
            yield f"  and {len(pairs) - MOST_LISTED:,} more"


def _difference_line(found: Difference) -> str:
    name = found.name
    if MEASURES[name].unit == "seconds":
        change = f"{found.difference * 1000:+.0f} ms"
        interval = f"{found.low * 1000:+.0f} to {found.high * 1000:+.0f} ms"
    else:
        change = ratio_words(found.difference, signed=True)
        low, high = (ratio_words(bound, signed=True) for bound in (found.low, found.high))
        interval = f"{low} to {high}"
    first, second = value_words(name, found.first), value_words(name, found.second)
    return f"{name:<28}{first:>9}{second:>9}{change:>9}   {interval:<18}{found.p:>6.3f}"


def _table(title: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield title
    yield from (f"  {name:<16}{value}" for name, value in rows.items())
