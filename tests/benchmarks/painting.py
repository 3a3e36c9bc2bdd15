"""The chat in a real browser: how soon a page is ready, and an answer seen once it exists.

The server is the real one, in this process, so both ends read one clock. An answer exists when
the server has made it; it is painted at the second frame after its card stands in the page.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from index.embedding import load_embedder
from index.library import Library
from rag.answer import Answer
from rag.ask import Retrieved, open_pipeline, warm_up
from rag.settings import Settings
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import distinct_questions, texts
from tests.browsers import chromium
from tests.served import alone
from tests.support import running
from ui.web import answering
from ui.web.app import build_app

_MOST_MILLISECONDS_TO_PAINT = 300.0
_MOST_MILLISECONDS_TO_LOAD = 2_000.0
_TURNS = 10  # of one conversation, before a new page is opened
_PAINTED = """count => new Promise(resolve => {
    const look = () => {
        if (document.querySelectorAll(".pincite-card").length < count) requestAnimationFrame(look);
        else requestAnimationFrame(() => requestAnimationFrame(
            () => resolve(performance.timeOrigin + performance.now())));
    };
    look();
})"""
_READY = """() => new Promise(resolve => {
    const look = () => {
        const field = document.querySelector("#pincite-ask textarea");
        if (!field || field.disabled) requestAnimationFrame(look);
        else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    };
    look();
})"""


def measure(*, small: bool) -> list[Row]:
    """How long a page takes to be ready, cold and warm, and an answer to be painted."""
    questions = distinct_questions(6, 20 if small else 100)
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        pipeline = open_pipeline(Settings(library=Path(folder), reader="sentence", threshold=0.0))
        warm_up(pipeline)
        app = build_app(alone(pipeline), pipeline.settings)
        with pipeline.library, running(app) as origin, chromium() as browser:
            address = f"{origin}/c/default/"
            return [
                *_loaded(browser, address, times=5 if small else 20),
                *_painted(browser, address, questions),
            ]


def _fill(folder: Path) -> None:
    with Library.create(folder) as library:
        add(library, as_sources(texts(7, files=10, sentences=100)), load_embedder("hashing"))


def _loaded(browser: Browser, address: str, *, times: int) -> list[Row]:
    """From the navigation to the question field, with nothing cached and then once more."""
    cold, warm = [], []
    for _ in range(times):
        context = browser.new_context()
        page = context.new_page()
        for milliseconds in (cold, warm):
            page.goto(address, wait_until="commit")
            milliseconds.append(page.evaluate(_READY))
        context.close()
    return [
        _row("page load, nothing cached", cold, _MOST_MILLISECONDS_TO_LOAD),
        _row("page load, once more", warm, _MOST_MILLISECONDS_TO_LOAD),
    ]


def _painted(browser: Browser, address: str, questions: Sequence[str]) -> list[Row]:
    """From the moment that an answer was made to the frame that shows it."""
    answered: list[float] = []
    stages_of = answering.stages_of

    def noted(*question: Any, **options: Any) -> Iterator[Retrieved | Answer]:
        for stage in stages_of(*question, **options):
            if isinstance(stage, Answer):
                answered.append(time.time() * 1000)
            yield stage

    painted = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "stages_of", noted)
        for first in range(0, len(questions), _TURNS):
            page = browser.new_page()
            page.goto(address)
            painted += _asked(page, questions[first : first + _TURNS])
            page.close()
    taken = [shown - made for shown, made in zip(painted, answered, strict=True)]
    return [_row("answer made to answer painted", taken, _MOST_MILLISECONDS_TO_PAINT)]


def _asked(page: Page, questions: Sequence[str]) -> list[float]:
    """When each answer was painted, in milliseconds since 1970."""
    moments = []
    for number, question in enumerate(questions, start=1):
        page.locator("#pincite-ask textarea").fill(question)
        page.locator("#pincite-ask textarea").press("Enter")
        moments.append(page.evaluate(_PAINTED, number))
    return moments


def _row(what: str, milliseconds: Sequence[float], most: float) -> Row:
    median, slow, longest = np.percentile(milliseconds, [50, 95, 100])
    return Row(
        "painting",
        what,
        float(median),
        "ms",
        target=f"under {most:,.0f} ms",
        met=bool(median < most),
        note=f"median of {len(milliseconds)}; p95 {slow:.0f} ms, longest {longest:.0f} ms",
    )
