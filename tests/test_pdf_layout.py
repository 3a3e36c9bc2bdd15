"""Where a PDF's text stands: the words under the boxes of a quote are the words of the quote."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import pypdfium2.raw as pdfium
import pytest
from pypdfium2 import PdfDocument

from index.documents import FORMATS, Parsed
from index.layout import Region, regions_in
from tests.pdfs import HEIGHT, WIDTH, Page, Words, column, pdf
from tests.test_pdf import LEFT, RIGHT, TOP, WORDS, lines

ALEPH = {chr(ord("a") + number): chr(0x5D0 + number) for number in range(26)}
FINE = 1_000_000  # to a side of a page, where pdfium is asked in whole numbers
IGNORED = re.compile(r"[\s|\u0001\u0002\u00ad\ufffe-]+")  # blanks, bars, hyphens, what nobody sees


def regions(parsed: Parsed, start: int, end: int) -> list[Region]:
    assert parsed.layout is not None
    return list(regions_in(parsed.layout.parts, start, end))


def under(document: PdfDocument, region: Region) -> str:
    """What pdfium says stands in the box."""
    page = document[region.sheet]
    corners = [
        _on_page(page, region.left, region.top),
        _on_page(page, region.right, region.bottom),
    ]
    (left, right), (bottom, top) = (sorted(side) for side in zip(*corners, strict=True))
    text = page.get_textpage()
    found = text.get_text_bounded(left + 0.2, bottom + 0.2, right - 0.2, top - 0.2)
    text.close()
    page.close()
    return str(found)


def _on_page(page: object, across: float, down: float) -> tuple[float, float]:
    x, y = pdfium.c_double(), pdfium.c_double()
    at = round(across * FINE), round(down * FINE)
    pdfium.FPDF_DeviceToPage(page, 0, 0, FINE, FINE, 0, *at, x, y)
    return x.value, y.value


def plain(text: str) -> str:
    return IGNORED.sub("", unicodedata.normalize("NFKC", text))  # raised figures as plain ones


def quotes(text: str) -> Iterator[tuple[int, int]]:
    """Words one by one, in threes and in forties, over line ends too."""
    words = list(re.finditer(r"\S+", text))
    for count in (1, 3, 40):
        for number in range(0, len(words), count):
            yield words[number].start(), words[min(number + count, len(words)) - 1].end()


BROKEN = [*lines(WORDS, 80)[:2], "and in the dark of the hive they feel the pendu-", "lum of it."]
TABLE = [
    Words(LEFT + 120 * place, 500 - 14 * number, words)
    for number, row in enumerate(["Dance|Distance|Tempo", "Round|50 m|fast", "Waggle|5 km|slow"])
    for place, words in enumerate(row.split("|"))
]
NOTES = [
    *column(LEFT, 200, [*lines(WORDS, 80)[:2], "for as they say of bees"]),
    Words(LEFT + 138, 179.5, "1", 6),
    *column(LEFT, 80, ["1 They say it in Brunnwinkl, where the hives", "stood in the garden."], 8),
]
COLUMNS = [
    *column(LEFT, TOP, lines("Left " + WORDS * 2, 42)),
    *column(RIGHT, TOP, lines("right " + WORDS * 2, 42)),
]
TEXT = column(LEFT, TOP, lines(WORDS, 80))
HEBREW = [Words(LEFT, TOP - 14 * number, "gfedcba mlkji pon", 10, "G") for number in range(4)]
LIGATURES = column(LEFT, TOP, ["the _rst _eld of the _ords was _ne", "and _lled with _sh."])
LIGATURES = [words._replace(font="G") for words in LIGATURES]
UNSEEN = [
    [
        Words(LEFT, TOP, "Bees d_ance on the comb in the dark, and they", 10, "G"),
        Words(LEFT + 400, TOP, "__", 10, "G"),
        Words(LEFT, TOP - 12, "hum and dance.", 10, "G"),
    ]
]
SAMPLES: dict[str, tuple[Sequence[Page], Mapping[str, object]]] = {
    "lines": ([TEXT, TEXT], {}),
    "columns": ([COLUMNS], {}),
    "broken words": ([column(LEFT, TOP, BROKEN)], {}),
    "a word broken at the page's end": (
        [column(LEFT, 60, BROKEN[:3]), column(LEFT, TOP, ["lum of the dance.", "It is so."])],
        {},
    ),
    "notes": ([NOTES], {}),
    "a table": ([[*TEXT, *TABLE]], {}),
    "ligatures": ([LIGATURES], {"meanings": {"_": "fi"}}),
    "letters that nobody can see": (UNSEEN, {"meanings": {"_": "\x01"}}),
    "right to left": ([HEBREW], {"meanings": ALEPH}),
    "sizes of type": ([[*TEXT, Words(LEFT, TOP + 50, "Of Bees", 20)]], {}),
    "turned by 90": ([column(LEFT, 500, BROKEN)], {"rotate": 90}),
    "turned by 180": ([column(LEFT, 500, BROKEN)], {"rotate": 180}),
    "turned by 270": ([column(LEFT, 500, BROKEN)], {"rotate": 270}),
    "sideways by 90": ([column(LEFT, 500, BROKEN)], {"rotate": 90, "upright": False}),
    "upside down": ([column(LEFT, 500, BROKEN)], {"rotate": 180, "upright": False}),
    "sideways by 270": ([column(LEFT, 500, BROKEN)], {"rotate": 270, "upright": False}),
    "cropped": ([TEXT], {"crop": (40, 600, 580, 760)}),
    "cropped, turned": ([column(LEFT, 400, BROKEN)], {"crop": (100, 40, 600, 700), "rotate": 90}),
    "a page that begins elsewhere": (
        [column(LEFT, TOP, BROKEN)],
        {"media": (-100, -50, WIDTH, HEIGHT), "crop": (-500, 30, 900, 2_000)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_words_under_the_boxes_are_the_words_of_the_quote(name: str) -> None:
    pages, options = SAMPLES[name]
    data = pdf(pages, **options)  # type: ignore[arg-type]
    parsed, document = FORMATS["pdf"].parse(data), PdfDocument(data)
    tried = 0
    for start, end in quotes(parsed.text):
        found = "".join(under(document, region) for region in regions(parsed, start, end))
        assert plain(found) == plain(parsed.text[start:end]), parsed.text[start:end]
        tried += 1
    assert tried > 10
