"""The recipe in the order in which it is cooked: what the network sees, pass after pass.

1. single sentences, to learn what an answer is;
2. passages: SQuAD, search engine questions, and pairs of which only the answering sentence is
   known, whose every token may begin or end the answer;
3. the same three times, and of such a sentence the one span counts that the network finds best.

In the last two every answered question of SQuAD, and some of the pairs, have a passage beside them
that does not answer it.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from eval.training.encoding import encoded
from eval.training.examples import Example
from eval.training.fitting import Fit, fit
from eval.training.negatives import hard_negatives
from eval.training.sources import Sources
from rag.readers.span.network import SpanNetwork, tokenizer

SENTENCES = 14_000  # of QAMR in the first pass
MORE_SENTENCES = 3_000  # beside the passages
POLICIES = 1_000
PAIRS_WITH_NEGATIVES = 4_000
PASSES = (
    Fit("sentences", rate=2e-4, seed=0),
    Fit("passages", rate=1.5e-4, seed=1),
    Fit("decided", rate=1.2e-4, seed=2, epochs=3, decided=True),
)

Told = Callable[[str, int, int, float], None]  # pass, steps done, steps in all, loss


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Where the recipe is cooked."""

    folder: Path  # what each pass made is kept here, and an interrupted one goes on from it
    seed: int
    told: Told


def cooked(sources: Sources, kitchen: Kitchen) -> SpanNetwork:
    """The trained network. The same sources and seed give the same weights on one machine."""
    torch.manual_seed(kitchen.seed)
    network = SpanNetwork()
    draw = random.Random(kitchen.seed)
    sentences = draw.sample(sources.sentences, len(sources.sentences))
    policies = draw.sample(sources.policies, min(POLICIES, len(sources.policies)))
    passages = list(dict.fromkeys(example.passage for example in sources.with_passages))
    answered = [example for example in sources.squad if example.is_answered]
    some_pairs = draw.sample(sources.pairs, min(PAIRS_WITH_NEGATIVES, len(sources.pairs)))
    negatives = list(hard_negatives([*answered, *some_pairs], passages, seed=kitchen.seed))
    more = sentences[SENTENCES : SENTENCES + MORE_SENTENCES]
    long = [*sources.squad, *sources.searched, *negatives, *sources.pairs, *more]
    meals = ([*sentences[:SENTENCES], *policies], long, long)
    for planned, examples in zip(PASSES, meals, strict=True):
        _passed(network, examples, replace(planned, seed=planned.seed + kitchen.seed), kitchen)
    return network


def _passed(
    network: SpanNetwork, examples: Sequence[Example], wanted: Fit, kitchen: Kitchen
) -> None:
    """One pass, or what it made when it was done before."""
    done = kitchen.folder / f"{wanted.name}.safetensors"
    if done.is_file():
        network.load(done)
        return
    fit(
        network,
        list(encoded(examples, tokenizer())),
        wanted,
        folder=kitchen.folder,
        told=lambda step, steps, loss: kitchen.told(wanted.name, step, steps, loss),
    )
    network.save_whole(done)
