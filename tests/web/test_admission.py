"""Admission: so many at once, the courses in turn, and nobody waits for longer than is any use."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from ui.web.admission import Admission
from ui.web.refusals import RefusedError


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def entering(admission: Admission, *courses: str) -> tuple[list[str], list[asyncio.Task[None]]]:
    """Tasks that each enter for a course, and the courses in the order they got in."""
    entered: list[str] = []

    async def enter(name: str) -> None:
        await admission.enter(name.rstrip("0123456789"))
        entered.append(name)

    return entered, [asyncio.create_task(enter(course)) for course in courses]


def test_so_many_are_answered_at_once_and_the_others_in_their_order() -> None:
    async def check() -> None:
        admission = Admission(at_once=2)
        entered, _ = entering(admission, "a1", "a2", "a3", "a4")
        await settle()
        assert (entered, admission.in_flight, admission.waiting) == (["a1", "a2"], 2, 2)
        admission.leave(0.0)
        await settle()
        assert (entered, admission.in_flight, admission.waiting) == (["a1", "a2", "a3"], 2, 1)
        for _ in range(3):
            admission.leave(0.0)
        await settle()
        assert (entered[-1], admission.in_flight, admission.waiting) == ("a4", 0, 0)

    run(check())


def test_the_courses_have_their_turns() -> None:
    async def check() -> None:
        admission = Admission(at_once=1)
        entered, _ = entering(admission, "a1", "a2", "a3", "a4", "b1", "c1", "b2")
        for _ in range(7):
            await settle()
            admission.leave(0.0)
        await settle()
        assert entered == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]
        assert admission.in_flight == 0

    run(check())


def test_where_all_wait_who_may_the_course_with_most_gives_way() -> None:
    async def check() -> None:
        admission = Admission(at_once=1, waiting=3, seconds=1000)
        _, tasks = entering(admission, "a0", "a1", "a2", "a3", "a4")
        await settle()
        assert [task.done() for task in tasks] == [True, False, False, False, True]
        with pytest.raises(RefusedError, match="Too many questions are waiting"):
            await tasks[4]
        _, (other,) = entering(admission, "b")
        await settle()
        with pytest.raises(RefusedError):
            await tasks[3]
        assert (other.done(), admission.waiting) == (False, 3)
        _, (one_more,) = entering(admission, "b")  # two of each course wait then: none gives way
        await settle()
        assert isinstance(one_more.exception(), RefusedError)
        for task in (tasks[1], other, tasks[2]):
            admission.leave(0.0)
            await task

    run(check())


def test_a_question_that_would_wait_too_long_is_refused_at_once() -> None:
    async def check() -> None:
        admission = Admission(at_once=1, waiting=100, seconds=1.0)
        entered, tasks = entering(admission, *(f"a{number}" for number in range(8)))
        await settle()  # an answer is expected to take a fifth of a second
        refused = [task for task in tasks if task.done() and task.exception()]
        assert (entered, admission.waiting, len(refused)) == (["a0"], 5, 2)
        assert not [task for task in tasks[:6] if task in refused]
        error = refused[0].exception()
        assert isinstance(error, RefusedError)
        assert (error.refusal.status, error.refusal.seconds) == (503, 1)
        _, (other,) = entering(admission, "b1")  # would be the second to come in, after one of a
        await settle()
        assert not other.done()
        for task in (*tasks, other):
            task.cancel()

    run(check())


def test_who_waited_in_vain_is_told_so_and_takes_no_place() -> None:
    async def check() -> None:
        admission = Admission(at_once=1, seconds=0.001)
        admission._mean = 0.0001
        await admission.enter("a")
        with pytest.raises(RefusedError, match="too busy"):
            await admission.enter("a")
        assert (admission.in_flight, admission.waiting) == (1, 0)
        admission.leave(0.0)
        assert admission.in_flight == 0

    run(check())


@pytest.mark.parametrize("is_given_a_place", [False, True])
def test_who_leaves_while_waiting_takes_no_place(is_given_a_place: bool) -> None:
    async def check() -> None:
        admission = Admission(at_once=1)
        entered, tasks = entering(admission, "a1", "a2", "a3")
        await settle()
        if is_given_a_place:
            admission.leave(0.0)  # it is the place of a2 now, who has not heard of it
        tasks[1].cancel()
        await settle()
        if not is_given_a_place:
            admission.leave(0.0)
            await settle()
        assert entered == ["a1", "a3"]
        admission.leave(0.0)
        assert (admission.in_flight, admission.waiting) == (0, 0)

    run(check())


def test_who_comes_as_another_leaves_has_the_room() -> None:
    async def check() -> None:
        admission = Admission(at_once=1, waiting=3, seconds=1000)
        _, tasks = entering(admission, "a0", "a1", "a2", "a3")
        await settle()
        _, (other,) = entering(admission, "b")
        tasks[3].cancel()  # whose task hears of it only after b has come
        await settle()
        assert [task.done() for task in (*tasks, other)] == [True, False, False, True, False]
        assert (tasks[3].cancelled(), admission.waiting) == (True, 3)
        for task in (tasks[1], other, tasks[2]):
            admission.leave(0.0)
            await task
        admission.leave(0.0)
        assert (admission.in_flight, admission.waiting) == (0, 0)

    run(check())


def test_a_server_that_stops_answers_those_who_wait_and_nobody_else() -> None:
    async def check() -> None:
        admission = Admission(at_once=1)
        entered, _ = entering(admission, "a1", "a2")
        await settle()
        admission.stop()
        with pytest.raises(RefusedError, match="being restarted"):
            await admission.enter("b")
        admission.leave(0.0)
        await settle()
        assert entered == ["a1", "a2"]

    run(check())


def test_where_nobody_may_wait_one_too_many_is_refused() -> None:
    async def check() -> None:
        admission = Admission(at_once=1, waiting=0)
        await admission.enter("a")
        for course in ("a", "b"):
            with pytest.raises(RefusedError) as raised:
                await admission.enter(course)
            assert raised.value.refusal.reason == "full"
        assert (admission.in_flight, admission.waiting) == (1, 0)

    run(check())
