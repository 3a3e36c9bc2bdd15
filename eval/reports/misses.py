"""What went wrong with a case, in the words that a failed test prints."""

import traceback

from eval.outcomes import LABELS, Outcome
from index.errors import PinciteError


def failure_words(outcome: Outcome, error: BaseException | None = None) -> str | None:
    """Why a test of the case fails, its label first; `None` where it went as it should.

    `error` is what was raised by a case that failed: a bug is shown with its traceback. A quote of
    ours that does not stand in the texts is a bug too, whatever else the case has.
    """
    if any(not quote.verbatim for quote in outcome.quotes):
        return f"this is a bug in Pincite: a quote stands nowhere\n{miss_words(outcome)}"
    if outcome.is_hit:
        return None
    if outcome.error is None:
        return f"{LABELS[outcome.label]}\n{miss_words(outcome)}"
    mendable = isinstance(error, PinciteError)
    told = f"failed: {error if mendable else outcome.error}\n{miss_words(outcome)}"
    if error is None or mendable:
        return told
    return f"{told}\n\n{''.join(traceback.format_exception(error)).rstrip()}"


def miss_words(outcome: Outcome) -> str:
    """What was asked, expected and given, a line each."""
    case = outcome.case
    expected = " | ".join(case.answers or ()) or "(no answer)"
    if case.answers is None:
        expected = ", ".join(case.relevant)
    lines = [
        f"question: {case.question}",
        f"expected: {expected}",
        f"given:    {outcome.prediction or '(not answered)'}",
    ]
    if not outcome.prediction and outcome.guess:
        lines.append(f"withheld: {outcome.guess}")
    for quote in outcome.quotes:
        named = ", ".join(filter(None, (quote.document, quote.place)))
        lines.append(f"quote:    {quote.text!r} ({named or 'stands nowhere in the texts'})")
    if case.document or case.place:
        where = ", ".join(filter(None, (case.document, case.place)))
        lines.append(f"right place: {where}")
    if outcome.ranks:
        ranks = outcome.ranks
        lines.append(
            f"rank of the right passage: {_rank(ranks.fused)} "
            f"(by meaning {_rank(ranks.vectors)}, by words {_rank(ranks.words)})"
        )
    return "\n".join(lines)


def _rank(rank: int | None) -> str:
    return "not found" if rank is None else str(rank)
