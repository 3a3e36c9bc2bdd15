"""The training loop: batches of examples through the network, resumable at any step."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from eval.training.encoding import Batch, Encoded, batches, collated
from index.writing import write_whole
from rag.readers.span.network import SpanNetwork
from rag.readers.span.spans import best_spans

WARM_UP = 0.06  # ratio of the steps in which the learning rate rises
LEAST_RATE = 0.02  # of the learning rate, at the end
DECAY = 0.01
LONGEST_GRADIENT = 1.0
TEMPTING = 0.5  # weight of what only looks like an answer
SAVED_EVERY = 100  # steps
_IMPOSSIBLE = -1e9

Told = Callable[[int, int, float], None]  # steps done, steps in all, loss


@dataclass(frozen=True, slots=True)
class Fit:
    """One pass over examples."""

    name: str
    rate: float  # the learning rate at its highest
    seed: int
    epochs: int = 1
    decided: bool = False  # of a loose answer, only the span that the network finds best counts


def fit(
    network: SpanNetwork, rows: Sequence[Encoded], wanted: Fit, *, folder: Path, told: Told
) -> None:
    """Train the network on every row; goes on from what an interrupted call left in `folder`.

    The order depends on the seed alone, so that going on is the same as not having stopped.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device)
    draw = random.Random(wanted.seed)
    plan = [batch for _ in range(wanted.epochs) for batch in batches(rows, draw=draw)]
    parameters = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=wanted.rate, weight_decay=DECAY)
    saved = _Saved(folder, wanted.name)
    first = saved.load(network, optimizer)
    network.train()
    torch.set_flush_denormal(True)  # about a tenth faster
    for step in range(first, len(plan)):
        for group in optimizer.param_groups:
            group["lr"] = wanted.rate * rate_at(step, len(plan))
        batch = Batch(*(t.to(device) for t in collated([rows[number] for number in plan[step]])))
        with torch.autocast(device.type, dtype=torch.bfloat16):
            starts, ends = network(batch.inputs, batch.types, batch.mask)
        loss = loss_of(starts.float(), ends.float(), batch, decided=wanted.decided)
        loss.backward()  # type: ignore[no-untyped-call]  # torch annotates it not
        torch.nn.utils.clip_grad_norm_(parameters, LONGEST_GRADIENT)
        optimizer.step()
        optimizer.zero_grad()
        told(step + 1, len(plan), loss.item())
        if (step + 1) % SAVED_EVERY == 0:
            saved.save(network, optimizer, step + 1)
    saved.drop()


def rate_at(step: int, steps: int) -> float:
    """The ratio of the learning rate at a step: it rises, then falls in a line.

    >>> [round(rate_at(step, 100), 2) for step in (0, 5, 50, 99)]
    [0.17, 0.95, 0.5, 0.02]
    """
    return min(1.0, (step + 1) / (WARM_UP * steps)) * max(LEAST_RATE, 1 - step / steps)


def loss_of(starts: Tensor, ends: Tensor, batch: Batch, *, decided: bool) -> Tensor:
    """The negative log-likelihood of the right starts and ends, any of them, mean over the batch.

    `starts` and `ends` are the scores of the tokens, (n, tokens).

    Where the passage does not answer but comes near, half the loss of what comes nearest is added,
    among the tokens of the passage alone. Sources: Clark and Gardner 2018, equation 2 (the
    probabilities of all right tokens are summed); with `decided`, Min et al. 2019, hard EM (of a
    loose answer the most likely span is taken for the right one).
    """
    right = _decided(starts, ends, batch) if decided else (batch.starts, batch.ends)
    loss = (_loss(starts, right[0], batch.mask) + _loss(ends, right[1], batch.mask)).mean() / 2
    tempting = batch.tempting_starts.any(dim=1)
    if not tempting.any():
        return loss
    inside = batch.inside[tempting]
    near = _loss(starts[tempting], batch.tempting_starts[tempting], inside)
    near = near + _loss(ends[tempting], batch.tempting_ends[tempting], inside)
    return loss + TEMPTING * near.sum() / 2 / len(batch.inputs)


def _decided(starts: Tensor, ends: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """The right starts and ends, of a loose answer those of its best span alone."""
    right_starts, right_ends = batch.starts.clone(), batch.ends.clone()
    for number in batch.is_loose.nonzero()[:, 0].tolist():
        row = (each[number].detach().cpu().numpy() for each in (starts, ends, batch.starts))
        for best in best_spans(*row, k=1):
            right_starts[number] = right_ends[number] = False
            right_starts[number, best.first] = right_ends[number, best.last] = True
    return right_starts, right_ends


def _loss(scores: Tensor, right: Tensor, mask: Tensor) -> Tensor:
    scores = scores.masked_fill(mask == 0, _IMPOSSIBLE)
    reached = torch.logsumexp(scores.masked_fill(~right, _IMPOSSIBLE), dim=1)
    return torch.logsumexp(scores, dim=1) - reached


class _Saved:
    """Where a pass over the examples stopped."""

    def __init__(self, folder: Path, name: str) -> None:
        self._tensors = folder / f"{name}.partial.safetensors"
        self._step = folder / f"{name}.partial.json"

    def save(self, network: SpanNetwork, optimizer: torch.optim.Optimizer, step: int) -> None:
        tensors = {f"network.{name}": value for name, value in network.trained().items()}
        for number, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{name}": value for name, value in state.items()}
        temporary = self._tensors.with_suffix(".new")
        save_file({name: value.contiguous() for name, value in tensors.items()}, temporary)
        temporary.replace(self._tensors)
        write_whole(self._step, json.dumps({"step": step}))

    def load(self, network: SpanNetwork, optimizer: torch.optim.Optimizer) -> int:
        """The step to go on at; 0 where nothing was saved."""
        if not (self._tensors.is_file() and self._step.is_file()):
            return 0
        tensors = load_file(self._tensors)
        own = {
            name.removeprefix("network."): value
            for name, value in tensors.items()
            if name.startswith("network.")
        }
        network.load_state_dict(own, strict=False)
        optimizer.load_state_dict(
            {**optimizer.state_dict(), "state": _states(tensors)}  # the moments of each parameter
        )
        return int(json.loads(self._step.read_text("utf-8"))["step"])

    def drop(self) -> None:
        for path in (self._tensors, self._step):
            path.unlink(missing_ok=True)


def _states(tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Any]]:
    states: dict[int, dict[str, Any]] = {}
    for name, value in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "optimizer":
            number, _, entry = rest.partition(".")
            states.setdefault(int(number), {})[entry] = value
    return states
