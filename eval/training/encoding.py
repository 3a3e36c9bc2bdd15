"""Examples -> tokens, with the tokens that may begin and end the answer; and batches of them."""

import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from eval.training.examples import Example
from index.records import Span

LONGEST_QUESTION = 48  # tokens; longer ones are cut in training
LONGEST = 320  # tokens of question and passage together
BUDGET = 2_500  # tokens of a batch, padding included


class Encoded(NamedTuple):
    """One example in tokens."""

    inputs: list[int]
    types: list[int]
    offsets: list[Span]  # of each token in the passage; (0, 0) outside it
    starts: list[int]  # tokens that may begin the answer; [0] where the passage does not answer
    ends: list[int]
    is_loose: bool  # the answer is one span somewhere among these tokens
    tempting: tuple[list[int], list[int]] | None  # starts and ends of what only looks like one


class Batch(NamedTuple):
    """Several examples, padded to the longest."""

    inputs: Tensor  # (n, tokens)
    types: Tensor
    mask: Tensor
    inside: Tensor  # (n, tokens) bool: tokens of the passage
    starts: Tensor  # (n, tokens) bool
    ends: Tensor
    is_loose: Tensor  # (n,) bool
    tempting_starts: Tensor  # (n, tokens) bool, all false where nothing is
    tempting_ends: Tensor


def encoded(examples: Sequence[Example], tokenizer: Any) -> Iterator[Encoded]:
    """The examples in tokens; one whose answer is cut off is left out."""
    for first in range(0, len(examples), 512):
        some = examples[first : first + 512]
        questions = tokenizer(
            [example.question for example in some], add_special_tokens=False, verbose=False
        )["input_ids"]
        passages = tokenizer(
            [example.passage for example in some],
            add_special_tokens=False,
            return_offsets_mapping=True,
            verbose=False,
        )
        rows = zip(some, questions, passages["input_ids"], passages["offset_mapping"], strict=True)
        for example, question, passage, offsets in rows:
            made = _encoded(example, question[:LONGEST_QUESTION], passage, offsets, tokenizer)
            if made:
                yield made


def _encoded(
    example: Example, question: list[int], passage: list[int], offsets: list[Span], tokenizer: Any
) -> Encoded | None:
    room = LONGEST - len(question) - 3
    first = _window(example, offsets, room)
    passage, offsets = passage[first : first + room], offsets[first : first + room]
    lead = len(question) + 2
    bounds = _bounds(example.answers, offsets, lead)
    sentence = [lead + n for n in _tokens(example.sentence, offsets)] if example.sentence else []
    if example.is_answered and not (bounds or sentence):
        return None
    starts, ends = bounds or (sentence or [0], sentence or [0])
    return Encoded(
        inputs=[
            tokenizer.cls_token_id,
            *question,
            tokenizer.sep_token_id,
            *passage,
            tokenizer.sep_token_id,
        ],
        types=[0] * lead + [1] * (len(passage) + 1),
        offsets=[(0, 0)] * lead + [(start, end) for start, end in offsets] + [(0, 0)],
        starts=starts,
        ends=ends,
        is_loose=not bounds and bool(sentence),
        tempting=_bounds(example.plausible, offsets, lead),
    )


def _bounds(
    spans: Sequence[Span], offsets: list[Span], lead: int
) -> tuple[list[int], list[int]] | None:
    """The first and the last tokens of the spans; `None` where none of them is here."""
    reached = [tokens for span in spans if (tokens := _tokens(span, offsets))]
    if not reached:
        return None
    starts = sorted({lead + tokens[0] for tokens in reached})
    return starts, sorted({lead + tokens[-1] for tokens in reached})


def _window(example: Example, offsets: list[Span], room: int) -> int:
    """The first token of the part of the passage that is read: the one with the answer."""
    if len(offsets) <= room or not example.is_answered:
        return 0
    start = (example.answers[0] if example.answers else example.sentence or (0, 0))[0]
    place = next((n for n, (_, end) in enumerate(offsets) if end > start), 0)
    return max(0, min(place - room // 2, len(offsets) - room))


def _tokens(span: Span, offsets: list[Span]) -> list[int]:
    return [n for n, (start, end) in enumerate(offsets) if start < span[1] and span[0] < end]


def batches(rows: Sequence[Encoded], *, draw: random.Random) -> list[list[int]]:
    """The numbers of the rows of each batch: of similar length, within the budget, in any order."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n].inputs) + draw.uniform(0, 24))
    found: list[list[int]] = [[]]
    longest = 0
    for number in order:
        longest = max(longest, len(rows[number].inputs))
        if found[-1] and longest * (len(found[-1]) + 1) > BUDGET:
            found.append([])
            longest = len(rows[number].inputs)
        found[-1].append(number)
    draw.shuffle(found)
    return found


def collated(rows: Sequence[Encoded]) -> Batch:
    """The rows as tensors."""
    shape = len(rows), max(len(row.inputs) for row in rows)
    inputs, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
    inside, starts, ends, tempting_starts, tempting_ends = (np.zeros(shape, bool) for _ in range(5))
    for number, row in enumerate(rows):
        length = len(row.inputs)
        inputs[number, :length] = row.inputs
        types[number, :length] = row.types
        mask[number, :length] = 1
        inside[number, :length] = passage_mask(row)
        starts[number, row.starts] = True
        ends[number, row.ends] = True
        if row.tempting:
            tempting_starts[number, row.tempting[0]] = True
            tempting_ends[number, row.tempting[1]] = True
    is_loose = np.array([row.is_loose for row in rows])
    arrays = (inputs, types, mask, inside, starts, ends, is_loose, tempting_starts, tempting_ends)
    return Batch(*map(torch.from_numpy, arrays))


def passage_mask(row: Encoded) -> NDArray[np.bool_]:
    """Which tokens are of the passage (tokens,)."""
    return np.array([end > start for start, end in row.offsets], bool)
