"""The vectors of a library as one file beside it: only a cache, but one that is never wrong.

FAISS writes and reads no file itself: it was seen to report success on a file cut short by a full
disk, and to load damaged ones and answer wrongly. So the rows it is given are written here, to
another name, synced, hashed and renamed; and read back only where the hash is right.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.vectors import Rows

FILE_NAME = "vectors.faiss"
_MAGIC = b"pincite vectors 1\n"
_DIGEST = 64  # hexadecimal digits of the SHA-256 of everything behind it
_ABANDONED = 3600  # seconds after which a temporary file is what a killed process left behind


def row_type(dimension: int) -> np.dtype[np.void]:
    """One row of the file: chunk, position of its document in the list of ids, vector."""
    return np.dtype([("chunk", "<i8"), ("document", "<i4"), ("vector", "<f4", (dimension,))])


def write_vector_file(
    path: Path,
    blocks: Iterable[NDArray[np.void]],
    *,
    library: str,
    generation: int,
    dimension: int,
    document_ids: list[str],
) -> None:
    """Writes blocks of rows of `row_type(dimension)`; no reader ever sees half of the file.

    Raises `OSError` where it cannot be written, a full disk for one.
    """
    facts = {
        "library": library,
        "generation": generation,
        "dimension": dimension,
        "documents": document_ids,
    }
    digest = hashlib.sha256()
    _sweep(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(_MAGIC + b"0" * _DIGEST + b"\n")
            first = json.dumps(facts).encode() + b"\n"
            for piece in chain((first,), (block.tobytes() for block in blocks)):
                digest.update(piece)
                file.write(piece)
            file.seek(len(_MAGIC))
            file.write(digest.hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


def read_vector_file(path: Path, *, library: str) -> tuple[Rows, int]:
    """The rows of the file and the generation of the library that they are of.

    Raises `ValueError` on any doubt about its content and `OSError` where it cannot be read.
    """
    content = path.read_bytes()
    head = len(_MAGIC) + _DIGEST + 1
    digest = hashlib.sha256(memoryview(content)[head:]).hexdigest().encode()
    if content[:head] != _MAGIC + digest + b"\n":
        raise ValueError(f"{path.name} is not as it was written")
    line = content.index(b"\n", head) + 1
    facts = json.loads(content[head:line])
    if facts["library"] != library:
        raise ValueError(f"{path.name} is of another library")
    rows = np.frombuffer(content, row_type(facts["dimension"]), offset=line)
    names = np.array([*facts["documents"], ""], dtype=object)
    return (
        Rows(rows["chunk"].copy(), names[rows["document"]], np.ascontiguousarray(rows["vector"])),
        facts["generation"],
    )


def generation_of(path: Path, *, library: str) -> int:
    """The generation that the file claims, unchecked; -1 where the library has no such file."""
    try:
        with path.open("rb") as file:
            file.seek(len(_MAGIC) + _DIGEST + 1)
            facts = json.loads(file.readline())
            return int(facts["generation"]) if facts["library"] == library else -1
    except (OSError, ValueError, KeyError, TypeError):
        return -1
