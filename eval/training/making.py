"""A reader, from the data sets to the folder that `--reader` takes: trained and calibrated."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from eval.articles import DEVELOPMENT, TEST
from eval.formats import load_suite
from eval.passages import index_passages, passages_path
from eval.training.calibrating import asked, best_weights, fitted
from eval.training.recipe import Kitchen, cooked
from eval.training.sources import SQUAD, sources_in
from index.embedding.transformer import sha256_of
from index.writing import write_whole
from rag.ask import open_pipeline
from rag.readers.span import card, weights
from rag.readers.span.card import ReaderCard
from rag.settings import Settings

ANSWERED_AT = 0.3  # probability of being right, under which no answer is given
RELATED_AT = 0.15  # from which the passages are at least said to be on the subject
WORK = "work"  # the folder within, that an interrupted training goes on from

Told = Callable[[str, int, int, float | None], None]  # what is done, steps done, in all, loss


@dataclass(frozen=True, slots=True)
class Making:
    """What a reader is made of, and where."""

    data: Path  # the folder with the data sets
    out: Path
    name: str = "pincite-span"
    seed: int = 1


def make_reader(making: Making, settings: Settings, told: Told) -> ReaderCard:
    """Train a reader and write its folder; goes on where an interrupted call stopped.

    SQuAD's development articles are kept for the calibration, its test articles for measuring.
    Raises `SuiteError` where data is missing.
    """
    work = making.out / WORK
    work.mkdir(parents=True, exist_ok=True)
    measured = (*DEVELOPMENT, *TEST)
    kitchen = Kitchen(
        lambda seed: sources_in(making.data, without=measured, seed=seed),
        work,
        making.seed,
        lambda *step: told(*step),
    )
    network = cooked(kitchen)
    network.save(making.out / weights.FILE_NAME)
    plain = ReaderCard(making.name, sha256_of([making.out / weights.FILE_NAME]))
    write_whole(making.out / card.FILE_NAME, plain.json())
    calibrated = _calibrated(plain, making, settings, told)
    write_whole(making.out / card.FILE_NAME, calibrated.json())
    return calibrated


def _calibrated(plain: ReaderCard, making: Making, settings: Settings, told: Told) -> ReaderCard:
    suite = load_suite(making.data / SQUAD)
    library = passages_path(suite, settings, making.out / WORK)
    settings = replace(settings, reader=str(making.out), library=library)
    for _ in index_passages(suite, library, settings):
        pass
    pipeline = open_pipeline(settings)
    with pipeline.library:
        found = asked(
            suite,
            DEVELOPMENT,
            pipeline,
            seed=making.seed,
            told=lambda done, total: told("calibrating", done, total, None),
        )
    best = best_weights(found)
    calibration, _, _ = fitted(found, weights=best)
    return replace(
        plain,
        weights=best,
        calibration=calibration,
        answered_at=ANSWERED_AT,
        related_at=RELATED_AT,
    )
