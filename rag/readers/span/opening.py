"""A folder -> a reader's network and how to use it, checked before the first question."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from index.cores import Cores
from index.embedding.transformer import sha256_of
from index.errors import SettingError
from rag.readers.span import card, weights
from rag.readers.span.card import ReaderCard, read_card
from rag.readers.span.scoring import ExtractiveScorer, OwnScorer, SpanScorer

BUNDLED = Path(__file__).parent / "bundled"  # the folder of the weights that come with Pincite
_MODEL = "config.json"  # of a Hugging Face model
_FILES = ("*.safetensors", "pytorch_model*.bin")


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """A network that gives scores, and the card that says what to make of them."""

    card: ReaderCard
    scorer: SpanScorer
    # held by whoever uses the scorer's tokenizer, which keeps state while it works
    tokenizing: threading.Lock = field(default_factory=threading.Lock)


class Networks:
    """The networks of a process, each loaded once, and the cores that they compute on."""

    def __init__(self, cores: Cores | None = None) -> None:
        """Nothing is opened yet."""
        self.cores = cores or Cores()
        self._opened: dict[tuple[Path, str, str], OpenedModel] = {}
        self._guard = threading.Lock()

    def open(self, folder: Path, *, precision: str) -> OpenedModel:
        """As `open_model`; the one that was opened before where the folder is as it was then."""
        key = folder.resolve(), checked_card(folder).json(), precision
        with self._guard:
            if key not in self._opened:
                self._opened[key] = open_model(folder, precision=precision)
            return self._opened[key]


def open_model(folder: Path, *, precision: str) -> OpenedModel:
    """What the folder holds: weights of our recipe, or a Hugging Face extractive model.

    `precision` is "float32" or "bfloat16". Raises `SettingError` as `checked_card` does, and where
    the model of a Hugging Face folder cannot be loaded.
    """
    read = checked_card(folder)
    if (folder / _MODEL).is_file():
        return OpenedModel(read, ExtractiveScorer(folder, precision=precision))
    return OpenedModel(read, OwnScorer(folder / weights.FILE_NAME, precision=precision))


def checked_card(folder: Path) -> ReaderCard:
    """How to use what the folder holds.

    Raises `SettingError` where the folder, its `reader.json` or its weights are missing, cut short,
    changed or of something else.
    """
    if (folder / _MODEL).is_file():
        return _hugging_face_card(folder)
    if not (folder / card.FILE_NAME).is_file():
        raise SettingError(
            f"{folder} holds neither {card.FILE_NAME}, which train-reader writes, nor {_MODEL} of "
            "a Hugging Face model; name the folder of an extractive reader"
        )
    read = read_card(folder / card.FILE_NAME)
    path = folder / weights.FILE_NAME
    weights.check_hash(path, read.sha256)
    weights.check_tensors(path)
    return read


def _hugging_face_card(folder: Path) -> ReaderCard:
    files = sorted(path for pattern in _FILES for path in folder.glob(pattern))
    if not files:
        raise SettingError(
            f"{folder} has no weights ({_FILES[0]}) beside its {_MODEL}; put them there"
        )
    if not (folder / card.FILE_NAME).is_file():
        return ReaderCard(name=folder.resolve().name, sha256=sha256_of(files))
    read = read_card(folder / card.FILE_NAME)
    weights.check_hash(folder / weights.FILE_NAME, read.sha256)
    return read
