"""Checks quotes on the command line, and prints what was found of each."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from index.library import Library
from rag.verifying.verified import FAITHFUL
from rag.verifying.verify import verify
from ui.console import say, say_json, terminal
from ui.contract import Json, verification_json
from ui.exit_codes import DONE, UNFAITHFUL
from ui.printed import one_line, plain, print_where, print_wrapped

if TYPE_CHECKING:
    from rich.text import Text

STDIN = "-"
SHOWN = 3  # places of one quotation, or pieces
_SIGNS = {"kept": ("", "", ""), "removed": ("[-", "-]", "red"), "inserted": ("{+", "+}", "green")}


def verify_text(text: str, library: Path, *, document: str | None, as_json: bool) -> int:
    """Check the quotations of a text, or of stdin's; print them and return the exit code."""
    if text == STDIN:
        text = sys.stdin.read()
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        verified = verify(text, snapshot, document_id=document)
    contract = verification_json(verified)
    if as_json:
        say_json(contract)
    else:
        for quotation in contract["quotations"]:
            print_quotation(quotation)
    return DONE if all(each.kind in FAITHFUL for each in verified) else UNFAITHFUL


def print_quotation(quotation: Json) -> None:
    """Print a quotation of the contract: what it is, its words or its changes, where it stands."""
    console = terminal()
    print_wrapped(_told(quotation), console)
    for place in quotation["places"][:SHOWN]:
        print_where(place, console)
    if (more := quotation["count"] - SHOWN) > 0:
        say(f"    and {more:,} more")
    say("")


def _told(quotation: Json) -> "Text":
    """What the quotation is, and its words: [-those removed-] and {+those inserted+} if any."""
    words = plain("")
    words.append(quotation["kind"], style="bold")
    words.append(": “")
    for number, edit in enumerate(quotation["edits"]):
        opening, closing, style = _SIGNS[edit["kind"]]
        words.append(" " if number else "")
        words.append(f"{opening}{one_line(edit['text'])}{closing}", style=style)
    words.append("" if quotation["edits"] else one_line(quotation["text"]))
    return words.append("”")
