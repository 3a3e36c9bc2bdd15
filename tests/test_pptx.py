"""Slides, made by another program's library."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pptx
import pytest
from pptx.presentation import Presentation
from pptx.util import Inches

from index.chunking import ChunkSettings, passages_of
from index.documents import FORMATS, Parsed
from index.errors import SourceError
from index.records import Document, Place
from tests.archives import archive
from tests.documents import blocks, check_marks, marked

TITLE_ONLY, TITLE_AND_CONTENT, BLANK = 0, 1, 6  # layouts of python-pptx's template
BOX = (Inches(1), Inches(1), Inches(4), Inches(1))


def written(fill: Callable[[Presentation], None]) -> bytes:
    """A presentation as python-pptx writes it."""
    presentation, file = pptx.Presentation(), BytesIO()
    fill(presentation)
    presentation.save(file)
    return file.getvalue()


def slides_of(title: str, *points: str) -> bytes:
    """A presentation of one slide."""

    def fill(presentation: Presentation) -> None:
        add_slide(presentation, title, *points)

    return written(fill)


def saved(fill: Callable[[Presentation], None]) -> Parsed:
    """What is read of a presentation that python-pptx wrote."""
    result = FORMATS["pptx"].parse(written(fill))
    check_marks(result)
    return result


def add_slide(presentation: Presentation, title: str, *points: str) -> object:
    slide = presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_CONTENT])
    slide.shapes.title.text = title
    slide.placeholders[1].text = "\n".join(points)
    return slide


def test_slides_with_their_notes() -> None:
    def fill(presentation: Presentation) -> None:
        presentation.core_properties.author = "Ann Roe"
        presentation.core_properties.created = datetime(2021, 3, 9)
        slide = add_slide(presentation, "Of Bees", "They hum.", "They dance.")
        slide.notes_slide.notes_text_frame.text = "Play the sound.\nThen wait."
        add_slide(presentation, "Of Ants", "They walk.")

    slides = saved(fill)
    assert blocks(slides) == [
        "# Of Bees",
        "They hum.",
        "They dance.",
        "Play the sound.",
        "Then wait.",
        "# Of Ants",
        "They walk.",
    ]
    assert [
        (mark.data, slides.text[mark.start : mark.end])
        for mark in slides.marks
        if mark.kind == "slide"
    ] == [
        ({"number": 1}, "Of Bees\n\nThey hum.\nThey dance.\n\nPlay the sound.\nThen wait."),
        ({"number": 2}, "Of Ants\n\nThey walk."),
    ]
    assert marked(slides, "notes") == [("", "Play the sound.\nThen wait.")]
    assert (slides.author, slides.date) == ("Ann Roe", "2021-03-09")
    assert (
        slides.title == "Of Bees"
    )  # python-pptx calls every presentation "PowerPoint Presentation"


def test_tables_boxes_and_groups() -> None:
    def fill(presentation: Presentation) -> None:
        slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
        box = slide.shapes.add_textbox(*BOX)
        box.text_frame.text = "In a box.\vOn a line."
        table = slide.shapes.add_table(2, 2, *BOX).table
        for number, words in enumerate("Kind|Hum|Honey bee|250 Hz".split("|")):
            table.cell(number // 2, number % 2).text = words
        group = slide.shapes.add_group_shape()
        group.shapes.add_textbox(*BOX).text_frame.text = "In a group."
        presentation.slides.add_slide(presentation.slide_layouts[BLANK])
        add_slide(presentation, "Of Bees", "They hum.")

    slides = saved(fill)
    assert blocks(slides) == [
        "In a box.\nOn a line.",
        "Kind | Hum",
        "Honey bee | 250 Hz",
        "In a group.",
        "# Of Bees",
        "They hum.",
    ]
    assert [mark.data["number"] for mark in slides.marks if mark.kind == "slide"] == [1, 3]
    assert slides.title == "Of Bees"


def test_a_slide_without_a_title_stands_under_none() -> None:
    def fill(presentation: Presentation) -> None:
        add_slide(presentation, "Of Bees", "They hum.")
        for words in ("They walk.", "They fly."):
            slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
            slide.shapes.add_textbox(*BOX).text_frame.text = words
        add_slide(presentation, "Of Wasps")

    slides = saved(fill)
    document = Document(
        "d", "v", "D", "d.pptx", slides.text, slides.marks, has_lines=slides.has_lines
    )
    starts = [mark.start for mark in slides.marks if mark.kind in {"heading", "paragraph"}]
    assert [document.place(start, start + 1) for start in starts] == [
        Place(("Of Bees",), slide=1),
        Place(("Of Bees",), slide=1),
        Place(slide=2),
        Place(slide=3),
        Place(("Of Wasps",), slide=4),
    ]
    passages = passages_of(
        slides.text, slides.marks, count=lambda texts: [1] * len(texts), settings=ChunkSettings()
    )
    assert [(slides.text[each.start : each.end], each.headings) for each in passages] == [
        ("They hum.", ("Of Bees",)),
        ("They walk.", ()),
        ("They fly.", ()),
    ]


def test_a_title_of_its_own_is_the_documents() -> None:
    def fill(presentation: Presentation) -> None:
        presentation.core_properties.title = "Insects"
        add_slide(presentation, "Of Bees", "They hum.")

    assert saved(fill).title == "Insects"


def test_slides_are_read_in_the_order_they_are_shown_in() -> None:
    def fill(presentation: Presentation) -> None:
        for words in ("One", "Two"):
            add_slide(presentation, words, "x")
        order = presentation.slides._sldIdLst
        order.append(order[0])

    assert blocks(saved(fill)) == ["# Two", "x", "# One", "x"]


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("no archive", b"Bees hum.", "is no PowerPoint file, or a damaged one"),
        ("no package", archive({"a": "b"}), "it names no document in it"),
    ],
)
def test_what_is_no_presentation_is_refused(label: str, data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        FORMATS["pptx"].parse(data)
