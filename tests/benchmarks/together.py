"""Many asking at once: questions a second beside what the models alone could do.

Each figure is of new questions that nothing is remembered of. The plain way is the models' own
work: the very batches that ours computed, computed again on as many threads as there are cores, and
nothing else. Both are of processor time too, which others on the machine do not change.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.cores import Cores, count
from index.embedding import Embedder, load_embedder
from index.library import Library
from index.records import Vectors
from rag.ask import Pipeline, ask, open_pipeline, warm_up
from rag.models import Models
from rag.retrieval import retrieve
from rag.settings import Settings
from tests.benchmarks.embedders import SyntheticEmbedder
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import distinct_questions, texts
