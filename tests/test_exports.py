"""A file of a conversation says what was shown, in the texts' own characters."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import groupby
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.records import Chunk, Document, Found, Hit, Mark
from rag.answer import Answer, Quote, Status
from tests.hostile import HOSTILE
from ui.addresses import Site
from ui.exports import EXPORTS, Exchange
from ui.exports.commonmark import block_quote, line, paragraphs
from ui.wording import words

ADDRESS = "https://example.org/texts"
TEXT = "# Tides\n\nThe Moon pulls.\nSpring tides are the highest 🌊. Neap tides are low.\n"
MARKS = (Mark(0, 7, "heading", "Tides", 1), Mark(9, len(TEXT) - 1, "paragraph"))
DOCUMENT = Document("tides-1", "v1", "On Tides", "tides.md", TEXT, MARKS)
DOCUMENTS = {"tides-1": DOCUMENT}
PROMISE = "Answers in the texts’ own words, each with its exact place."
LINK = "Read it in its place"
ON_ITS_SUBJECT = (
    "They speak of its subject, but no sentence in them gives the answer. The closest passages:"
)


def quote(
    words: str, short: str | None = None, source: Document = DOCUMENT, title: str | None = None
) -> Quote:
    start = source.text.index(words)
    at = source.text.index(short, start) if short else 0
    return Quote(
        document_id=source.id,
        version=source.version,
        title=source.title if title is None else title,
        source=source.source,
        place=source.place(start, start + len(words)),
        start=start,
        end=start + len(words),
        text=words,
        score=1.0,
        answer=(at, at + len(short)) if short else None,
    )


def hit(words: str, source: Document = DOCUMENT) -> Hit:
    start = source.text.index(words)
    span = (start, start + len(words))
    return Hit(Chunk(1, source.id, *span, words, (span,)), 0.5, {"words": Found(1, 2.0)})


def answer(status: Status, quotes: tuple[Quote, ...] = (), hits: tuple[Hit, ...] = ()) -> Answer:
    return Answer("q", status, None, None, quotes, hits, {}, {})


def answered(*quotes: Quote, question: str = "Which tides are highest?") -> Exchange:
    return Exchange(question, answer("answered", quotes))


SPRING = quote("Spring tides are the highest 🌊.", "highest")
MOON = quote("The Moon pulls.\nSpring tides")
CONVERSATION = [
    answered(SPRING, MOON),
    Exchange("How salty?", answer("related", hits=(hit("Neap tides are low."),))),
    Exchange("Who?", answer("not_found", hits=(hit("The Moon pulls."),))),
    Exchange("What?", answer("not_found")),
    Exchange("", error="the question is empty; ask one"),
    Exchange("And now?"),
]


def export(name: str, exchanges: list[Exchange], documents: dict[str, Document]) -> str:
    return EXPORTS[name].text(exchanges, documents, site=Site(root_path=ADDRESS))


def hostile(words: str) -> tuple[list[Exchange], dict[str, Document]]:
    """A conversation that has the words in every place where a text can stand."""
    marks = (Mark(0, len(words), "heading", words, 1), Mark(0, len(words), "paragraph"))
    source = Document("h-1", "v1", f"T{words}", "h.md", words, marks)
    exchanges = [
        answered(quote(words, words, source), question=words),
        Exchange(words, answer("related", hits=(hit(words, source),))),
        Exchange(words, error=words),
    ]
    return exchanges, {"h-1": source}


def without_halves(text: str) -> str:
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)


def in_markdown(text: str) -> str:
    return re.sub(r"[\0\x0b\x1c-\x1f\x85]", "\ufffd", without_halves(text))


# Markdown, as an independent reader renders it

READERS = [
    pytest.param(MarkdownIt("commonmark"), id="commonmark"),
    pytest.param(MarkdownIt("commonmark").enable(["table", "strikethrough"]), id="github"),
    pytest.param(MarkdownIt("js-default", {"typographer": False}), id="no html"),
]
Runs = list[tuple[str, str]]  # neighbouring characters that are rendered alike: how, and which


def blocks_of(reader: MarkdownIt, markdown: str) -> list[tuple[str, Runs]]:
    """The top blocks with what stands in them; anything but what an export has is an error."""
    blocks: list[tuple[str, Runs]] = []
    opened: list[str] = []
    for token in reader.parse(markdown):
        kind = token.type.removesuffix("_open")
        if token.type == "inline":
            runs = blocks[-1][1]
            assert opened[-1] in {"heading", "paragraph"}
            blocks[-1] = (
                blocks[-1][0],
                merged([*runs, *([("", "\n\n")] * bool(runs)), *runs_of(token)]),
            )
        elif token.nesting == 1:
            assert kind in {"heading", "paragraph", "blockquote"}
            if not opened:
                blocks.append((token.tag, []))
            opened.append(kind)
        else:
            assert token.nesting == -1, token
            opened.pop()
    return blocks


def runs_of(inline: Token) -> Runs:
    styles = [""]
    runs: Runs = []
    for token in inline.children or []:
        if token.type in {"strong_open", "em_open"}:
            styles.append(token.tag)
        elif token.type == "link_open":
            styles.append(str(token.attrs["href"]))
        elif token.nesting == -1:
            styles.pop()
        else:
            assert token.type in {"text", "hardbreak"}, token
            runs.append((styles[-1], "\n" if token.type == "hardbreak" else token.content))
        assert len(styles) < 3
    return runs


def merged(runs: Runs) -> Runs:
    alike = groupby((run for run in runs if run[1]), key=lambda run: run[0])
    return [(style, "".join(text for _, text in group)) for style, group in alike]


def plain(text: str) -> Runs:
    return [("", text)] if text else []


def split(text: str) -> list[str]:
    """The paragraphs of a text; a line end beyond the two that part them belongs to the next."""
    return re.split(r"(?<=[^\n])\n\n(?=\n*[^\n])", text)


def bold(text: str, start: int = 0, end: int | None = None) -> Runs:
    """What is rendered where `text[start:end]` is bold, by looking at one character at a time."""
    runs: Runs = []
    offset = 0
    for part in split(text):
        runs += [("", "\n\n")] * bool(offset)
        for position, character in enumerate(part, offset):
            within = start <= position < (len(text) if end is None else end)
            runs.append(("strong" if within else "", character))
        offset += len(part) + 2
    return merged(runs)


def test_markdown_of_a_conversation() -> None:
    assert export("markdown", CONVERSATION, DOCUMENTS) == (
        "# Pincite\n\n"
        f"{PROMISE}\n\n"
        "## Which tides are highest?\n\n"
        "> Spring tides are the **highest** 🌊.\n\n"
        "On Tides, Tides, paragraph 1, line 4\n\n"
        f"[{LINK}](<{ADDRESS}/c/default/read/tides-1?v=v1&amp;char=25,56&amp;answer=46,53#quote>)\n\n"
        "> The Moon pulls.\\\n> Spring tides\n\n"
        "On Tides, Tides, paragraph 1, line 3\n\n"
        f"[{LINK}](<{ADDRESS}/c/default/read/tides-1?v=v1&amp;char=9,37#quote>)\n\n"
        "## How salty?\n\n"
        "**These texts do not answer this.**\n\n"
        f"{ON_ITS_SUBJECT}\n\n"
        "*related, not an answer*\n\n"
        "> Neap tides are low.\n\n"
        "On Tides, Tides, paragraph 1, line 4\n\n"
        f"[{LINK}](<{ADDRESS}/c/default/read/tides-1?v=v1&amp;char=57,76#quote>)\n\n"
        "## Who?\n\n"
        "**These texts do not answer this.**\n\n"
        "Nothing in them seems to be about it. The closest passages all the same:\n\n"
        "*related, not an answer*\n\n"
        "> The Moon pulls.\n\n"
        "On Tides, Tides, paragraph 1, line 3\n\n"
        f"[{LINK}](<{ADDRESS}/c/default/read/tides-1?v=v1&amp;char=9,24#quote>)\n\n"
        "## What?\n\n"
        "**These texts do not answer this.**\n\n"
        "No passage in them comes near it.\n\n"
        "##\n\n"
        "**Error**\n\n"
        "the question is empty; ask one\n\n"
        "## And now?\n\n"
        "This was not answered yet.\n"
    )


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_rendered_literally(words: str, reader: MarkdownIt) -> None:
    shown = in_markdown(words)
    url = f"{ADDRESS}/c/default/read/h-1?v=v1&char=0,{len(words)}"
    origin = plain(f"T{shown}, {shown}, paragraph 1, line 1")
    assert blocks_of(reader, export("markdown", *hostile(words))) == [
        ("h1", plain("Pincite")),
        ("p", plain(PROMISE)),
        ("h2", plain(shown)),
        ("blockquote", bold(shown)),
        ("p", origin),
        ("p", [(f"{url}&answer=0,{len(words)}#quote", LINK)]),
        ("h2", plain(shown)),
        ("p", [("strong", "These texts do not answer this.")]),
        ("p", plain(ON_ITS_SUBJECT)),
        ("p", [("em", "related, not an answer")]),
        ("blockquote", plain(shown)),
        ("p", origin),
        ("p", [(f"{url}#quote", LINK)]),
        ("h2", plain(shown)),
        ("p", [("strong", "Error")]),
        *[("p", plain(part)) for part in split(shown)],
    ]


SIGNS = "ab1. \n\t\r\\`*_{}[]()<>#+-!|~$@:;&='\"/^%?,é語🌊\u0301\u00a0\u2028\ufeff"
NAMED = st.characters(exclude_categories=["Cc", "Cn", "Cs"]) | st.sampled_from(SIGNS)


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text(min_size=1) | st.text(SIGNS, min_size=1))
def test_any_text_renders_as_its_characters(reader: MarkdownIt, text: str) -> None:
    shown = in_markdown(text)
    markdown = f"# {line(text)}\n\n{block_quote(paragraphs(text))}\n\n{paragraphs(text)}\n\n# End"
    assert blocks_of(reader, markdown) == [
        ("h1", plain(shown)),
        ("blockquote", plain(shown)),
        *[("p", plain(part)) for part in split(shown)],
        ("h1", plain("End")),
    ]


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text(NAMED, min_size=1), data=st.data())
def test_exactly_the_short_answer_is_bold(
    reader: MarkdownIt, text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    markdown = block_quote(paragraphs(text, strong=(start, end)))
    assert blocks_of(reader, markdown) == [("blockquote", bold(text, start, end))]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("(a)b", 0, 3),
        ("a(b)", 1, 4),
        ("語「語」語", 1, 4),
        ("a **b** c", 2, 7),
        ("12.5", 0, 1),
        ("1. x", 0, 4),
        ("a b c", 1, 4),
        ("x\ny z", 0, 3),
        ("one.\n\ntwo.", 2, 8),
    ],
)
def test_the_short_answer_is_bold_whatever_stands_beside_it(
    reader: MarkdownIt, text: str, start: int, end: int
) -> None:
    markdown = block_quote(paragraphs(text, strong=(start, end)))
    assert blocks_of(reader, markdown) == [("blockquote", bold(text, start, end))]


@pytest.mark.parametrize("reader", READERS)
def test_beside_a_control_character_signs_stay_plain_and_none_is_lost(reader: MarkdownIt) -> None:
    markdown = paragraphs("\x1b(a)", strong=(1, 4))
    assert blocks_of(reader, markdown) == [("p", plain("\x1b(a)"))]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "address",
    ["http://[::1]:7860", "https://example.org/a_(b)/*c*/$d$", "https://é.org/<x>&copy;/`y`|\\"],
)
def test_links_start_at_the_address(reader: MarkdownIt, address: str) -> None:
    text = EXPORTS["markdown"].text([answered(SPRING)], {}, site=Site(root_path=address))
    (kind, [(url, words)]) = blocks_of(reader, text)[-1]
    path = "/c/default/read/tides-1?v=v1&char=25,56&answer=46,53#quote"
    assert (kind, unquote(url), words) == ("p", f"{address}{path}", LINK)


# HTML, as a browser reads it


class Page(HTMLParser):
    """Elements of some HTML, and the texts of the conversation in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.texts: list[tuple[str, str]] = []  # with the element that each stands in
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        if tag != "meta":
            self.open.append(tag)
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.texts.append((self.open[-1] if self.open else "", ""))

    def handle_data(self, data: str) -> None:
        if "main" in self.open:
            tag, text = self.texts.pop()
            self.texts.append((tag, text + data))

    def shown(self) -> list[tuple[str, str]]:
        """The texts, without what stands between them."""
        within = {"h2", "p", "blockquote", "strong", "bdi", "a"}
        return [(tag, text) for tag, text in self.texts if tag in within and text]


def test_html_of_a_conversation() -> None:
    page = Page(export("html", CONVERSATION, DOCUMENTS))
    place = "Tides, paragraph 1, line"
    assert page.shown() == [
        ("h2", "Which tides are highest?"),
        ("blockquote", "Spring tides are the "),
        ("strong", "highest"),
        ("blockquote", " 🌊."),
        *[("bdi", "On Tides"), ("bdi", f"{place} 4"), ("a", LINK)],
        ("blockquote", "The Moon pulls.\nSpring tides"),
        *[("bdi", "On Tides"), ("bdi", f"{place} 3"), ("a", LINK)],
        ("h2", "How salty?"),
        ("p", "These texts do not answer this."),
        ("p", ON_ITS_SUBJECT),
        ("p", "related, not an answer"),
        ("blockquote", "Neap tides are low."),
        *[("bdi", "On Tides"), ("bdi", f"{place} 4"), ("a", LINK)],
        ("h2", "Who?"),
        ("p", "These texts do not answer this."),
        ("p", "Nothing in them seems to be about it. The closest passages all the same:"),
        ("p", "related, not an answer"),
        ("blockquote", "The Moon pulls."),
        *[("bdi", "On Tides"), ("bdi", f"{place} 3"), ("a", LINK)],
        ("h2", "What?"),
        ("p", "These texts do not answer this."),
        ("p", "No passage in them comes near it."),
        ("p", "Error"),
        ("p", "the question is empty; ask one"),
        ("h2", "And now?"),
        ("p", "This was not answered yet."),
    ]
    place = f"{ADDRESS}/c/default/read/tides-1?v=v1&char="
    assert [dict(attributes)["href"] for tag, attributes in page.elements if tag == "a"] == [
        f"{place}25,56&answer=46,53#quote",
        f"{place}9,37#quote",
        f"{place}57,76#quote",
        f"{place}9,24#quote",
    ]


def test_html_asks_nothing_of_anybody() -> None:
    page = Page(export("html", CONVERSATION, DOCUMENTS))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert page.elements[2:4] == [
        ("meta", [("charset", "utf-8")]),
        ("meta", [("http-equiv", "Content-Security-Policy"), ("content", policy)]),
    ]
    assert {tag for tag, _ in page.elements} == set(
        "html head meta title style body header h1 h2 p main section figure blockquote strong "
        "figcaption cite bdi span a div".split()
    )
    assert {name for _, attributes in page.elements for name, _ in attributes} == set(
        "lang charset http-equiv content name dir class href".split()
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stand_in_html_as_they_are(words: str) -> None:
    page = Page(export("html", *hostile(words)))
    assert page.elements == Page(export("html", *hostile("x" * len(words)))).elements
    shown = without_halves(words).replace("\0", "\ufffd")
    origin = [("bdi", f"T{shown}"), ("bdi", f"{shown}, paragraph 1, line 1"), ("a", LINK)]
    assert page.shown() == [
        ("h2", shown),
        ("strong", shown),
        *origin,
        ("h2", shown),
        ("p", "These texts do not answer this."),
        ("p", ON_ITS_SUBJECT),
        ("p", "related, not an answer"),
        ("blockquote", shown),
        *origin,
        ("h2", shown),
        ("p", "Error"),
        ("p", shown),
    ]


# annotations


def body(question: str, tag: str) -> list[dict[str, str]]:
    kind = {"type": "TextualBody", "format": "text/plain"}
    return [
        {**kind, "value": question, "purpose": "describing"},
        {**kind, "value": tag, "purpose": "tagging"},
    ]


def selected(start: int, end: int, prefix: str, exact: str, suffix: str) -> list[dict[str, object]]:
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix},
    ]


def selectors_of(exchanges: list[Exchange], documents: dict[str, Document]) -> list[object]:
    made = json.loads(export("annotations", exchanges, documents))
    return [item["target"]["selector"] for item in made["first"]["items"]]


def test_annotations_of_a_conversation() -> None:
    question = "Which tides are highest?"
    annotation = {"type": "Annotation", "motivation": "highlighting"}
    target = {
        "type": "SpecificResource",
        "source": f"{ADDRESS}/c/default/read/tides-1?v=v1",
    }
    assert json.loads(export("annotations", CONVERSATION, DOCUMENTS)) == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:uuid:e1495aa6-5966-571f-aa63-aa9624b21eb5",
        "type": "AnnotationCollection",
        "label": "Quotes found by Pincite",
        "total": 3,
        "first": {
            "id": "urn:uuid:0f0d5e2c-e2f2-5564-b269-d6aff6f3b846",
            "type": "AnnotationPage",
            "partOf": "urn:uuid:e1495aa6-5966-571f-aa63-aa9624b21eb5",
            "startIndex": 0,
            "items": [
                {
                    **annotation,
                    "id": "urn:uuid:80a0c986-aec4-53ba-9571-3d58fef900ea",
                    "body": body(question, "quote"),
                    "target": {
                        **target,
                        "selector": selected(
                            *(25, 56),
                            "# Tides\n\nThe Moon pulls.\n",
                            "Spring tides are the highest 🌊.",
                            " Neap tides are low.\n",
                        ),
                    },
                },
                {
                    **annotation,
                    "id": "urn:uuid:c024440b-ca88-5c92-b55e-1e2dcaf465e8",
                    "body": body(question, "short answer"),
                    "target": {
                        **target,
                        "selector": selected(
                            *(46, 53),
                            "oon pulls.\nSpring tides are the ",
                            "highest",
                            " 🌊. Neap tides are low.\n",
                        ),
                    },
                },
                {
                    **annotation,
                    "id": "urn:uuid:3737a885-3901-518b-8580-06c59b23bebb",
                    "body": body(question, "quote"),
                    "target": {
                        **target,
                        "selector": selected(
                            *(9, 37),
                            "# Tides\n\n",
                            "The Moon pulls.\nSpring tides",
                            " are the highest 🌊. Neap tides a",
                        ),
                    },
                },
            ],
        },
        "last": "urn:uuid:0f0d5e2c-e2f2-5564-b269-d6aff6f3b846",
    }


@pytest.mark.parametrize("exchanges", [[], CONVERSATION[1:]], ids=["nothing", "no quotes"])
def test_a_collection_without_quotes_has_no_page(exchanges: list[Exchange]) -> None:
    assert json.loads(export("annotations", exchanges, DOCUMENTS)) == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:uuid:e4c487f8-6928-5372-b3dc-ec6baac6fe8e",
        "type": "AnnotationCollection",
        "label": "Quotes found by Pincite",
        "total": 0,
    }


def ids(exchanges: list[Exchange], address: str = ADDRESS) -> list[str]:
    made = json.loads(
        EXPORTS["annotations"].text(exchanges, DOCUMENTS, site=Site(root_path=address))
    )
    return [item["id"] for item in made["first"]["items"]]


def test_an_annotation_keeps_its_id_and_is_there_once() -> None:
    (first,) = ids([answered(MOON)])
    assert ids([answered(MOON)], "http://other.test") == [first]
    assert ids([answered(MOON, MOON), answered(MOON)]) == [first]
    others = [
        answered(MOON, question="Which?"),
        answered(quote("The Moon pulls.")),
        answered(replace(MOON, version="v2")),
        answered(replace(MOON, document_id="tides-2")),
    ]
    assert len({first, *ids(others)}) == 5


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stand_in_annotations_as_they_are(words: str) -> None:
    made = json.loads(export("annotations", *hostile(words)))
    shown = without_halves(words)
    whole = selected(0, len(words), "", shown, "")
    assert [(item["body"], item["target"]["selector"]) for item in made["first"]["items"]] == [
        (body(shown, "quote"), whole),
        (body(shown, "short answer"), whole),
    ]


# what holds for every format

CHANGED = replace(DOCUMENT, version="v2", text="Something else entirely, and longer. " * 9)


@pytest.mark.parametrize("documents", [{}, {"tides-1": CHANGED}], ids=["removed", "changed"])
@pytest.mark.parametrize("name", ["markdown", "html"])
def test_a_quote_is_written_without_its_document(name: str, documents: dict[str, Document]) -> None:
    assert export(name, CONVERSATION[:1], documents) == export(name, CONVERSATION[:1], DOCUMENTS)


@pytest.mark.parametrize("documents", [{}, {"tides-1": CHANGED}], ids=["removed", "changed"])
def test_no_context_is_claimed_but_the_quote_around_its_answer(
    documents: dict[str, Document],
) -> None:
    assert selectors_of(CONVERSATION, documents) == [
        selected(25, 56, "", "Spring tides are the highest 🌊.", ""),
        selected(46, 53, "Spring tides are the ", "highest", " 🌊."),
        selected(9, 37, "", "The Moon pulls.\nSpring tides", ""),
    ]


@pytest.mark.parametrize("documents", [{}, {"tides-1": CHANGED}], ids=["removed", "changed"])
@pytest.mark.parametrize("name", ["markdown", "html"])
def test_a_passage_that_no_longer_stands_is_left_out(
    name: str, documents: dict[str, Document]
) -> None:
    made = export(name, CONVERSATION[1:2], documents)
    assert "No passage in them comes near it." in made
    assert "Neap" not in made


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_three_passages_are_written_at_most(name: str) -> None:
    words = [*"The Moon pulls Spring tides".split(), "Neap"]
    near = answer("related", hits=tuple(hit(word) for word in words))
    made = export(name, [Exchange("How salty?", near)], DOCUMENTS)
    assert made.count("related, not an answer") == 3


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_the_title_is_not_said_twice(name: str) -> None:
    source = replace(DOCUMENT, title="Tides")
    made = export(name, [answered(quote("The Moon pulls.", source=source))], {})
    assert re.sub(r"<[^>]+>", "", made).count("Tides, paragraph 1, line 3") == 1
    assert "Tides, Tides" not in re.sub(r"<[^>]+>", "", made)


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("words", HOSTILE)
def test_a_file_is_utf_8(name: str, words: str) -> None:
    made = export(name, *hostile(words))
    assert made.encode("utf-8").decode("utf-8") == made


@pytest.mark.parametrize(
    ("name", "ending", "kind"),
    [
        ("markdown", ".md", "text/markdown; charset=utf-8"),
        ("html", ".html", "text/html; charset=utf-8"),
        (
            "annotations",
            ".jsonld",
            'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        ),
    ],
)
def test_names_and_types(name: str, ending: str, kind: str) -> None:
    assert (EXPORTS[name].ending, EXPORTS[name].type) == (ending, kind)


@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("name", ["markdown", "html"])
def test_a_file_speaks_the_reader_s_language(name: str, language: str) -> None:
    made = EXPORTS[name].text(
        CONVERSATION, DOCUMENTS, site=Site(root_path=ADDRESS, language=language)
    )
    keys = ("site.promise", "export.waiting", "answer.absent", "answer.label", "answer.error")
    for key in (*keys, "answer.related", "answer.unrelated", "answer.nothing_near", "quote.read"):
        assert words(key, language) in made
        assert words(key, language) == words(key, "en") or words(key, "en") not in made
    assert f"On Tides, Tides, {words('place.paragraph', language)} 1" in re.sub("<.+?>", "", made)
    assert (f'<html lang="{language}">' in made) == (name == "html")
