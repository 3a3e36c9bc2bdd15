"""Libraries of small texts, made and looked into."""

import sqlite3

from index.embedding import load_embedder
from index.embedding.hashing import HashingEmbedder
from index.events import Finished, Progress, Started
from index.sources import sources_below

QUERY = load_embedder("hashing").encode_queries(["bees hum"])


class Counting(HashingEmbedder):
    """Counts the texts it encodes."""

    encoded = 0

    def encode_documents(self, texts):
        self.encoded += len(texts)
        return super().encode_documents(texts)


def write(folder, **texts):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.txt").write_bytes(data)
    return folder


def add(library, *paths, embedder=None, sources=None, **options):
    """What happened to each text, in order."""
    first, *events, last = library.add(
        sources_below(paths) if sources is None else sources,
        embedder=embedder or load_embedder("hashing"),
        max_bytes=10_000,
        **options,
    )
    assert (type(first), type(last)) == (Started, Finished)
    return [event for event in events if not isinstance(event, Progress)]


def named(events):
    return [(type(event).__name__, event.source) for event in events]


def texts_of(library):
    with library.snapshot() as snapshot:
        return {row.source: snapshot.document(row.id).text for row in snapshot.documents()}


def ids_of(library):
    return {row.source: row.id for row in library.documents()}


def answers(library):
    """What a question finds: both searches, with scores."""
    with library.snapshot() as snapshot:
        return snapshot.search_vectors(QUERY, 9), snapshot.search_words("bees hum", 9)


def change(library, statement, *values):
    """Changes the database behind the library's back."""
    connection = sqlite3.connect(library.path / "library.db")
    connection.execute(statement, values)
    connection.commit()
    connection.close()
