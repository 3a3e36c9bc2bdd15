"""The chat and the reader in a real browser: how soon a page is ready, and an answer is seen.

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
from tests.benchmarks.texts import TextGenerator, distinct_questions, texts
from tests.browsers import chromium
from tests.served import alone
from tests.support import running
from ui.addresses import Site, Target, reader_url
from ui.web import answering
from ui.web.app import build_app

_MOST_MILLISECONDS_TO_PAINT = 300.0
_MOST_MILLISECONDS_TO_LOAD = 2_000.0
_MOST_MILLISECONDS_TO_OPEN = 1_000.0
_LONG = "long.md"
_TURNS = 10  # of one conversation, before a new page is opened
_PAINTED = """count => new Promise(resolve => {
    const look = () => {
        if (document.querySelectorAll(".pincite-card").length < count) requestAnimationFrame(look);
        else requestAnimationFrame(() => requestAnimationFrame(
            () => resolve(performance.timeOrigin + performance.now())));
    };
    look();
})"""
_MARKED = """() => new Promise(resolve => {
    const look = () => {
        const quote = document.querySelector("#quote");
        if (!quote) requestAnimationFrame(look);
        else requestAnimationFrame(() => requestAnimationFrame(() => {
            const { top, bottom } = quote.getBoundingClientRect();
            resolve(0 <= top && bottom <= innerHeight ? performance.now() : Infinity);
        }));
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
    """How long a page takes to be ready, cold and warm, an answer and a place to be painted."""
    questions = distinct_questions(6, 20 if small else 100)
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder), long_text=500_000 if small else 5_000_000)
        pipeline = open_pipeline(Settings(library=Path(folder), reader="sentence", threshold=0.0))
        warm_up(pipeline)
        app = build_app(alone(pipeline), pipeline.settings)
        with pipeline.library, running(app) as origin, chromium() as browser:
            address = f"{origin}/c/default/"
            return [
                *_loaded(browser, address, times=5 if small else 20),
                *_painted(browser, address, questions),
                _opened(browser, origin, pipeline.library, times=5 if small else 20),
            ]


def _fill(folder: Path, *, long_text: int) -> None:
    """A library of ten short texts, and one of that many characters at least."""
    generator, sections = TextGenerator(8), list[str]()
    while sum(map(len, sections)) < long_text:
        sections.append(generator.text(200))
    several = [*texts(7, files=10, sentences=100), (_LONG, "\n\n".join(sections))]
    with Library.create(folder) as library:
        add(library, as_sources(several), load_embedder("hashing"))


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


def _opened(browser: Browser, origin: str, library: Library, *, times: int) -> Row:
    """From the navigation to places all over the longest text to the frame that shows the quote."""
    with library.snapshot() as snapshot:
        (row,) = [row for row in snapshot.documents() if row.source == _LONG]
        document = snapshot.document(row.id)
    page, milliseconds = browser.new_page(), []
    for number in range(times):
        start = number * (len(document.text) - 50) // (times - 1)
        target = Target(document.id, document.version, (start, start + 50))
        page.goto(origin + reader_url(target, site=Site()), wait_until="commit")
        milliseconds.append(page.evaluate(_MARKED))
    size = f"{len(document.text) / 1e6:.1f} MB of text opened at any place"
    return _row(size, milliseconds, _MOST_MILLISECONDS_TO_OPEN)


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
