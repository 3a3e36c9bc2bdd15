"""How texts come into a library: looked at, cut, embedded, and each batch in one transaction."""

import hashlib
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import length_hint
from pathlib import PurePosixPath

import numpy as np

from index import storing
from index.archives import Archives
from index.chunking import ChunkSettings, embedded_text
from index.database import read_meta, transaction, write_meta
from index.documents.parsers import Parsers
from index.embedding import Embedder
from index.errors import SourceError
from index.events import (
    Added,
    AddEvent,
    Finished,
    Progress,
    Refused,
    Removed,
    Renamed,
    Replaced,
    Started,
    Unchanged,
)
from index.preparing import Prepared, hash_of, made_by, prepare, title_from
from index.records import Vectors
from index.sources import Source, is_there
from index.web.visits import keep_visit

_BATCH = 256  # passages embedded and committed together: what Ctrl-C can cost, some 20 seconds
_SLICE = 64  # passages between two signs of progress
_MOST_WAITING = 64_000_000  # bytes of originals that wait for their batch
_ID_DIGITS = 12
_WHOLE = "."  # a key that is above every other one of its root


class Adding:
    """One run of `Library.add`; its caller holds the lock."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        embedder: Embedder,
        settings: ChunkSettings,
        max_bytes: int,
    ) -> None:
        """Everything is written through `connection`."""
        self._connection = connection
        self._embedder = embedder
        self._settings = settings
        self._max_bytes = max_bytes
        self._parsers = Parsers()
        self._archives = Archives(most_bytes=max_bytes)
        self._waiting: list[Prepared] = []
        self._stored: dict[str, dict[str, storing.Stored]] = {}  # by root and key
        self._same: dict[tuple[str, str, str], list[storing.Stored]] = {}  # by root and content
        self._found: set[tuple[str, str]] = set()  # root and key of all that was looked at
        self._gone: set[tuple[str, str]] = set()  # of what is known not to be there any more
        self._prunes = False
        self._tally: Counter[str] = Counter()
        self._chunks_done = 0

    def run(
        self,
        sources: Iterable[Source],
        *,
        prune: bool,
        prune_below: Collection[tuple[str, str]] = (),
        roots: Sequence[str] | None = None,
    ) -> Iterator[AddEvent]:
        """Adds the sources and tells what happens; a document is told of after its commit."""
        self._prunes = prune
        with self._parsers, self._archives:
            yield from self._run(sources, prune_below, roots)

    def _run(
        self,
        sources: Iterable[Source],
        prune_below: Collection[tuple[str, str]],
        roots: Sequence[str] | None,
    ) -> Iterator[AddEvent]:
        began = time.monotonic()
        whole = None if roots is not None else _each_once(sources)
        yield Started(length_hint(sources if whole is None else whole))
        if whole is not None:
            sources, roots = whole, list(dict.fromkeys(source.root for source in whole))
            for root in roots:
                self._adopt_moved(root, [source for source in whole if source.root == root])
        for root in roots or ():
            self._know(root)
        yield from self._take(sources)
        below = [*prune_below, *((root, _WHOLE) for root in roots or () if self._prunes)]
        yield from self._prune(below)
        count = self._tally
        yield Finished(
            added=count["Added"],
            replaced=count["Replaced"],
            renamed=count["Renamed"],
            unchanged=count["Unchanged"],
            refused=count["Refused"],
            removed=count["Removed"],
            chunks=self._chunks_done,
            seconds=time.monotonic() - began,
        )

    def _know(self, root: str) -> None:
        """Keeps in mind what is stored of the root."""
        self._stored[root] = storing.stored_below(self._connection, root)
        for stored in self._stored[root].values():
            same = self._same.setdefault((root, stored.bytes_hash, stored.made_by), [])
            same.append(stored)

    def _take(self, sources: Iterable[Source]) -> Iterator[AddEvent]:
        """Looks at each source, and stores a batch as often as there is one."""
        done = 0
        for source in sources:
            yield Progress(done, length_hint(sources), self._chunks_done)
            self._found.add((source.root, source.key))
            event = self._look_at(source)
            if event:
                yield self._counted(event)
            done += 1
            if self._is_batch():
                yield from self._store_batch(done, length_hint(sources))
        yield from self._store_batch(done, done)

    def _is_batch(self) -> bool:
        """Whether enough waits to be stored."""
        originals = sum(len(prepared.original or b"") for prepared in self._waiting)
        passages = sum(len(prepared.passages) + 1 for prepared in self._waiting)
        return passages >= _BATCH or originals >= _MOST_WAITING

    def _counted(self, event: AddEvent) -> AddEvent:
        self._tally[type(event).__name__] += 1
        return event

    def _look_at(self, source: Source) -> AddEvent | None:
        """What there is to say at once; `None` where the source now waits for its batch."""
        before = self._stored[source.root].get(source.key)
        if before and source.unchanged:
            return Unchanged(before.id, before.source)
        if before and source.is_gone and self._prunes:
            self._gone.add((source.root, source.key))
            return None
        try:
            data = self._read(source)
            made = (hash_of(data), made_by(source.form, self._settings))
            if before and made == (before.bytes_hash, before.made_by):
                self._keep_visit(before.id, source)
                return Unchanged(before.id, before.source)
            if before is None and (moved := self._moved(source, made)):
                return self._rename(source, moved)
            id, key = (before.id, before.source) if before else self._new_id(source)
            self._waiting.append(
                prepare(
                    source,
                    data,
                    id=id,
                    key=key,
                    parsers=self._parsers,
                    embedder=self._embedder,
                    settings=self._settings,
                )
            )
        except SourceError as error:
            return Refused(source.key, str(error))
        return None

    def _keep_visit(self, document_id: str, source: Source) -> None:
        if source.visit:
            with transaction(self._connection):
                keep_visit(self._connection, document_id, source.visit)

    def _moved(self, source: Source, made: tuple[str, str]) -> storing.Stored | None:
        """A document of the same root and content whose own file is gone."""
        known = self._stored[source.root]
        for stored in self._same.get((source.root, *made), ()):
            if known.get(stored.key) is stored and not self._is_there(source.root, stored.key):
                return stored
        return None

    def _is_there(self, root: str, key: str) -> bool:
        return is_there(root, key, self._archives)

    def _read(self, source: Source) -> bytes:
        return source.read(most_bytes=self._max_bytes, archives=self._archives)

    def _rename(self, source: Source, stored: storing.Stored) -> Renamed:
        with transaction(self._connection):
            key = storing.free_source(self._connection, source.key, self._waiting_sources())
            titles = title_from(stored.source), title_from(key)
            storing.rename(self._connection, stored.id, key=source.key, source=key, titles=titles)
            self._next_generation()
        known = self._stored[source.root]
        known[source.key] = known.pop(stored.key)._replace(key=source.key, source=key)
        return Renamed(stored.id, key, stored.source)

    def _new_id(self, source: Source) -> tuple[str, str]:
        """The id of a new document and the key it is stored under."""
        key = storing.free_source(self._connection, source.key, self._waiting_sources())
        held = {prepared.document.id for prepared in self._waiting}
        number, id = 1, _id_of(key)
        while id in held or not storing.is_free_id(self._connection, id):
            number += 1  # a renamed document keeps the id that was made of its first key
            id = _id_of(f"{key}~{number}")
        return id, key

    def _waiting_sources(self) -> set[str]:
        return {prepared.document.source for prepared in self._waiting}

    def _store_batch(self, files_done: int, files: int) -> Iterator[AddEvent]:
        """Embeds what waits and writes it in one transaction."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        texts = [
            embedded_text(passage.headings, prepared.document.text[passage.start : passage.end])
            for prepared in batch
            for passage in prepared.passages
        ]
        vectors: Vectors = np.empty((len(texts), self._embedder.dimension), np.float32)
        by_length = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for first in range(0, len(texts), _SLICE):
            rows = by_length[first : first + _SLICE]
            vectors[rows] = self._embedder.encode_documents([texts[row] for row in rows])
            self._chunks_done += len(rows)
            yield Progress(files_done, files, self._chunks_done)
        for event in self._written(batch, vectors):
            yield self._counted(event)

    def _written(self, batch: list[Prepared], vectors: Vectors) -> list[AddEvent]:
        events: list[AddEvent] = []
        with transaction(self._connection):
            generation = self._next_generation()
            first = 0
            for prepared in batch:
                document, after = prepared.document, first + len(prepared.passages)
                known = prepared.source.key in self._stored[prepared.source.root]
                write = storing.replace if known else storing.insert
                write(self._connection, prepared, vectors[first:after], generation)
                if prepared.source.visit:
                    keep_visit(self._connection, document.id, prepared.source.visit)
                first = after
                kind = Replaced if known else Added
                events.append(
                    kind(document.id, document.source, prepared.encoding, prepared.warnings)
                )
        return events

    def _prune(self, below: Collection[tuple[str, str]]) -> Iterator[AddEvent]:
        """Removes the documents below these roots and keys whose files are gone."""
        for root in dict.fromkeys(root for root, _ in below):
            above = {key for of, key in below if of == root}
            for stored in storing.stored_below(self._connection, root).values():
                path = PurePosixPath(stored.key)
                is_apart = above.isdisjoint({stored.key, *map(str, path.parents)})
                if is_apart or not self._is_gone(root, stored.key):
                    continue
                with transaction(self._connection):
                    storing.delete(self._connection, stored.id, self._next_generation())
                yield self._counted(Removed(stored.id, stored.source))

    def _is_gone(self, root: str, key: str) -> bool:
        if (root, key) in self._gone:
            return True
        return (root, key) not in self._found and not self._is_there(root, key)

    def _adopt_moved(self, root: str, sources: Sequence[Source]) -> None:
        """Takes over the documents of a folder that was moved here, most of its files unchanged."""
        if storing.stored_below(self._connection, root):
            return
        for before in storing.roots_gone(self._connection):
            held = storing.stored_below(self._connection, before)
            same = sum(self._is_same(source, held.get(source.key)) for source in sources)
            if same * 2 > len(held):
                with transaction(self._connection):
                    storing.move_root(self._connection, before, root)
                return

    def _is_same(self, source: Source, stored: storing.Stored | None) -> bool:
        if stored is None:
            return False
        try:
            return hash_of(self._read(source)) == stored.bytes_hash
        except SourceError:
            return False

    def _next_generation(self) -> int:
        generation = int(read_meta(self._connection).get("generation", 0)) + 1
        write_meta(self._connection, generation=generation)
        return generation


def _each_once(sources: Iterable[Source]) -> list[Source]:
    return list({(source.root, source.key): source for source in sources}.values())


def _id_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:_ID_DIGITS]
