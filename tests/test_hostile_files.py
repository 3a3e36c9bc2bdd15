"""Files that a stranger made to do harm, or that broke on their way: each costs itself only."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.events import Added, Refused
from index.library import Library
from tests.archives import CONTAINER, archive, epub
from tests.pdfs import column, pdf
from tests.small_files import WHOLE, added
from tests.test_docx import package, relations

ENTITIES = (
    "<!DOCTYPE d ["
    + "<!ENTITY a0 'bees'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "<!ENTITY file SYSTEM 'file:///etc/hostname'><!ENTITY web SYSTEM 'http://127.0.0.1:9/'>]>"
)


def mutated(data: bytes, choose: random.Random) -> bytes:
    """The bytes with a few changed, cut out, repeated or cut off."""
    changed = bytearray(data)
    for _ in range(choose.randint(1, 8)):
        at = choose.randrange(len(changed) or 1)
        what = choose.randrange(5)
        if what == 0 and changed:
            changed[at] = choose.randrange(256)
        elif what == 1:
            del changed[at : at + choose.randint(1, 20)]
        elif what == 2:
            changed[at:at] = changed[at : at + choose.randint(1, 50)] * choose.randint(1, 4)
        elif what == 3:
            changed[at : at + 4] = choose.randbytes(4)
        else:
            del changed[at:]
    return bytes(changed)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of more than three hundred files."""
    choose = random.Random(7)
    for name, data in WHOLE.items():
        path = Path(name)
        for number in range(25):
            yield f"mutated {number} {name}", mutated(data, choose)
        for cut in (0, 1, 10, len(data) // 2, len(data) - 1):
            yield f"cut at {cut} {name}", data[:cut]
        for other in WHOLE:
            if Path(other).suffix != path.suffix:
                yield f"in truth {path.suffix[1:]} {other}", data
    yield from made_to_harm()


def made_to_harm() -> Iterator[tuple[str, bytes]]:
    body = (
        "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>"
    )
    main = {"_rels/.rels": relations(officeDocument="word/document.xml")}
    entities = ENTITIES + body.format("&a9;&file;&web;")
    zeros = b"\0" * 50_000_000
    yield "entities.docx", archive({**main, "word/document.xml": entities})
    yield "entities.epub", archive({"META-INF/container.xml": ENTITIES + "<a>&a9;</a>"})
    yield "bomb.docx", archive({**main, "word/document.xml": zeros})
    yield "bomb.pptx", archive({**main, "word/document.xml": zeros})
    yield "bomb.epub", archive({"META-INF/container.xml": zeros})
    yield "bomb in a page.epub", epub({"a.xhtml": "<p>" + "bees " * 12_000_000})
    yield "names.docx", archive({**main, "../../word/document.xml": "x", "/etc/passwd": "x"})
    yield "outside.docx", archive({"_rels/.rels": relations(officeDocument="../../../etc/passwd")})
    yield "outside.epub", archive({"META-INF/container.xml": CONTAINER.replace("OEBPS", "../..")})
    yield "deep.html", b"<div>" * 12_000 + b"bees"
    yield "deep list.html", b"<ul><li>" * 6_000 + b"bees"
    yield "deep table.html", b"<table><tr><td>" * 2_000 + b"bees"
    yield "wide.html", b"<p>" + b"<b></b>" * 300_000 + b"bees"
    yield "attributes.html", b"<p " + b"a=b " * 300_000 + b">bees"
    yield "deep.docx", package("<sdt><sdtContent>" * 5_000 + "</sdtContent></sdt>" * 5_000)
    yield "deep.ipynb", b'{"cells":' + b"[" * 500_000
    yield (
        "quotations.ipynb",
        json.dumps(
            {"cells": [{"cell_type": "markdown", "source": ">" * 50_000 + " bees"}]}
        ).encode(),
    )
    yield "numbers.ipynb", b'{"cells": [' + b"9" * 1_000_000 + b"]}"
    yield "cues.vtt", b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\n<v\n\n" * 20_000
    yield "tags.srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<" * 200_000
    yield "times.srt", b"9" * 300_000 + b":00:01,000 --> 00:00:02,000\nbees"
    yield (
        "loop.pdf",
        pdf([column(60, 700, ["Bees hum."])]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
    )
    yield (
        "pages.pdf",
        pdf([column(60, 700, ["Bees hum."])]).replace(b"/Count 1", b"/Count 999999999"),
    )
    yield (
        "outline.pdf",
        pdf([column(60, 700, ["Bees."])], outline=[(0, "A"), (0, "B")]).replace(
            b"/Title (B)", b"/Title (B) /Next 7 0 R /First 7 0 R"
        ),
    )
    yield "yaml.md", b"---\na: &a [x]\nb: [*a]\n---\nbees"
    yield "brackets.md", b"[" * 100_000


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Library]:
    """A library that holds a text of each kind already."""
    for name, data in WHOLE.items():
        (tmp_path / "whole").mkdir(exist_ok=True)
        (tmp_path / "whole" / name).write_bytes(data)
    with Library.create(tmp_path / "library") as library:
        events = added(library, tmp_path / "whole")
        assert [type(event) for event in events] == [Added] * len(WHOLE), events
        yield library


@pytest.mark.slow
def test_every_hostile_file_is_survived_and_named_in_a_line(
    tmp_path: Path, stored: Library
) -> None:
    before = {row.source: row.version for row in stored.documents()}
    (tmp_path / "texts").mkdir()
    files = dict(hostile())
    for name, data in files.items():
        (tmp_path / "texts" / name).write_bytes(data)
    (tmp_path / "texts" / "link.html").symlink_to("/etc/hostname")
    (tmp_path / "texts" / "link to itself.pdf").symlink_to("link to itself.pdf")
    events = added(stored, tmp_path / "texts")
    refused = {event.source: event.reason for event in events if isinstance(event, Refused)}
    read = {event.source for event in events if isinstance(event, Added)}
    print(f"\n{len(files)} hostile files: {len(read)} read, {len(refused)} refused")
    assert len(files) >= 300
    assert len(refused) + len(read) == len(events)
    assert refused.keys() | read >= files.keys()
    assert all("\n" not in reason and len(reason) < 500 for reason in refused.values())
    assert not any("crashed" in reason for reason in refused.values()), refused
    assert not any(
        words in reason for reason in refused.values() for words in ("longer than", "of computing")
    )
    after = {row.source: row.version for row in stored.documents()}
    assert before.items() <= after.items()
    assert stored.check() == []
    with stored.snapshot() as snapshot:
        texts = {row.source: snapshot.document(row.id) for row in snapshot.documents()}
    assert not any("root:" in text.text for text in texts.values())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bomb.docx", "unpacks to more than 100 times its size"),
        ("bomb.epub", "unpacks to more than 100 times its size"),
        ("outside.docx", "is no Word document"),
        ("deep.ipynb", "is nested too deeply"),
        ("entities.docx", "."),
    ],
)
def test_what_was_made_to_harm_is_refused_by_a_reason(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / name).write_bytes(dict(made_to_harm())[name])
    with Library.create(tmp_path / "library") as library:
        (event,) = added(library, tmp_path / "texts")
    assert isinstance(event, Refused)
    assert message in event.reason
