"""`pincite add --watch`: adds, and keeps the library up to date with the files until Ctrl-C."""

import time
from collections.abc import Sequence
from pathlib import Path

import typer

from index.archives import Archives
from index.errors import LibraryBusyError
from index.library import Library
from index.patterns import Patterns
from index.sources import texts_in
from index.watching import Look, Watched
from rag.settings import Settings
from ui.adding import embedder_of, follow
from ui.console import complain
from ui.exit_codes import INTERRUPTED

_SECONDS_BETWEEN_TRIES = 0.5


def add_and_follow(
    paths: Sequence[Path], settings: Settings, *, patterns: Patterns, prune: bool
) -> None:
    """Add what is at the paths, and then every change; ends by `typer.Exit` upon Ctrl-C.

    `prune` is about what was gone before. What goes later is removed whatever it says.
    """
    watched = Watched(paths, patterns)
    with Library.create(settings.library) as library:
        keeper = _Keeper(library, settings, patterns)
        try:
            keeper.bring_up_to_date(watched.look(), prune=prune)
            complain(f"watching {', '.join(map(str, paths))}; Ctrl-C stops")
            for _ in watched.happenings():
                keeper.bring_up_to_date(watched.look())
        except KeyboardInterrupt as interrupt:
            complain("stopped watching; what was told is kept")
            raise typer.Exit(INTERRUPTED) from interrupt


class _Keeper:
    """Writes changes to a library, whose lock it holds only meanwhile."""

    def __init__(self, library: Library, settings: Settings, patterns: Patterns) -> None:
        self._library, self._settings, self._patterns = library, settings, patterns
        self._embedder = embedder_of(library, settings)
        self._missing: list[Path] = []

    def bring_up_to_date(self, look: Look, *, prune: bool = False) -> None:
        for path in look.missing:
            if path not in self._missing:
                complain(f"{path} is not there any more; its documents stay")
        self._missing = look.missing
        if look.files or look.gone:
            self._add_when_free(look, prune)

    def _add_when_free(self, look: Look, prune: bool) -> None:
        most_bytes = self._settings.max_bytes
        with Archives(most_bytes=most_bytes) as archives:
            sources = list(texts_in(look.files, self._patterns, archives))
        told = False
        while True:
            events = self._library.add(
                sources,
                embedder=self._embedder,
                max_bytes=most_bytes,
                prune=prune,
                prune_below=look.changed,
            )
            try:
                follow(events)
            except LibraryBusyError as error:
                if not told:
                    complain(f"{error}; waiting for that")
                told = True
                time.sleep(_SECONDS_BETWEEN_TRIES)
            else:
                return
