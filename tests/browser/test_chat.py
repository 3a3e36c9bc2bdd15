"""The chat and the reading page in a real browser, over a real library."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, expect
from starlette.types import Receive, Scope, Send

from index.embedding import load_embedder
from index.library import Library
from index.sources import sources_below
from rag.answer import Answer
from rag.ask import Pipeline, ask, open_pipeline, warm_up
from rag.settings import Settings
from tests.browsers import chromium
from tests.support import running
from ui import chat
from ui.server import build_app

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
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
    "zephyr.md": f"# A zephyr <b>gauge</b>\n\nThe zephyr gauge {HOSTILE} trembles at dawn.\n",
    "hebrew.md": f"# Hebrew\n\n{HEBREW} והשמש.\n",
}
GAUGE = "When was the first tide gauge of Amsterdam read?"
NO_ANSWER = "Who won the 1998 FIFA World Cup?"


@dataclass(frozen=True)
class Site:
    address: str
    pipeline: Pipeline

    def ask(self, question: str) -> Answer:
        return ask(question, self.pipeline)

    def text(self, document_id: str) -> str:
        with self.pipeline.library.snapshot() as snapshot:
            return snapshot.document(document_id).text


@pytest.fixture(scope="module")
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
    with pipeline.library, running(build_app(pipeline, settings)) as origin:
        yield Site(f"{origin}/c/default/", pipeline)


@pytest.fixture(scope="module")
def site_behind_a_proxy(site: Site) -> Iterator[Site]:
    """The same library below `/texts`, which the proxy takes off before it asks."""
    app = build_app(site.pipeline, replace(site.pipeline.settings, root_path="/texts"))

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith("/texts/") or scope["path"] == "/favicon.ico"
            scope = {**scope, "path": scope["path"].removeprefix("/texts")}
        await app(scope, receive, send)

    with running(proxy) as origin:
        yield Site(f"{origin}/texts/c/default/", site.pipeline)


@pytest.fixture(scope="module")
def browser(site: Site, site_behind_a_proxy: Site) -> Iterator[Browser]:
    """Chromium, started after the sites: no app can be built while playwright's loop runs."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator["Opener"]:
    opener = Opener(browser, site)
    yield opener
    opener.close()
    assert opener.complaints == []


class Opener:
    """Opens pages and notes what none of them may do."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.complaints: list[str] = []
        self.pages: list[Page] = []

    def __call__(self, path: str = "", *, width: int = 1280, scheme: str = "light") -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.on("page", self._watch)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(self.site.address + path)
        return page

    def _watch(self, page: Page) -> None:
        origin = self.site.address.removesuffix("c/default/").removesuffix("texts/")
        self.pages.append(page)

        def note_request(url: str) -> None:
            if not url.startswith((origin, "data:", "blob:")):
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
        for page in self.pages:
            page.context.close()


def put(page: Page, question: str) -> None:
    """Ask as a reader does: type, press Enter, wait for the card."""
    cards = page.locator(".pincite-card").count()
    field = page.get_by_label("Question")
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


def test_an_answer_is_a_quote_with_its_place(open_page: Opener, site: Site) -> None:
    page = open_page()
    put(page, GAUGE)
    quote = site.ask(GAUGE).quotes[0]
    text = site.text(quote.document_id)
    figure = page.locator(".pincite-quote").first
    assert figure.locator("blockquote").text_content() == text[quote.start : quote.end]
    assert quote.text == "The first tide gauge of Amsterdam was read in 1682."
    assert "The Tides, Measuring, paragraph 2" in (
        figure.locator("figcaption").text_content() or ""
    )
    panel = page.locator("#pincite-panel .pincite-surroundings").first
    assert "".join(panel.locator("mark").all_text_contents()) == quote.text
    assert "It stood at a sluice." in panel.inner_text()
    assert "Each question stands alone for now" in page.inner_text("body")


def test_a_click_shows_the_quote_in_the_whole_text(open_page: Opener, site: Site) -> None:
    page = open_page()
    put(page, GAUGE)
    quote = site.ask(GAUGE).quotes[0]
    with page.expect_popup() as popup:
        page.locator(".pincite-quote a").first.click()
    reading = popup.value
    expect(reading.locator("#quote")).to_be_in_viewport()
    assert reading.locator("mark").all_text_contents() == [quote.text]
    assert reading.locator("article").text_content() == site.text(quote.document_id)
    assert reading.locator("script").count() == 0


def test_the_reading_page_marks_any_characters(open_page: Opener, site: Site) -> None:
    document_id = site.ask("zephyr gauge trembles dawn").hits[0].chunk.document_id
    text = site.text(document_id)
    start, end = text.index("😀"), text.index(" trembles")
    page = open_page(f"read/{document_id}?char={start},{end}#quote")
    assert page.locator("mark").all_text_contents() == [text[start:end]]
    assert page.locator("article").text_content() == text
    assert page.locator("article img, article script, article b").count() == 0


def test_no_answer_is_said_and_passages_are_labelled(open_page: Opener) -> None:
    page = open_page()
    put(page, NO_ANSWER)
    card = page.locator(".pincite-card")
    assert "These texts do not answer this." in card.inner_text()
    passages = card.locator(".pincite-passage").count()
    assert passages > 0
    assert card.get_by_text("related, not an answer").count() == passages
    assert page.locator("#pincite-panel mark").count() == 0
    assert page.locator(".pincite-error").count() == 0


def test_an_error_looks_unlike_an_absence(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str, pipeline: Pipeline) -> Answer:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(chat, "ask", fail)
    page = open_page()
    put(page, GAUGE)
    error = page.get_by_role("alert")
    assert "Something went wrong inside Pincite" in error.inner_text()
    assert error.evaluate("element => getComputedStyle(element).borderLeftWidth") == "5px"
    assert "secret" not in page.content()
    assert "a secret of the machine" in caplog.text


def test_questions_and_texts_are_shown_literally(open_page: Opener, site: Site) -> None:
    question = f"Why does the zephyr gauge tremble at dawn? {HOSTILE}"
    page = open_page()
    put(page, question)
    assert page.locator(".pincite-question").text_content() == question
    quote = next(quote for quote in site.ask(question).quotes if HOSTILE in quote.text)
    shown = page.locator(".pincite-quote blockquote", has_text="zephyr").first
    assert shown.text_content() == quote.text
    marks = page.locator("#pincite-panel .pincite-surroundings", has_text="trembles").first
    assert "".join(marks.locator("mark").all_text_contents()) == quote.text
    made_of_them = "img, script, code, em, b, .katex, [onerror], [href^=javascript]"
    for place in ("#pincite-messages .message", "#pincite-panel"):
        assert page.locator(place).locator(made_of_them).count() == 0
    assert page.title() == "Pincite"


@pytest.mark.parametrize(
    "question", ["<!-- x", "\u202eabc", "a\u0000b", "   x\n\n    y\t z", "&lt;"]
)
def test_odd_questions_come_back_as_they_were_typed(open_page: Opener, question: str) -> None:
    page = open_page()
    page.get_by_label("Question").fill(question)
    typed = page.get_by_label("Question").input_value()
    put(page, question)
    shown = page.locator(".pincite-question").text_content()
    assert shown == typed.replace("\0", "\ufffd")


def test_right_to_left_text_runs_from_the_right(open_page: Opener) -> None:
    page = open_page()
    put(page, HEBREW)
    for words in (".pincite-question", ".pincite-card blockquote"):
        style = "element => getComputedStyle(element).direction"
        assert page.locator(words).first.evaluate(style) == "rtl"


def test_the_question_field_has_the_focus_and_messages_no_markup_in_labels(
    open_page: Opener,
) -> None:
    page = open_page()
    expect(page.get_by_label("Question")).to_be_focused()
    put(page, GAUGE)
    expect(page.get_by_label("Question")).to_be_focused()
    expect(page.locator("[aria-label*='<']")).to_have_count(0)


def test_a_second_question_follows_and_clearing_starts_anew(open_page: Opener) -> None:
    page = open_page()
    put(page, GAUGE)
    put(page, NO_ANSWER)
    assert page.locator(".pincite-question").all_text_contents() == [GAUGE, NO_ANSWER]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".pincite-question")).to_have_count(0)
    expect(page.locator("#pincite-panel .pincite-surroundings")).to_have_count(0)
    put(page, GAUGE)
    assert page.locator(".pincite-question").all_text_contents() == [GAUGE]


def test_an_empty_question_is_an_error_in_words(open_page: Opener) -> None:
    page = open_page()
    put(page, "   ")
    assert "the question is empty" in page.get_by_role("alert").inner_text()
    assert page.locator(".pincite-question").count() == 0


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1280, "light"),
        (1280, "dark"),
        (400, "light"),
        (400, "dark"),
        (360, "light"),
        (768, "dark"),
    ],
)
def test_every_width_and_theme_is_readable(open_page: Opener, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    SCREENSHOTS.mkdir(exist_ok=True)
    for state, question in (("answer", GAUGE), ("absence", NO_ANSWER)):
        put(page, question)
        page.screenshot(path=SCREENSHOTS / f"{state}-{scheme}-{width}.png", full_page=width < 800)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if state == "answer":
            assert contrast(page, "#pincite-panel mark") >= 7
    side = page.locator("#pincite-side").bounding_box()
    field = page.locator("#pincite-ask").bounding_box()
    assert side is not None
    assert field is not None
    beneath = side["y"] >= field["y"] + field["height"]
    assert beneath == (width < 820)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_reading_page_fits(open_page: Opener, site: Site, width: int, scheme: str) -> None:
    quote = site.ask(GAUGE).quotes[0]
    path = f"read/{quote.document_id}?v={quote.version}&char={quote.start},{quote.end}#quote"
    page = open_page(path, width=width, scheme=scheme)
    page.screenshot(path=SCREENSHOTS / f"reading-{scheme}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert contrast(page, "mark") >= 7


def test_behind_a_proxy_with_a_path(site_behind_a_proxy: Site, browser: Browser) -> None:
    opener = Opener(browser, site_behind_a_proxy)
    page = opener()
    put(page, GAUGE)
    with page.expect_popup() as popup:
        page.locator(".pincite-quote a").first.click()
    assert popup.value.url.startswith(f"{site_behind_a_proxy.address}read/")
    assert popup.value.locator("mark").count() == 1
    opener.close()
    assert opener.complaints == []


def test_other_hosts_cannot_be_reached(open_page: Opener) -> None:
    """The net that the other tests stand on holds."""
    page = open_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://elsewhere.test/")
    assert open_page.complaints == ["a request to http://elsewhere.test/"]
    open_page.complaints.clear()
