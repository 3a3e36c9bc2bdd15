"""What a quotation kept of its source, what it left out and what it put in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from index.records import Span
from rag.verifying.aligning import Alignment, Step

EditKind = Literal["kept", "removed", "inserted"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A row of words; the blanks between one edit and the next are in neither."""

    kind: EditKind
    text: str  # as the quotation has it; as the source has it where it was removed
    quoted: Span  # offsets of the text with the quotation; start and end are equal where removed
    source: Span  # offsets of the document; start and end are equal where inserted
    marked: bool = False  # a mark of omission or brackets tell of it


def edits_of(alignment: Alignment, text: str) -> tuple[Edit, ...]:
    """The differences, and the words between them, in order; `text` has the quotation.

    Where words were replaced, those removed stand before those inserted.
    """
    edits: list[Edit] = []
    tokens = alignment.passage.tokens
    first = next(step.source for step in alignment.steps if step.source is not None)
    at = alignment.quoted.quotation.start, tokens[first].start
    for (same, marked), run in groupby(alignment.steps, lambda step: (step.same, step.marked)):
        for edit in _of_run(list(run), alignment, text, at, same=same, marked=marked):
            edits.append(edit)
            at = edit.quoted[1], edit.source[1]
    return tuple(edits)


def source_span(alignment: Alignment) -> Span:
    """Where in the document the stretch stands that the quotation is beside."""
    numbers = [step.source for step in alignment.steps if step.source is not None]
    tokens = alignment.passage.tokens
    return tokens[numbers[0]].start, tokens[numbers[-1]].end


def _of_run(
    run: Sequence[Step],
    alignment: Alignment,
    text: str,
    at: tuple[int, int],  # where in the text and in the document the edit before ended
    *,
    same: bool,
    marked: bool,
) -> Iterator[Edit]:
    quoted = [alignment.quoted.tokens[step.quoted] for step in run if step.quoted is not None]
    source = [alignment.passage.tokens[step.source] for step in run if step.source is not None]
    source_at, quoted_at = (at[1], at[1]), (at[0], at[0])
    if source:
        source_at = source[0].start, source[-1].end
    if quoted:
        quoted_at = quoted[0].start, quoted[-1].end
    if same:
        yield Edit("kept", text[slice(*quoted_at)], quoted_at, source_at)
        return
    if source:
        removed = alignment.passage.at(source_at)
        yield Edit("removed", removed, (at[0], at[0]), source_at, marked)
    if quoted:
        end = source_at[1]
        yield Edit("inserted", text[slice(*quoted_at)], quoted_at, (end, end), marked)
