"""Follows the adding of documents: what is printed of each event, and what is summed up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import typer

from index.documents.decoding import DECLARED
from index.embedding import Embedder, load_embedder
from index.events import (
    Added,
    AddEvent,
    Finished,
    Progress,
    Refused,
    Removed,
    Renamed,
    Replaced,
)
from index.library import Library
from index.naming import some
from index.sources import Source
from rag.settings import Settings
from ui.console import Bar
from ui.exit_codes import INTERRUPTED

MOST_NAMED = 5  # files in the summary
EXPECTED_ENCODINGS = ("utf-", DECLARED)  # said by the bytes themselves


@dataclass(slots=True)
class Tally:
    """What has come of an adding so far."""

    kept: int = 0  # documents added or replaced; they are on disk
    refused: int = 0
    guessed: list[str] = field(default_factory=list)  # "SOURCE as ENCODING"


def add_sources(sources: Sequence[Source], settings: Settings, *, prune: bool = False) -> Tally:
    """Add the sources to the library of the settings, which is made where there is none."""
    with Library.create(settings.library) as library:
        embedder, most_bytes = embedder_of(library, settings), settings.max_bytes
        return follow(library.add(sources, embedder=embedder, max_bytes=most_bytes, prune=prune))


def embedder_of(library: Library, settings: Settings) -> Embedder:
    """The embedder of the settings, which is the library's own unless they name one."""
    return load_embedder(
        settings.embedder or library.facts().embedder,
        precision=settings.precision,
        threads=settings.threads,
    )


def follow(events: Iterator[AddEvent], *, looking_at: str = "files") -> Tally:
    """Print each event as it happens and return the tally; Ctrl-C says what is kept and exits."""
    tally = Tally()
    with Bar(f"Looking at the {looking_at}") as bar:
        try:
            for event in events:
                _print_event(event, bar, tally, looking_at)
        except KeyboardInterrupt as interrupt:
            bar.complain(f"stopped; documents added and kept: {tally.kept}; add again to go on")
            raise typer.Exit(INTERRUPTED) from interrupt
    return tally


def _print_event(event: AddEvent, bar: Bar, tally: Tally, looking_at: str) -> None:
    match event:
        case Added() | Replaced():
            tally.kept += 1
            verb = "added" if isinstance(event, Added) else "replaced"
            bar.say(f"{verb} {event.id} {event.source}")
            for warning in event.warnings:
                bar.complain(f"{event.source}: {warning}")
            if not event.encoding.startswith(EXPECTED_ENCODINGS):
                tally.guessed.append(f"{event.source} as {event.encoding}")
        case Renamed():
            bar.say(f"renamed {event.id} {event.source}")
        case Removed():
            bar.say(f"removed {event.id} {event.source}")
        case Refused():
            tally.refused += 1
            bar.complain(f"refused {event.source}: {event.reason}")
        case Progress():
            words = (
                f"{event.files_done} of {event.files} {looking_at}, {event.chunks_done} passages"
            )
            bar.move(event.files_done, event.files, words)
        case Finished():
            bar.say(_summary(event, tally))


def _summary(done: Finished, tally: Tally) -> str:
    counts = {
        "added": done.added,
        "replaced": done.replaced,
        "renamed": done.renamed,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "refused": done.refused,
    }
    told = [f"{count:,} {word}" for word, count in counts.items() if count] or ["nothing to add"]
    passages = f"; {done.chunks:,} new passages" if done.chunks else ""
    line = f"{', '.join(told)}{passages}, in {done.seconds:.1f} s"
    return line + _guessed(tally.guessed)


def _guessed(named: list[str]) -> str:
    if not named:
        return ""
    return f"; not UTF-8, read by a guess: {some(named, most=MOST_NAMED)}"
