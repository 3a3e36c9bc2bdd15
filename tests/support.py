"""What tests share."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import ASGIApp


def need(name: str, present: bool, why: str) -> None:
    """Skip the test where what it needs is not `present`; fail where `PINCITE_REQUIRE` names it."""
    if present:
        return
    required = {part.strip() for part in os.environ.get("PINCITE_REQUIRE", "").split(",")}
    if name in required:
        pytest.fail(f"PINCITE_REQUIRE asks for {name}, but {why}")
    pytest.skip(why)  # never where continuous integration asks for it: see the lines above


def eventually(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    """Waits until it is so; fails where it never is."""
    last = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < last, f"it was not so within {seconds} seconds"
        time.sleep(0.01)


@contextmanager
def running(app: ASGIApp, config: uvicorn.Config | None = None) -> Iterator[str]:
    """The address of a server that runs the app on a free port of this machine."""
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, *arguments: object, **options: object) -> None:
            # handed on as they came, so that another uvicorn's arguments do not matter
            await super().startup(*arguments, **options)  # type: ignore[arg-type]
            started.set()

    config = config or uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
    config.port = 0
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert started.wait(30), "the server did not start within 30 seconds"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
