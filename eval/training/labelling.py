"""What a network makes of examples: its best span, anywhere or within the known sentence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.encoding import Encoded, collated, encoded, passage_mask
from eval.training.examples import Example
from index.records import Span
from rag.readers.span.network import SpanNetwork
from rag.readers.span.spans import best_spans

AT_ONCE = 16  # passages


class Guess(NamedTuple):
    """The best span of an example's passage."""

    span: Span  # of the passage
    score: float
    margin: float  # how much more likely than no answer, in logits


def guesses(
    network: SpanNetwork, examples: Sequence[Example], tokenizer: Any, *, within_sentence: bool
) -> list[Guess | None]:
    """The best span of each example; `None` where there is none.

    With `within_sentence` it is looked for in the example's sentence alone.
    """
    blank = [replace(example, answers=(), sentence=None) for example in examples]
    rows = list(encoded(blank, tokenizer))
    found: list[Guess | None] = [None] * len(rows)
    order = sorted(range(len(rows)), key=lambda number: len(rows[number].inputs))
    for first in range(0, len(order), AT_ONCE):
        numbers = order[first : first + AT_ONCE]
        starts, ends = _scores(network, [rows[number] for number in numbers])
        for place, number in enumerate(numbers):
            sentence = examples[number].sentence if within_sentence else None
            row = rows[number]
            size = len(row.inputs)
            found[number] = _guess(row, starts[place, :size], ends[place, :size], sentence)
    return found


def self_labelled(
    network: SpanNetwork, examples: Sequence[Example], tokenizer: Any, *, keep: float
) -> list[Example]:
    """Examples of which only the sentence was known, with the span that the network finds in it.

    The surest are kept, a ratio `keep` of all.
    """
    found = guesses(network, examples, tokenizer, within_sentence=True)
    rows = [(guess, each) for guess, each in zip(found, examples, strict=True) if guess]
    rows.sort(key=lambda row: -row[0].margin)
    kept = rows[: round(keep * len(examples))]
    return [replace(each, answers=(guess.span,), sentence=None) for guess, each in kept]


def _scores(
    network: SpanNetwork, rows: Sequence[Encoded]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    batch = collated(rows)
    network.eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        starts, ends = network(batch.inputs, batch.types, batch.mask)
    return starts.float().numpy(), ends.float().numpy()


def _guess(
    row: Encoded,
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    sentence: Span | None,
) -> Guess | None:
    allowed = passage_mask(row)
    if sentence:
        allowed &= np.array(
            [sentence[0] <= start and end <= sentence[1] for start, end in row.offsets], bool
        )
    best = next(iter(best_spans(starts, ends, allowed, k=1)), None)
    if best is None:
        return None
    span = row.offsets[best.first][0], row.offsets[best.last][1]
    return Guess(span, best.score, best.score - float(starts[0] + ends[0]))
