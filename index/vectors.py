"""Search by meaning: the `VectorStore` Protocol and the FAISS one.

A store never changes: `sync` gives a newer one that shares its base. A question can thus keep the
store of its own generation while a writer works.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.records import Change, Vectors

_MOST_LOOSE = 0.1  # ratio of the base: with more changes than this a new base pays


@dataclass(frozen=True, slots=True)
class Scored:
    """A chunk that a search found."""

    chunk_id: int
    score: float  # higher is better


@dataclass(frozen=True, slots=True)
class Rows:
    """Vectors with the chunks and documents that they are of."""

    chunk_ids: NDArray[np.int64]  # (n,)
    documents: NDArray[np.object_]  # (n,) document ids
    vectors: Vectors  # (n, d)

    @classmethod
    def none(cls, dimension: int) -> "Rows":
        """No rows at all."""
        return cls(np.zeros(0, np.int64), np.zeros(0, object), np.zeros((0, dimension), np.float32))

    @classmethod
    def added_by(cls, changes: Iterable[Change], dimension: int) -> "Rows":
        """The rows that the changes add."""
        added = [change for change in changes if change.vector is not None]
        if not added:
            return cls.none(dimension)
        return cls(
            np.array([change.chunk_id for change in added], np.int64),
            np.array([change.document_id for change in added], object),
            np.stack([change.vector for change in added if change.vector is not None]),
        )

    def chosen(self, keep: NDArray[np.bool_]) -> "Rows":
        """The rows where `keep` is true."""
        return Rows(self.chunk_ids[keep], self.documents[keep], self.vectors[keep])

    def followed_by(self, others: "Rows") -> "Rows":
        """These rows, then the others."""
        return Rows(
            np.concatenate((self.chunk_ids, others.chunk_ids)),
            np.concatenate((self.documents, others.documents)),
            np.concatenate((self.vectors, others.vectors)),
        )


class VectorStore(Protocol):
    """Vectors of one generation of a library."""

    @property
    def generation(self) -> int:
        """Which state of the library this is."""

    @property
    def is_loose(self) -> bool:
        """Whether so much changed since the base was made that a new base pays."""

    def sync(self, changes: Sequence[Change], generation: int) -> Self:
        """The store after these changes, at `generation`; this one stays as it is."""

    def search(
        self, vectors: Vectors, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Scored]]:
        """For each row of `vectors` (n, d) the k chunks nearest by inner product, best first.

        `documents` narrows the search to their chunks.
        """


@dataclass(frozen=True, slots=True)
class FaissStore:
    """An immutable flat index, the rows added since, and the ids of those removed since."""

    generation: int
    base_ids: NDArray[np.int64]  # (n,) the chunk of each row of the base
    base_documents: NDArray[np.object_]  # (n,)
    base: faiss.IndexFlatIP  # (n, d)
    loose: Rows
    removed: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Rows, generation: int) -> "FaissStore":
        """A store whose base holds these rows."""
        dimension = rows.vectors.shape[1]
        base = faiss.IndexFlatIP(dimension)
        base.add(rows.vectors)
        nothing = Rows.none(dimension)
        return cls(generation, rows.chunk_ids, rows.documents, base, nothing, np.zeros(0, np.int64))

    @property
    def is_loose(self) -> bool:
        """Whether more than a tenth changed since the base was made."""
        changed = len(self.loose.chunk_ids) + len(self.removed)
        return changed > _MOST_LOOSE * len(self.base_ids)

    def sync(self, changes: Sequence[Change], generation: int) -> "FaissStore":
        """The store after these changes."""
        gone = np.array([change.chunk_id for change in changes if change.kind == "removed"], int)
        rows = self.loose.followed_by(Rows.added_by(changes, self.base.d))
        return replace(
            self,
            generation=generation,
            loose=rows.chosen(~np.isin(rows.chunk_ids, gone)),
            removed=np.union1d(self.removed, np.intersect1d(gone, self.base_ids)),
        )

    def search(
        self, vectors: Vectors, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Scored]]:
        """The k nearest chunks for each row, best first; equal scores by chunk id."""
        found = zip(
            self._search_base(vectors, k, documents),
            self._search_loose(vectors, documents),
            strict=True,
        )
        return [
            sorted(base + loose, key=lambda scored: (-scored.score, scored.chunk_id))[:k]
            for base, loose in found
        ]

    def _search_base(
        self, vectors: Vectors, k: int, documents: Collection[str] | None
    ) -> list[list[Scored]]:
        chosen = None
        if documents is not None or len(self.removed):
            allowed = _within(self.base_documents, documents)
            allowed &= ~np.isin(self.base_ids, self.removed)
            bits: Any = np.packbits(allowed, bitorder="little")  # FAISS's types know only its C++
            # faiss's annotations know neither that it takes an array here nor fields by name
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]
            chosen = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        faiss.omp_set_num_threads(1)  # of this thread; others would but spin, at twice the time
        scores, rows = self.base.search(vectors, k, params=chosen)
        return [
            [
                Scored(int(self.base_ids[row]), float(score))
                for score, row in zip(scores_of, rows_of, strict=True)
                if row >= 0  # FAISS fills up with -1 where it has fewer than k
            ]
            for scores_of, rows_of in zip(scores, rows, strict=True)
        ]

    def _search_loose(
        self, vectors: Vectors, documents: Collection[str] | None
    ) -> list[list[Scored]]:
        rows = self.loose.chosen(_within(self.loose.documents, documents))
        return [
            [
                Scored(int(chunk_id), float(score))
                for chunk_id, score in zip(rows.chunk_ids, scores, strict=True)
            ]
            for scores in vectors @ rows.vectors.T
        ]


def _within(
    documents_of_rows: NDArray[np.object_], documents: Collection[str] | None
) -> NDArray[np.bool_]:
    if documents is None:
        return np.ones(len(documents_of_rows), dtype=bool)
    wanted = frozenset(documents)
    return np.array([document in wanted for document in documents_of_rows], dtype=bool)


VECTOR_STORES: dict[str, Callable[[Rows, int], VectorStore]] = {"faiss": FaissStore.of}
