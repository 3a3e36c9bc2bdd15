"""One site and one browser for all the tests of this folder."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import pytest
from playwright.sync_api import Browser
from starlette.types import Receive, Scope, Send

from index.embedding import load_embedder
from index.library import Library
from index.sources import sources_below
from rag.ask import open_pipeline, warm_up
from rag.settings import Settings
from tests.browser.framing import Elsewhere, Visitor, elsewhere
from tests.browser.opening import GAUGE, NO_ANSWER, TEXTS, Contexts, Opener, Site
from tests.browsers import chromium
from tests.served import alone
from tests.support import running
from ui.suggesting import Suggestions
from ui.web.app import build_app


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    texts = folder / "texts"
    texts.mkdir()
    for name, text in TEXTS.items():
        (texts / name).write_text(text, encoding="utf-8")
    with Library.create(folder / "library") as library:
        embedder = load_embedder("hashing")
        list(library.add(sources_below([texts]), embedder=embedder, max_bytes=1_000_000))
    settings = Settings(library=folder / "library")
    pipeline = open_pipeline(settings)
    warm_up(pipeline)  # as `serve` does
    suggestions = Suggestions()
    wanted = replace(pipeline, settings=replace(settings, questions=(NO_ANSWER, GAUGE)))
    suggestions.look(wanted, stopped=Event()).join()
    app = build_app(alone(pipeline, suggestions), settings)
    with pipeline.library, running(app) as origin:
        yield Site(f"{origin}/c/default/", pipeline)
    app.close()


@pytest.fixture(scope="package")
def site_behind_a_proxy(site: Site) -> Iterator[Site]:
    """The same library below `/texts`, which the proxy takes off before it asks."""
    settings = replace(site.pipeline.settings, root_path="/texts")
    app = build_app(alone(site.pipeline), settings)

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith("/texts/") or scope["path"] == "/favicon.ico"
            scope = {**scope, "path": scope["path"].removeprefix("/texts")}
        await app(scope, receive, send)

    with running(proxy) as origin:
        yield Site(f"{origin}/texts/c/default/", site.pipeline)


@pytest.fixture(scope="package")
def browser(site: Site, site_behind_a_proxy: Site) -> Iterator[Browser]:
    """Chromium, started after the sites: no app can be built while playwright's loop runs."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def contexts() -> Contexts:
    return {}


@pytest.fixture
def open_page(browser: Browser, site: Site, contexts: Contexts) -> Iterator[Opener]:
    opener = Opener(browser, site, contexts)
    yield opener
    opener.close()
    assert opener.complaints == []


@pytest.fixture(scope="package")
def other(site: Site) -> Iterator[Elsewhere]:
    """Pages of another site, and the course that they have in them."""
    with elsewhere(site) as other:
        yield other


@pytest.fixture
def visit(browser: Browser, other: Elsewhere) -> Iterator[Visitor]:
    visitor = Visitor(browser, other)
    yield visitor
    visitor.close()
    assert visitor.complaints == []
