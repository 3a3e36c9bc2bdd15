"""The recipe in the order in which it is cooked: what the network sees, pass after pass.

1. single sentences, to learn what an answer is;
2. passages: SQuAD, search engine questions, and pairs of which only the answering sentence is
   known, whose every token may begin or end the answer;
3. the same, the pairs labelled by the network that pass 2 made.

In the last two every answered question of SQuAD, and some of the pairs, have a passage beside them
that does not answer it.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from eval.training.encoding import encoded
from eval.training.examples import Example
from eval.training.fitting import Fit, fit
from eval.training.labelling import self_labelled
from eval.training.negatives import hard_negatives
from eval.training.sources import Sources
from rag.readers.span.network import SpanNetwork, tokenizer

SENTENCES = 14_000  # of QAMR in the first pass
MORE_SENTENCES = 3_000  # in each later one
POLICIES = 1_000
PAIRS_WITH_NEGATIVES = 4_000
KEPT = 0.9  # of the pairs that were labelled, the surest
RATES = (2e-4, 1.5e-4, 1.2e-4)

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
    network, words = SpanNetwork(), tokenizer()
    draw = random.Random(kitchen.seed)
    sentences = draw.sample(sources.sentences, len(sources.sentences))
    policies = draw.sample(sources.policies, min(POLICIES, len(sources.policies)))
    passages = list(dict.fromkeys(example.passage for example in sources.with_passages))
    answered = [example for example in sources.squad if example.is_answered]
    some_pairs = draw.sample(sources.pairs, min(PAIRS_WITH_NEGATIVES, len(sources.pairs)))
    negatives = list(hard_negatives([*answered, *some_pairs], passages, seed=kitchen.seed))
    common = [*sources.squad, *sources.searched, *negatives]

    def more(number: int) -> list[Example]:
        first = SENTENCES + number * MORE_SENTENCES
        return sentences[first : first + MORE_SENTENCES]

    def passed(number: int, name: str, examples: Sequence[Example]) -> None:
        done = kitchen.folder / f"{name}.safetensors"
        if done.is_file():
            network.load(done)
            return
        rows = list(encoded(examples, words))
        wanted = Fit(name, RATES[number], seed=kitchen.seed + number)
        fit(
            network,
            rows,
            wanted,
            folder=kitchen.folder,
            told=lambda step, steps, loss: kitchen.told(name, step, steps, loss),
        )
        network.save(done, dtype=torch.float32)

    passed(0, "sentences", [*sentences[:SENTENCES], *policies])
    passed(1, "passages", [*common, *sources.pairs, *more(0)])
    labelled = self_labelled(network, sources.pairs, words, keep=KEPT)
    passed(2, "labelled", [*common, *labelled, *more(1)])
    return network
