"""The recipe in the order in which it is cooked: what the network sees, pass after pass.

1. single sentences, to learn what an answer is;
2. passages: SQuAD, search engine questions, and pairs of which only the answering sentence is
   known, whose every span may be the answer; every answered question of SQuAD, and some of the
   pairs, have a passage beside them that does not answer it;
3. and 4. the same, with other surroundings of the pairs and other passages that do not answer.

What comes out is the mean of the weights after each pass over passages.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from eval.training.encoding import encoded
from eval.training.examples import Example
from eval.training.fitting import Fit, fit
from eval.training.negatives import hard_negatives
from eval.training.sources import Sources
from rag.readers.span.network import SpanNetwork, tokenizer

MORE_SENTENCES = 3_000  # in each pass over passages; the first pass has all that are left
POLICIES = 1_000
PAIRS_WITH_NEGATIVES = 4_000
SENTENCES = Fit("sentences", rate=2e-4, seed=0)
PASSAGES = (
    Fit("passages", rate=1.5e-4, seed=1),
    Fit("again", rate=1.2e-4, seed=2),
    Fit("once-more", rate=1.2e-4, seed=3),
)

Told = Callable[[str, int, int, float], None]  # pass, steps done, steps in all, loss


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Where the recipe is cooked, and of what."""

    sources: Callable[[int], Sources]  # by a seed, which decides the surroundings of the pairs
    folder: Path  # what each pass made is kept here, and an interrupted one goes on from it
    seed: int
    told: Told

    def of(self, name: str) -> Path:
        """The weights after a pass."""
        return self.folder / f"{name}.safetensors"


def cooked(kitchen: Kitchen) -> SpanNetwork:
    """The trained network. The same sources and seed give the same weights on one machine."""
    torch.manual_seed(kitchen.seed)
    network = SpanNetwork()
    sources = kitchen.sources(kitchen.seed)
    draw = random.Random(kitchen.seed)
    sentences = draw.sample(sources.sentences, len(sources.sentences))
    policies = draw.sample(sources.policies, min(POLICIES, len(sources.policies)))
    kept = len(PASSAGES) * MORE_SENTENCES
    _passed(network, [*sentences[kept:], *policies], SENTENCES, kitchen)
    for number, planned in enumerate(PASSAGES):
        more = sentences[number * MORE_SENTENCES : (number + 1) * MORE_SENTENCES]
        seed = kitchen.seed + planned.seed
        _passed(network, [*_with_passages(kitchen.sources(seed), seed), *more], planned, kitchen)
    mean = kitchen.of("mean")
    save_file(mean_of([kitchen.of(planned.name) for planned in PASSAGES]), mean)
    return network.load(mean)


def _with_passages(sources: Sources, seed: int) -> list[Example]:
    draw = random.Random(seed)
    passages = list(dict.fromkeys(example.passage for example in sources.with_passages))
    answered = [example for example in sources.squad if example.is_answered]
    some_pairs = draw.sample(sources.pairs, min(PAIRS_WITH_NEGATIVES, len(sources.pairs)))
    return [
        *sources.with_passages,
        *hard_negatives([*answered, *some_pairs], passages, seed=seed),
    ]


def _passed(
    network: SpanNetwork, examples: Sequence[Example], planned: Fit, kitchen: Kitchen
) -> None:
    """One pass, or what it made when it was done before."""
    done = kitchen.of(planned.name)
    if done.is_file():
        network.load(done)
        return
    fit(
        network,
        list(encoded(examples, tokenizer())),
        replace(planned, seed=kitchen.seed + planned.seed),
        folder=kitchen.folder,
        told=lambda step, steps, loss: kitchen.told(planned.name, step, steps, loss),
    )
    network.save_whole(done)


def mean_of(paths: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several files."""
    loaded = [load_file(path) for path in paths]
    return {name: torch.stack([each[name] for each in loaded]).mean(dim=0) for name in loaded[0]}
