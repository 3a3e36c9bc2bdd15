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


def fit(
    network: SpanNetwork, rows: Sequence[Encoded], wanted: Fit, *, folder: Path, told: Told
) -> None:
    """Train the network on every row once; goes on from what an interrupted call left in `folder`.

    The order depends on the seed alone, so that going on is the same as not having stopped.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device)
    plan = batches(rows, draw=random.Random(wanted.seed))
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
            scores = network(batch.inputs, batch.types, batch.mask)
        loss = loss_of(scores.sums(), batch)
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


def loss_of(sums: Tensor, batch: Batch) -> Tensor:
    """The negative log-likelihood of the right spans, any of them, mean over the batch.

    `sums` are the scores of the spans, (n, tokens, MOST_TOKENS). Where the passage does not answer
    but comes near, half the loss of what comes nearest is added, among the spans of the passage
    alone. Source: Clark and Gardner 2018, equation 2 (the probabilities of all that is right are
    summed).
    """
    possible = batch.possible.clone()
    possible[:, 0, 0] = True  # "not answered here"
    loss = _loss(sums, batch.right, possible).mean()
    near = batch.tempting.any(dim=(1, 2))
    if not near.any():
        return loss
    nearest = _loss(sums[near], batch.tempting[near], batch.possible[near])
    return loss + TEMPTING * nearest.sum() / len(batch.inputs)


def _loss(sums: Tensor, right: Tensor, possible: Tensor) -> Tensor:
    whole, reached = (
        torch.logsumexp(sums.masked_fill(~spans, _IMPOSSIBLE).flatten(1), dim=1)
        for spans in (possible, right)
    )
    return whole - reached


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
