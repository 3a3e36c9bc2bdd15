"""Which embedder a library belongs to, and whether another one may be used with it."""

import numpy as np

from index.chunking import ChunkSettings
from index.embedding import Embedder
from index.errors import LibraryMismatchError

_PROBES = (
    "A quote is pinned to its exact place.",
    "The river rose by 3.5 metres in the night.",
    "Who decides what a word means?",
)
_LEAST_COSINE = 0.99  # between one probe's vectors in two precisions of the same weights


def facts_of(embedder: Embedder, settings: ChunkSettings) -> dict[str, str | int]:
    """What a new library keeps in `meta` about how it is made."""
    return {
        "embedder": embedder.name,
        "fingerprint": embedder.fingerprint,
        "precision": embedder.precision,
        "dimension": embedder.dimension,
        "window": settings.window,
        "overlap": settings.overlap,
        "probes": embedder.encode_documents(_PROBES).tobytes().hex(),
    }


def chunk_settings_of(facts: dict[str, str]) -> ChunkSettings:
    """How the library cuts its texts."""
    return ChunkSettings(window=int(facts["window"]), overlap=int(facts["overlap"]))


def check_embedder(facts: dict[str, str], embedder: Embedder) -> None:
    """Raises `LibraryMismatchError` unless the embedder's vectors may meet the library's.

    They may where both are of the same weights and, if the precision differs, the probe sentences
    come out with a cosine of .99 or more.
    """
    if "fingerprint" not in facts:
        return
    if embedder.fingerprint != facts["fingerprint"]:
        raise LibraryMismatchError(
            f"the library was written by the embedder {facts['embedder']!r}, and {embedder.name!r} "
            f"has other weights; use --embedder {facts['embedder']}, or add the texts to a new "
            "library"
        )
    if embedder.precision == facts["precision"]:
        return
    kept = np.frombuffer(bytes.fromhex(facts["probes"]), np.float32).reshape(len(_PROBES), -1)
    lowest = float((kept * embedder.encode_documents(_PROBES)).sum(axis=1).min())
    if lowest < _LEAST_COSINE:
        raise LibraryMismatchError(
            f"the library was written in {facts['precision']}, and in {embedder.precision} the "
            f"same sentences come out otherwise (cosine {lowest:.3f}, at least {_LEAST_COSINE} "
            f"was expected); use --precision {facts['precision']}"
        )
