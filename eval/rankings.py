"""What the searches found for a case, held against what it expects: documents and paragraphs.

Chunks are never counted: how a text is cut must not change a figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.expected import Expected
from eval.measures import retrieval_values
from eval.outcomes import Ranks
from eval.texts import Located, Texts
from index.errors import SuiteError
from index.records import Hit
from rag.retrieval import VECTORS, WORDS

_RIGHT = "right"  # the paragraph that answers, among the names of others


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What the searches found for a case."""

    deep: Sequence[Hit] | None  # best first, further than what is read; None: was not searched
    read: Sequence[Hit]  # what the reader was given


def right_passages(
    hits: Iterable[Hit], case: Case, expected: Expected, texts: Texts
) -> tuple[Hit, ...]:
    """Those of the passages that answer the case, in their order.

    Raises `SuiteError` where the library changed since `texts` were read.
    """
    return tuple(
        hit for hit in hits if expected.is_right(_located(hit, texts), hit.chunk.text, case)
    )


def ranking_values(hits: Sequence[Hit], expected: Expected, texts: Texts) -> dict[str, float]:
    """Measures of the searches, over documents and, where evidence says which, paragraphs.

    Empty where the case does not say which documents are right.
    """
    if not expected.relevant:
        return {}
    places = [_located(hit, texts) for hit in hits]
    documents = dict.fromkeys(place.source for place in places)
    values = retrieval_values(expected.relevant, list(documents))
    if expected.evidence and texts.have_paragraphs:
        ranked = _new_paragraphs(places, expected.evidence, texts)
        found = retrieval_values({_RIGHT: 1}, ranked)
        values |= {f"paragraph_{name}": value for name, value in found.items()}
    return values


def ranks_of_right(hits: Sequence[Hit], case: Case, expected: Expected, texts: Texts) -> Ranks:
    """Where the first right passage stands among all that was found, and in each search."""
    right = {hit.chunk.id for hit in right_passages(hits, case, expected, texts)}
    places = [(rank, hit) for rank, hit in enumerate(hits, start=1) if hit.chunk.id in right]

    def first_in(search: str) -> int | None:
        ranks = (hit.found_by[search].rank for _, hit in places if search in hit.found_by)
        return min(ranks, default=None)

    fused = min((rank for rank, _ in places), default=None)
    return Ranks(fused, first_in(VECTORS), first_in(WORDS))


def _new_paragraphs(
    places: Iterable[Located], evidence: Iterable[Located], texts: Texts
) -> list[str]:
    """A name for each passage that brings a paragraph not seen before it, in order.

    The first that reaches into a paragraph with evidence is named `_RIGHT`: each piece of evidence
    is enough by itself.
    """
    right = {name for place in evidence for name in _paragraphs(place, texts)}
    seen: set[str] = set()
    names: dict[str, None] = {}
    for place in places:
        brought = [name for name in _paragraphs(place, texts) if name not in seen]
        seen.update(brought)
        if brought:
            names[brought[0] if right.isdisjoint(brought) else _RIGHT] = None
    return list(names)


def _paragraphs(place: Located, texts: Texts) -> list[str]:
    return [f"{place.source}#{number}" for number in texts.paragraphs_of(place)]


def _located(hit: Hit, texts: Texts) -> Located:
    document = texts.by_id.get(hit.chunk.document_id)
    if document is None:
        raise SuiteError("the library was changed while the suite was asked; run it again")
    return Located(document.source, hit.chunk.start, hit.chunk.end)
