"""The report in a real browser, opened from disk."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    expect,
)

from eval.outcomes import Outcome, Run
from eval.reports.html import comparison_page, run_page
from eval.results import Comparison, Figure, Pair
from tests.browsers import chromium
from tests.test_html_report import (
    FIGURES,
    HOSTILE,
    OUTCOMES,
    RUN,
    TEXT,
    comparison,
    hostile_outcome,
)

pytestmark = pytest.mark.slow
SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
LONG = "a" * 90 + " " + "https://a.test/" + "b" * 90
EVERY = ["gauge", "sluice", "float", "cup", "moon", "spring", "broken"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Opener:
    """Writes a report, opens the file, and notes what no report may do."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.file = folder / "report.html"
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def __call__(
        self,
        html: str,
        address: str = "",
        *,
        width: int = 1280,
        scheme: str = "light",
        scripts: bool = True,
    ) -> Page:
        self.file.write_text(html, encoding="utf-8", newline="")
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        self._watch(page)
        page.goto(self.file.as_uri() + address)
        return page

    def _watch(self, page: Page) -> None:
        def note_request(url: str) -> None:
            if url.partition("#")[0] != self.file.as_uri() and url != "data:,":
                self.complaints.append(f"a request to {url}")

        def note_dialog(dialog: Dialog) -> None:
            self.complaints.append(f"a script opened a dialog: {dialog.message}")
            dialog.dismiss()

        page.on("request", lambda request: note_request(request.url))
        page.on("dialog", note_dialog)
        page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()
    assert opener.complaints == []


def the_run(**options: str) -> str:
    return run_page(RUN, FIGURES, title="Tides", **options)


def ids(page: Page) -> list[str]:
    """The cases that are shown, from the top."""
    return page.locator(".cases tr.case > th").all_text_contents()


def count(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def choice(page: Page, words: str) -> Locator:
    return page.get_by_role("combobox", name=words, exact=True)


def sort(page: Page, words: str) -> None:
    page.locator(".cases thead").get_by_role("button", name=words, exact=True).click()


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def test_sorting_by_each_kind_of_column(open_report: Opener) -> None:
    page = open_report(the_run())
    assert ids(page) == EVERY
    sort(page, "F1")  # 1, .5, 0, 1, 0, none, 0; as many stay in the order of the suite
    assert ids(page) == ["float", "moon", "broken", "sluice", "gauge", "cup", "spring"]
    sort(page, "F1")  # one without a value stays last
    assert ids(page) == ["gauge", "cup", "sluice", "float", "moon", "broken", "spring"]
    heading = page.locator(".cases th", has_text="F1")
    expect(heading).to_have_attribute("aria-sort", "descending")
    sort(page, "time")
    assert ids(page) == ["moon", "sluice", "spring", "float", "broken", "gauge", "cup"]
    assert page.locator(".cases th[aria-sort]").all_text_contents() == ["time"]
    sort(page, "case")
    assert ids(page) == sorted(EVERY)


def test_filtering_and_its_count(open_report: Opener) -> None:
    page = open_report(the_run())
    assert count(page) == "7 cases"
    bar = page.get_by_role("button", name="reader missed the answer in it 1")
    bar.click()
    expect(bar).to_have_attribute("aria-pressed", "true")
    assert (ids(page), count(page)) == (["sluice"], "1 of 7 cases")
    assert choice(page, "Outcome").input_value() == "reader_missed"
    bar.click()
    assert ids(page) == EVERY
    choice(page, "Tag").select_option("name")
    assert ids(page) == ["gauge", "sluice", "float"]
    choice(page, "Result").select_option("miss")
    assert ids(page) == ["sluice", "float"]
    page.get_by_role("button", name="Show all").click()
    choice(page, "Kind").select_option("unanswerable")
    assert (ids(page), count(page)) == (["cup", "moon"], "2 of 7 cases")


@pytest.mark.slow
def test_the_search_finds_words_of_questions_and_answers(open_report: Opener) -> None:
    page = open_report(the_run())
    for words, found in [
        ("GAUGE amsterdam", ["gauge"]),
        ("old sluice", ["sluice"]),  # expected, and shown only where it is opened
        ("who", ["cup", "moon"]),
        ("nothing like it", []),
    ]:
        page.get_by_label("Search").fill(words)
        expect(page.locator(".cases tr.case > th")).to_have_text(found)
        assert count(page) == f"{len(found)} of 7 cases"


@pytest.mark.slow
def test_a_view_can_be_shared_by_its_address(open_report: Opener) -> None:
    page = open_report(the_run(), "#tag=name&result=miss&sort=time&down=1")
    assert ids(page) == ["float", "sluice"]
    expect(choice(page, "Tag")).to_have_value("name")
    choice(page, "Tag").select_option("")
    page.get_by_label("Search").fill("who")
    expect(page.get_by_role("status")).to_have_text("1 of 7 cases")
    assert page.evaluate("location.hash") == "#result=miss&q=who&sort=time&down=1"
    page.evaluate("location.hash = 'label=failed'")
    expect(page.get_by_role("status")).to_have_text("1 of 7 cases")
    assert ids(page) == ["broken"]
    page.get_by_role("link", name="Cases", exact=True).click()
    assert ids(page) == ["broken"]  # a step within the page is no filter


def test_an_opened_case_marks_what_differs(open_report: Opener) -> None:
    page = open_report(the_run())
    button = page.get_by_role("button", name="sluice", exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    details = page.locator("#details-2")
    assert details.locator("del .word").all_text_contents() == ["old"]
    assert details.locator("ins .word").all_text_contents() == ["It stood", "surely"]
    assert "[not expected:" in (details.text_content() or "")
    button.click()
    expect(details).to_be_hidden()


def test_a_quote_is_marked_in_its_surroundings(open_report: Opener) -> None:
    page = open_report(the_run())
    page.get_by_role("button", name="gauge", exact=True).click()
    around = page.locator("#details-1 .surroundings")
    assert around.text_content() == TEXT
    marked = "".join(around.locator("mark").all_text_contents())
    assert marked == "The first tide gauge of Amsterdam was read in 1682 at a sluice."
    assert around.locator("mark strong").all_text_contents() == ["1682"]


def test_the_table_of_tags_sorts(open_report: Opener) -> None:
    page = open_report(the_run())
    tags = page.locator("#tags tbody th")
    assert tags.all_text_contents() == ["name", "number", "off-topic"]
    page.locator("#tags thead").get_by_role("button", name="cases").click()  # 3, 1, 2
    assert tags.all_text_contents() == ["number", "off-topic", "name"]


def test_the_comparison_filters_won_and_lost(open_report: Opener) -> None:
    page = open_report(comparison_page(comparison(), title="Two readers"))
    page.get_by_role("button", name="lost by the second 1").click()
    assert (ids(page), count(page)) == (["gauge"], "1 of 7 cases")
    page.get_by_role("button", name="gauge", exact=True).click()
    sides = page.locator("#details-1 .said")
    assert sides.locator(".given").all_text_contents() == [
        "1682",
        "[not expected: 1638]",
    ]
    assert sides.locator(".surroundings").all_text_contents() == [TEXT, TEXT]
    choice(page, "Verdict").select_option("won")
    assert ids(page) == ["float"]
    page.get_by_role("button", name="Show all").click()
    choice(page, "Outcome in either").select_option("wrongly_silent")
    assert ids(page) == ["float"]  # it was so in the first run
    page.get_by_role("button", name="Show all").click()
    sort(page, "F1 difference")
    assert ids(page)[0] == "gauge"  # -1
    assert ids(page)[-2:] == ["float", "spring"]  # +1, and the one without


def many(number: int) -> Run:
    cases = [OUTCOMES[place % len(OUTCOMES)] for place in range(number)]
    return Run(
        {},
        tuple(
            replace(outcome, case=replace(outcome.case, id=f"c{place}"))
            for place, outcome in enumerate(cases)
        ),
    )


@pytest.mark.slow
def test_many_cases_are_shown_in_steps(open_report: Opener) -> None:
    page = open_report(run_page(many(450), {}, title="Many"))
    assert count(page) == "450 cases, the first 200 are shown"
    assert ids(page) == [f"c{place}" for place in range(200)]
    page.get_by_role("button", name="Show 200 more").click()
    expect(page.get_by_role("button", name="c200", exact=True)).to_be_focused()
    page.get_by_role("button", name="Show 50 more").click()
    assert len(ids(page)) == 450
    expect(page.get_by_role("button", name="more")).to_be_hidden()
    sort(page, "case")  # as numbers: c2 before c10
    assert ids(page)[:11] == [f"c{place}" for place in range(11)]


@pytest.mark.parametrize(
    "html",
    [the_run(), comparison_page(comparison(), title="Two readers")],
    ids=["run", "comparison"],
)
def test_without_scripts_every_case_is_there(open_report: Opener, html: str) -> None:
    page = open_report(html, scripts=False)
    for case, expected in zip(EVERY, ids(page), strict=True):
        assert case == expected
        expect(page.locator(".cases tr.case > th", has_text=case)).to_be_visible()
    expect(page.locator("#details-1 .surroundings").first).to_be_visible()
    assert page.locator("#details-1 .surroundings").first.text_content() == TEXT
    assert page.locator("#details-2 del .word").first.text_content() == "old"
    expect(page.get_by_label("Search")).to_be_hidden()
    assert page.locator("button:enabled:visible").count() == 0  # nothing pretends to work


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 400, 900, 1280, 1920])
@pytest.mark.parametrize("name", ["run", "comparison"])
def test_every_width_and_theme_fits(
    open_report: Opener, name: str, width: int, scheme: str
) -> None:
    html = the_run() if name == "run" else comparison_page(comparison(), title="Two readers")
    page = open_report(html, width=width, scheme=scheme)
    page.get_by_role("button", name="sluice", exact=True).click()
    page.locator(".signature summary").click()
    assert fits(page, width)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"report-{name}-{scheme}-{width}.png", full_page=True)


@pytest.mark.parametrize(
    "text", [HOSTILE, pytest.param(LONG, marks=pytest.mark.slow)], ids=["hostile", "long"]
)
@pytest.mark.parametrize("width", [400, pytest.param(1280, marks=pytest.mark.slow)])
def test_hostile_texts_are_shown_literally(open_report: Opener, text: str, width: int) -> None:
    outcome = hostile_outcome(text)
    run = Run({"suite": text, text: text}, (outcome,), {text: text})
    page = open_report(run_page(run, {}, title=text), width=width)
    check_literal(page, outcome, text)
    assert fits(page, width)
    pairs = (Pair(outcome, outcome),)
    both = Comparison(run, run, text, text, {text: (text, text)}, (), pairs, left_out=0)
    page = open_report(comparison_page(both, title=text), width=width)
    check_literal(page, outcome, text)
    assert fits(page, width)


def check_literal(page: Page, outcome: Outcome, text: str) -> None:
    page.locator(".case th button").click()
    assert page.title().startswith(text[:60])  # no script gave the page another title
    assert page.locator("h1").text_content() == text
    assert page.locator(".question").text_content() == outcome.case.question
    assert page.locator(".case bdi").first.text_content() == text
    assert page.locator(".details .given").first.text_content() == text
    assert page.locator(".details .surroundings").first.text_content() == text * 3
    assert page.locator(".details .evidence li").first.text_content() == text
    assert page.locator("main :is(img, script, b:not(figcaption b), [onerror])").count() == 0
    choice(page, "Tag").select_option(text)
    assert count(page) == "1 case"


def test_right_to_left_text_runs_from_the_right(open_report: Opener) -> None:
    hebrew = "הגאות והשפל נגרמים מכוח המשיכה של הירח"
    page = open_report(run_page(Run({}, (hostile_outcome(hebrew),)), {}, title="Hebrew"))
    page.locator(".case th button").click()
    for place in (".question", ".clamped", ".details .given", ".details .surroundings"):
        direction = page.locator(place).first.evaluate("node => getComputedStyle(node).direction")
        assert direction == "rtl"


def test_headings_and_pictures_have_names(open_report: Opener) -> None:
    page = open_report(the_run())
    for picture in page.get_by_role("img").all():
        expect(picture).to_have_accessible_name(
            {"risk-title": "Risk-coverage curve", "latency-title": "Histogram of latency"}[
                (picture.get_attribute("aria-labelledby") or "").split()[0]
            ]
        )
    assert page.get_by_role("img").count() == 2


def test_a_figure_is_readable_without_its_line(open_report: Opener) -> None:
    figures = {"F1": Figure("F1", 0.7, 0.6, 0.8, 84)}
    page = open_report(run_page(RUN, figures, title="t"), width=400)
    row = page.locator(".figures tr", has_text="Mean overlap")
    assert "\n".join(row.inner_text().split("\n")[2:]).split() == [
        ".700",
        ".600",
        "to",
        ".800",
        "84",
    ]
