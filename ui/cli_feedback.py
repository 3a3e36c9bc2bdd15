"""The commands about what readers said of answers. Thin, as those of `ui.cli`."""

from pathlib import Path
from typing import Annotated

import typer

from ui.options import JsonOption, LibraryOption, settings_of

feedback = typer.Typer(help="See what readers said of answers in the chat, and make cases of it.")


@feedback.command("list")
def list_given(
    context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """List the feedback: when, verdict, question and what it got."""
    from ui.giving_feedback import list_feedback

    list_feedback(settings_of(context).library, as_json=as_json)


@feedback.command()
def export(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The suite to write, in JSON lines.")
    ],
    library: LibraryOption = None,
) -> None:
    """Make a suite of the feedback, for `pincite eval`.

    What was right is expected again, and so is silence where nothing should be answered. The rest
    is left to a person and listed. No file that stands is written over.
    """
    from ui.giving_feedback import export_feedback

    export_feedback(out, settings_of(context).library)
