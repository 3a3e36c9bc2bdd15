"""A file or folder -> `Suite`. A new format is one file here and one line in `_KNOWN`.

The format is told by content, never by name. Whatever is wrong is reported at once, by file and
line, and then nothing is loaded.
"""

import os
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from eval.cases import Case, Suite
from eval.formats import beir, json_lines, squad, table
from eval.formats.content import Text, bytes_at, decoded
from eval.formats.faults import Fault, Faults
from eval.formats.material import Material
from index.errors import SuiteError


class Format(Protocol):
    """How the texts of a suite's files become cases."""

    name: str
    looks: str  # what its content is told by, for a person

    def takes(self, texts: tuple[Text, ...]) -> bool:
        """Whether the texts (one, or the three of a folder) are in this format."""

    def read(self, texts: tuple[Text, ...], faults: Faults) -> Material:
        """The cases and passages; what is wrong is noted."""


_KNOWN: tuple[Format, ...] = (  # the first that takes a file reads it
    beir.Beir(),
    squad.SquadJson(),
    table.Table(),
    json_lines.JsonLines(),
)
FORMATS: dict[str, Format] = {form.name: form for form in _KNOWN}


def load_suite(path: Path) -> Suite:
    """The suite in a file or a BEIR folder. Raises `SuiteError` naming all that is wrong."""
    files = _files(path)
    contents = [bytes_at(file, wanted="a suite") for file in files]
    texts = tuple(decoded(content, file) for content, file in zip(contents, files, strict=True))
    form = next(form for form in FORMATS.values() if form.takes(texts))
    faults = Faults()
    cases, passages = form.read(texts, faults)
    _note_repeated_ids(cases, str(path), faults)
    faults.refuse()
    if not cases:
        known = "; ".join(f"{form.name} ({form.looks})" for form in FORMATS.values())
        raise SuiteError(f"{path} has no cases; the formats of suites are {known}")
    whole = sha256()
    for content in contents:
        whole.update(content)
    name = os.path.basename(os.path.abspath(path))  # also of "."
    return Suite(name, tuple(cases), tuple(passages), whole.hexdigest(), format=form.name)


def _files(path: Path) -> tuple[Path, ...]:
    """The files of a suite, in the order that its hash is made in."""
    try:
        return beir.files_in(path) if path.is_dir() else (path,)
    except OSError as error:
        raise SuiteError(f"{path} cannot be read as a suite: {error.strerror}") from error


def _note_repeated_ids(cases: Iterable[Case], origin: str, faults: Faults) -> None:
    for id_, count in Counter(case.id for case in cases).items():
        if count > 1:
            message = f"{count} cases have the id {id_!r}; ids must differ"
            faults.note(origin, "", Fault(message, kind="ids must differ"))


__all__ = ["FORMATS", "Format", "SuiteError", "load_suite"]
