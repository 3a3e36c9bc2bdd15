"""A folder -> a reader's network and how to use it, checked before the first question."""

from dataclasses import dataclass
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


def open_model(folder: Path, *, precision: str, threads: int = 0) -> OpenedModel:
    """What the folder holds: weights of our recipe, or a Hugging Face extractive model.

    `precision` is "float32" or "bfloat16"; with `threads` of 0 one who asks alone has every core.
    Raises `SettingError` where the folder, its
    `reader.json` or its weights are missing, cut short, changed or of something else.
    """
    cores = Cores(threads)
    if (folder / _MODEL).is_file():
        return _hugging_face(folder, precision, cores)
    if not (folder / card.FILE_NAME).is_file():
        raise SettingError(
            f"{folder} holds neither {card.FILE_NAME}, which train-reader writes, nor {_MODEL} of "
            "a Hugging Face model; name the folder of an extractive reader"
        )
    read = read_card(folder / card.FILE_NAME)
    path = folder / weights.FILE_NAME
    weights.check_hash(path, read.sha256)
    weights.check_tensors(path)
    return OpenedModel(read, OwnScorer(path, precision=precision, cores=cores))


def _hugging_face(folder: Path, precision: str, cores: Cores) -> OpenedModel:
    files = sorted(path for pattern in _FILES for path in folder.glob(pattern))
    if not files:
        raise SettingError(
            f"{folder} has no weights ({_FILES[0]}) beside its {_MODEL}; put them there"
        )
    if (folder / card.FILE_NAME).is_file():
        read = read_card(folder / card.FILE_NAME)
        weights.check_hash(folder / weights.FILE_NAME, read.sha256)
    else:
        read = ReaderCard(name=folder.resolve().name, sha256=sha256_of(files))
    return OpenedModel(read, ExtractiveScorer(folder, precision=precision, cores=cores))
