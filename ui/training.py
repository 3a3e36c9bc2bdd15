"""A reader trained on the command line: progress while it lasts, what came of it at the end."""

from pathlib import Path

from eval.training.making import Making, make_reader
from rag.settings import Settings
from ui.console import Bar, say


def train_reader(data: Path, out: Path, settings: Settings, *, name: str, seed: int) -> None:
    """Train a reader from the data sets in `data` and say what to do with it."""
    with Bar("Reading the data") as bar:

        def told(step: str, done: int, total: int, loss: float | None) -> None:
            words = f"{step}, loss {loss:.3f}" if loss is not None else step
            bar.move(done, total, words)

        card = make_reader(Making(data, out, name=name, seed=seed), settings, told)
    say(f"made {card.name} {card.sha256[:12]}")
    passage, words = card.weights
    say(f"  a passage's score weighs {passage:g}, the question's words in a quote {words:g}")
    say(f"  answered from a probability of {card.answered_at:g}, related from {card.related_at:g}")
    say(f"use it with --reader {out}")
