"""What Gradio keeps of answers until their page fetches them, which some never do.

Gradio keeps it for as many as 2,000 sessions, whatever comes for each, and their names for ever.
Here a session that has too much waiting may cause no more, and one that does not come is forgotten,
once another causes an event: what is kept grows no more until then.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

MOST = 64  # messages and events; one that is answered makes five, and a page begins with two
SECONDS_KEPT = 30.0  # where nobody fetches it


class Unread:
    """What waits for the pages of one chat.

    It belongs to the event loop of the server, and no thread but that one's may use it.
    """

    def __init__(self, queue: Any, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`queue` is Gradio's of the chat; `clock` gives seconds."""
        self._queue = queue
        self._clock = clock
        self._left: dict[str, float] = {}  # whose stream is not open, and since when, in order
        self._streams: Counter[str] = Counter()  # that are open

    def is_known(self, session: str) -> bool:
        """Whether anything is kept for the session, or was until it was fetched."""
        return session in self._queue.pending_messages_per_session

    def is_too_much(self, session: str) -> bool:
        """Whether the session must first fetch what waits for it."""
        return self._count(session) >= MOST

    def expect(self, session: str) -> None:
        """The session has caused an event. What others left for too long is forgotten."""
        self._forget_what_was_left()
        if not self._streams[session]:
            self._leave(session)

    @contextmanager
    def fetching(self, session: str) -> Iterator[None]:
        """While the block lasts the session's stream is open."""
        self._left.pop(session, None)
        self._streams[session] += 1
        try:
            yield
        finally:
            self._streams -= Counter([session])  # and forgets it at 0
            if not self._streams[session] and self._has_left_something(session):
                self._leave(session)

    def _has_left_something(self, session: str) -> bool:
        return self.is_known(session) or session in self._queue.pending_event_ids_session

    def _count(self, session: str) -> int:
        messages = self._queue.pending_messages_per_session.get(session)
        events = self._queue.pending_event_ids_session.get(session, ())
        return len(events) + (messages.qsize() if messages else 0)

    def _leave(self, session: str) -> None:
        self._left.pop(session, None)  # to stand last
        self._left[session] = self._clock()

    def _forget_what_was_left(self) -> None:
        last = self._clock() - SECONDS_KEPT
        for session, since in list(self._left.items()):
            if since > last:
                break
            del self._left[session]
            self._forget(session)

    def _forget(self, session: str) -> None:
        waiting = [line.queue for line in self._queue.event_queue_per_concurrency_id.values()]
        for events in (*self._queue.active_jobs, *waiting):
            for event in events or ():
                if event.session_hash == session:
                    event.alive = False  # nothing more is said of it
        self._queue.pending_messages_per_session.pop(session, None)
        self._queue.pending_event_ids_session.pop(session, None)
