"""Several courses in one process share what is loaded, and nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.ask import ask, open_pipeline
from rag.models import Models
from rag.readers.span.opening import Networks
from rag.settings import Settings

CLOCKS = {"clocks.txt": "The pendulum clock was built in The Hague in 1657."}
TREATY = {"treaty.txt": "It rained. The treaty was signed in Paris in 1905."}


@pytest.fixture
def courses(make_library):
    """Two pipelines that share models."""
    models = Models(threads=2)
    libraries = [make_library(CLOCKS, "clocks"), make_library(TREATY, "treaty")]
    return [open_pipeline(Settings(library=each.path), models=models) for each in libraries]


def test_one_embedder_and_one_network_for_all(courses, make_library):
    clocks, treaty = courses
    assert clocks.embedder is treaty.embedder
    assert clocks.reader._scorer is treaty.reader._scorer
    assert clocks.reader._tokenizing is treaty.reader._tokenizing
    other = open_pipeline(Settings(library=clocks.library.path))
    assert other.embedder is not clocks.embedder


def test_each_answers_from_its_own_texts(courses):
    clocks, _ = courses
    questions = ["Where was the pendulum clock built?", "Where was the treaty signed?"] * 8
    alone = {
        (pipeline.settings.library, question): ask(question, pipeline).quotes
        for pipeline in courses
        for question in questions[:2]
    }
    with ThreadPoolExecutor(8) as askers:
        asked = [(pipeline, question) for question in questions for pipeline in courses]
        answers = list(askers.map(lambda each: ask(each[1], each[0]), asked))
    for (pipeline, question), answer in zip(asked, answers, strict=True):
        assert answer.quotes == alone[pipeline.settings.library, question]
    assert {quote.source for quote in ask(questions[0], clocks).quotes} == {"clocks.txt"}


def test_precisions_and_names_are_told_apart():
    models = Models()
    assert models.embedder(precision="float32") is models.embedder(precision="float32")
    assert models.embedder(precision="float32") is not models.embedder(precision="bfloat16")
    assert models.embedder("hashing") is not models.embedder(precision="float32")


def test_a_network_is_loaded_once_by_whoever_comes_first():
    networks = Networks()
    barrier, found = threading.Barrier(8), []

    def opening():
        from rag.readers.span.opening import BUNDLED

        barrier.wait()
        found.append(networks.open(BUNDLED, precision="float32"))

    threads = [threading.Thread(target=opening) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(opened) for opened in found}) == 1
