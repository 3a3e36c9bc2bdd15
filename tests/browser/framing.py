"""Pages of other sites that have a course in them, and a course that lets one of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FrameLocator, Page, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from rag.answer import Quote
from rag.courses import Course
from rag.settings import Settings
from tests.browser.opening import GAUGE, Opener, Site
from tests.pasting import PAGE, page_with
from tests.support import running
from ui.snippets import snippet
from ui.suggesting import Suggestions
from ui.web.app import build_app
from ui.web.keys import secret_in
from ui.web.served import Served

LISTED, UNLISTED = "moodle.test", "unlisted.test"
TITLE = "The tides: “sea & shore”"
COLOUR = "#0b7a75"


@dataclass
class Elsewhere:
    """A server of pages at two names, and the courses that they have in them."""

    server: str  # where the courses are
    host: str  # where the pages are, as this machine knows it
    site: Site
    course: Course
    closed: Served  # a course that opens by key
    pages: dict[str, HTMLResponse] = field(default_factory=dict)

    def put(self, html: str, *, at: str = LISTED, headers: dict[str, str] | None = None) -> str:
        """The address of a new page."""
        path = f"/{len(self.pages)}"
        self.pages[path] = HTMLResponse(html, headers=headers)
        return f"http://{at}:{urlsplit(self.host).port}{path}"

    def pasted(self, kind: str, *, at: str = LISTED) -> str:
        """The address of a new page of a site of that kind, with the course's snippet in it."""
        return self.put(page_with(kind, snippet(kind, self.course, address=self.server)), at=at)

    def with_body(
        self, body: str, *, at: str = LISTED, headers: dict[str, str] | None = None
    ) -> str:
        """The address of a new page with that in it."""
        return self.put(PAGE.format(body=body, end=""), at=at, headers=headers)

    def script(self, **settings: str) -> str:
        """The script element with these settings."""
        said = "".join(f' data-pincite-{name}="{value}"' for name, value in settings.items())
        return f'<script src="{self.server}/static/embed.js"{said}></script>'


class Visitor(Opener):
    """Opens pages of other sites, and notes what neither they nor the frame may do."""

    def __init__(self, browser: Browser, elsewhere: Elsewhere) -> None:
        super().__init__(browser, elsewhere.site)
        port = urlsplit(elsewhere.host).port
        self.own = [elsewhere.server, *(f"http://{name}:{port}" for name in (LISTED, UNLISTED))]

    def close(self) -> None:
        super().close()
        # Gradio wants the focus for its field, and a browser does not let a frame take it.
        noise = "the console says Blocked autofocusing on a "
        self.complaints = [each for each in self.complaints if not each.startswith(noise)]


@contextmanager
def elsewhere(site: Site) -> Iterator[Elsewhere]:
    """The same library as a course that a page of another site may frame, and as one by key."""
    settings: Settings = site.pipeline.settings
    listed = (f"http://{LISTED}:*",)
    course = Course("tides", settings.library, title=TITLE, colour=COLOUR, origins=listed)
    by_key = Course("moon", settings.library, access="key", origins=listed)
    secret = secret_in(settings.library, create=True)
    suggestions = Suggestions()
    wanted = replace(site.pipeline, settings=replace(settings, questions=(GAUGE,)))
    suggestions.look(wanted, stopped=Event()).join()
    courses = [
        Served(course, site.pipeline, suggestions),
        Served(by_key, site.pipeline, secret=secret),
    ]
    with ThreadPoolExecutor(1) as aside:  # playwright's loop may run in this thread
        app = aside.submit(build_app, courses, settings).result()
    pages: dict[str, HTMLResponse] = {}

    async def host(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            page = pages.get(Request(scope).url.path) or HTMLResponse("nothing", 404)
            await page(scope, receive, send)

    with running(app) as server, running(host) as address:
        yield Elsewhere(server, address, site, course, courses[1], pages)


def chat_in(page: Page) -> FrameLocator:
    """The chat in the page's frame, once it can be asked; a button is pressed to open it."""
    button = page.get_by_role("button", name="Ask the texts")
    expect(button.or_(page.locator("iframe")).first).to_be_visible()  # some pages add them late
    if button.count():
        button.click()
    chat = page.frame_locator("iframe")
    expect(chat.locator("#pincite-ask textarea")).to_be_visible()
    return chat


def ask_in(chat: FrameLocator, question: str = GAUGE) -> None:
    """Ask as a reader does, and wait for the card."""
    cards = chat.locator(".pincite-card").count()
    field = chat.locator("#pincite-ask textarea")
    field.fill(question)
    field.press("Enter")
    expect(chat.locator(".pincite-card")).to_have_count(cards + 1)
    expect(chat.locator(".pincite-waiting")).to_have_count(0)


def read_in(chat: FrameLocator, quote: Quote) -> FrameLocator:
    """The reader within the chat, with the quote marked in it."""
    chat.get_by_role("link", name="Read it in its place").first.click()
    reader = chat.frame_locator("#pincite-reader iframe")
    expect(reader.locator("#quote")).to_be_in_viewport()
    assert "".join(reader.locator("mark").all_text_contents()) == quote.text
    return reader
