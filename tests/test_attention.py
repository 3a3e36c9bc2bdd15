"""The reader's own attention gives what transformers' own gives."""

import pytest
import torch

from rag.readers.span.attention import READING, attention
from rag.readers.span.network import SpanNetwork


def test_a_case_that_can_be_computed_by_hand():
    queries = torch.tensor([[[[1.0], [0.0]]]])  # one text, one head, two tokens, width 1
    keys = torch.tensor([[[[0.0], [1.0986123]]]])  # the logarithm of 3
    values = torch.tensor([[[[0.0], [8.0]]]])
    mixed, _ = attention(None, queries, keys, values, None, scaling=1.0)
    assert mixed.flatten().tolist() == pytest.approx([6.0, 4.0])  # 1 : 3, then 1 : 1
    hidden = torch.tensor([[[[0.0, -torch.inf]]]])
    mixed, _ = attention(None, queries, keys, values, hidden, scaling=1.0)
    assert mixed.flatten().tolist() == [0.0, 0.0]


def test_it_gives_the_scores_of_transformers_own():
    torch.manual_seed(0)
    network = SpanNetwork().eval()
    inputs = torch.randint(1_000, 20_000, (3, 40))
    mask = torch.ones_like(inputs)
    mask[1:, 25:] = 0
    with torch.inference_mode():
        expected = network(inputs, torch.zeros_like(inputs), mask)
        network.encoder.set_attn_implementation(READING)
        found = network(inputs, torch.zeros_like(inputs), mask)
    for one, other in zip(expected, found, strict=True):
        assert torch.allclose(one[mask.bool()], other[mask.bool()], atol=1e-4)
