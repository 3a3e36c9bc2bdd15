"""Reading: one question over eight passages, beside the encoder alone over the same tokens.

Ours makes windows, runs the network, finds the spans and their sentences; the bare encoder is the
network's, from the same weights and in the same numbers, over tokens that are ready. They take
turns, question by question, so that drift of the machine cancels. Each has every core.
"""

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch
from transformers import BertModel

from index import cores
from index.embedding import load_embedder
from index.records import Chunk, Hit
from index.sentences import sentence_spans
from rag.readers.span.network import SpanNetwork
from rag.readers.span.opening import BUNDLED, open_model
from rag.readers.span.reader import SpanReader
from rag.readers.span.weights import FILE_NAME
from rag.readers.span.windows import TokenBatch, padded, windows_of
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import TextGenerator, distinct_questions

_PASSAGES = 8
_WORD_PIECES = 200  # of each
_MOST_MILLISECONDS = 150.0
_WARM_UP = 3  # questions that are not counted


def measure(*, small: bool) -> list[Row]:
    """The median time of a question, and how much of it is the encoder's."""
    embedder = load_embedder()
    opened = open_model(BUNDLED, precision=embedder.precision)
    reader = SpanReader(embedder, weights=opened)
    hits = _hits(opened.scorer.tokenizer)
    encoder = _encoder(embedder.precision)
    torch.set_num_threads(cores.count())
    questions = distinct_questions(5, _WARM_UP + (10 if small else 60))
    ours, plain, tokens = [], [], []
    for question in questions:
        batch = padded(
            windows_of(question, hits, opened.scorer.tokenizer, most=opened.scorer.window),
            padding=0,
        )
        tokens.append(batch.inputs.size)
        ours.append(_seconds(partial(reader.read, question, hits)))
        plain.append(_seconds(partial(_encoded, encoder, batch)))
    whole, bare = (1_000 * float(np.median(each[_WARM_UP:])) for each in (ours, plain))
    length = float(np.median(tokens))
    return [
        Row(
            "reading",
            f"{_PASSAGES} passages of {_WORD_PIECES} word pieces, p50",
            whole,
            "ms",
            bare,
            "the bare encoder over the same tokens",
            target=f"at most {_MOST_MILLISECONDS:.0f} ms on two quiet cores",
            met=whole <= _MOST_MILLISECONDS if cores.count() == 2 else None,
            note=f"{1_000 * length / whole:,.0f} tokens/s, the bare encoder "
            f"{1_000 * length / bare:,.0f}; {cores.count()} cores, {embedder.precision}",
        )
    ]


def _hits(tokenizer: Any) -> list[Hit]:
    """Passages of exactly so many word pieces, of whole sentences but for the last."""
    generator = TextGenerator(6)
    found = []
    for number in range(_PASSAGES):
        text = " ".join(generator.sentence() for _ in range(_WORD_PIECES // 4))
        encoded = tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        text = text[: encoded["offset_mapping"][_WORD_PIECES - 1][1]]
        spans = tuple(sentence_spans(text, 0, len(text)))
        chunk = Chunk(number, f"text {number}", 0, len(text), text, spans)
        found.append(Hit(chunk, 1 / (1 + number), {}))
    return found


def _encoder(precision: str) -> BertModel:
    """The network's encoder as transformers runs it by default."""
    encoder = SpanNetwork().load(BUNDLED / FILE_NAME).encoder.eval()
    encoder.set_attn_implementation("sdpa")
    return encoder.to(getattr(torch, precision))


def _encoded(encoder: BertModel, batch: TokenBatch) -> None:
    inputs, types, mask = map(torch.from_numpy, batch)
    with torch.inference_mode():
        encoder(input_ids=inputs, token_type_ids=types, attention_mask=mask)


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
