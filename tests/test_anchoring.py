"""What is saved as annotations, anchored again in the texts by a tool that is not ours."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from shutil import which
from typing import Any

from index.records import Document, Span
from rag.answer import Quote
from tests.hostile import HOSTILE
from tests.support import need
from tests.test_exports import answered, export, quote

ANNOTATOR = (
    Path(__file__)
    .parents[1]
    .joinpath(".venv", "node_modules", "@apache-annotator", "selector", "lib", "index.js")
)
REFRAIN = "Ebb and flow. Nobody waits. " * 40


def anchored(wanted: list[dict[str, Any]]) -> list[list[list[Span]]]:
    """For each text and each of its selectors the spans that Apache Annotator finds."""
    node = which("node")
    there = node is not None and ANNOTATOR.exists()
    need("annotator", there, f"there is no {ANNOTATOR}; where npm is, `make test` installs it")
    done = subprocess.run(
        [str(node), str(Path(__file__).with_name("anchoring.mjs")), ANNOTATOR.as_uri()],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return [[[tuple(span) for span in spans] for spans in each] for each in json.loads(done.stdout)]


def selectors_of(given: Quote, document: Document) -> list[dict[str, Any]]:
    """The selectors of a quote, and of its short answer, as they are saved."""
    made = json.loads(export("annotations", [answered(given)], {document.id: document}))
    return [each for item in made["first"]["items"] for each in item["target"]["selector"]]


def test_another_tool_finds_every_quote_where_it_stands() -> None:
    texts, expected = [], []
    for words in HOSTILE:
        if any("\ud800" <= sign <= "\udfff" for sign in words):
            continue  # half a character stands in no text
        text = f"# 🌊 {words}\n\nIt is said that {words} is a word. After it 👩‍👩‍👧 more.\n"
        said, short = f"It is said that {words} is a word.", f"{words} is"
        document = Document("d", "v1", "T", "d.md", text, ())
        selectors = selectors_of(quote(said, short, document), document)
        texts.append({"text": text, "selectors": selectors})
        places = [(text.index(each, text.index(said)), each) for each in (said, short)]
        spans = [(start, start + len(each)) for start, each in places]
        expected.append([[span] for span in spans for _ in ("by position", "by words")])
    assert len(texts) >= 200
    assert anchored(texts) == expected


def test_of_a_sentence_that_comes_again_the_position_says_which() -> None:
    document = Document("d", "v1", "T", "d.md", REFRAIN, ())
    first = quote("Ebb and flow.", None, document)
    spans = [(start, start + len(first.text)) for start in (0, 28 * 20, 28 * 39)]
    texts = [
        {"text": REFRAIN, "selectors": selectors_of(replace(first, start=start, end=end), document)}
        for start, end in spans
    ]
    found = anchored(texts)
    assert [by_position for by_position, _ in found] == [[span] for span in spans]
    assert [span in by_words for span, (_, by_words) in zip(spans, found, strict=True)] == [
        True
    ] * 3
