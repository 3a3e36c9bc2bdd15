"""A conversation as CommonMark: each quote a block quote with the short answer in bold."""

from collections.abc import Iterator, Mapping, Sequence

from index.records import Document
from ui.addresses import Site
from ui.cited import Cited
from ui.exports.commonmark import block_quote, line, link, paragraphs
from ui.exports.conversation import Exchange, Told, told
from ui.wording import words


def as_markdown(
    exchanges: Sequence[Exchange],
    documents: Mapping[str, Document],
    *,
    site: Site,
) -> str:
    """The conversation; every text in it renders as its own characters."""
    blocks = ["# Pincite", words("site.promise", site.language)]
    for one in told(exchanges, documents, site=site):
        blocks += _exchange(one, site.language)
    return "\n\n".join(blocks) + "\n"


def _exchange(one: Told, language: str) -> Iterator[str]:
    yield f"## {line(one.question)}".rstrip()
    if one.outcome == "failed":
        yield f"**{words('answer.error', language)}**"
    elif one.outcome == "waiting":
        yield words("export.waiting", language)
    elif one.outcome == "absent":
        yield f"**{words('answer.absent', language)}**"
    if one.words:
        yield paragraphs(one.words)
    for cited in one.cited:
        if one.outcome == "absent":
            yield f"*{words('answer.label', language)}*"
        yield from _cited(cited, language)


def _cited(cited: Cited, language: str) -> Iterator[str]:
    strong = (len(cited.before), len(cited.before + cited.answer))
    yield block_quote(paragraphs(cited.before + cited.answer + cited.after, strong=strong))
    origin = ", ".join(line(part) for part in (cited.title, cited.place) if part)
    if origin:
        yield origin
    # a paragraph of its own: marks of direction in a title end with the title's
    yield link(words("quote.read", language), cited.url)
