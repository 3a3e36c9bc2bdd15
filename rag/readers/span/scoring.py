"""What gives every token its scores as start and as end: our network, or any extractive model."""

import functools
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.cores import torch_threads
from index.errors import SettingError
from rag.readers.span.quietly import quietly
from rag.readers.span.windows import TokenBatch

if TYPE_CHECKING:
    from rag.readers.span.network import SpanNetwork

WINDOW = 384  # tokens of question and passage together
_LEAST_WINDOW = 32  # tokens, under which nothing worth reading fits


class Scores(NamedTuple):
    """Of several windows, or of one, then without the n. Token 0 stands for "not answered here"."""

    starts: NDArray[np.float32]  # (n, tokens)
    ends: NDArray[np.float32]  # (n, tokens)
    together: NDArray[np.float32] | None = None  # (n, tokens, MOST_TOKENS), as `best_spans` has it

    def of(self, row: int, length: int) -> "Scores":
        """Those of one window, which has `length` tokens."""
        together = None if self.together is None else self.together[row, :length]
        return Scores(self.starts[row, :length], self.ends[row, :length], together)

    @property
    def no_answer(self) -> float:
        """Of one window, how well "not answered here" fits."""
        own = 0.0 if self.together is None else float(self.together[0, 0])
        return float(self.starts[0] + self.ends[0]) + own

    @property
    def are_numbers(self) -> bool:
        """Whether all are finite."""
        return all(np.isfinite(each).all() for each in self if each is not None)


class SpanScorer(Protocol):
    """A network that reads. Threads may share it."""

    @property
    def tokenizer(self) -> Any:
        """Its fast tokenizer, of transformers."""

    @property
    def window(self) -> int:
        """Most tokens that it reads at once, question and special tokens among them."""

    def scores_of(self, tokens: TokenBatch) -> Scores:
        """How well an answer would begin and end at each token, computed in one thread."""


class OwnScorer:
    """Our network; torch is imported and the weights are loaded when they are first needed."""

    window = WINDOW

    def __init__(self, weights: Path, *, precision: str) -> None:
        """`weights` is a file that was checked; `precision` is "float32" or "bfloat16"."""
        self._weights = weights
        self._precision = precision
        self._loading = threading.Lock()

    @property
    def tokenizer(self) -> Any:
        """The embedder's."""
        with self._loading:
            return self._tokenizer

    def scores_of(self, tokens: TokenBatch) -> Scores:
        """Those of the network."""
        import torch

        with self._loading:
            network = self._network
        with torch_threads(1), torch.inference_mode():
            return Scores(*(each.numpy() for each in network(*map(torch.from_numpy, tokens))))

    @functools.cached_property
    def _tokenizer(self) -> Any:
        from rag.readers.span.network import tokenizer

        return tokenizer()

    @functools.cached_property
    def _network(self) -> "SpanNetwork":
        import torch

        from index.packed import pack
        from rag.readers.span.attention import READING
        from rag.readers.span.network import SpanNetwork

        network = SpanNetwork().load(self._weights).eval()
        network.encoder.set_attn_implementation(READING)
        network.encoder.to(getattr(torch, self._precision))  # the scores stay float32
        pack(network.encoder)
        return network


class ExtractiveScorer:
    """A Hugging Face model for extractive question answering, with its own tokenizer."""

    def __init__(self, folder: Path, *, precision: str) -> None:
        """Loads it. Raises `SettingError` where the folder holds no such model."""
        self._model = _extractive_model(folder, precision)
        self.tokenizer = _fast_tokenizer(folder, self._model)
        self.window = _window_of(folder, self._model, self.tokenizer)

    def scores_of(self, tokens: TokenBatch) -> Scores:
        """Those of the model."""
        import torch

        inputs, types, mask = map(torch.from_numpy, tokens)
        segments = (
            {"token_type_ids": types}
            if "token_type_ids" in self.tokenizer.model_input_names
            else {}
        )
        with torch_threads(1), torch.inference_mode():
            given = self._model(input_ids=inputs, attention_mask=mask, **segments)
            return Scores(given.start_logits.float().numpy(), given.end_logits.float().numpy())


def _extractive_model(folder: Path, precision: str) -> Any:
    import torch
    from transformers import AutoModelForQuestionAnswering

    from index.packed import pack

    try:
        with quietly():
            model, info = AutoModelForQuestionAnswering.from_pretrained(
                folder,
                dtype=getattr(torch, precision),
                output_loading_info=True,
                local_files_only=True,
            )
    except Exception as error:  # transformers raises what its parts raised
        raise SettingError(
            f"{folder}: no extractive model could be loaded ({_told(error)}); name the folder of "
            "a Hugging Face model for extractive question answering"
        ) from error
    if missing := sorted(info["missing_keys"]):
        raise SettingError(
            f"{folder} lacks the weights {missing[0]!r}: the model was not trained for extractive "
            "question answering; name the folder of one that was"
        )
    pack(model.eval())
    return model


def _fast_tokenizer(folder: Path, model: Any) -> Any:
    from transformers import AutoTokenizer

    try:
        with quietly():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # transformers raises what its parts raised
        raise SettingError(
            f"{folder}: its tokenizer could not be loaded ({_told(error)}); "
            "put the tokenizer's files beside the model"
        ) from error
    known = len(tokenizer)
    if not tokenizer.is_fast or known <= len(tokenizer.all_special_ids):
        raise SettingError(
            f"{folder} has no fast tokenizer with words in it (tokenizer.json); "
            "put the tokenizer's files beside the model"
        )
    rows = model.get_input_embeddings().num_embeddings
    if known > rows:
        raise SettingError(
            f"{folder}: the tokenizer has {known:,} tokens and the model {rows:,}: they do not "
            "belong together; put the model's own tokenizer beside it"
        )
    return tokenizer


def _window_of(folder: Path, model: Any, tokenizer: Any) -> int:
    positions = getattr(model.config, "max_position_embeddings", 0) or 0
    room = positions - 2 if positions > 0 else WINDOW  # some models keep two for themselves
    window = min(WINDOW, room, tokenizer.model_max_length)
    if window < _LEAST_WINDOW:
        raise SettingError(
            f"{folder}: the model reads {window} tokens at once, and {_LEAST_WINDOW} is the least; "
            "name a model with a longer window"
        )
    return int(window)


def _told(error: Exception) -> str:
    """The first line of the error, with its kind."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
