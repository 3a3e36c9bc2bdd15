"""What happens while texts are added, told as it happens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """The texts to look at were found."""

    files: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Work went on."""

    files_done: int
    files: int
    chunks_done: int


@dataclass(frozen=True, slots=True)
class Added:
    """A document is on disk: this is told after the commit."""

    id: str
    source: str
    encoding: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """The new text of a document is on disk."""

    id: str
    source: str
    encoding: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file whose content did not change has another name; its document keeps its id."""

    id: str
    source: str
    before: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The library has this text already."""

    id: str
    source: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file was not taken; nothing of it is in the library."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A document whose file is gone was removed."""

    id: str
    source: str


@dataclass(frozen=True, slots=True)
class Finished:
    """All was done."""

    added: int
    replaced: int
    renamed: int
    unchanged: int
    refused: int
    removed: int
    chunks: int
    seconds: float


AddEvent = (
    Started | Progress | Added | Replaced | Renamed | Unchanged | Refused | Removed | Finished
)
