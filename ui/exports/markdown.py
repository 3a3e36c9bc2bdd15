"""A conversation as CommonMark: each quote a block quote with the short answer in bold."""

from collections.abc import Iterator, Mapping, Sequence

from index.records import Document
from ui.cited import Cited
from ui.exports.commonmark import block_quote, line, link, paragraphs
from ui.exports.conversation import Exchange, Told, told


def as_markdown(
    exchanges: Sequence[Exchange], documents: Mapping[str, Document], *, address: str
) -> str:
    """The conversation; every text in it renders as its own characters."""
    blocks = ["# Pincite", "Answers in the texts’ own words, each with its exact place."]
    for one in told(exchanges, documents, address=address):
        blocks += _exchange(one)
    return "\n\n".join(blocks) + "\n"


def _exchange(one: Told) -> Iterator[str]:
    yield f"## {line(one.question)}".rstrip()
    if one.outcome == "failed":
        yield "**Error**"
    elif one.outcome == "waiting":
        yield "This was not answered yet."
    elif one.outcome == "absent":
        yield "**These texts do not answer this.**"
    if one.words:
        yield paragraphs(one.words)
    for cited in one.cited:
        if one.outcome == "absent":
            yield "*related, not an answer*"
        yield from _cited(cited)


def _cited(cited: Cited) -> Iterator[str]:
    strong = (len(cited.before), len(cited.before + cited.answer))
    yield block_quote(paragraphs(cited.before + cited.answer + cited.after, strong=strong))
    origin = ", ".join(line(part) for part in (cited.title, cited.place) if part)
    if origin:
        yield origin
    # a paragraph of its own: marks of direction in a title end with the title's
    yield link("Read it in its place", cited.url)
