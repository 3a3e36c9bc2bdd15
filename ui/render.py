"""From an answer or a document to HTML; pure functions, and every text goes through a template.

The templates escape whatever they are given, so a question and a text are shown as they are. What
the chat shows is one line: Gradio's Markdown ends a block of HTML at an empty line, and turns tabs
into spaces, so line ends and tabs are written as character references. They read back the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from index.records import Document
from rag.answer import Answer, Quote
from ui.addresses import Site, citation_url, reader_url, target_of
from ui.cited import Cited, cited, near, quotes_or_passages, remark
from ui.explaining import Explanation, confidence_word, explanation
from ui.exports import EXPORTS
from ui.paragraphs import Paragraph, paragraphs, surroundings
from ui.templating import rendered
from ui.wording import ENGLISH

SEEN_AT_ONCE = 3  # quotes; the others stand behind a click
EXCERPT = 240  # characters of such a passage in the conversation; the panel shows all of it
REFERENCES = str.maketrans({"\n": "&#10;", "\t": "&#9;"})


@dataclass(frozen=True, slots=True)
class OnCard(Cited):
    """A quote or passage as the conversation shows it."""

    excerpt: str  # the first words of the text
    cite: str  # address of the page that cites it
    why: Explanation | None  # None for a passage that is no answer


@dataclass(frozen=True, slots=True)
class InPlace(Cited):
    """A quote or passage among what stands around it."""

    surroundings: tuple[Paragraph, ...]  # empty where the document changed since
    cut_before: bool  # the document goes on before the surroundings
    cut_after: bool


def question_bubble(question: str) -> str:
    """The question as it was typed."""
    return _one_line("question.html.j2", question=question)


def waiting_bubble(*, site: Site) -> str:
    """What stands for the answer until there is one."""
    return _one_line("waiting.html.j2", language=site.language)


def answer_bubble(
    answer: Answer,
    documents: Mapping[str, Document],
    *,
    site: Site,
    first: int = SEEN_AT_ONCE,
    unknown_words: Sequence[str] = (),
) -> str:
    """The quotes, each with where it comes from; or that there is no answer, and what is near.

    Only the `first` quotes are seen without a click. `unknown_words` are those of the question
    that stand nowhere in the texts.
    """
    shown = [_on_card(quote, said, answer, site) for quote, said in _told(answer, documents, site)]
    return _one_line(
        "answer.html.j2",
        language=site.language,
        status=answer.status,
        confidence=confidence_word(answer.confidence),
        shown=shown,
        remark=remark(answer, shown=bool(shown), language=site.language),
        first=first,
        unknown_words=unknown_words,
    )


def side_panel(
    answer: Answer | None,
    documents: Mapping[str, Document],
    *,
    site: Site,
    first: int = SEEN_AT_ONCE,
) -> str:
    """The `first` quotes in their surroundings; what the panel is for where there is no answer."""
    status = answer.status if answer else "empty"
    told = _told(answer, documents, site)[:first] if answer else []
    shown = [_in_place(quote, said, documents.get(quote.document_id)) for quote, said in told]
    return _one_line("panel.html.j2", language=site.language, status=status, shown=shown)


def error_bubble(message: str, *, site: Site) -> str:
    """An error, which looks unlike an answer that was not found."""
    return _one_line("error.html.j2", language=site.language, message=message)


def chat_head(*, site: Site) -> str:
    """What the chat adds to the head of its page: the style sheets and a script, all our own.

    The script is told how the name of the file ends that each of the buttons makes.
    """
    endings = {name: export.ending for name, export in EXPORTS.items()}
    return rendered("head.html.j2", site=site, endings=endings)


def chat_title(*, site: Site, title: str = "") -> str:
    """The name and the promise, above the conversation; Pincite's own name where none is given."""
    return _one_line("title.html.j2", language=site.language, title=title or "Pincite")


def document_ids(answer: Answer) -> list[str]:
    """The documents that showing the answer takes, each once."""
    quoted = [quote.document_id for quote in answer.quotes]
    return list(dict.fromkeys([*quoted, *(hit.chunk.document_id for hit in near(answer))]))


def _told(
    answer: Answer, documents: Mapping[str, Document], site: Site
) -> list[tuple[Quote, Cited]]:
    """The quotes, or the closest passages, each with what is said of it."""
    trail = [target_of(quote) for quote in answer.quotes]
    told = []
    for quote in quotes_or_passages(answer, documents):
        url = reader_url(target_of(quote), site=site, trail=trail)
        document = documents.get(quote.document_id)
        told.append((quote, cited(quote, document, url=url, language=site.language)))
    return told


def _on_card(quote: Quote, said: Cited, answer: Answer, site: Site) -> OnCard:
    return OnCard(
        **asdict(said),
        excerpt=quote.text[: surroundings(quote.text, 0, 0, reach=EXCERPT)[1]],
        cite=citation_url(target_of(quote), site=site),
        why=explanation(quote, answer) if answer.quotes else None,
    )


def _in_place(quote: Quote, said: Cited, document: Document | None) -> InPlace:
    if document is None or document.version != quote.version:
        return InPlace(**asdict(said), surroundings=(), cut_before=False, cut_after=False)
    low, high = surroundings(document.text, quote.start, quote.end)
    span = (quote.start, quote.end)
    parts = paragraphs(document, quote=span, answer=quote.answer, window=(low, high))
    return InPlace(
        **asdict(said),
        surroundings=tuple(parts),
        cut_before=low > 0,
        cut_after=high < len(document.text),
    )


def _one_line(template: str, *, language: str = ENGLISH, **values: object) -> str:
    return rendered(template, language=language, **values).strip().translate(REFERENCES)
