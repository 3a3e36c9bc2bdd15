"""Work ends with its deadline, wherever it waits, and frees what it holds."""

import threading
from concurrent.futures import Future

import pytest

from index.cores import Cores
from index.deadline import Deadline, current
from index.embedding.gathering import GatheringEmbedder
from index.embedding.hashing import HashingEmbedder
from index.errors import GivenUpError, TooSlowError
from rag.answer import Draft
from rag.ask import Pipeline, Retrieved, ask, ask_in_stages
from rag.settings import Settings
from tests.test_cores import held


class Silent:
    """A reader that does something when it is asked to read, and finds nothing."""

    signature = "silent"

    def __init__(self, then=lambda: None):
        self.then = then

    def read(self, question, hits):
        self.then()
        return Draft(())


@pytest.fixture
def busy():
    """Cores that compute something else, and what lets them go on."""
    shared = Cores(1)
    may_end = held(shared)
    yield shared, may_end
    may_end.set()


def pipeline_of(library, *, cores=None, then=lambda: None):
    embedder = HashingEmbedder()
    if cores:
        embedder = GatheringEmbedder(embedder, cores)
    return Pipeline(library, embedder, Silent(then), Settings(library=library.path))


def cancelled_once_it_waits(deadline):
    def cancelling():
        while not deadline._waiting:
            threading.Event().wait(0.001)
        deadline.cancel()

    threading.Thread(target=cancelling).start()


def test_a_deadline_that_has_passed_says_what_was_allowed_and_what_to_do():
    with pytest.raises(TooSlowError, match=r"no answer within 0 seconds.*ask again"):
        Deadline(0).check()
    with pytest.raises(ValueError, match="-1"):
        Deadline(-1)
    Deadline(60).check()
    Deadline().check()


def test_it_holds_in_its_block_and_thread_only():
    outer, inner = Deadline(60), Deadline(60)
    with outer.holding():
        with inner.holding():
            assert current() is inner
            others = []
            thread = threading.Thread(target=lambda: others.append(current()))
            thread.start()
            thread.join()
            assert others[0] not in (inner, outer)
        assert current() is outer
    assert current() is not outer
    with pytest.raises(TooSlowError), Deadline(0).holding():
        pytest.fail("what comes too late is not begun")


def test_waiting_ends_with_the_deadline_or_with_its_cancelling():
    never = Future()
    with pytest.raises(TooSlowError):
        Deadline(0.01).result_of(never)
    deadline = Deadline()
    cancelled_once_it_waits(deadline)
    with pytest.raises(GivenUpError, match="given up"):
        deadline.result_of(never)
    done = Future()
    done.set_result(7)
    assert Deadline(60).result_of(done) == 7
    assert not deadline._waiting


def test_a_question_that_waits_for_a_core_is_too_slow_and_leaves_nothing(library, busy):
    cores, may_end = busy
    pipeline = pipeline_of(library, cores=cores)
    with pytest.raises(TooSlowError):
        ask("Do bees hum?", pipeline, deadline=Deadline(0.01))
    deadline = Deadline()
    cancelled_once_it_waits(deadline)
    with pytest.raises(GivenUpError):
        ask("Do bees hum?", pipeline, deadline=deadline)
    may_end.set()
    assert ask("Do bees hum?", pipeline, deadline=Deadline(60)).status == "not_found"
    assert not pipeline.embedder._queries._waiting
    assert cores._waiting == []


def test_work_that_nobody_waits_for_is_not_done(busy):
    cores, may_end = busy
    done = []
    with pytest.raises(TooSlowError), Deadline(0.01).holding():
        cores.map(done.append, [1, 2, 3])
    may_end.set()
    cores.map(done.append, [4])
    assert done == [4]


def test_it_is_looked_at_between_the_stages_and_within_the_second(library):
    deadline = Deadline()
    stages = ask_in_stages("Do bees hum?", pipeline_of(library), deadline=deadline)
    assert isinstance(next(stages), Retrieved)
    deadline.cancel()
    with pytest.raises(GivenUpError):
        next(stages)
    again = Deadline()
    slow = pipeline_of(library, then=again.cancel)
    with pytest.raises(GivenUpError):
        ask("Do bees hum?", slow, deadline=again)
    assert library.check() == []  # every snapshot was let go
