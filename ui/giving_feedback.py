"""Feedback on the command line: list it, and make a suite of it."""

from dataclasses import asdict
from pathlib import Path

from eval.feedback import Export, export_of
from eval.formats.json_lines import line_of
from eval.texts import Texts
from index.errors import PinciteError
from index.library import Library
from index.writing import write_whole
from rag.activity import FILE_NAME, Activity, Feedback
from ui.console import say, say_json
from ui.contract import SCHEMA_VERSION
from ui.files import check_new, check_outputs
from ui.printed import shortened

SHOWN = 100  # characters of a quote


def list_feedback(library: Path, *, as_json: bool) -> None:
    """Print the feedback, one a line in the order it was given, or as JSON."""
    with Library.open(library):
        rows = Activity(library).all()
    if as_json:
        say_json({"schema_version": SCHEMA_VERSION, "feedback": [asdict(row) for row in rows]})
        return
    for line in [f"{row.when}  {row.verdict}: {_told(row)}" for row in rows] or ["no feedback"]:
        say(line)


def export_feedback(file: Path, library: Path) -> None:
    """Write a new suite of the feedback to `file`, and print what is in it and what is not."""
    check_outputs([file], inputs=[library / FILE_NAME])
    check_new(file)
    with Library.open(library) as opened:
        rows, texts = Activity(library).all(), Texts.of_library(opened)
    export = export_of(rows, texts)
    if export.cases:
        write_whole(file, "".join(map(line_of, export.cases)))
        say(f"cases written to {file}: {len(export.cases)}")
    _say_rest(export, file)
    if not export.cases:
        raise PinciteError(
            f"{file} was not written: no case can be made of the feedback in {library} "
            f"({len(rows)} given); say of an answer in the chat that it is right"
        )


def _say_rest(export: Export, file: Path) -> None:
    if export.contradicted:
        say(f"questions on which feedback disagrees; the newest counts: {export.contradicted}")
    if export.undecided:
        say(
            f"left to a person, who adds them with `pincite case add {file}`: "
            f"{len(export.undecided)}"
        )
    for each in export.undecided:
        say(f"  {each.reason}: {_told(each.feedback)}")


def _told(row: Feedback) -> str:
    """The question, and in brackets what it got."""
    quote = row.quote
    got = f"{quote.source}: “{shortened(quote.text, SHOWN)}”" if quote else "not answered"
    return f"{row.question} ({got})"
