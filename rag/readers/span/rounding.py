"""Weights in eight bits: what a matrix becomes in a file, and what the network takes from it.

Each row of a matrix (the inputs of one output) has a scale of its own, so that its largest weight
is 127 steps; vectors stay as they are.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

SCALE = ".scale"  # ends the name of the steps of a matrix, (rows,)
_STEPS = 127


def rounded(weights: Mapping[str, "Tensor"]) -> dict[str, "Tensor"]:
    """Each matrix as int8 with its scale beside it, each vector as float32.

    >>> import torch
    >>> found = rounded({"w": torch.tensor([[0.0, 2.54], [-1.27, 0.5]])})
    >>> found["w"].tolist(), [round(step, 2) for step in found["w.scale"].tolist()]
    ([[0, 127], [-127, 50]], [0.02, 0.01])
    """
    import torch

    found: dict[str, Tensor] = {}
    for name, value in weights.items():
        if value.dim() < 2:
            found[name] = value.float()
            continue
        scale = value.float().abs().amax(dim=1).clamp(min=1e-12) / _STEPS
        found[name] = torch.round(value.float() / scale[:, None]).to(torch.int8)
        found[name + SCALE] = scale
    return found


def restored(weights: Mapping[str, "Tensor"]) -> dict[str, "Tensor"]:
    """The weights in float32, those that `rounded` made and those that were never rounded.

    >>> import torch
    >>> made = rounded({"w": torch.tensor([[0.0, 2.54]]), "b": torch.tensor([1.0])})
    >>> sorted(restored(made)), round(restored(made)["w"][0, 1].item(), 3)
    (['b', 'w'], 2.54)
    """
    return {
        name: value.float() * weights[name + SCALE].float()[:, None]
        if name + SCALE in weights
        else value.float()
        for name, value in weights.items()
        if not name.endswith(SCALE)
    }
