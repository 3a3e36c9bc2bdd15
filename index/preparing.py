"""A source -> a document cut into passages: all that can be done before anything is embedded."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from index.chunking import ChunkSettings, Passage, passages_of
from index.documents import Format
from index.documents.language import language_of
from index.documents.parsers import Parsers
from index.embedding import Embedder
from index.layout import Layout
from index.records import Document
from index.sources import Source


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document and its passages, ready to be embedded and stored."""

    source: Source
    document: Document
    passages: tuple[Passage, ...]
    bytes_hash: str
    made_by: str
    encoding: str
    warnings: tuple[str, ...]
    layout: Layout | None = None  # where the text stands on the pages of its original,
    original: bytes | None = None  # which is kept with it


def made_by(form: Format, settings: ChunkSettings) -> str:
    """Names every part that decides what becomes of a file's bytes."""
    return f"{form.name}/{form.version} {settings.signature}"


def prepare(
    source: Source,
    data: bytes,
    *,
    id: str,
    key: str,
    parsers: Parsers,
    embedder: Embedder,
    settings: ChunkSettings,
) -> Prepared:
    """Reads the text and cuts it into passages. Raises `SourceError` where the bytes are no text.

    Args:
        source: where the bytes come from.
        data: the bytes.
        id: of the document.
        key: what the document is stored under as its source.
        parsers: read the bytes.
        embedder: counts tokens.
        settings: how passages are cut.
    """
    parsed = parsers.parse(source.form, data)
    language = language_of(parsed.text) or parsed.language
    document = Document(
        id=id,
        version=hashlib.sha256(parsed.text.encode("utf-8")).hexdigest(),
        title=source.title or parsed.title or title_from(key),
        source=key,
        text=parsed.text,
        marks=parsed.marks,
        author=parsed.author,
        date=parsed.date,
        language=language,
        address=source.address or parsed.address,
        publisher=parsed.publisher,
        has_lines=parsed.has_lines,
    )
    count = embedder.count_tokens
    return Prepared(
        source,
        document,
        tuple(passages_of(document.text, document.marks, count=count, settings=settings)),
        hash_of(data),
        made_by(source.form, settings),
        parsed.encoding,
        (*parsed.warnings, *_warnings(language, embedder)),
        parsed.layout,
        data if parsed.layout else None,
    )


def hash_of(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def title_from(key: str) -> str:
    """What to call a document that names no title.

    >>> title_from("essays/russian-foreign_policy.txt")
    'Russian foreign policy'
    """
    words = PurePosixPath(key).stem.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] or key


def _warnings(language: str | None, embedder: Embedder) -> tuple[str, ...]:
    if language is None or embedder.languages is None or language in embedder.languages:
        return ()
    return (
        f"its language seems to be {language!r}, which the embedder {embedder.name} does not know; "
        "only the words of a question will find it",
    )
