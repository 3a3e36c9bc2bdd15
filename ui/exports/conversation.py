"""What a file says of a conversation, whatever its format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.records import Document
from rag.answer import Answer
from ui.addresses import Site, reader_url, target_of
from ui.cited import Cited, cited, quotes_or_passages, remark

UNPAIRED = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # halves of a pair: UTF-8 has none

Outcome = Literal["answered", "absent", "failed", "waiting"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what became of it: an answer, an error, or neither of them yet."""

    question: str
    answer: Answer | None = None
    error: str | None = None  # what the error says, for a person


@dataclass(frozen=True, slots=True)
class Told:
    """An exchange as it is written."""

    question: str
    outcome: Outcome
    words: str  # what the error says, or what stands behind "do not answer this"; else empty
    cited: tuple[Cited, ...]  # the quotes that answer, else the passages that come nearest


def told(
    exchanges: Sequence[Exchange],
    documents: Mapping[str, Document],
    *,
    site: Site,
) -> list[Told]:
    """The exchanges as they are written, with links to the site's pages."""
    return [_told(exchange, documents, site) for exchange in exchanges]


def _told(exchange: Exchange, documents: Mapping[str, Document], site: Site) -> Told:
    answer = exchange.answer
    if exchange.error is not None:
        return Told(exchange.question, "failed", exchange.error, ())
    if answer is None:
        return Told(exchange.question, "waiting", "", ())
    shown = tuple(
        cited(
            quote,
            documents.get(quote.document_id),
            url=reader_url(target_of(quote), site=site),
            language=site.language,
        )
        for quote in quotes_or_passages(answer, documents)
    )
    if answer.status == "answered":
        return Told(exchange.question, "answered", "", shown)
    words = remark(answer, shown=bool(shown), language=site.language)
    return Told(exchange.question, "absent", words, shown)
