"""At most one thread for each core, whoever came first is served first, what is short before."""

import threading

import pytest
import torch

from index import cores
from index.cores import Cores, torch_threads


def held(shared):
    """Keeps one core busy until the event it gives is set."""
    began, may_end = threading.Event(), threading.Event()

    def work():
        began.set()
        assert may_end.wait(30)

    shared.submit(work)
    assert began.wait(30)
    return may_end


def test_what_waits_is_done_in_order_and_what_is_urgent_first():
    shared, done = Cores(1), []
    may_end = held(shared)
    for name, urgent in [("a", False), ("b", False), ("c", True), ("d", True)]:
        last = shared.submit(lambda name=name: done.append(name), urgent=urgent)
    may_end.set()
    shared.map(str, [1])  # patient: done after all of them
    assert last.done()
    assert done == ["c", "d", "a", "b"]


def test_no_more_compute_at_once_than_there_are_threads():
    shared, now, most = Cores(3), [], []

    def work(number):
        now.append(number)
        most.append(len(now))
        threading.Event().wait(0.002)
        now.remove(number)
        return number * number

    assert shared.map(work, range(30)) == [number * number for number in range(30)]
    assert max(most) <= 3


def test_an_error_is_raised_where_the_work_is_asked_for_and_the_rest_is_not_done():
    shared, done, raised = Cores(1), [], threading.Event()

    def work(number):
        done.append(number)
        if number == 2:
            raise ValueError("two")
        if number > 2:
            assert raised.wait(30)

    with pytest.raises(ValueError, match="two"):
        shared.map(work, [1, 2, 3, 4, 5])
    raised.set()
    assert shared.map(str, [6]) == ["6"]
    assert done in ([1, 2], [1, 2, 3])  # the third may have begun


def test_what_is_cancelled_before_it_began_is_not_done():
    shared, done = Cores(1), []
    may_end = held(shared)
    unwanted = shared.submit(lambda: done.append("unwanted"))
    assert unwanted.cancel()
    may_end.set()
    shared.map(done.append, ["wanted"])
    assert done == ["wanted"]


def test_torch_has_so_many_threads_for_a_while():
    before = torch.get_num_threads()
    with torch_threads(3):
        assert torch.get_num_threads() == 3
    with torch_threads(0):
        assert torch.get_num_threads() == cores.count()
    assert torch.get_num_threads() == before


def test_this_process_has_a_core(monkeypatch):
    assert cores.count() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert cores.count() == 6
