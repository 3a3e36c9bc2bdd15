"""Packed weights give the same numbers to the bit; what cannot be packed stays as it is."""

import pytest
import torch
from torch import nn

from index import packed
from index.packed import PackedLinear, pack
from index.processor import multiplies_bfloat16

needs_bfloat16 = pytest.mark.skipif(
    not multiplies_bfloat16(), reason="this processor does not multiply bfloat16"
)


def model(dtype, *, bias=True):
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Linear(96, 40, bias=bias), nn.GELU())
    return nn.Sequential(nn.LayerNorm(96), inner, nn.Linear(40, 7, bias=bias)).to(dtype).eval()


@needs_bfloat16
@pytest.mark.parametrize("shape", [(1, 96), (24, 96), (3, 40, 96), (0, 96)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_packed_model_gives_the_same_to_the_bit(shape, bias):
    made, rows = model(torch.bfloat16, bias=bias), torch.randn(shape).bfloat16()
    with torch.inference_mode():
        expected = made(rows)
        pack(made)
        assert [type(layer) for layer in (made[1][0], made[2])] == [PackedLinear, PackedLinear]
        assert torch.equal(made(rows), expected)


def test_a_model_in_float32_stays_as_it_is():
    made = model(torch.float32)
    pack(made)
    assert [type(layer) for layer in (made[1][0], made[2])] == [nn.Linear, nn.Linear]


@pytest.mark.parametrize("error", [AttributeError, NotImplementedError, RuntimeError])
def test_where_torch_cannot_pack_a_model_stays_as_it_is(monkeypatch, error):
    def refused(layer):
        raise error("no such product")

    monkeypatch.setattr(packed, "PackedLinear", refused)
    made = model(torch.bfloat16)
    pack(made)
    assert [type(layer) for layer in (made[1][0], made[2])] == [nn.Linear, nn.Linear]
    assert made(torch.zeros(1, 96).bfloat16()).shape == (1, 7)
