"""Files that a stranger made to do harm, or that broke on their way: each costs itself only."""

import json
import os
import random
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from index.events import Added, Refused
from index.library import Library
from rag.ask import ask, open_pipeline
from rag.settings import Settings
from tests.archives import CONTAINER, archive, epub
from tests.pdfs import column, pdf
from tests.small_files import MOST_BYTES, WHOLE, added
from tests.support import need
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
    yield from made_to_harm().items()


@cache
def made_to_harm() -> dict[str, bytes]:
    """Those that somebody made to do harm."""
    return dict(_made_to_harm())


def _made_to_harm() -> Iterator[tuple[str, bytes]]:
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
    yield "deflated.pdf", deflated_pdf(zlib.compress(zlib.compress(b" " * 60_000_000)))
    yield (
        "before itself.pdf",
        pdf([column(60, 700, ["Bees hum."])]).replace(b"/Size", b"/Prev 9 /Size"),
    )
    yield (
        "wide page.pdf",
        pdf([column(60, 700, ["Bees hum."])]).replace(b"[0 0 612 792]", b"[0 0 9e9 9e9]"),
    )
    yield "many members.docx", archive({f"{n}.xml": "" for n in range(60_000)})
    yield "member twice.docx", package("<p/>").replace(b"[Content_Types].xml", b"word/document.xml")
    yield "locked.docx", locked(package("<p><r><t>Bees hum.</t></r></p>"))
    yield "up.epub", epub({"../../../../../etc/passwd": "<p>Bees hum."})
    yield "up on windows.epub", epub({"..\\..\\evil.xhtml": "<p>Bees hum."})
    yield "from the root.epub", epub({"/etc/passwd": "<p>Bees hum."})
    yield "nothing.html", b"\0" * 10_000
    yield "halves.ipynb", b'{"cells": [{"cell_type": "raw", "source": "\\ud800\\udfff \\u0000"}]}'
    yield "too long.txt", b"bees " * (MOST_BYTES // 5 + 1)
    yield "one line.txt", b"bees" * 2_000_000
    yield "escapes.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v \x1b[2J>\x1b]0;x\x07bees\n"
    yield "yaml.md", b"---\na: &a [x]\nb: [*a]\n---\nbees"
    yield "brackets.md", b"[" * 100_000


def deflated_pdf(content: bytes) -> bytes:
    """A page of PDF whose content was packed twice."""
    page = pdf([column(60, 700, ["Bees hum."])])
    at = page.index(b"<< /Length", page.index(b"/Contents"))
    after = page.index(b"endstream", at)
    filters = b"/Filter [/FlateDecode /FlateDecode]"
    head = b"<< /Length %d %s >>\nstream\n" % (len(content), filters)
    return page[:at] + head + content + b"\n" + page[after:]


def locked(packed: bytes) -> bytes:
    """The archive, saying that a password opens its members."""
    changed = bytearray(packed)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(sign)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(sign, at + 1)
    return bytes(changed)


ODD_NAMES = (
    b"line\nend",
    b"carriage\rreturn",
    b"escape\x1b[2Jand\x1b]0;title\x07",
    b"c1\xc2\x9b31m",
    b"no utf-8 \xff\xfe\x9b31m",
    "from \u202eright to\u2066 left".encode(),
    b"-rf",
    b"--library",
    b"..",
    b"...",
    b"$(touch owned) `touch owned`; touch owned",
    b"%s%n{0}{{x}}[bold]",
    b'a:b|c<d>e*f?g"h\\i',
    b" ",
    b"x" * 240,
)


REPOSITORY = Path(__file__).parent.parent


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


def what_bees_do(library: Library) -> list[tuple[str, str]]:
    """The quotes that a question gets of the texts that were whole from the start."""
    whole = [row.id for row in library.documents() if row.source in WHOLE]
    pipeline = open_pipeline(Settings(library=library.path, reader="sentence", limit=20))
    with pipeline.library:
        found = ask("What do bees do in the lime tree? Do they hum?", pipeline, documents=whole)
    return [(quote.source, quote.text) for quote in found.quotes]


@pytest.mark.slow
def test_every_hostile_file_is_survived_and_named_in_a_line(
    tmp_path: Path, stored: Library
) -> None:
    before = {row.source: row.version for row in stored.documents()}
    answered = what_bees_do(stored)
    assert "hum" in str(answered)
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
    assert what_bees_do(stored) == answered
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.name == "x"]
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
    (tmp_path / "texts" / name).write_bytes(made_to_harm()[name])
    with Library.create(tmp_path / "library") as library:
        (event,) = added(library, tmp_path / "texts")
    assert isinstance(event, Refused)
    assert message in event.reason


def test_odd_names_are_told_each_in_one_line(tmp_path: Path, own_folder: None) -> None:
    folder = os.fsencode(tmp_path / "texts")
    os.mkdir(folder)
    for name in ODD_NAMES:
        with open(os.path.join(folder, name + b".txt"), "wb") as file:
            file.write(b"Bees hum.")
        with open(os.path.join(folder, name + b".pdf"), "wb") as file:
            file.write(b"%PDF-")
    for place in (tmp_path, tmp_path / "texts"):
        os.mkfifo(place / "pipe.txt")
        (place / "endless.txt").symlink_to("/dev/zero")
        (place / "around.txt").symlink_to("around.txt")
        (place / "up.txt").symlink_to(tmp_path / "texts")  # a folder; from within itself: a loop
    named = [tmp_path / "pipe.txt", tmp_path / "endless.txt", tmp_path / "up.txt"]
    command = [sys.executable, "-c", COMMAND, "add", folder, *named, "--embedder", "hashing"]
    done = subprocess.run(command, capture_output=True, timeout=100, check=False)
    lines = [stream.decode("utf-8").split("\n") for stream in (done.stdout, done.stderr)]
    added = [line for line in lines[0] if line.startswith("added ")]
    refused = [line for line in lines[1] if line.startswith("pincite: refused ")]
    visible = [name for name in ODD_NAMES if not name.startswith(b".")]  # others are hidden files
    assert done.returncode == 1
    assert len(added) == len(visible)
    # the pipe and the endless file, which were named and found, and the link to itself
    assert len(refused) == len(visible) + 5
    assert {unicodedata.category(sign) for line in (*added, *refused) for sign in line} & {
        "Cc",
        "Cf",
        "Cs",
    } == set()
    assert not list(tmp_path.glob("**/owned"))


COMMAND = "import sys; from ui.main import main; sys.exit(main(sys.argv[1:]))"
PEAK = """
import sys
from pathlib import Path
from index.library import Library
from tests.small_files import added

peaks = []
with Library.create(Path(sys.argv[1])) as library:
    for folder in sys.argv[2:]:
        events = added(library, Path(folder))
        peaks.append(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
print(*peaks, len(events))
"""
MOST_KILOBYTES = 200_000  # that files of up to 10 MB may add to the peak of whoever adds them


@pytest.mark.slow
def test_the_memory_of_whoever_adds_bombs_is_bounded(tmp_path: Path) -> None:
    need("proc", Path("/proc/self/status").exists(), "this system has no /proc")
    files = {"whole": WHOLE, "hostile": made_to_harm()}
    for folder, data in files.items():
        (tmp_path / folder).mkdir()
        for name, content in data.items():
            (tmp_path / folder / name).write_bytes(content)
    with (tmp_path / "hostile" / "endless.pdf").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte with nothing in it
    folders = [str(tmp_path / folder) for folder in files]
    command = [sys.executable, "-c", PEAK, str(tmp_path / "library"), *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    before, after, count = map(int, done.stdout.split())
    print(f"\npeak before {before:,} kB, after {count} hostile files {after:,} kB")
    assert count == len(files["hostile"]) + 1
    assert after - before <= MOST_KILOBYTES
