"""A run in SQuAD's own predictions format, for the programs that read it."""

from eval.outcomes import Run


def predictions_json(run: Run) -> dict[str, str]:
    """Case id -> predicted words, "" for no answer.

    A case that failed is left out: silence would be counted in its favour where it is right.
    """
    return {
        outcome.case.id: outcome.prediction for outcome in run.outcomes if outcome.error is None
    }
