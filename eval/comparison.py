"""Two runs of one suite, paired by case: what changed, and whether chance would do."""

from eval.figures import differences
from eval.outcome_json import Json
from eval.outcomes import Run
from eval.results import Comparison, Pair
from eval.run_file import SCHEMA_VERSION, differing_entries, finite
from index.errors import SuiteError


def compare(first: Run, second: Run, *, names: tuple[str, str], seed: int = 0) -> Comparison:
    """The second run held against the first, over the cases that both have.

    `names` says what to call the two. Raises `SuiteError` where they are runs of different suites,
    or share no case.
    """
    if first.signature.get("suite_hash") != second.signature.get("suite_hash"):
        raise SuiteError(
            f"{names[0]} is a run of {first.signature.get('suite')} and {names[1]} of "
            f"{second.signature.get('suite')}, and the two files differ; only runs of the same "
            "suite can be paired"
        )
    by_id = {outcome.case.id: outcome for outcome in second.outcomes}
    pairs = tuple(
        Pair(outcome, by_id[outcome.case.id])
        for outcome in first.outcomes
        if outcome.case.id in by_id
    )
    if not pairs:
        raise SuiteError(f"{names[0]} and {names[1]} have no case in common to be compared on")
    sorted_pairs = sorted(pairs, key=lambda pair: pair.first.case.id)  # whichever run is first
    return Comparison(
        first=first,
        second=second,
        first_name=names[0],
        second_name=names[1],
        differing=dict(differing_entries(first.signature, second.signature)),
        differences=differences(
            [pair.first for pair in sorted_pairs],
            [pair.second for pair in sorted_pairs],
            seed=seed,
        ),
        pairs=pairs,
        left_out=len(first.outcomes) + len(second.outcomes) - 2 * len(pairs),
    )


def comparison_json(comparison: Comparison) -> Json:
    """What changed, for a program: measures, and the ids of the questions won and lost."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "pincite comparison",
        "runs": [comparison.first_name, comparison.second_name],
        "signature": {name: list(values) for name, values in comparison.differing.items()},
        "cases": len(comparison.pairs),
        "left_out": comparison.left_out,
        "measures": {
            each.name: {
                "first": finite(each.first),
                "second": finite(each.second),
                "difference": finite(each.difference),
                "low": finite(each.low),
                "high": finite(each.high),
                "p": finite(each.p),
                "cases": each.cases,
            }
            for each in comparison.differences
        },
        **{
            verdict: [pair.first.case.id for pair in comparison.pairs if pair.verdict == verdict]
            for verdict in ("won", "lost")
        },
    }
