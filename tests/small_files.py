"""A small file of every format, and how such files are added."""

import json
from pathlib import Path

from index.embedding import load_embedder
from index.events import AddEvent, Progress
from index.library import Library
from index.sources import sources_below
from tests.archives import epub
from tests.pdfs import column, pdf
from tests.test_docx import package
from tests.test_pptx import slides_of

MOST_BYTES = 10**7
PAGE = "<html><head><title>Bees</title></head><body><h1>Of Bees</h1><p>They hum.</p></body></html>"
WHOLE = {
    "bees.html": PAGE.encode(),
    "bees.epub": epub({"a.xhtml": PAGE}, "<dc:title>Bees</dc:title>"),
    "bees.docx": package("<p><r><t>Bees hum.</t></r></p>"),
    "bees.pptx": slides_of("Of Bees", "They hum."),
    "bees.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "hum()"}]}).encode(),
    "bees.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Bees hum.</v>\n",
    "bees.srt": b"1\n00:00:01,000 --> 00:00:02,000\nBees hum.\n",
    "bees.pdf": pdf([column(60, 700, ["Bees hum in the lime tree."])], labels="0 << /S /r >>"),
    "bees.md": b"---\ntitle: Bees\n---\n\n# Of Bees\n\nThey hum.\n",
    "bees.txt": b"Of Bees\n\nThey hum.\n",
}


def added(library: Library, folder: Path) -> list[AddEvent]:
    """What happened to each file in the folder, in order."""
    embedder = load_embedder("hashing")
    _, *events, _ = library.add(sources_below([folder]), embedder=embedder, max_bytes=MOST_BYTES)
    return [event for event in events if not isinstance(event, Progress)]
