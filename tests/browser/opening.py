"""A library to browse, what opens its pages and notes what none of them may do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from rag.answer import Answer
from rag.ask import Pipeline, ask
from tests.support import eventually
from ui.turns import MOST_QUOTES

PATIENCE = 15_000  # milliseconds; a busy machine is slow
expect.set_options(timeout=PATIENCE)

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
HOSTILE = (
    '<img src=x onerror="document.title=1"> **bold** $x$ $$y$$ ![i](http://elsewhere.test/i.png) '
    "[a](javascript:alert(1)) `code` <script>alert(2)</script> {{ 7*7 }} ${1+1} &amp; 😀 é"
)
HEBREW = "הגאות והשפל נגרמים מכוח המשיכה של הירח"
TEXTS = {
    "tides.md": (
        "# The Tides\n\nTides are the rise and fall of the sea. The spring tide comes at new moon\n"
        "and at full moon, when Sun and Moon pull in one line.\n\n"
        "## Measuring\n\nThe first tide gauge of Amsterdam was read in 1682.\n"
        "It stood at a sluice.\n- a float\n- a staff\n"
    ),
    "gauges.md": (
        "# Gauges\n\nThe first tide gauge of Rotterdam was read in 1691. It was of oak.\n\n"
        "The first tide gauge of Antwerp was read in 1701. It was of elm.\n"
    ),
    "harbours.md": (
        "# Harbours\n\nThe first tide gauge of Lisbon was read in 1777.\n\n"
        "The first tide gauge of Genoa was read in 1883.\n"
    ),
    "zephyr.md": f"# A zephyr <b>gauge</b>\n\nThe zephyr gauge {HOSTILE} trembles at dawn.\n",
    "hebrew.md": f"# Hebrew\n\n{HEBREW} והשמש.\n",
}
GAUGE = "When was the first tide gauge of Amsterdam read?"
Contexts = dict[tuple[int, str, str], BrowserContext]  # by width, scheme and locale
NO_ANSWER = "Who won the 1998 FIFA World Cup?"


@dataclass(frozen=True)
class Site:
    address: str
    pipeline: Pipeline

    def ask(self, question: str) -> Answer:
        return ask(question, self.pipeline, limit=MOST_QUOTES)  # as the chat does

    def text(self, document_id: str) -> str:
        with self.pipeline.library.snapshot() as snapshot:
            return snapshot.document(document_id).text


def eventually_beside(page: Page, is_so: Callable[[], bool]) -> None:
    """Waits until it is so while the page goes on; fails where it never is."""

    def is_so_by_now() -> bool:
        page.wait_for_timeout(20)
        return is_so()

    eventually(is_so_by_now)


class Opener:
    """Opens pages and notes what none of them may do.

    Pages that are opened alike share what the browser has loaded, also with those of the other
    openers that are given the same `contexts`.
    """

    def __init__(self, browser: Browser, site: Site, contexts: Contexts | None = None) -> None:
        self.browser = browser
        self.site = site
        self.own = [site.address.removesuffix("c/default/").removesuffix("texts/")]
        self.complaints: list[str] = []
        self.pages: list[Page] = []
        self._contexts: Contexts = {} if contexts is None else contexts
        self._watched: list[BrowserContext] = []

    def __call__(
        self, path: str = "", *, width: int = 1280, scheme: str = "light", locale: str = "en-GB"
    ) -> Page:
        return self.at(self.site.address + path, width=width, scheme=scheme, locale=locale)

    def at(
        self, address: str, *, width: int = 1280, scheme: str = "light", locale: str = "en-GB"
    ) -> Page:
        page = self._context(width, scheme, locale).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        return page

    def forget(self) -> None:
        """From now on pages are opened as if nobody had been here before."""
        self._contexts.clear()

    def _context(self, width: int, scheme: str, locale: str) -> BrowserContext:
        alike = (width, scheme, locale)
        if alike not in self._contexts:
            self._contexts[alike] = self.browser.new_context(
                locale=locale,
                viewport={"width": width, "height": 800},
                color_scheme="dark" if scheme == "dark" else "light",
            )
        context = self._contexts[alike]
        if context not in self._watched:
            context.on("page", self._watch)
            self._watched.append(context)
        return context

    def _watch(self, page: Page) -> None:
        self.pages.append(page)

        def note_request(url: str) -> None:
            if not url.startswith((*self.own, "data:", "blob:")):
                self.complaints.append(f"a request to {url}")

        def note_dialog(dialog: Dialog) -> None:
            self.complaints.append(f"a script opened a dialog: {dialog.message}")
            dialog.dismiss()

        def note_console(kind: str, text: str) -> None:
            if kind == "error":
                self.complaints.append(f"the console says {text}")

        page.on("request", lambda request: note_request(request.url))
        page.on("websocket", lambda websocket: note_request(websocket.url))
        page.on("dialog", note_dialog)
        page.on("console", lambda message: note_console(message.type, message.text))
        page.on("pageerror", lambda error: note_console("error", str(error)))

    def close(self) -> None:
        """Closes the pages, and leaves of them only what the browser has loaded."""
        for page in self.pages:
            page.close()
        for context in self._watched:
            context.remove_listener("page", self._watch)
            context.clear_permissions()
            context.clear_cookies()


def put(page: Page, question: str) -> None:
    """Ask as a reader does: type, press Enter, wait for the card."""
    cards = page.locator(".pincite-card").count()
    field = page.locator("#pincite-ask textarea")
    field.fill(question)
    field.press("Enter")
    expect(page.locator(".pincite-card")).to_have_count(cards + 1)
    expect(page.locator(".pincite-waiting")).to_have_count(0)


def contrast(page: Page, selector: str) -> float:
    """WCAG's contrast ratio of an element that has both its colours itself."""
    return float(
        page.locator(selector).first.evaluate(
            """element => {
                const channel = value => value <= 0.03928 ? value / 12.92
                    : ((value + 0.055) / 1.055) ** 2.4;
                const light = color => {
                    const [red, green, blue] = color.match(/[0-9.]+/g).map(part => part / 255);
                    return 0.2126 * channel(red) + 0.7152 * channel(green)
                        + 0.0722 * channel(blue);
                };
                const style = getComputedStyle(element);
                const both = [light(style.color), light(style.backgroundColor)].sort();
                return (both[1] + 0.05) / (both[0] + 0.05);
            }"""
        )
    )
