"""Pages drawn by a confined process: as they are shown, whatever size they claim to be."""

import random
import re
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image, ImageStat

from index.confined.confinement import Limits
from index.documents import FORMATS
from index.drawing import Drawer
from index.errors import SourceError
from index.layout import Region, regions_in, what_is_wrong
from tests.pdfs import HEIGHT, WIDTH, Words, pdf

PAGE = [Words(60, 500, "Bees dance.", 24)]


@pytest.fixture(scope="module")
def drawer():
    with Drawer() as drawer:
        yield drawer


def drawn(drawer, data, sheet=0):
    image = Image.open(BytesIO(drawer.draw(data, sheet)))
    assert image.format == "WEBP"
    return image.convert("L")


def ink(image, region):
    """The mean darkness, 0 to 1, of a box of a page."""
    box = [
        round(region.left * image.width),
        round(region.top * image.height),
        round(region.right * image.width),
        round(region.bottom * image.height),
    ]
    return 1 - ImageStat.Stat(image.crop(box)).mean[0] / 255


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rotate": 90},
        {"rotate": 180},
        {"rotate": 270},
        {"rotate": 90, "upright": False},
        {"crop": (40, 400, 400, 560)},
        {"crop": (40, 400, 400, 560), "rotate": 270, "upright": False},
    ],
    ids=str,
)
def test_the_ink_of_a_page_is_where_its_layout_says(drawer, options):
    data = pdf([PAGE], **options)
    (region,) = regions_in(FORMATS["pdf"].parse(data).layout.parts, 0, 99)
    image = drawn(drawer, data)
    whole = ink(image, Region(0, 0, 0, 1, 1)) * image.width * image.height
    width, height = region.right - region.left, region.bottom - region.top
    within = ink(image, region) * width * image.width * height * image.height
    assert within / whole > 0.97
    assert ink(image, region) > 0.1


def test_each_page_is_drawn_and_one_that_is_not_there_is_named(drawer):
    data = pdf([PAGE, []])
    assert drawn(drawer, data).size == (1400, round(1400 * HEIGHT / WIDTH))
    assert drawn(drawer, data).getextrema()[0] < 50
    assert drawn(drawer, data, 1).getextrema() == (255, 255)
    with pytest.raises(SourceError, match="has no page 3, only 2"):
        drawer.draw(data, 2)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ((1e6, 1e6), (1400, 1400)),
        ((1e6, 1), (1400, 1)),
        ((1, 1e6), (1, 8000)),
        ((0.001, 0.001), (1400, 1400)),
        ((-5, 9e9), None),
        ((0, 0), (1400, round(1400 * HEIGHT / WIDTH))),  # what has no size is a letter
    ],
)
def test_a_page_of_any_size_is_drawn_within_bounds(drawer, size, pixels):
    data = pdf([PAGE], media=(0, 0, *size))
    image = drawn(drawer, data)
    assert image.width * image.height <= 6_000_000
    assert pixels is None or image.size == pixels
    parsed = FORMATS["pdf"].parse(data)
    assert what_is_wrong(parsed.layout, len(parsed.text)) == ""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", pdf([PAGE])[:300]], ids=["nothing", "a", "b"])
def test_what_is_no_pdf_is_named_and_the_next_is_drawn(drawer, data):
    with pytest.raises(SourceError, match=r"is no PDF|has no page"):
        drawer.draw(data, 0)
    assert drawn(drawer, pdf([PAGE])).width == 1400


def showing(content: bytes) -> bytes:
    """A page that shows this; where its objects lie is left to pdfium to find out."""
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    return re.sub(rb"<< /Length \d+ >>\nstream\nBT.*?endstream", stream, pdf([PAGE]), flags=re.S)


HOSTILE = {
    "a huge image": b"q 600 0 0 600 0 0 cm BI /W 60000 /H 60000 /BPC 8 /CS /RGB ID x EI Q",
    "an image of no size": b"q 600 0 0 600 0 0 cm BI /W 0 /H -1 /BPC 8 /CS /RGB ID x EI Q",
    "states within states": b"q " * 200_000,
    "lists within lists": b"[" * 200_000,
    "a line without end": b"1e38 w 0 0 m 1e38 1e38 l S",
    "letters beyond any size": b"BT /F 1e30 Tf (Bees) Tj ET",
    "dashes without number": b"[1e-9] 0 d 0 0 m 600 700 l S",
    "nothing that is known": bytes(range(256)) * 40,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_drawn_or_refused_and_the_next_is_drawn(drawer, name):
    with suppress(SourceError):
        assert drawn(drawer, showing(HOSTILE[name])).size == (1400, 1812)
    black = showing(b"0 0 612 792 re f")
    assert drawn(drawer, black).getextrema() == (0, 0)


@pytest.mark.slow
def test_damaged_files_are_drawn_or_refused(drawer):
    damage, data, refused = random.Random(7), pdf([PAGE, PAGE]), 0
    for _ in range(30):
        broken = bytearray(data)
        for _ in range(damage.randrange(1, 40)):
            broken[damage.randrange(len(broken))] = damage.randrange(256)
        try:
            drawn(drawer, bytes(broken))
        except SourceError:
            refused += 1
    assert refused < 30
    assert drawn(drawer, data).getextrema()[0] < 50


def endless(seconds_worth: int) -> bytes:
    """A page that takes long to draw: letters over letters."""
    return pdf([[Words(60, 700, "Bees dance. " * 40, 3)] * seconds_worth])


def test_a_page_that_takes_too_long_costs_itself(drawer):
    limits = Limits(processor_seconds=0, seconds=20.0, whole_file=False)
    with Drawer(limits) as impatient:
        with pytest.raises(SourceError, match=r"of computing|took longer"):
            impatient.draw(endless(20_000), 0)
        assert drawn(impatient, pdf([PAGE])).width == 1400


def test_a_page_that_takes_too_much_memory_costs_itself():
    limits = Limits(memory=250_000_000, whole_file=False)
    with Drawer(limits) as poor, pytest.raises(SourceError):
        poor.draw(pdf([PAGE]) + bytes(400_000_000), 0)
