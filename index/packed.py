"""A model's weights laid out as the processor multiplies by them, once and not for each product.

Products of bfloat16 want the weights in tiles. torch makes these anew for each product of a model
as it is loaded: half of the time that a lone question's products take, a fifth of a batch's.
Imported only where a model is.
"""

import torch
from torch import Tensor, nn


class PackedLinear(nn.Module):
    """A linear layer that gives what the layer it is made of gives, to the bit.

    Its operators are those that torch's own compiler lays weights out with.
    """

    def __init__(self, layer: nn.Linear) -> None:
        """Raises what torch raises where the processor has no such product."""
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach())
        self._bias = None if layer.bias is None else layer.bias.detach()
        with torch.inference_mode():
            self(torch.zeros(1, layer.in_features, dtype=layer.weight.dtype))

    def forward(self, rows: Tensor) -> Tensor:
        """The products of rows (..., in), plus the bias: (..., out)."""
        made: Tensor = torch.ops.mkldnn._linear_pointwise(
            rows, self._weight, self._bias, "none", [], ""
        )
        return made


def pack(model: nn.Module) -> None:
    """Packs each layer of a model that multiplies bfloat16; others, and other models, stay.

    What is packed can be neither trained nor saved. Where this torch or this processor cannot pack
    them they stay too.
    """
    for module in list(model.modules()):
        for name, layer in list(module.named_children()):
            if type(layer) is nn.Linear and layer.weight.dtype is torch.bfloat16:
                try:
                    setattr(module, name, PackedLinear(layer))
                except (AttributeError, NotImplementedError, RuntimeError):
                    return
