"""A course in pages of another site, whose frames a browser refuses any storage."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.framing import (
    TITLE,
    UNLISTED,
    Elsewhere,
    Visitor,
    ask_in,
    chat_in,
    read_in,
)
from tests.browser.opening import GAUGE, SCREENSHOTS, contrast, eventually_beside, put
from tests.browser.test_accessibility import AXE, violations
from tests.support import need
from ui.snippets import KINDS, LINK, snippet
from ui.web.keys import key_for

SEVERAL = "When was the first tide gauge read?"
STORAGE = """() => {  // of the kind that no script of ours stands in for
    try { sessionStorage.setItem("a", "b"); return "kept"; } catch (error) { return error.name; }
}"""
HEARD = """() => {
    window.heard = [];
    addEventListener("message", event => heard.push([event.origin, event.data]));
}"""


def asked_and_read(page: Page, other: Elsewhere, *, name: str = "") -> None:
    """A reader asks and opens the quote; nothing of it leaves the frame."""
    address = page.url
    quote = other.site.ask(GAUGE).quotes[0]
    text = other.site.text(quote.document_id)
    chat = chat_in(page)
    if name:
        _picture(page, f"{name}-start")
    ask_in(chat)
    shown = chat.locator(".pincite-quote blockquote").first
    assert shown.text_content() == quote.text == text[quote.start : quote.end]
    expect(chat.locator("#pincite-ask textarea")).to_be_in_viewport()
    if name:
        _picture(page, f"{name}-answer")
    reader = read_in(chat, quote)
    assert reader.locator("article").text_content() == text
    if name:
        _picture(page, f"{name}-reader")
    for frame in page.frames[1:]:
        assert frame.evaluate(STORAGE) == "SecurityError"
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.context.cookies() == []
    assert page.url == address
    chat.get_by_role("button", name="Close", exact=True).click()
    expect(shown).to_be_visible()


def _picture(page: Page, name: str) -> None:
    page.wait_for_timeout(500)  # what moves has come to rest
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"embedded-{name}.png")


def test_a_course_is_asked_and_read_in_a_page_of_another_site(
    visit: Visitor, other: Elsewhere
) -> None:
    asked_and_read(visit.at(other.pasted("moodle"), width=360), other)


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", KINDS)
def test_every_snippet_works(visit: Visitor, other: Elsewhere, kind: str, width: int) -> None:
    page = visit.at(other.pasted(kind), width=width)
    asked_and_read(page, other, name=f"{kind}-{width}")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["canvas", "moodle", "mkdocs"])
def test_a_page_that_is_not_listed_is_refused(visit: Visitor, other: Elsewhere, kind: str) -> None:
    page = visit.at(other.pasted(kind, at=UNLISTED))
    button = page.get_by_role("button", name="Ask the texts")
    if kind == "mkdocs":
        button.click()
    expect(page.locator("iframe")).to_be_visible()
    eventually_beside(page, lambda: len(visit.complaints) > 0)
    (frame,) = page.frames[1:]
    eventually_beside(page, lambda: frame.url == "chrome-error://chromewebdata/")
    assert "Pincite" not in frame.content()
    (complaint,) = visit.complaints
    assert f"Framing '{other.server}/' violates" in complaint
    assert "frame-ancestors 'self' http://moodle.test:*" in complaint
    visit.complaints.clear()


@pytest.mark.slow
def test_a_frame_with_the_smallest_sandbox_works(visit: Visitor, other: Elsewhere) -> None:
    frame = (
        f'<iframe src="{other.server}/c/tides/embed" title="Texts" width="100%" height="640" '
        'sandbox="allow-scripts allow-forms allow-same-origin"></iframe>'
    )
    asked_and_read(visit.at(other.with_body(frame), width=360), other)


@pytest.mark.slow
def test_a_course_by_key_takes_its_link(visit: Visitor, other: Elsewhere) -> None:
    expires = datetime.now(UTC) + timedelta(hours=1)
    key = key_for("moon", expires=expires, secret=other.closed.secret)
    for kind in ("html", "frame"):
        made = snippet(kind, other.closed.course, address=other.server)
        link = f"{other.server}/k/{key}/c/moon/"
        asked_and_read(visit.at(other.with_body(made.replace(LINK, link))), other)


@pytest.mark.slow
def test_loaded_twice_there_is_one_of_each(visit: Visitor, other: Elsewhere) -> None:
    launcher = other.script(course="tides")
    filled = '<div id="here"></div>' + other.script(course="tides", target="#here")
    page = visit.at(other.with_body(launcher + filled + filled + launcher))
    expect(page.get_by_role("button", name="Ask the texts")).to_have_count(1)
    expect(page.locator("iframe")).to_have_count(1)
    ask_in(page.frame_locator("iframe"))


@pytest.mark.slow
def test_what_cannot_be_done_is_said_once_and_harms_nothing(
    visit: Visitor, other: Elsewhere
) -> None:
    cases = {
        other.script(course="tides", target="#nowhere"): "there is no place #nowhere to fill",
        other.script(): 'no course is named by ""',
        other.script(course="../../x"): 'no course is named by "../../x"',
        other.script(link=LINK): f'no course is named by "{LINK}"',
        other.script(
            link="https://elsewhere.test/c/tides/"
        ): 'by "https://elsewhere.test/c/tides/"',
    }
    for script, expected in cases.items():
        page = visit.at("about:blank")
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(other.with_body(script))
        eventually_beside(page, lambda said=said: len(said) > 0)
        page.wait_for_timeout(300)  # in which it says no more
        (only,) = said
        assert only.startswith("Pincite: ")
        assert expected in only
        assert page.locator("iframe, [id^=pincite]").count() == 0


@pytest.mark.slow
def test_the_keys_are_enough(visit: Visitor, other: Elsewhere) -> None:
    page = visit.at(other.pasted("html"))
    button = page.get_by_role("button", name="Ask the texts")
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    panel = page.get_by_role("dialog", name=TITLE)
    expect(panel).to_be_visible()
    chat = page.frame_locator("iframe")
    expect(chat.get_by_label("Question")).to_be_focused()
    page.keyboard.type(GAUGE)
    page.keyboard.press("Enter")
    expect(chat.locator(".pincite-card")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    reader = chat.frame_locator("#pincite-reader iframe")
    expect(reader.locator("#quote")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(chat.locator("#pincite-reader")).to_be_hidden()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(chat.locator(".pincite-card")).to_be_visible()  # it is still there
    chat.get_by_label("Question").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Options")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.get_by_role("button", name="Save as Markdown")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.get_by_role("button", name="Save as Markdown")).to_be_hidden()
    expect(panel).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).press("Escape")
    expect(panel).to_be_hidden()


THEMES = {  # what a page does to become dark, and light again
    "Material for MkDocs": (
        "document.body.setAttribute('data-md-color-scheme', 'slate')",
        "document.body.setAttribute('data-md-color-scheme', 'default')",
    ),
    "Docusaurus, Sphinx Book": (
        "document.documentElement.setAttribute('data-theme', 'dark')",
        "document.documentElement.setAttribute('data-theme', 'light')",
    ),
    "Furo": (
        "document.body.dataset.theme = 'dark'",
        "document.body.dataset.theme = 'light'",
    ),
    "Quarto, Bootstrap": (
        "document.documentElement.setAttribute('data-bs-theme', 'dark')",
        "document.documentElement.setAttribute('data-bs-theme', 'light')",
    ),
    "Quarto's class": (
        "document.body.className = 'fullcontent quarto-dark'",
        "document.body.className = 'fullcontent quarto-light'",
    ),
    "a ground of its own": (
        "document.body.style.background = '#123'",
        "document.body.style.background = '#fed'",
    ),
}


@pytest.mark.slow
def test_the_theme_is_the_page_s(visit: Visitor, other: Elsewhere) -> None:
    for name, (dark, light) in THEMES.items():
        page = visit.at(other.pasted("moodle"), scheme="dark")
        chat = chat_in(page)
        body = chat.locator("body")
        expect(body).not_to_have_class("dark")  # a page that says nothing is light
        ask_in(chat)
        reader = read_in(chat, other.site.ask(GAUGE).quotes[0])
        for change, expected, paper in (
            (dark, "dark", "rgb(26, 23, 20)"),
            (light, "light", "rgb(251, 248, 241)"),
        ):
            page.evaluate(change)
            for each in (body, reader.locator("body")):
                expect(each).to_have_css("background-color", paper)
            assert (name, "dark" in (body.get_attribute("class") or "")) == (
                name,
                expected == "dark",
            )
        page.close()


@pytest.mark.slow
def test_a_page_in_the_system_s_dark_theme(visit: Visitor, other: Elsewhere) -> None:
    scheme = '<style>:root { color-scheme: light dark; }</style><div id="here"></div>'
    body = scheme + other.script(course="tides", target="#here")
    page = visit.at(other.with_body(body), scheme="dark", width=360)
    chat = chat_in(page)
    expect(chat.locator("body")).to_have_css("background-color", "rgb(26, 23, 20)")
    ask_in(chat)
    _picture(page, "dark-360")
    page.emulate_media(color_scheme="light")
    expect(chat.locator("body")).to_have_css("background-color", "rgb(251, 248, 241)")


@pytest.mark.slow
def test_the_language_is_the_page_s(visit: Visitor, other: Elsewhere) -> None:
    german = other.with_body("<script>document.documentElement.lang = 'de-AT'</script>")
    page = visit.at(german)
    page.evaluate(
        "src => document.head.append(Object.assign(document.createElement('script'), { src }))",
        f"{other.server}/static/embed.js?course=tides",
    )
    page.get_by_role("button", name="Die Texte befragen").click()
    chat = page.frame_locator("iframe")
    question = chat.get_by_label("Frage", exact=True)
    expect(question).to_be_focused()
    expect(chat.get_by_role("button", name="Optionen")).to_be_visible()
    question.evaluate("field => field.replaceWith(field.cloneNode())")  # as Gradio may, that late
    expect(question).to_be_focused()


@pytest.mark.slow
def test_the_frame_grows_and_says_no_word_of_the_chat(visit: Visitor, other: Elsewhere) -> None:
    page = visit.at(other.pasted("moodle"), width=360)
    page.evaluate(HEARD)
    chat = chat_in(page)
    frame = page.locator("iframe")
    before = frame.bounding_box()
    assert before is not None
    assert before["height"] == 480
    assert page.evaluate("document.activeElement === document.body")  # it did not take the focus
    ask_in(chat, SEVERAL)
    expect(frame).to_have_css("height", "720px")
    read_in(chat, other.site.ask(SEVERAL).quotes[0])
    heard = page.evaluate("heard")
    assert {origin for origin, _ in heard} == {other.server}
    ours = [data for _, data in heard if "pincite" in data]
    theirs = [data for _, data in heard if "subject" in data]
    assert ours[-1] == {"pincite": 1, "type": "height", "height": 720}
    assert theirs[-1] == {"subject": "lti.frameResize", "height": 720}
    known = ({"pincite", "type", "height"}, {"subject", "height"}, {"type", "enabled"})
    assert [data for _, data in heard if set(data) not in known] == []


@pytest.mark.slow
def test_messages_of_others_change_nothing(visit: Visitor, other: Elsewhere) -> None:
    page = visit.at(other.pasted("moodle"))
    chat = chat_in(page)
    page.evaluate("postMessage({ pincite: 1, type: 'height', height: 700 }, '*')")
    frame = page.frames[1]
    frame.evaluate("postMessage({ pincite: 1, type: 'theme', theme: 'dark' }, '*')")
    page.evaluate("frames[0].postMessage({ pincite: 2, type: 'theme', theme: 'dark' }, '*')")
    page.evaluate("frames[0].postMessage({ pincite: 1, type: 'theme', theme: '<b>' }, '*')")
    page.wait_for_timeout(500)
    assert page.locator("iframe").bounding_box()["height"] == 480  # type: ignore[index]
    assert frame.evaluate("document.documentElement.dataset.theme") == "light"
    expect(chat.locator("body")).to_have_css("background-color", "rgb(251, 248, 241)")


@pytest.mark.slow
def test_a_strict_policy_of_the_page_is_enough(visit: Visitor, other: Elsewhere) -> None:
    policy = (
        f"default-src 'none'; script-src {other.server}; frame-src {other.server}; img-src data:; "
        "require-trusted-types-for 'script'"
    )
    html = (
        '<!doctype html><html lang="en"><link rel="icon" href="data:,"><body><h1>Week 3</h1>'
        '<div id="here"></div>'
    )
    html += other.script(course="tides", target="#here") + other.script(course="tides")
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
    }
    page = visit.at(other.put(html, headers=headers))
    expect(page.get_by_role("button", name="Ask the texts")).to_have_css("position", "fixed")
    expect(page.locator("iframe")).to_have_css("height", "480px")
    ask_in(page.frame_locator("iframe"), SEVERAL)
    expect(page.locator("iframe")).to_have_css("height", "720px")


@pytest.mark.slow
def test_the_way_to_the_chat_stays_in_the_frame(visit: Visitor, other: Elsewhere) -> None:
    page = visit.at(other.pasted("canvas"))
    address = page.url
    chat = chat_in(page)
    ask_in(chat)
    link = chat.locator(".pincite-open").first
    link.evaluate("link => link.search = '?char=900000,900001'")
    link.click()
    notice = chat.frame_locator("#pincite-reader iframe")
    notice.get_by_role("link", name="Ask these texts a question").click()
    expect(chat.locator("#pincite-reader")).to_be_hidden()
    expect(chat.locator(".pincite-card")).to_be_visible()
    assert page.url == address
    alone = f'<iframe src="{other.server}/c/tides/read/nothing" title="Text"></iframe>'
    page.goto(other.with_body(alone))
    framed = page.frame_locator("iframe")
    framed.get_by_role("link", name="Ask these texts a question").click()
    expect(framed.locator("html.pincite-embedded")).to_be_attached()
    assert page.frames[1].url == f"{other.server}/c/tides/"
    visit.complaints = [each for each in visit.complaints if "status of 40" not in each]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_course_s_colour_is_the_accent(visit: Visitor, other: Elsewhere, scheme: str) -> None:
    page = visit.at(f"{other.server}/c/tides/embed", width=320, scheme=scheme)
    expected = {"light": "rgb(11, 122, 117)", "dark": "rgb(55, 146, 142)"}[scheme]
    expect(page.locator("#pincite-title h1")).to_have_css("color", expected)
    put(page, GAUGE)
    expect(page.locator(".pincite-open").first).to_have_css("color", expected)
    page.locator(".pincite-open").first.click()
    link = page.frame_locator("#pincite-reader iframe").locator(".pincite-bar a").last
    expect(link).to_have_css("color", expected)
    assert contrast(page, "#pincite-ask .submit-button") >= 4.5
    _picture(page, f"colour-{scheme}-320")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visitor, other: Elsewhere, scheme: str) -> None:
    need("axe", AXE.exists(), f"there is no {AXE}; where npm is, `make test` installs it")
    axe = AXE.read_text("utf-8")
    page = visit.at(f"{other.server}/c/tides/embed", width=360, scheme=scheme)
    expect(page.locator("#pincite-messages button.example")).to_be_visible()
    found = {"start": violations(page, axe)}
    put(page, GAUGE)
    page.get_by_role("button", name="Options").click()
    found["answer"] = violations(page, axe)
    page.locator(".pincite-open").first.click()
    expect(page.frame_locator("#pincite-reader iframe").locator("#quote")).to_be_in_viewport()
    found["reader"] = violations(page, axe)
    page.goto(other.pasted("html"))
    chat_in(page)
    found["launcher"] = violations(page, axe)
    assert found == {"start": [], "answer": [], "reader": [], "launcher": []}
