"""Thousands of questions by many threads: memory and descriptors stay flat."""

import ctypes
import gc
import os
import threading
from pathlib import Path

import pytest

from index.deadline import Deadline
from index.errors import GivenUpError, TooSlowError
from rag.ask import ask, ask_in_stages, open_pipeline
from rag.remembering import Answers
from rag.settings import Settings
from tests.support import need

ASKERS = 16
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def megabytes():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what was freed and is only kept for later is no leak
    resident = int(Path("/proc/self/statm").read_text().split()[1])
    return resident * PAGE / 1_000_000


def by_many(work, count):
    """Does the work for each number, on many threads at once."""
    numbers, guard, errors = iter(range(count)), threading.Lock(), []

    def working():
        while True:
            with guard:
                number = next(numbers, None)
            if number is None:
                return
            try:
                work(number)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=working) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.slow
def test_memory_and_descriptors_stay_flat(make_library):
    need("proc", Path("/proc/self/statm").exists(), "this system has no /proc")
    texts = {f"{n}.txt": f"Bee {n} hums in the lime tree. It rained in {n}." for n in range(200)}
    library = make_library(texts)
    pipeline = open_pipeline(Settings(library=library.path, reader="sentence"))
    answers = Answers(capacity=200)

    def asking(number):
        question = f"Where does bee {number % 1_500} hum?"
        if number % 5 == 0:  # gone after the first stage
            next(ask_in_stages(question, pipeline))
        elif number % 5 == 1:
            deadline = Deadline()
            deadline.cancel()
            with pytest.raises(GivenUpError):
                ask(question, pipeline, deadline=deadline)
        elif number % 5 == 2:
            with pytest.raises(TooSlowError):
                answers.ask(question, pipeline, deadline=Deadline(0))
        else:
            assert answers.ask(question, pipeline).status == "answered"

    with pipeline.library:
        by_many(asking, 2_000)
        files, memory, threads = descriptors(), megabytes(), threading.active_count()
        by_many(asking, 6_000)
        assert descriptors() <= files
        assert megabytes() <= memory + 10
        assert threading.active_count() <= threads
