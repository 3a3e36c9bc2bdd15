"""A conversation -> a file to keep. A new format is one file here and one line in `EXPORTS`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.records import Document
from ui.addresses import Site
from ui.exports.annotations import as_annotations
from ui.exports.conversation import Exchange
from ui.exports.html import as_html
from ui.exports.markdown import as_markdown


class Writer(Protocol):
    """What makes the text of a file of a conversation."""

    def __call__(
        self,
        exchanges: Sequence[Exchange],
        documents: Mapping[str, Document],
        *,
        site: Site,
    ) -> str:
        """The text, which UTF-8 can hold.

        `documents` are those that the answers cite, by id. A quote of one that is not among them,
        or has another version, is written all the same: it was checked when it was made.
        The root path of `site` is a whole address, such as "https://example.org/texts"; its
        language is what the file speaks.
        """


@dataclass(frozen=True, slots=True)
class Export:
    """A format that a conversation can be kept in."""

    label: str  # key of the words on its button
    ending: str  # of the file's name, with the dot
    type: str  # media type
    text: Writer


EXPORTS: Mapping[str, Export] = {
    "markdown": Export("export.markdown", ".md", "text/markdown; charset=utf-8", as_markdown),
    "html": Export("export.html", ".html", "text/html; charset=utf-8", as_html),
    "annotations": Export(
        "export.annotations",
        ".jsonld",
        'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        as_annotations,
    ),
}

__all__ = ["EXPORTS", "Exchange", "Export", "Writer"]
