"""Debian's chromium, driven by playwright; it reaches this machine and nothing else.

Two names lead to this machine, so that a page can be of another site than the server.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.support import need

OTHER_SITES = ("moodle.test", "unlisted.test")
_NAMES = "".join(f"MAP {name} 127.0.0.1, " for name in OTHER_SITES)
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules={_NAMES}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser while the block lasts; the test is skipped, or fails, where there is none."""
    program = shutil.which("chromium")
    need("browser", program is not None, "there is no chromium on the path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
