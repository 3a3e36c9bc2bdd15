"""What waits for a page that does not fetch it: no more than a little, and not for long."""

from asyncio import Queue
from types import SimpleNamespace
from typing import Any

import pytest

from rag.settings import Settings
from tests.support import eventually, running
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat
from ui.web import unread
from ui.web.app import build_app
from ui.web.unread import MOST, SECONDS_KEPT, Unread


def queue_with(**waiting: int) -> Any:
    """Gradio's queue with so many messages for each session, and one event that is at work."""
    messages: dict[str, Queue[int]] = {name: Queue() for name in waiting}
    for name, count in waiting.items():
        for number in range(count):
            messages[name].put_nowait(number)
    events = [SimpleNamespace(session_hash=name, alive=True) for name in waiting]
    return SimpleNamespace(
        pending_messages_per_session=messages,
        pending_event_ids_session={name: {"an event"} for name in waiting},
        active_jobs=[None, events],
        event_queue_per_concurrency_id={},
    )


def alive(queue: Any) -> list[str]:
    return [event.session_hash for event in queue.active_jobs[1] if event.alive]


def test_too_much_is_counted_in_messages_and_events() -> None:
    some = Unread(queue_with(page=MOST - 2))
    much = Unread(queue_with(page=MOST - 1))
    assert [some.is_too_much("page"), some.is_too_much("other")] == [False, False]
    assert much.is_too_much("page")


def test_what_nobody_fetches_is_forgotten_and_that_which_is_fetched_stays() -> None:
    now = [0.0]
    queue = queue_with(gone=3, open=3, late=3)
    kept = Unread(queue, clock=lambda: now[0])
    kept.expect("gone")
    kept.expect("open")
    with kept.fetching("open"):
        now[0] = 1.0
        kept.expect("late")
        now[0] = SECONDS_KEPT + 0.5
        kept.expect("late")
        assert list(queue.pending_messages_per_session) == ["open", "late"]
        assert list(queue.pending_event_ids_session) == ["open", "late"]
        assert alive(queue) == ["open", "late"]
    now[0] = 2 * SECONDS_KEPT
    kept.expect("other")
    assert list(queue.pending_event_ids_session) == ["open", "late"]
    now[0] = 3 * SECONDS_KEPT + 1
    kept.expect("other")
    assert list(queue.pending_event_ids_session) == []
    assert alive(queue) == []


def test_names_that_gradio_does_not_know_are_not_kept() -> None:
    kept = Unread(queue_with())
    with kept.fetching("x" * 10_000):
        pass
    assert not kept._left
    assert not kept._streams


def test_a_page_that_fetches_nothing_is_refused_until_it_does(courses: TwoCourses) -> None:
    web = build_app([courses.tides], Settings())
    with running(web) as origin:
        chat = Chat(f"{origin}/c/tides")
        clear = chat.events()["clear"]
        statuses = [chat.send([], "page", event=clear).status_code for _ in range(MOST + 1)]
        assert statuses[0] == 200
        assert statuses[-1] == 429
        counted = {"course": "tides", "reason": "unread"}
        refused = web.desk.metrics.registry.get_sample_value("pincite_refusals_total", counted)
        assert refused == statuses.count(429)
        assert chat.send([], "another", event=clear).status_code == 200
        with chat.stream("page") as said:
            eventually(lambda: next(said)["msg"] == "close_stream")
        assert chat.send([], "page", event=clear).status_code == 200


def test_a_page_that_comes_too_late_is_told(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread, "SECONDS_KEPT", 0.0)
    with Chat.of(courses.tides) as chat:
        clear = chat.events()["clear"]
        chat.send([], "late", event=clear).raise_for_status()
        chat.send([], "another", event=clear).raise_for_status()
        assert chat.answers("late")[-1]["session_not_found"]
        assert chat.answers("another")[-1]["msg"] == "process_completed"


def test_a_session_that_nobody_knows_is_told_and_leaves_no_traceback(
    courses: TwoCourses, caplog: pytest.LogCaptureFixture
) -> None:
    with Chat.of(courses.tides) as chat:
        assert chat.answers("nobody")[-1]["session_not_found"]
    assert [record for record in caplog.records if record.exc_info] == []
