"""axe-core over every state, in both themes, on a narrow and on a wide screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.opening import GAUGE, NO_ANSWER, Opener, Site
from tests.browser.states import Questions, every_state
from tests.support import need

AXE = Path(__file__).parents[2] / ".venv" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
QUESTIONS = Questions(GAUGE, "When was the first tide gauge read?", NO_ANSWER)
NOT_FOUND = "the console says Failed to load resource: the server responded with a status of 404 "
RUN = """async tags => {
    const rules = { "target-size": { enabled: true } };
    const found = await axe.run(document, { runOnly: tags, rules, iframes: false });
    return found.violations.flatMap(rule => rule.nodes.map(
        node => `${rule.id} (${rule.impact}) ${node.target}: ${node.failureSummary}`));
}"""


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds in the page and in the reader beside it."""
    found = []
    for frame in page.frames:
        frame.evaluate(axe)
        found += frame.evaluate(RUN, TAGS)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(open_page: Opener, site: Site, scheme: str, width: int) -> None:
    need("axe", AXE.exists(), f"there is no {AXE}; where npm is, `make test` installs it")
    axe = AXE.read_text("utf-8")
    page = open_page(width=width, scheme=scheme)
    examined, found = 0, []
    for state in every_state(page, site, QUESTIONS):
        examined += 1
        found += [f"{state}: {each}" for each in violations(page, axe)]
    assert found == []
    assert examined == 23
    assert open_page.complaints == [f"{NOT_FOUND}(Not Found)"]  # of the state "notice"
    open_page.complaints.clear()
