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
from rag.readers.span.spans import MOST_TOKENS

LONGEST_QUESTION = 48  # tokens; longer ones are cut in training
LONGEST = 320  # tokens of question and passage together
BUDGET = 2_500  # tokens of a batch, padding included

Tokens = tuple[int, int]  # the first and the last token of a span


class Encoded(NamedTuple):
    """One example in tokens."""

    inputs: list[int]
    types: list[int]
    offsets: list[Span]  # of each token in the passage; (0, 0) outside it
    right: list[Tokens]  # the answers; (0, 0) where the passage does not answer
    known: list[int]  # tokens of the sentence that answers, where no more is known
    tempting: list[Tokens]  # what only looks like an answer


class Batch(NamedTuple):
    """Several examples, padded to the longest."""

    inputs: Tensor  # (n, tokens)
    types: Tensor
    mask: Tensor
    possible: Tensor  # (n, tokens, MOST_TOKENS) bool: every span of the passage
    right: Tensor  # the same of answers; [0, 0] where the passage does not answer
    tempting: Tensor  # (n, tokens, MOST_TOKENS) bool, all false where nothing is


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
    right = _token_spans(example.answers, offsets, lead)
    known = [] if right or not example.sentence else _tokens(example.sentence, offsets)
    if example.is_answered and not (right or known):
        return None
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
        right=right or ([] if known else [(0, 0)]),
        known=[lead + token for token in known],
        tempting=_token_spans(example.plausible, offsets, lead),
    )


def _token_spans(spans: Sequence[Span], offsets: list[Span], lead: int) -> list[Tokens]:
    """The first and the last token of each; one that is too long, or not here, is left out."""
    reached = (tokens for span in spans if (tokens := _tokens(span, offsets)))
    found = {(lead + tokens[0], lead + tokens[-1]) for tokens in reached}
    return sorted(span for span in found if span[1] - span[0] < MOST_TOKENS)


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
    possible, right, tempting = (np.zeros((*shape, MOST_TOKENS), bool) for _ in range(3))
    for number, row in enumerate(rows):
        length = len(row.inputs)
        inputs[number, :length] = row.inputs
        types[number, :length] = row.types
        mask[number, :length] = 1
        possible[number, :length] = _spans_within(passage_mask(row))
        for spans, marked in ((row.right, right), (row.tempting, tempting)):
            for first, last in spans:
                marked[number, first, last - first] = True
        if row.known:
            known = np.zeros(length, bool)
            known[row.known] = True
            right[number, :length] = _spans_within(known)
    return Batch(*map(torch.from_numpy, (inputs, types, mask, possible, right, tempting)))


def _spans_within(tokens: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The spans that begin and end on the tokens: (tokens,) -> (tokens, MOST_TOKENS)."""
    ends = np.lib.stride_tricks.sliding_window_view(
        np.pad(tokens, (0, MOST_TOKENS - 1)), MOST_TOKENS
    )
    return tokens[:, None] & ends


def passage_mask(row: Encoded) -> NDArray[np.bool_]:
    """Which tokens are of the passage (tokens,)."""
    return np.array([end > start for start, end in row.offsets], bool)
