"""A browser that opens the link to an original is led to the very words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect
from starlette.responses import HTMLResponse

from index.documents import FORMATS
from index.embedding import load_embedder
from index.records import Document
from index.sources import text_source
from tests.browser.opening import Opener, Site, put
from tests.support import running
from ui.originals import original_url

FAR = "<div style='height: 3000px'></div>"
TWICE = "It rises twice a day, high &amp; low - nearly."
ORIGINAL = (
    f"<h1>Tides</h1>{FAR}<p id=first>{TWICE}</p>{FAR}"
    f"<p>Between them.</p><p id=second>{TWICE}</p>{FAR}"
    f"<ul><li id=third>The <b>Sun</b> pulls, too</li><li>less than the Moon</li></ul>{FAR}<p>End"
)
HAMBURG = "The first tide gauge of Hamburg was read in 1841."
SEEN = """id => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""


async def original(scope, receive, send):
    await HTMLResponse(ORIGINAL)(scope, receive, send)


@contextmanager
def also_holding(site: Site, text: str) -> Iterator[None]:
    """The site's library with one more text in it."""
    library = site.pipeline.library
    source = text_source("more", "more.md", text)
    list(library.add([source], embedder=load_embedder("hashing"), max_bytes=10_000))
    (added,) = [each.id for each in library.documents() if each.source == source.key]
    try:
        yield
    finally:
        library.remove(added)


def test_chromium_opens_at_the_words(browser: Browser) -> None:
    parsed = FORMATS["html"].parse(ORIGINAL.encode())
    text = parsed.text
    again = text.rindex("It rises")
    words = {
        "first": (text.index("It rises"), text.index(" - nearly")),
        "second": (again, text.index("nearly.", again) + 7),
        "third": (text.index("• The Sun"), text.index("the Moon") + 8),
    }

    with running(original) as origin:
        document = Document("d", "v", "Tides", "t.html", text, parsed.marks, address=f"{origin}/t")
        for id, span in words.items():
            page = browser.new_page()
            page.goto(original_url(document, span))
            seen = {other: page.evaluate(SEEN, other) for other in words}
            page.close()
            assert seen == {other: other == id for other in words}


@pytest.mark.slow
def test_an_original_with_an_address_like_ours_opens_in_a_tab(
    open_page: Opener, site: Site
) -> None:
    page = open_page()
    with running(original) as origin:
        open_page.own.append(origin)
        address = f"{origin}/read/13165/chapter/7"
        with also_holding(site, f"---\nurl: {address}\n---\n# Hamburg\n\n{HAMBURG}\n"):
            put(page, "When was the first tide gauge of Hamburg read?")
        with page.expect_popup() as opened:
            page.get_by_role("link", name="Open the original").first.click()
        expect(opened.value).to_have_url(re.compile(f"^{re.escape(address)}"))
        expect(opened.value.get_by_role("heading")).to_have_text("Tides")
    expect(page.locator("#pincite-reader")).to_have_count(0)
