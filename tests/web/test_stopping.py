"""A server that is told to stop answers what it was asked, and nothing that comes later."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.web.gradio import Chat, shown_by
from tests.web.process import serving

CLIENTS = 6


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_no_question_that_was_taken_is_left_without_its_answer(
    tmp_path: Path, how: signal.Signals, code: int
) -> None:
    with serving(tmp_path, more="questions_at_once = 1") as server:
        chat = Chat(f"{server.origin}/c/tides")
        event = chat.events()["submit"]
        told_to_stop, begun = threading.Event(), threading.Semaphore(0)

        def ask_again_and_again(client: int) -> list[str]:
            """What became of each question, until one is refused or the server is gone."""
            became: list[str] = []
            while len(became) < 2_000:
                session = f"client{client}-{len(became)}"
                question = f"What rises twice a day, number {session}?"
                try:
                    joined = chat.join(question, session, event=event)
                except httpx.TransportError:
                    assert told_to_stop.is_set()
                    return became
                if joined.status_code == 503:
                    return [*became, "refused"]
                _, messages, _ = shown_by(chat.answers(session))
                bubble = messages[-1]["content"][0]["text"]
                if "being restarted" in bubble:
                    return [*became, "refused"]
                became.append("answered" if "Wadden" in bubble or "rises" in bubble else bubble)
                begun.release()
            raise AssertionError("the server did not stop")

        def program(_: int) -> list[int]:
            statuses: list[int] = []
            while len(statuses) < 2_000:
                body = {"question": f"What rises twice a day, program {len(statuses)}?"}
                try:
                    asked = httpx.post(f"{server.origin}/c/tides/api/v1/ask", json=body, timeout=60)
                except httpx.TransportError:
                    assert told_to_stop.is_set()
                    return statuses
                statuses.append(asked.status_code)
            raise AssertionError("the server did not stop")

        with (
            httpx.stream("GET", f"{chat.address}/gradio_api/heartbeat/open", timeout=60),
            ThreadPoolExecutor(CLIENTS + 1) as clients,
        ):
            asking = [clients.submit(ask_again_and_again, each) for each in range(CLIENTS)]
            programs = clients.submit(program, 0)
            for _ in range(CLIENTS * 3):
                assert begun.acquire(timeout=60)
            told_to_stop.set()
            assert server.stop(how) == code
            became = [each for client in asking for each in client.result(60)]
            assert set(programs.result(60)) <= {200, 429, 503}
        assert set(became) <= {"answered", "refused"}
        assert became.count("answered") >= CLIENTS * 3
        stopped = next(line for line in server.log() if line["event"] == "stopped")
        assert stopped["unanswered"] == 0
