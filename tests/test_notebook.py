"""Notebooks: cells in order, Markdown as it is shown, code as it stands, no outputs."""

import json

import pytest

from index.documents import FORMATS, Parsed
from index.errors import SourceError
from tests.documents import blocks, check_marks

CELLS = [
    {
        "cell_type": "markdown",
        "source": ["# Of *Bees*\n", "\n", "They **hum**, $a_1 + b_1$.\n", "\n", "- one\n", "- two"],
    },
    {
        "cell_type": "code",
        "source": "def hum():\n\n    return 250  # Hz",
        "outputs": [{"output_type": "stream", "text": ["not read"]}],
    },
    {"cell_type": "markdown", "source": ""},
    {"cell_type": "raw", "source": ["As it  stands."]},
    {
        "cell_type": "markdown",
        "source": "## Ants\n\n|Of|Walk|\n|-|-|\n|ant|yes|\n\n```\nx = 1\n```",
    },
]


def parsed(notebook: object) -> Parsed:
    result = FORMATS["notebook"].parse(json.dumps(notebook).encode())
    check_marks(result)
    return result


def test_cells_are_read_in_order_and_numbered() -> None:
    notebook = parsed({"nbformat": 4, "metadata": {}, "cells": CELLS})
    assert blocks(notebook) == [
        "# Of Bees",
        "They hum, $a_1 + b_1$.",
        "• one",
        "• two",
        "def hum():\n\n    return 250  # Hz",
        "As it  stands.",
        "## Ants",
        "Of | Walk",
        "ant | yes",
        "x = 1",
    ]
    cells = [mark for mark in notebook.marks if mark.kind == "cell"]
    assert [mark.data["number"] for mark in cells] == [1, 2, 4, 5]
    assert notebook.text[cells[1].start : cells[1].end] == "def hum():\n\n    return 250  # Hz"
    assert notebook.title == "Of Bees"


def test_what_a_notebook_says_of_itself() -> None:
    said = {"title": "Insects", "authors": [{"name": "Ann Roe"}, "Jo Doe"], "date": "2021-03"}
    notebook = parsed({"metadata": said, "cells": CELLS})
    assert (notebook.title, notebook.author, notebook.date) == (
        "Insects",
        "Ann Roe; Jo Doe",
        "2021-03",
    )


def test_the_version_before() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Bees"]},
        {"cell_type": "code", "input": ["hum()"], "outputs": []},
    ]
    assert blocks(parsed({"nbformat": 3, "worksheets": [{"cells": cells}]})) == ["## Bees", "hum()"]


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("no JSON", b"{", "is no notebook, or a damaged one: it is not JSON"),
        ("other JSON", b"[1]", "is no notebook: it has no cells"),
        ("no text", b'{"cells": [1, {"source": 7}]}', "holds no text"),
        ("deep", b"[" * 100_000, "is no notebook|RecursionError"),
    ],
)
def test_what_is_no_notebook_is_refused(label: str, data: bytes, message: str) -> None:
    with pytest.raises((SourceError, RecursionError), match=message if label != "deep" else None):
        FORMATS["notebook"].parse(data)


def test_half_a_character_is_read_as_one_that_is_not_known() -> None:
    data = b'{"cells": [{"cell_type": "markdown", "source": "Bees \\ud800 hum."}]}'
    assert FORMATS["notebook"].parse(data).text == "Bees \ufffd hum."
