"""Scripts of other sites' pages that ask a course's API: a browser lets the listed read it."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.framing import LISTED, UNLISTED, Elsewhere, Visitor
from tests.browser.opening import GAUGE, eventually_beside
from ui.web.keys import key_for

pytestmark = pytest.mark.slow
CALL = """async ([address, options]) => {
    try {
        const response = await fetch(address, options);
        return (await response.json()).status;
    } catch (error) {
        return error.name;
    }
}"""
READ = "address => fetch(address).then(response => response.text(), error => error.name)"


def call(page: Page, address: str, *, key: str = "", **options: str) -> str:
    """The status of the answer to a question that the page's own script asks."""
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    asked = {"method": "POST", "headers": headers, "body": f'{{"question": "{GAUGE}"}}', **options}
    said: str = page.evaluate(CALL, [address, asked])
    return said


def check_refused(visit: Visitor, page: Page, times: int) -> None:
    """The browser said so often that it lets nobody read an answer, and nothing else was wrong."""
    blocked = "blocked by CORS policy"
    said = 2 * times  # that, and that nothing was loaded
    eventually_beside(page, lambda: len(visit.complaints) >= said)
    assert sum(blocked in each for each in visit.complaints) == times
    left = [each for each in visit.complaints if blocked not in each]
    assert [each for each in left if "net::ERR_FAILED" not in each] == []
    visit.complaints.clear()


def test_a_listed_page_may_ask_and_read_nothing_else(visit: Visitor, other: Elsewhere) -> None:
    expires = datetime.now(UTC) + timedelta(hours=1)
    key = key_for("moon", expires=expires, secret=other.closed.secret)
    page = visit.at(other.with_body("", at=LISTED))
    assert call(page, f"{other.server}/c/tides/api/v1/ask") == "answered"
    assert call(page, f"{other.server}/c/moon/api/v1/ask", key=key) == "answered"
    assert visit.complaints == []
    assert call(page, f"{other.server}/c/tides/api/v1/ask", credentials="include") == "TypeError"
    for path in ("c/tides/", "c/tides/config", f"k/{key}/c/moon/", "healthz"):
        assert page.evaluate(READ, f"{other.server}/{path}") == "TypeError"
    check_refused(visit, page, 5)


def test_a_page_that_is_not_listed_may_not(visit: Visitor, other: Elsewhere) -> None:
    page = visit.at(other.with_body("", at=UNLISTED))
    assert call(page, f"{other.server}/c/tides/api/v1/ask") == "TypeError"
    assert page.evaluate(READ, f"{other.server}/c/tides/api/v1/search?q=gauge") == "TypeError"
    check_refused(visit, page, 2)
