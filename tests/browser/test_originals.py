"""A browser that opens the link to an original is led to the very words."""

from playwright.sync_api import Browser
from starlette.responses import HTMLResponse

from index.documents import FORMATS
from index.records import Document
from tests.support import running
from ui.originals import original_url

FAR = "<div style='height: 3000px'></div>"
TWICE = "It rises twice a day, high &amp; low - nearly."
ORIGINAL = (
    f"<h1>Tides</h1>{FAR}<p id=first>{TWICE}</p>{FAR}"
    f"<p>Between them.</p><p id=second>{TWICE}</p>{FAR}"
    f"<ul><li id=third>The <b>Sun</b> pulls, too</li><li>less than the Moon</li></ul>{FAR}<p>End"
)
SEEN = """id => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""


def test_chromium_opens_at_the_words(browser: Browser) -> None:
    parsed = FORMATS["html"].parse(ORIGINAL.encode())
    text = parsed.text
    again = text.rindex("It rises")
    words = {
        "first": (text.index("It rises"), text.index(" - nearly")),
        "second": (again, text.index("nearly.", again) + 7),
        "third": (text.index("• The Sun"), text.index("the Moon") + 8),
    }

    async def app(scope, receive, send):
        await HTMLResponse(ORIGINAL)(scope, receive, send)

    with running(app) as origin:
        document = Document("d", "v", "Tides", "t.html", text, parsed.marks, address=f"{origin}/t")
        for id, span in words.items():
            page = browser.new_page()
            page.goto(original_url(document, span))
            seen = {other: page.evaluate(SEEN, other) for other in words}
            page.close()
            assert seen == {other: other == id for other in words}
