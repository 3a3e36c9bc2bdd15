"""The models of a process: each is loaded once, whichever of its courses ask for it."""

import threading

from index.cores import Cores
from index.embedding import Embedder, load_embedder
from index.embedding.gathering import GatheringEmbedder
from index.embedding.remembering import RememberingEmbedder
from rag.readers.span.opening import Networks


class Models:
    """Embedders by name and precision, and readers' networks by folder. Threads may share it."""

    def __init__(self, *, threads: int = 0) -> None:
        """`threads` that compute, for everyone together; 0 for every core."""
        self._cores = Cores(threads)
        self.networks = Networks(self._cores)
        self._embedders: dict[tuple[str, str], Embedder] = {}
        self._guard = threading.Lock()

    def embedder(self, name: str | None = None, *, precision: str = "auto") -> Embedder:
        """The embedder of that name, as `load_embedder` has it; it remembers what it embedded."""
        made = load_embedder(name, precision=precision, threads=1)
        shared = RememberingEmbedder(GatheringEmbedder(made, self._cores))
        with self._guard:
            return self._embedders.setdefault((made.name, made.precision), shared)
