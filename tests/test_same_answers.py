"""The sample course in every format answers alike: short answers, compared as SQuAD compares."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from eval.formats import load_suite
from eval.measures.answers import normalized
from index.documents import format_of
from index.embedding import Embedder, load_embedder
from index.events import Added, Finished, Progress, Started
from index.library import Library
from index.records import Vectors
from index.sources import sources_below
from rag.ask import Pipeline, ask, open_pipeline
from rag.models import Models
from rag.settings import Settings
from tests.course import COURSE, TEXTS, WRITERS, course_blocks
from tests.small_files import MOST_BYTES

QUESTIONS = [case.question for case in load_suite(TEXTS.parent / "suite.jsonl").cases]
LEAST_ALIKE = 0.95  # ratio of the questions, between any two formats


class RememberingEmbedder:
    """The embedder; a passage that several formats hold is embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._known = embedder, dict[str, Any]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.encode_documents(new), strict=True))
        return np.stack([self._known[text] for text in texts])


Short = tuple[str, ...]  # a short answer to each question, normalised; empty: not answered


def course_library(suffix: str, folder: Path, embedder: Embedder) -> Path:
    """A library of the course as files that end in the suffix; each keeps the name it has."""
    texts = folder / suffix
    texts.mkdir()
    for path in COURSE:
        file = texts / f"{path.stem}.{suffix}"
        file.write_bytes(WRITERS[suffix](course_blocks(path)))
    with Library.create(folder / f"library of {suffix}") as library:
        events = library.add(sources_below([texts]), embedder=embedder, max_bytes=MOST_BYTES)
        told = {type(event) for event in events if not isinstance(event, Progress)}
        assert told == {Started, Added, Finished}
        return library.path


def short_answers(pipeline: Pipeline) -> Short:
    """What the course answers, and "" where it does not."""
    return tuple(normalized(ask(question, pipeline).text or "") for question in QUESTIONS)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Short]:
    """The short answers by suffix, all by one embedder and one reader."""
    folder, models = tmp_path_factory.mktemp("courses"), Models(threads=2)
    embedder, found = cast(Embedder, RememberingEmbedder(load_embedder(threads=2))), {}
    for suffix in WRITERS:
        path = course_library(suffix, folder, embedder)
        found[suffix] = short_answers(open_pipeline(Settings(library=path), models=models))
    return found


@pytest.mark.slow
def test_any_two_formats_give_the_same_short_answers(answers: Mapping[str, Short]) -> None:
    assert len(QUESTIONS) == 118
    forms = {format_of(f"a.{suffix}") for suffix in answers}
    assert len(forms) == len(answers) == 6
    alike = {
        (one, other): float(np.mean(np.array(answers[one]) == np.array(answers[other])))
        for one, other in combinations(answers, 2)
    }
    print(f"\nthe same short answer to {len(QUESTIONS)} questions:")
    for (one, other), ratio in alike.items():
        print(f"  {one:5} {other:5} {ratio:.3f}")
    for number, question in enumerate(QUESTIONS):
        given = {suffix: answers[suffix][number] for suffix in answers}
        if len(set(given.values())) > 1:
            print(f"  {question}\n    {given}")
    assert min(alike.values()) >= LEAST_ALIKE, alike
