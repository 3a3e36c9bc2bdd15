"""One who computes alone has every core; several have one each."""

import threading

import pytest
import torch

from index import cores
from index.cores import Cores


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(cores, "count", lambda: 4)


def test_alone_with_every_core_then_as_before():
    before = torch.get_num_threads()
    with Cores().share() as threads:
        assert (threads, torch.get_num_threads()) == (4, 4)
    assert torch.get_num_threads() == before


def test_who_comes_while_another_computes_has_one():
    shared, others = Cores(), []

    def compute():
        with shared.share() as threads:
            others.append((threads, torch.get_num_threads()))

    with shared.share() as threads:
        thread = threading.Thread(target=compute)
        thread.start()
        thread.join()
        assert threads == 4
    assert others == [(1, 1)]
    with shared.share() as threads:
        assert threads == 4


def test_a_number_that_was_chosen_holds():
    with Cores(3).share() as threads:
        assert (threads, torch.get_num_threads()) == (3, 3)


def test_the_cores_are_given_back_after_an_error():
    shared = Cores()
    with pytest.raises(RuntimeError, match="broken"), shared.share():
        raise RuntimeError("broken")
    with shared.share() as threads:
        assert threads == 4


def test_this_process_has_a_core(monkeypatch):
    monkeypatch.undo()
    assert cores.count() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert cores.count() == 6
