"""What readers said of answers -> cases, and what a person has to decide first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from eval.cases import Case
from eval.formats.faults import Fault
from eval.formats.json_lines import case_of
from eval.new_case import UNANSWERABLE
from eval.texts import Texts
from rag.activity import Feedback, FirstQuote


@dataclass(frozen=True, slots=True)
class Undecided:
    """Feedback that tells of no right answer: a person has to find it."""

    feedback: Feedback
    reason: str  # in words


@dataclass(frozen=True, slots=True)
class Export:
    """What feedback comes to: each question is in one of the two, by the time of its newest."""

    cases: tuple[Case, ...]
    undecided: tuple[Undecided, ...]
    contradicted: int  # questions whose feedback disagreed; the newest counts


def export_of(rows: Iterable[Feedback], texts: Texts) -> Export:
    """The cases that can be made of the feedback, whose quotes must still stand in the texts.

    The newest feedback on a question counts. Where it says "right", the answer and its quote are
    what a case expects, or silence, where nothing was answered; "should not have answered" makes a
    case without an answer. Any other verdict says what is wrong and not what would be right.
    """
    questions = _by_question(rows)
    newest = sorted((said[-1] for said in questions), key=lambda row: row.when)
    made = [_case_or_reason(row, texts) for row in newest]
    return Export(
        cases=tuple(each for each in made if isinstance(each, Case)),
        undecided=tuple(each for each in made if isinstance(each, Undecided)),
        contradicted=sum(len(set(map(_says, said))) > 1 for said in questions),
    )


def _by_question(rows: Iterable[Feedback]) -> list[Sequence[Feedback]]:
    """The feedback on each question, oldest first; of one second in the order it comes in."""
    questions: dict[str, list[Feedback]] = {}
    for row in sorted(rows, key=lambda row: row.when):
        questions.setdefault(_spelled(row.question), []).append(row)
    return [*questions.values()]


def _spelled(question: str) -> str:
    return " ".join(question.split())


def _says(row: Feedback) -> str:
    """What the feedback says of the question: two that say the same do not contradict."""
    if row.verdict == "should not have answered":
        return "unanswerable"
    if row.verdict == "right":
        return "answerable" if row.quote else "unanswerable"
    return "undecided"


def _case_or_reason(row: Feedback, texts: Texts) -> Case | Undecided:
    says, quote = _says(row), row.quote
    if says == "undecided":
        return Undecided(row, row.verdict)
    fields: dict[str, object] = {"id": case_id(row.question), "question": row.question}
    if says == "answerable" and quote:
        if next(texts.places_of(quote.text, source=quote.source), None) is None:
            return Undecided(row, f"right, but its quote no longer stands in {quote.source}")
        fields |= _expected(quote)
    else:
        fields |= {"answers": [], "tags": [UNANSWERABLE]}
    try:
        return case_of(fields)
    except Fault as fault:
        return Undecided(row, f"{row.verdict}, but {fault}")


def case_id(question: str) -> str:
    """The id of a question's case, the same in every export; blanks make no difference.

    >>> case_id("Who was Rollo?") == case_id(" Who  was Rollo?")
    True
    """
    return f"feedback-{sha256(_spelled(question).encode('utf-8')).hexdigest()[:12]}"


def _expected(quote: FirstQuote) -> dict[str, object]:
    return {
        "answers": [quote.answer or quote.text],
        "evidence": [quote.text],
        "document": quote.source,
    }
