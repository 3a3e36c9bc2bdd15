"""What is shown is what stands in the text, whatever stands in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from index.records import Chunk, Document, Found, Hit, Mark
from rag.answer import Answer, Quote, Status
from ui.addresses import Site
from ui.paragraphs import paragraphs, surroundings
from ui.render import (
    answer_bubble,
    document_ids,
    error_bubble,
    question_bubble,
    side_panel,
    waiting_bubble,
)

HOSTILE = (
    '<img src=x onerror="alert(1)"> **bold** $x$ $$y$$ ![i](http://a.test/i.png) '
    "[a](javascript:alert(1)) `code` </blockquote></p><script>alert(2)</script> {{ 7*7 }} "
    "${1+1} &amp;"
)
SITE = Site()
TEXT = (
    "# Tides\n\nThe tide\nrises. It falls again.\n\n- first\n- second\n\n"
    "## Moon\n\nThe Moon pulls.\n"
)
MARKS = (
    Mark(0, 7, "heading", "Tides", 1),
    Mark(9, 40, "paragraph"),
    Mark(42, 58, "paragraph"),
    Mark(60, 67, "heading", "Moon", 2),
    Mark(69, 84, "paragraph"),
)


class Page(HTMLParser):
    """Elements and texts of some HTML, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.within: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag in set(self.open):
            self.within[tag] = self.within.get(tag, "") + data

    def links(self) -> list[str | None]:
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


def document(text: str = TEXT, marks: tuple[Mark, ...] = MARKS, title: str = "Tides") -> Document:
    return Document("tides", "v1", title, "tides.md", text, marks, language="en")


def quote(source: Document, words: str, short: str | None = None) -> Quote:
    start = source.text.index(words)
    answer = None
    if short:
        answer = (source.text.index(short, start), source.text.index(short, start) + len(short))
    end = start + len(words)
    place = source.place(start, end)
    return Quote(
        source.id,
        source.version,
        source.title,
        source.source,
        place,
        start,
        end,
        words,
        1.0,
        answer,
    )


def hit(source: Document, words: str) -> Hit:
    start = source.text.index(words)
    span = (start, start + len(words))
    chunk = Chunk(1, source.id, *span, words, (span,))
    return Hit(chunk, 0.5, {"words": Found(1, 2.0)})


def answer(
    status: Status = "answered", quotes: tuple[Quote, ...] = (), hits: tuple[Hit, ...] = ()
) -> Answer:
    return Answer("q", status, None, None, quotes, hits, {}, {})


def spans(length: int) -> Iterator[tuple[int, int]]:
    return ((start, end) for start in range(length) for end in range(start + 1, length + 1))


def test_every_span_is_marked_exactly_and_no_character_is_lost() -> None:
    source = document()
    for start, end in spans(len(TEXT)):
        pieces = [p for part in paragraphs(source, quote=(start, end)) for p in part.pieces]
        assert "".join(piece.text for piece in pieces) == TEXT
        assert "".join(p.text for p in pieces if p.kind == "quote") == TEXT[start:end]


def test_a_window_holds_exactly_its_stretch() -> None:
    source = document()
    for window in spans(len(TEXT)):
        parts = paragraphs(source, window=window)
        text = "".join(piece.text for part in parts for piece in part.pieces)
        assert text == TEXT[window[0] : window[1]]


def test_headings_lists_and_paragraph_numbers_are_told_apart() -> None:
    shape = [(part.level, part.number, part.keeps_lines) for part in paragraphs(document())]
    assert shape == [(1, None, False), (0, 1, False), (0, 2, True), (2, None, False), (0, 3, False)]


def test_text_without_marks_is_one_paragraph() -> None:
    (part,) = paragraphs(document("one\n\ntwo", ()))
    assert [piece.text for piece in part.pieces] == ["one\n\ntwo"]


@pytest.mark.parametrize(
    ("text", "span", "reach", "expected"),
    [
        pytest.param("short text", (0, 5), 300, (0, 10), id="all of a short text"),
        pytest.param("a bb ccc dddd ee f", (9, 13), 4, (5, 16), id="at words"),
        pytest.param(
            "Aa bb. Cc dd. QUOTE. Ee ff. Gg hh ii.", (14, 20), 13, (7, 27), id="at sentences"
        ),
        pytest.param("語" * 30, (10, 12), 5, (5, 17), id="without spaces"),
    ],
)
def test_surroundings_are_cut(
    text: str, span: tuple[int, int], reach: int, expected: tuple[int, int]
) -> None:
    assert surroundings(text, *span, reach=reach) == expected


def test_surroundings_reach_about_as_far_as_asked_and_hold_the_quote() -> None:
    text = "Some words in a sentence of middling length. " * 60
    low, high = surroundings(text, 1000, 1050)
    assert 700 <= low <= 1000
    assert 1050 <= high <= 1350
    assert text[low:].startswith("Some words")
    assert text[:high].endswith("length.")


def test_an_answer_is_its_quotes_and_where_they_come_from() -> None:
    source = document()
    made = answer(quotes=(quote(source, "The tide\nrises.", "rises"),))
    page = Page(answer_bubble(made, {"tides": source}, site=SITE))
    assert page.within["blockquote"] == "The tide\nrises."
    assert page.within["strong"] == "rises"
    assert page.within["figcaption"] == "Quote 1 of 1, Tides, paragraph 1, line 3 exact"
    assert page.within["div"] == "Read it in its place Copy quote Copy link Cite"
    assert page.links() == [
        "/c/default/read/tides?v=v1&char=9,24&answer=18,23#quote",
        "/c/default/cite/tides?v=v1&char=9,24&answer=18,23",
    ]


@pytest.mark.parametrize(("first", "behind"), [(1, 2), (2, 1), (3, 0), (9, 0)])
def test_only_so_many_quotes_are_seen_without_a_click(first: int, behind: int) -> None:
    source = document()
    words = ("It falls again.", "The Moon pulls.", "The tide\nrises.")
    made = answer(quotes=tuple(quote(source, each) for each in words))
    page = Page(answer_bubble(made, {}, site=SITE, first=first))
    quoted = page.within.get("details", "")
    assert [each for each in words if each in quoted] == list(words[first:])
    assert len(words[first:]) == behind
    assert all(each in page.text for each in words)


def test_links_stand_under_the_path_of_a_proxy() -> None:
    source = document()
    made = answer(quotes=(quote(source, "It falls again."),))
    site = Site(course="sea", root_path="/texts")
    page = Page(answer_bubble(made, {}, site=site))
    assert page.links() == [
        "/texts/c/sea/read/tides?v=v1&char=25,40#quote",
        "/texts/c/sea/cite/tides?v=v1&char=25,40",
    ]


def test_the_panel_marks_exactly_the_quote_in_its_surroundings() -> None:
    source = document()
    made = answer(quotes=(quote(source, "The tide\nrises.", "rises"),))
    page = Page(side_panel(made, {"tides": source}, site=SITE))
    assert page.within["mark"] == "The tide\nrises."
    assert page.within["strong"] == "rises"
    assert "It falls again." in page.text
    assert "The Moon pulls." in page.text


def test_the_panel_shows_no_surroundings_of_a_text_that_changed() -> None:
    source = document()
    made = answer(quotes=(quote(source, "The tide\nrises."),))
    changed = Document("tides", "v2", "Tides", "tides.md", "Another text entirely.")
    page = Page(side_panel(made, {"tides": changed}, site=SITE))
    assert "mark" not in page.within
    assert "This text was changed or removed" in page.text
    assert "Another" not in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [("related", "They speak of its subject"), ("not_found", "Nothing in them seems")],
)
def test_no_answer_says_so_and_labels_what_is_near(status: Status, words: str) -> None:
    source = document()
    made = answer(status, hits=(hit(source, "The Moon pulls."),))
    page = Page(answer_bubble(made, {"tides": source}, site=SITE))
    panel = Page(side_panel(made, {"tides": source}, site=SITE))
    assert "These texts do not answer this." in page.text
    assert words in page.text
    assert page.within["blockquote"] == "The Moon pulls."
    assert "related, not an answer" in page.text
    assert "related, not an answer" in panel.text
    assert "mark" not in panel.within


def test_a_long_passage_is_cut_at_a_word_in_the_conversation() -> None:
    source = document("word " * 100, ())
    made = answer("related", hits=(hit(source, source.text.strip()),))
    page = Page(answer_bubble(made, {"tides": source}, site=SITE))
    assert page.within["blockquote"] == ("word " * 48).strip() + " …"


def test_no_answer_from_an_empty_library() -> None:
    page = Page(answer_bubble(answer("not_found"), {}, site=SITE))
    assert "These texts do not answer this." in page.text
    assert "No passage in them comes near it." in page.text
    assert "blockquote" not in page.within


def test_passages_that_their_document_lost_are_left_out() -> None:
    made = answer("related", hits=(hit(document(), "The Moon pulls."),))
    page = Page(answer_bubble(made, {"tides": document("Other.", ())}, site=SITE))
    assert "blockquote" not in page.within


def test_an_error_looks_like_no_answer() -> None:
    page = Page(error_bubble("the question is empty; ask one", site=SITE))
    assert page.tags[0] == (
        "section",
        {"class": "pincite-card pincite-error", "role": "alert"},
    )
    assert "the question is empty; ask one" in page.text
    assert "do not answer" not in page.text


def test_hostile_text_is_shown_literally_everywhere() -> None:
    source = document(HOSTILE, (Mark(0, len(HOSTILE), "paragraph"),), title=HOSTILE)
    made = answer(quotes=(quote(source, HOSTILE, "`code`"),))
    near = answer("related", hits=(hit(source, HOSTILE[:200]),))
    documents = {"tides": source}
    shown = (
        question_bubble(HOSTILE),
        answer_bubble(made, documents, site=SITE),
        side_panel(made, documents, site=SITE),
        answer_bubble(near, documents, site=SITE),
        error_bubble(HOSTILE, site=SITE),
    )
    for html in shown:
        page = Page(html)
        assert HOSTILE in page.text
        assert not {"img", "script", "code", "em"} & {tag for tag, _ in page.tags}
        assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    assert Page(shown[1]).within["blockquote"] == HOSTILE
    assert Page(shown[2]).within["mark"] == HOSTILE


def test_what_goes_into_the_chat_is_one_line_that_reads_back_the_same() -> None:
    text = "a\tb\n\n\n    indented\n\n- list\n# heading"
    source = document(text, ())
    made = answer(quotes=(quote(source, text),))
    for html in (question_bubble(text), answer_bubble(made, {"tides": source}, site=SITE)):
        assert not re.search(r"[\n\r\t]", html)
        assert text in Page(html).text


def test_an_answer_speaks_the_reader_s_language() -> None:
    source = document()
    quotes = (
        quote(source, "The tide\nrises.", "rises"),
        replace(quote(source, "It falls again."), score=0.5),
    )
    made = replace(answer(quotes=quotes), question="Does the tide rise?", confidence=0.9)
    html = answer_bubble(made, {"tides": source}, site=Site(language="de"))
    first, _, _ = Page(html).text.partition("It falls again.\nZitat 2 von 2, Tides")
    assert [line for line in first.split("\n") if line] == [
        "Zuverlässigkeit: hoch",
        "The tide",
        "rises.",
        "Zitat 1 von 2, Tides, Absatz 1, Zeile 3 wörtlich",
        "An der Fundstelle lesen Zitat kopieren Link kopieren Zitieren",
        "Warum dieses Zitat",
        "Jedes Zeichen wurde mit dem gespeicherten Text verglichen.",
        "Seine Textstelle steht auf Platz – der Suche nach Wörtern "
        "und auf Platz – der Suche nach Bedeutung.",
        "Wörter, die es mit der Frage gemeinsam hat: tide, rises.",
        "Bewertung durch das Leseprogramm: 1,00.",
        "Es wurde „It falls again.“ aus Tides vorgezogen (0,50).",
    ]
    assert [a.get("lang") for tag, a in Page(html).tags if tag == "blockquote"] == ["en", "en"]


def test_no_answer_speaks_the_reader_s_language() -> None:
    source = document()
    site = Site(language="es")
    made = answer("related", hits=(hit(source, "The Moon pulls."),))
    html = answer_bubble(made, {"tides": source}, site=site, unknown_words=["<b>", "tsunami"])
    assert [line for line in Page(html).text.split("\n") if line] == [
        "Estos textos no responden a esto.",
        "En ninguna parte de los textos: <b>, tsunami",
        "Tratan del tema, pero ninguna de sus frases da la respuesta. Los pasajes más cercanos:",
        "similar, pero no es una respuesta",
        "The Moon pulls.",
        "Tides, Moon, párrafo 3, línea 11 Leer en su contexto",
    ]
    panel = Page(side_panel(made, {"tides": source}, site=site)).text
    assert "Los pasajes más cercanos" in panel
    assert "Abrir aquí el texto completo" in panel
    assert "La cita en su contexto" in Page(side_panel(None, {}, site=site)).text
    assert "Buscando en los textos…" in Page(waiting_bubble(site=site)).text
    assert "Fehler" in Page(error_bubble("the question is empty", site=Site(language="de"))).text


def test_the_documents_behind_an_answer() -> None:
    source = document()
    passages = (hit(source, "The Moon pulls."),)
    assert document_ids(answer("answered", hits=passages)) == []
    assert document_ids(answer("related", hits=passages)) == ["tides"]
    assert document_ids(answer("answered", (quote(source, "It falls"),) * 2)) == ["tides"]
