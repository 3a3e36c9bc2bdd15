"""PDF files of our own making: words at places of a page, in letters that are all alike wide."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

LETTER = 0.6  # ratio of a letter's width to the size of the type


class Words(NamedTuple):
    """Words on a page, their place counted from its lower left corner, in points."""

    x: float
    y: float
    text: str
    size: float = 10
    font: str = "F"  # or "G", whose letters `meanings` gives others' names


Page = Sequence[Words]
Box = tuple[float, float, float, float]  # left, bottom, right, top
WIDTH, HEIGHT = 612, 792


def column(x: float, y: float, lines: Sequence[str], size: float = 10) -> list[Words]:
    """Lines below each other."""
    return [Words(x, y - number * size * 1.2, line, size) for number, line in enumerate(lines)]


def pdf(
    pages: Sequence[Page],
    *,
    facts: Mapping[str, str] = {},
    labels: str = "",
    outline: Sequence[tuple[int, str]] = (),
    rotate: int = 0,
    language: str = "",
    media: Box = (0, 0, WIDTH, HEIGHT),
    crop: Box | None = None,
    upright: bool = True,
    meanings: Mapping[str, str] = {},
) -> bytes:
    """A file of these pages; `outline` are pages, from 0, and headings on them.

    Every page is turned by `rotate`, its words against it where they are `upright`.
    """
    objects: dict[int, str] = {}
    first = 7  # the objects of the pages, two each
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    entry = first + 2 * len(pages)  # the first of the outline's
    catalog = (
        f"/Type /Catalog /Pages 2 0 R {f'/PageLabels << /Nums [{labels}] >>' if labels else ''}"
    )
    catalog += f" /Lang ({language})" if language else ""
    catalog += " /Outlines 4 0 R" if outline else ""
    objects[1] = f"<< {catalog} >>"
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"
    objects[3] = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    objects[5] = f"{objects[3][:-2]}/ToUnicode 6 0 R >>"
    objects[6] = _stream(_to_unicode(meanings))
    boxes = f"/MediaBox {_box(media)} {f'/CropBox {_box(crop)}' if crop else ''}"
    last = entry + len(outline) - 1
    objects[4] = f"<< /First {entry} 0 R /Last {last} 0 R >>" if outline else "<< >>"
    for number, page in enumerate(pages):
        at = first + 2 * number
        objects[at] = (
            f"<< /Type /Page /Parent 2 0 R {boxes} /Contents {at + 1} 0 R "
            f"/Rotate {rotate} /Resources << /Font << /F 3 0 R /G 5 0 R >> >> >>"
        )
        turn = rotate if upright else 0
        objects[at + 1] = _stream("\n".join(_shown(words, turn) for words in page))
    for number, (page, title) in enumerate(outline):
        following = f"/Next {entry + number + 1} 0 R" if number + 1 < len(outline) else ""
        target = f"[{first + 2 * page} 0 R /Fit]"
        objects[entry + number] = f"<< /Title ({title}) /Parent 4 0 R /Dest {target} {following} >>"
    said = " ".join(f"/{name} ({value})" for name, value in facts.items())
    objects[entry + len(outline)] = f"<< {said} >>"
    return _file(objects, entry + len(outline))


def _shown(words: Words, rotate: int) -> str:
    """The operators that show the words, upright on a page that is turned."""
    text = words.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    place = {
        0: f"1 0 0 1 {words.x} {words.y}",
        90: f"0 1 -1 0 {WIDTH - words.y} {words.x}",
        180: f"-1 0 0 -1 {WIDTH - words.x} {HEIGHT - words.y}",
        270: f"0 -1 1 0 {words.y} {HEIGHT - words.x}",
    }[rotate]
    return f"BT /{words.font} {words.size} Tf {place} Tm ({text}) Tj ET"


def _to_unicode(meanings: Mapping[str, str]) -> str:
    """What characters of the font G are said to be, and all others themselves."""
    known = {chr(code): chr(code) for code in range(0x20, 0x7F)} | dict(meanings)
    pairs = "\n".join(
        f"<{sign.encode('cp1252').hex()}> <{meaning.encode('utf-16-be').hex()}>"
        for sign, meaning in known.items()
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(known)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _box(box: Box) -> str:
    return f"[{' '.join(map(str, box))}]"


def _file(objects: Mapping[int, str], facts: int) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number in sorted(objects):
        places.append(len(data))
        data += f"{number} 0 obj\n{objects[number]}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info {facts} 0 R >>"
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{len(data)}\n%%EOF"
    return data + end.encode()
