"""Images of pages, drawn one at a time for the whole server, and kept as long as there is room.

Drawing takes a core, and those are for answering: there is one process that draws, less urgent than
any other, and whoever comes when several pages wait already is told to come again.
"""

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from index.drawing import Drawer
from index.errors import SourceError
from ui.web.refusals import RefusedError

WAITING = 8  # pages, the one that is being drawn among them
SECONDS = 15.0  # that somebody waits for one
SECONDS_A_PAGE = 0.5  # about
MOST_BYTES = 64_000_000  # of images that are kept
_LEAST_BYTES = 1_000  # that one is counted as

logger = logging.getLogger(__name__)


class Page(NamedTuple):
    """A page of an original."""

    original: str  # SHA-256 of the file
    sheet: int  # counts from 0


class Drawings:
    """The images of one server. Threads and event loops share it."""

    def __init__(
        self, *, waiting: int = WAITING, seconds: float = SECONDS, most_bytes: int = MOST_BYTES
    ) -> None:
        """So many pages may wait, so long; images of so many bytes are kept. Nothing is started."""
        self._waiting, self._seconds, self._most_bytes = waiting, seconds, most_bytes
        self._drawer = Drawer()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")
        self._guard = threading.RLock()  # what is drawn at once is kept at once
        self._in_work: dict[Page, Future[bytes]] = {}
        self._kept: OrderedDict[Page, bytes] = OrderedDict()  # the one used longest ago first
        self._bytes = 0

    async def image(self, page: Page, read: Callable[[], bytes]) -> bytes:
        """The page as an image; empty where it cannot be drawn.

        `read` gives the bytes of the original; it is called in another thread, or not at all.
        Raises `RefusedError` where too many pages wait, and what `read` does.
        """
        with self._guard:
            if page in self._kept:
                self._kept.move_to_end(page)
                return self._kept[page]
            drawing = self._in_work.get(page) or self._begun(page, read)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(asyncio.wrap_future(drawing))
        except TimeoutError as error:
            raise RefusedError("late", self._seconds) from error

    def close(self) -> None:
        """Ends the process that draws; nothing is drawn any more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._drawer.close()

    def _begun(self, page: Page, read: Callable[[], bytes]) -> Future[bytes]:
        if len(self._in_work) >= self._waiting:
            raise RefusedError("full", len(self._in_work) * SECONDS_A_PAGE)
        try:
            drawing = self._thread.submit(self._drawn, page, read)
        except RuntimeError as error:  # it was closed
            raise RefusedError("stopping", self._seconds) from error
        self._in_work[page] = drawing
        drawing.add_done_callback(lambda done: self._keep(page, done))
        return drawing

    def _drawn(self, page: Page, read: Callable[[], bytes]) -> bytes:
        original = read()
        try:
            return self._drawer.draw(original, page.sheet)
        except SourceError as error:
            logger.warning("page %s of %s: %s", page.sheet + 1, page.original, error)
            return b""

    def _keep(self, page: Page, done: Future[bytes]) -> None:
        """Keeps what was drawn, and that a page cannot be; makes room for it."""
        with self._guard:
            del self._in_work[page]
            if done.cancelled() or done.exception():
                return
            self._kept[page] = done.result()
            self._bytes += _size(done.result())
            while self._bytes > self._most_bytes:
                _, image = self._kept.popitem(last=False)
                self._bytes -= _size(image)


def _size(image: bytes) -> int:
    return max(_LEAST_BYTES, len(image))
