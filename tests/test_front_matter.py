"""What stands in front of a Markdown text about it."""

import pytest

from index.documents import FORMATS
from index.documents.front_matter import front_matter
from index.errors import SourceError
from index.records import Document
from tests.documents import blocks, check_marks


def test_it_becomes_facts_and_empty_lines() -> None:
    text = """---
title: "Of Bees: an essay"
author:
  - Frisch, Karl von
  - name: Ann Roe
date: 1927-05-04
lang: en-GB
publisher: Springer
canonical: https://example.org/bees
tags: [a, b]
---

# Dances

They *hum*.
"""
    parsed = FORMATS["markdown"].parse(text.replace("\n", "\r\n").encode())
    check_marks(parsed)
    assert blocks(parsed) == ["# Dances", "They *hum*."]
    assert (parsed.title, parsed.author) == ("Of Bees: an essay", "Frisch, Karl von; Ann Roe")
    assert (parsed.date, parsed.language, parsed.publisher) == ("1927-05-04", "en", "Springer")
    assert parsed.address == "https://example.org/bees"
    document = Document("d", "v", "T", "t.md", parsed.text, parsed.marks)
    start = parsed.text.index("They")
    assert document.place(start, start + 4).line == text[: text.index("They")].count("\n") + 1


@pytest.mark.parametrize(
    ("label", "text", "facts"),
    [
        (
            "TOML",
            '+++\ntitle = "Bees"\ndate = 1927-05-04\n+++\nHum.',
            {"title": "Bees", "date": "1927-05-04"},
        ),
        ("closed by dots", "---\ntitle: Bees\n...\nHum.", {"title": "Bees"}),
        ("a year", "---\nDate: 1927\n---\nHum.", {"date": "1927"}),
        ("one author", "---\nauthor: Ann Roe\n---\nHum.", {"author": "Ann Roe"}),
        ("nothing we know", "---\nlayout: post\n---\nHum.", {}),
    ],
)
def test_forms(label: str, text: str, facts: dict[str, str]) -> None:
    assert front_matter(text) == ("\n" * text.count("\n") + "Hum.", facts)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("a rule", "---\nBees hum.\n---\nThey do."),
        ("no end", "---\ntitle: Bees\n\nThey hum."),
        ("not at the beginning", "Bees.\n\n---\ntitle: Bees\n---\n"),
        ("no YAML", "---\ntitle: [Bees\n---\nThey hum."),
        ("a list", "---\n- title: Bees\n---\nThey hum."),
        ("one that grows", "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: Bees\n---\nThey hum."),
        ("one that merges", "---\na: &a {x: 1}\nb: {<<: *a}\n---\nThey hum."),
        ("a date that is none", "---\ndate: 2021-99-99\n---\nThey hum."),
        ("deep", f"---\na: {'[' * 5000}\n---\nThey hum."),
    ],
)
def test_what_is_text(label: str, text: str) -> None:
    assert front_matter(text) == (text, {})


def test_nothing_behind_it_is_no_text() -> None:
    with pytest.raises(SourceError, match="says something of a text, and then there is none"):
        FORMATS["markdown"].parse(b"---\ntitle: Bees\n---\n")
