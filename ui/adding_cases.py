"""A case on the command line: check it against the library, append it, say where it stands."""

from pathlib import Path

from eval.new_case import Asked, append_case, new_case, suite_to_add_to
from eval.texts import Texts
from index.library import Library
from ui.console import say
from ui.files import check_outputs


def add_case_to(path: Path, asked: Asked, library: Path) -> None:
    """Append the case to the suite at `path` and print its id, place and evidence."""
    check_outputs([path])
    suite = suite_to_add_to(path)
    with Library.open(library) as opened:
        texts = Texts.of_library(opened)
    case = new_case(asked, texts, suite, name=path.stem)
    append_case(path, case)
    where = ", ".join(filter(None, (case.document, case.place))) or "the texts do not answer it"
    say(f"added {case.id}: {where}")
    for quote in case.evidence:
        say(f"  “{' '.join(quote.split())}”")
