"""What a reader claims -> quotes, checked against the stored text. Nothing else makes a quote."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.records import Chunk, Document, Hit
from index.snapshot import Snapshot
from rag.answer import Claim, Draft, Quote


def checked_quotes(
    draft: Draft, hits: Sequence[Hit], snapshot: Snapshot, *, limit: int
) -> tuple[Quote, ...]:
    """The draft's claims that hold, best first, merged where they touch, at most `limit`.

    A claim holds where it names one of the passages that were read, its span lies within that
    passage, and the stored document has exactly the claimed characters there. The others are
    dropped: a tampered quote is no quote.
    """
    passages = {hit.chunk.id: hit.chunk for hit in hits}
    documents: dict[str, Document] = {}
    quotes: list[Quote] = []
    for claim in draft.claims:
        passage = passages.get(claim.chunk_id)
        if passage is None or not _lies_within(claim, passage):
            continue
        if claim.document_id not in documents:
            documents[claim.document_id] = snapshot.document(claim.document_id)
        quote = quote_of(claim, documents[claim.document_id])
        if quote:
            quotes.append(quote)
    merged = _merged(quotes, documents)
    return tuple(_each_text_once(sorted(merged, key=lambda quote: -quote.score)))[:limit]


def _lies_within(claim: Claim, passage: Chunk) -> bool:
    same = claim.document_id == passage.document_id
    return same and passage.start <= claim.start < claim.end <= passage.end


def quote_of(claim: Claim, document: Document) -> Quote | None:
    """The quote of the claimed characters, or `None` where the document has others there."""
    if document.text[claim.start : claim.end] != claim.text:
        return None
    answer = claim.answer
    if answer and not claim.start <= answer[0] < answer[1] <= claim.end:
        answer = None  # the sentence holds, but what was marked in it does not lie there
    return Quote(
        document_id=document.id,
        version=document.version,
        title=document.title,
        source=document.source,
        place=document.place(claim.start, claim.end),
        start=claim.start,
        end=claim.end,
        text=claim.text,
        score=claim.score,
        answer=answer,
    )


def _merged(quotes: Iterable[Quote], documents: dict[str, Document]) -> list[Quote]:
    """Quotes of one document that overlap, or have only blanks between them, become one."""
    merged: list[Quote] = []
    for quote in sorted(quotes, key=lambda quote: (quote.document_id, quote.start, -quote.end)):
        last = merged[-1] if merged else None
        document = documents[quote.document_id]
        same = last is not None and last.document_id == quote.document_id
        if last and same and not document.text[last.end : quote.start].strip():
            merged[-1] = _joined(last, quote, document)
        else:
            merged.append(quote)
    return merged


def _joined(first: Quote, second: Quote, document: Document) -> Quote:
    better = max(first, second, key=lambda quote: quote.score)
    end = max(first.end, second.end)
    return replace(
        first,
        end=end,
        text=document.text[first.start : end],
        score=better.score,
        answer=better.answer,
    )


def _each_text_once(quotes: Iterable[Quote]) -> Iterable[Quote]:
    seen: set[str] = set()
    for quote in quotes:
        words = " ".join(quote.text.split())
        if words not in seen:
            seen.add(words)
            yield quote
