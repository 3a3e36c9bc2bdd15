"""The package that Office files are: which part is which, and what it says of the document.

See ECMA-376, part 2: parts, relationships, core properties. Both its forms of names are read.
"""

import posixpath
from typing import Any

from index.documents.archive import Archive
from index.documents.facts import date_or_none, language_or_none, names_or_none, words_or_none
from index.documents.xml import Element, attribute, elements, root_of, words_in
from index.errors import SourceError

_SAID = ("title", "creator", "created", "language")
_CORE = "docProps/core.xml"


class Package:
    """The parts of an Office file."""

    def __init__(self, archive: Archive, *, kind: str) -> None:
        """Raises `SourceError` where the archive is no Office file of that `kind`."""
        self._archive = archive
        main = self.related("", "officeDocument")
        if main is None:
            raise SourceError(f"is no {kind} file, or a damaged one: it names no document in it")
        self.main = main

    def related(self, part: str, kind: str) -> str | None:
        """The part that another names as its part of a kind; `""` is the package as a whole."""
        named = self._relations(part)
        kinds = (id for id, (of, _) in named.items() if of == kind)
        return next((named[id][1] for id in kinds), None)

    def targets(self, part: str) -> dict[str, str]:
        """The parts that another names, by the ids it names them by."""
        return {id: target for id, (_, target) in self._relations(part).items()}

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and name of the parts that another names, by id."""
        folder, name = posixpath.split(part)
        listed = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {
            attribute(each, "Id"): (
                attribute(each, "Type").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, attribute(each, "Target")))[1:],
            )
            for each in (elements(listed, "Relationship") if listed is not None else ())
        }

    def xml(self, part: str | None) -> Element | None:
        """A part; `None` where there is none."""
        if part is None or part not in self._archive.names:
            return None
        return root_of(self._archive.read(part))

    @property
    def facts(self) -> dict[str, Any]:
        """What the file says of itself, for `Parsed`."""
        core = self.xml(self.related("", "core-properties") or _CORE)
        if core is None:
            return {}
        said = {name: next(elements(core, name), None) for name in _SAID}
        words = {name: "" if each is None else words_in(each) for name, each in said.items()}
        return {
            "title": words_or_none(words["title"]),
            "author": names_or_none(words["creator"].split(";")),
            "date": date_or_none(words["created"]),
            "language": language_or_none(words["language"]),
        }
