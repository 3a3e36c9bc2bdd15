"""A question and passages -> windows of tokens, each with where they stand in the document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.records import Hit

LONGEST_QUESTION = 64  # tokens; what is beyond is not read
OVERLAP = 128  # tokens that two neighbouring windows of a passage share
# tokens of a batch, padding included. In float32 500 is a quarter faster than 4,000 in one thread;
# in bfloat16 each step is so short that Python's lock changes hands less with larger ones: where
# many ask, 800 gives a tenth more answers
BUDGETS = {"float32": 500, "bfloat16": 800}

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The question and as much of a passage as is read at once. Arrays are (tokens,)."""

    hit: int  # number of the passage
    inputs: Ids
    types: Ids  # segments: which tokens are the question's and which the passage's
    offsets: Ids  # (tokens, 2): start and end of each token in the document
    allowed: NDArray[np.bool_]  # tokens of the passage: where an answer may be


class TokenBatch(NamedTuple):
    """Several windows, padded to the longest; each array is (n, tokens)."""

    inputs: Ids
    types: Ids
    mask: Ids  # 1 for a token, 0 for padding


def windows_of(question: str, hits: Sequence[Hit], tokenizer: Any, *, most: int) -> list[Window]:
    """The windows of at most `most` tokens that hold all of each passage, the shortest first.

    `tokenizer` is a fast one of transformers; it keeps state while it works, so that one thread at
    a time may call this. A passage without tokens has no window.
    """
    if not hits:
        return []
    asked = _cut(question, tokenizer, min(LONGEST_QUESTION, most // 3))
    encoded = tokenizer(
        [asked] * len(hits),
        [hit.chunk.text for hit in hits],
        truncation="only_second",
        max_length=most,
        stride=min(OVERLAP, most // 3),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        verbose=False,
    )
    windows = [
        _window(encoded, row, number, hits[number].chunk.start)
        for row, number in enumerate(encoded["overflow_to_sample_mapping"])
    ]
    return sorted(
        (window for window in windows if window.allowed.any()),
        key=lambda window: (len(window.inputs), window.inputs.tolist()),
    )


def _cut(question: str, tokenizer: Any, most: int) -> str:
    encoded = tokenizer(
        question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    offsets = encoded["offset_mapping"]
    return question[: offsets[most - 1][1]] if len(offsets) > most else question


def _window(encoded: Any, row: int, number: int, start: int) -> Window:
    inputs = np.array(encoded["input_ids"][row], np.int64)
    types = encoded["token_type_ids"][row] if "token_type_ids" in encoded else 0
    offsets = np.array(encoded["offset_mapping"][row], np.int64)
    in_passage = np.array([segment == 1 for segment in encoded.sequence_ids(row)])
    return Window(
        hit=number,
        inputs=inputs,
        types=np.zeros_like(inputs) + types,
        offsets=offsets + start,
        allowed=in_passage & (offsets[:, 0] < offsets[:, 1]),
    )


def batches(windows: Sequence[Window], *, budget: int) -> Iterator[list[Window]]:
    """The windows, shortest first, as many at once as stay within the budget when padded."""
    batch: list[Window] = []
    for window in windows:
        if batch and len(window.inputs) * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def padded(windows: Sequence[Window], *, padding: int) -> TokenBatch:
    """The windows as rows of one length; `padding` is the token that fills them up."""
    shape = len(windows), max(len(window.inputs) for window in windows)
    inputs = np.full(shape, padding, np.int64)
    types, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, window in enumerate(windows):
        length = len(window.inputs)
        inputs[row, :length], types[row, :length] = window.inputs, window.types
        mask[row, :length] = 1
    return TokenBatch(inputs, types, mask)
