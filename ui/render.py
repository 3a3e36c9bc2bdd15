"""From an answer or a document to HTML; pure functions, and every text goes through a template.

The templates escape whatever they are given, so a question and a text are shown as they are. What
the chat shows is one line: Gradio's Markdown ends a block of HTML at an empty line, and turns tabs
into spaces, so line ends and tabs are written as character references. They read back the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from index.records import Document, Hit, Span
from rag.answer import Answer, Claim, Quote
from rag.places import place_words
from rag.quotes import quote_of
from ui.contract import reader_url
from ui.paragraphs import Paragraph, paragraphs, surroundings

MOST_PASSAGES = 3  # shown where nothing answers
EXCERPT = 240  # characters of such a passage in the conversation; the panel shows all of it
REFERENCES = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages stand, for the links in them."""

    course: str = "default"
    root_path: str = ""  # path under which a proxy shows the server


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote or passage with all that a template says of it."""

    before: str  # of the quote's text, up to the short answer; all of it where there is none
    answer: str
    after: str
    excerpt: str  # the first words of the text
    title: str
    place: str  # in words
    url: str  # of its place in the reading page
    surroundings: tuple[Paragraph, ...]  # empty where the document changed since
    cut_before: bool  # the document goes on before the surroundings
    cut_after: bool


def question_bubble(question: str) -> str:
    """The question as it was typed."""
    return _one_line("question.html.j2", question=question)


def waiting_bubble() -> str:
    """What stands for the answer until there is one."""
    return _one_line("waiting.html.j2")


def answer_bubble(answer: Answer, documents: Mapping[str, Document], *, site: Site) -> str:
    """The quotes, each with where it comes from; or that there is no answer, and what is near."""
    return _one_line("answer.html.j2", status=answer.status, shown=_shown(answer, documents, site))


def side_panel(answer: Answer | None, documents: Mapping[str, Document], *, site: Site) -> str:
    """Every quote in its surroundings; what the panel is for where there is no answer yet."""
    if answer is None:
        return _one_line("panel.html.j2", status="empty", shown=[])
    return _one_line("panel.html.j2", status=answer.status, shown=_shown(answer, documents, site))


def error_bubble(message: str) -> str:
    """An error, which looks unlike an answer that was not found."""
    return _one_line("error.html.j2", message=message)


def chat_head(*, site: Site) -> str:
    """What the chat adds to the head of its page: the style sheets and a script, all our own."""
    return _render("head.html.j2", site=site)


def chat_title() -> str:
    """The name and the promise, above the conversation."""
    return _one_line("title.html.j2")


def reading_page(document: Document, *, quote: Span | None, other_version: bool, site: Site) -> str:
    """The whole document as a page without a script, exactly the characters of `quote` marked."""
    parts = paragraphs(document, quote=quote)
    return _render(
        "reading.html.j2",
        document=document,
        paragraphs=parts,
        titled=any(part.level == 1 for part in parts),
        marked=quote is not None,
        other_version=other_version,
        site=site,
    )


def notice_page(title: str, message: str, *, site: Site) -> str:
    """A page that says one thing, for an address that leads nowhere."""
    return _render("notice.html.j2", title=title, message=message, site=site)


def document_ids(answer: Answer) -> list[str]:
    """The documents that showing the answer takes, each once."""
    cited = [quote.document_id for quote in answer.quotes]
    near = [hit.chunk.document_id for hit in _near(answer)]
    return list(dict.fromkeys(cited + near))


def _near(answer: Answer) -> tuple[Hit, ...]:
    return () if answer.status == "answered" else answer.hits[:MOST_PASSAGES]


def _shown(answer: Answer, documents: Mapping[str, Document], site: Site) -> list[Shown]:
    quotes = answer.quotes or _passages(_near(answer), documents)
    return [_show(quote, documents.get(quote.document_id), site) for quote in quotes]


def _passages(hits: tuple[Hit, ...], documents: Mapping[str, Document]) -> tuple[Quote, ...]:
    """The passages as quotes of themselves; one that its document no longer holds is left out."""
    quotes = (
        quote_of(_whole_passage(hit), documents[hit.chunk.document_id])
        for hit in hits
        if hit.chunk.document_id in documents
    )
    return tuple(quote for quote in quotes if quote)


def _whole_passage(hit: Hit) -> Claim:
    chunk = hit.chunk
    return Claim(chunk.id, chunk.document_id, chunk.start, chunk.end, chunk.text, hit.score)


def _show(quote: Quote, document: Document | None, site: Site) -> Shown:
    start, end = quote.answer or (quote.end, quote.end)
    stands = document is not None and document.version == quote.version
    around = _around(quote, document) if document is not None and stands else None
    low, high, parts = around or (0, 0, ())
    return Shown(
        before=quote.text[: start - quote.start],
        answer=quote.text[start - quote.start : end - quote.start],
        after=quote.text[end - quote.start :],
        excerpt=quote.text[: surroundings(quote.text, 0, 0, reach=EXCERPT)[1]],
        title=quote.title,
        place=_place(quote),
        url=reader_url(quote, course=site.course, root_path=site.root_path),
        surroundings=parts,
        cut_before=low > 0,
        cut_after=document is not None and around is not None and high < len(document.text),
    )


def _place(quote: Quote) -> str:
    """The place in words, without the title where that is its outermost heading too."""
    place = quote.place
    if place.headings[:1] == (quote.title,):
        place = replace(place, headings=place.headings[1:])
    return place_words(place)


def _around(quote: Quote, document: Document) -> tuple[int, int, tuple[Paragraph, ...]]:
    low, high = surroundings(document.text, quote.start, quote.end)
    span = (quote.start, quote.end)
    parts = paragraphs(document, quote=span, answer=quote.answer, window=(low, high))
    return low, high, tuple(parts)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, **values: object) -> str:
    html = _templates().get_template(template).render(values)
    return html.replace("\0", "\ufffd")  # HTML has no NUL: a browser would drop it unseen


def _one_line(template: str, **values: object) -> str:
    return _render(template, **values).strip().translate(REFERENCES)
