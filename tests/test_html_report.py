"""The report as HTML: what it says, what it marks and what it never lets in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases import Case
from eval.measures import Bin, RiskCoverage
from eval.outcomes import LABELS, KeptQuote, Outcome, Ranks, Run
from eval.reports.html import comparison_page, run_page
from eval.reports.html.cases import SIGNS, case_view
from eval.reports.html.intervals import difference_rows, figure_rows
from eval.reports.html.plots import curve_plot, latency_plot, reliability_plot
from eval.reports.html.surroundings import in_its_place
from eval.reports.html.wording import compared, nearest
from eval.results import Comparison, Difference, Figure, Pair

TEXT = (
    "It was long in dispute.\n\nThe first tide gauge of Amsterdam was read in 1682 at a sluice. "
    "A float hung in it."
)
START, END = TEXT.index("The first"), TEXT.index(" A float")
QUOTE = KeptQuote(
    text=TEXT[START:END],
    verbatim=True,
    document="tides.md",
    title="The Tides",
    place="Measuring, paragraph 2",
    start=START,
    end=END,
    answer=(TEXT.index("1682"), TEXT.index("1682") + 4),
    before=TEXT[:START],
    after=TEXT[END:],
)
HOSTILE = (
    '<img src=x onerror="document.title=1"> <script>alert(2)</script> </noscript></td></table>'
    "<b>bold</b> {{ 7*7 }} {% raw %} ${1+1} &amp; --> ]]> \u202eabc\u202c \x01\x0b é😀 '\"`"
)
GAUGE = "When was the first tide gauge of Amsterdam read?"


def scores(f1: float, right: float) -> dict[str, float]:
    return {
        "exact_match": float(f1 == 1),
        "f1": f1,
        "right": right,
        "guess_exact_match": float(f1 == 1),
        "guess_f1": f1,
        "guess_right": right,
        "guess_said": 1.0,
    }


OUTCOMES = (
    Outcome(
        Case("gauge", GAUGE, ("1682", "in the year 1682"), ("It was read in 1682.",), "tides.md",
             "Measuring", ("number", "name")),
        "answered",
        "right",
        prediction="1682",
        guess="1682",
        score=0.9,
        quotes=(QUOTE,),
        ranks=Ranks(fused=1, vectors=2, words=None),
        values=scores(1.0, 1.0),
        seconds=0.3,
    ),
    Outcome(
        Case("sluice", "Where did it stand?", ("at the old sluice",), tags=("name",)),
        "answered",
        "reader_missed",
        prediction="It stood at the sluice, surely",
        guess="It stood at the sluice, surely",
        score=0.5,
        quotes=(KeptQuote("An invented quote", verbatim=False),),
        ranks=Ranks(fused=None, vectors=None, words=None),
        values=scores(0.5, 0.0),
        seconds=0.1,
    ),
    Outcome(
        Case("float", "What hung in it?", ("a float",), tags=("name",)),
        "related",
        "wrongly_silent",
        guess="a heavy float",
        score=0.25,
        values={**scores(0.0, 0.0), "guess_f1": 0.667},
        seconds=0.2,
    ),
    Outcome(
        Case("cup", "Who won the cup?", (), tags=("off-topic",)),
        "not_found",
        "rightly_silent",
        score=0.1,
        values=scores(1.0, 1.0),
        seconds=0.4,
    ),
    Outcome(
        Case("moon", "Who owns the Moon?", (), tags=("off-topic",)),
        "answered",
        "wrongly_answered",
        prediction="nobody",
        guess="nobody",
        score=0.4,
        values=scores(0.0, 0.0),
        seconds=0.05,
    ),
    Outcome(Case("spring", "spring tide", None), "answered", "right", seconds=0.15),
    Outcome(
        Case("broken", "What broke?", ("it",)),
        None,
        "failed",
        values=scores(0.0, 0.0),
        seconds=0.25,
        error="RuntimeError: the reader gave up",
    ),
)  # fmt: skip
RUN = Run(
    {"suite": "tides.jsonl", "mode": "open", "reader": "sentence"}, OUTCOMES, {"threads": "1"}
)
FIGURES = {
    "F1": Figure("F1", 0.5, 0.4, 0.6, 6),
    "right": Figure("right", 0.25, 0.0, 1.0, 6),
    "p50": Figure("p50", 0.2, 0.1, 0.4, 7),
    "best_F1_threshold": Figure("best_F1_threshold", 0.45, 0.2, 0.5, 6),
    "AURC": Figure("AURC", 0.31, 0.2, 0.4, 6),
}
FIRST_F1 = Difference("F1", 0.5, 0.6, 0.1, -0.1, 0.2, p=0.03, cases=6)


def second_outcomes() -> Iterator[Outcome]:
    """The gauge is lost, the float won, all else stays."""
    for outcome in OUTCOMES:
        if outcome.case.id == "gauge":
            yield replace(
                outcome,
                label="reader_missed",
                prediction="1638",
                guess="1638",
                quotes=(replace(QUOTE, answer=None),),
                values=scores(0.0, 0.0),
            )
        elif outcome.case.id == "float":
            yield replace(
                outcome,
                label="right",
                status="answered",
                prediction="a float",
                guess="a float",
                values=scores(1.0, 1.0),
            )
        else:
            yield outcome


def comparison() -> Comparison:
    second = Run({**RUN.signature, "reader": "overlap"}, tuple(second_outcomes()))
    return Comparison(
        RUN,
        second,
        "sentence.json",
        "overlap.json",
        differing={"reader": ("sentence", "overlap")},
        differences=(
            FIRST_F1,
            Difference("p50", 0.2, 0.3, 0.1, 0.05, 0.15, p=0.0001, cases=7),
            Difference("right", 0.5, 0.4, -0.1, -0.2, 0.0, p=0.2, cases=6),
            Difference("AURC", 0.3, 0.2, -0.1, -0.2, -0.01, p=0.04, cases=6),
        ),
        pairs=tuple(Pair(*both) for both in zip(RUN.outcomes, second.outcomes, strict=True)),
        left_out=1,
    )


def hostile_outcome(text: str) -> Outcome:
    case = Case(text, text, (text, "1"), (text,), text, text, (text,))
    quote = KeptQuote(
        text, True, text, text, text, 5, 5 + len(text), (6, 9), before=text, after=text
    )
    return Outcome(
        case,
        "answered",
        "reader_missed",
        text,
        text,
        0.5,
        None,
        (quote,),
        None,
        scores(0.0, 0.0),
        0.1,
        None,
    )


class Page(HTMLParser):
    """The elements of a page and the text of each, as a browser without scripts reads them."""

    VOID = frozenset({"meta", "link", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, dict(attrs), [])
        self.texts.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, texts in self.open:
            texts.append(data)

    def all(self, tag: str, name: str = "", value: str = "") -> list[str]:
        """The text of each such element, spaces joined."""
        return [
            " ".join("".join(texts).split())
            for found, attributes, texts in self.texts
            if found == tag and (not name or value in (attributes.get(name) or "").split())
        ]

    def whole(self, tag: str, name: str, value: str) -> list[str]:
        """The text of each such element, every character."""
        return [
            "".join(texts)
            for found, attributes, texts in self.texts
            if found == tag and value in (attributes.get(name) or "").split()
        ]


def run_as_page(run: Run = RUN, figures: dict[str, Figure] = FIGURES) -> Page:
    return Page(run_page(run, figures, title="Tides"))


@pytest.mark.parametrize(
    ("given_text", "expected", "extra", "missing"),
    [
        ("1682", "1682", [], []),
        ("The Gauge!", "a gauge", [], []),  # case, punctuation and articles differ in nothing
        ("in the year 1682", "1682", ["in", "year"], []),
        ("1682", "in the year 1682", [], ["in", "year"]),
        ("two three four", "three four five", ["two"], ["five"]),
        ("red blue", "blue red", ["blue"], ["blue"]),  # another order
        ("no no", "no", ["no"], []),  # each word as often as it occurs
        ("", "a float", [], ["float"]),
        ("the -- a", "1682", [], ["1682"]),
    ],
)
def test_the_words_that_differ(given_text, expected, extra, missing):
    wording = compared(given_text, expected)
    assert [piece.text for piece in wording.given if piece.kind == "extra"] == extra
    assert [piece.text for piece in wording.expected if piece.kind == "missing"] == missing


@given(st.text("ab the.\n ", max_size=30), st.text("ab the.\n ", max_size=30))
def test_marking_words_loses_no_character(given_text, expected):
    wording = compared(given_text, expected)
    assert "".join(piece.text for piece in wording.given) == given_text
    assert "".join(piece.text for piece in wording.expected) == expected


def test_the_nearest_answer_shares_most_words():
    answers = ("at noon", "the old town hall", "town")
    assert nearest("the town hall", answers) == 1  # F1: 0, 4/5, 2/3
    assert nearest("midnight", answers) == 0  # none is near: the first
    assert nearest("midnight", ()) is None


def test_only_the_nearest_answer_is_marked():
    case = Case("c", "?", ("in the year 1682", "1682"))
    view = case_view(Outcome(case, "answered", "right", prediction="1682", guess="1682"))
    assert [expectation.is_nearest for expectation in view.expected] == [False, True]
    assert {piece.kind for each in view.expected for piece in each.pieces} == {"plain"}


def test_a_quote_in_its_place_is_the_slice_with_its_answer_set_off():
    pieces = in_its_place(QUOTE)
    assert "".join(piece.text for piece in pieces) == TEXT
    assert [(piece.text, piece.kind) for piece in pieces[2:5]] == [
        ("The first tide gauge of Amsterdam was read in ", "quote"),
        ("1682", "answer"),
        (" at a sluice.", "quote"),
    ]


def test_a_quote_that_stands_nowhere_is_only_itself():
    pieces = in_its_place(KeptQuote("Not\n\nthere", verbatim=False))
    assert [(piece.text, piece.kind) for piece in pieces] == [
        ("Not", "quote"),
        ("\n\n", "gap"),
        ("there", "quote"),
    ]


def test_the_risk_axis_is_as_long_as_the_highest_risk_asks_for():
    curve = RiskCoverage(np.array([0.25, 0.5, 0.75, 1.0]), np.array([0.0, 0.5, 1 / 3, 0.25]))
    plot = curve_plot([curve])
    assert [tick.words for tick in plot.axes.up] == ["0", ".2", ".4", ".6"]
    # x: 48 + 356 * coverage; y: 252 - 238 * risk / .6
    assert plot.curves[0].points == "137.0,252.0 226.0,53.7 315.0,119.8 404.0,152.8"
    assert plot.curves[0].read[1] == (0.4, 0.5)  # the least coverage that reaches it


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    coverage = np.arange(1, 6001) / 6000
    points = curve_plot([RiskCoverage(coverage, coverage / 2)]).curves[0].points.split()
    assert len(points) == 300
    assert (points[0], points[-1]) == ("48.1,252.0", "404.0,53.7")


def test_reliability_dots_weigh_their_cases():
    bins = [Bin(0.2, 0.3, 3, 0.25, 0.5), Bin(0.5, 0.6, 0, None, None), Bin(0.9, 1.0, 1, 1.0, 0.0)]
    dots = reliability_plot(bins).dots
    assert [(dot.x, dot.y) for dot in dots] == [(137.0, 133.0), (404.0, 252.0)]
    assert dots[0].radius ** 2 / dots[1].radius ** 2 == pytest.approx(3)


def test_the_latency_histogram_counts_and_marks():
    plot = latency_plot(np.array([0.1] * 18 + [0.2, 0.24, np.nan]))
    assert plot is not None
    assert (plot.p50, plot.p95, plot.fastest, plot.slowest) == (0.1, 0.2, 0.1, 0.24)
    assert [mark.at for mark in plot.marks] == pytest.approx(
        [48 + 356 * 10 / 24, 48 + 356 * 20 / 24]
    )
    heights = [bar.height for bar in plot.bars]  # bars of 10 ms over 238 units
    assert (heights[10], heights[20], heights[23]) == pytest.approx((238, 238 / 18, 238 / 18))
    assert sum(height > 0 for height in heights) == 3


def test_a_far_outlier_does_not_flatten_the_histogram():
    plot = latency_plot(np.array([0.1] * 99 + [60.0]))
    assert plot is not None
    assert (plot.beyond, plot.slowest) == (1, 60.0)
    assert [tick.words for tick in plot.axes.across] == ["0 ms", "100 ms", "200 ms"]


@pytest.mark.parametrize("seconds", [[], [np.nan], [0.0, 0.0]])
def test_no_time_is_no_histogram(seconds):
    assert latency_plot(np.array(seconds)) is None


def test_intervals_are_drawn_to_scale():
    groups = figure_rows(FIGURES)
    assert list(groups) == ["answers", "abstention", "latency"]
    f1 = next(row for row in groups["answers"] if row.measure.name == "F1")
    whisker = f1.whisker
    assert whisker is not None
    # 5 + 150 * ratio
    assert (whisker.low, whisker.value, whisker.high, whisker.zero) == (65.0, 80.0, 95.0, 5.0)
    assert groups["latency"][0].whisker.high == 155.0  # the longest time ends the line
    setting = next(row for row in groups["answers"] if row.measure.name == "best_F1_threshold")
    assert setting.whisker is None


def test_differences_lie_around_nothing():
    row = difference_rows([FIRST_F1])["answers"][0]
    # the line runs from -.2 to .2: 5 + 150 * (value + .2) / .4
    whisker = row.whisker
    assert (whisker.low, whisker.value, whisker.high, whisker.zero) == (42.5, 117.5, 155.0, 80.0)
    assert row.verdict == "better"


def test_every_label_has_a_sign_of_its_own():
    assert SIGNS.keys() == LABELS.keys()
    assert len(set(SIGNS.values())) == len(LABELS)


def test_the_run_page_says_its_figures():
    page = run_as_page()
    text = " ".join("".join(page.texts[0][2]).split())
    assert page.all("h1") == ["Tides"]
    assert "tides.jsonl, 7 cases, open mode" in text
    headline = page.all("dl", "class", "headline")[0]
    assert headline == "right.250.000 to 1.000 F1.500.400 to .600 latency p50200 ms100 ms to 400 ms"
    row = next(row for row in page.all("tr") if row.startswith("F1Mean overlap"))
    assert row.endswith("saying nothing is right. .500 .400 to .600 6")
    assert "area under the curve .310" in text
    assert page.all("dl", "class", "entries")[1] == "threads1"


def test_the_bars_count_the_labels():
    bars = run_as_page().all("button", "class", "bar")
    assert bars == [
        "✓ right 2",
        "○ rightly not answered 1",
        "? retrieval missed the passage 0",
        "✗ reader missed the answer in it 1",
        "– abstained wrongly 1",
        "! answered what has no answer 1",
        "⚠ failed 1",
    ]


def test_a_plot_that_cannot_be_is_a_sentence_that_says_why():
    page = run_as_page()
    assert page.all("p", "class", "why") == [
        "There is no reliability diagram, because this reader is not calibrated: no answered case "
        "has a confidence."
    ]
    silent = [
        replace(outcome, score=None, seconds=0.0, values={**outcome.values}) for outcome in OUTCOMES
    ]
    whys = run_as_page(Run({}, tuple(silent)), {}).all("p", "class", "why")
    assert [why.partition(",")[0] for why in whys] == [
        "There is no risk-coverage curve",
        "There is no reliability diagram",
        "There is no latency",
    ]


def test_a_calibrated_reader_gets_its_diagram_and_table():
    outcomes = [
        replace(outcome, confidence=0.75 if outcome.status == "answered" else None)
        for outcome in OUTCOMES
    ]
    page = run_as_page(Run({}, tuple(outcomes)), {"ECE": Figure("ECE", 0.417, 0.1, 0.6, 3)})
    # of the answered cases with a known answer, one of three is right
    assert "0.7 to 0.83.750.333" in page.all("tr")
    assert any("Expected calibration error .417" in text for text in page.all("figcaption"))


def details(page: Page, number: int) -> str:
    return page.all("tr", "id", f"details-{number}")[0]


def test_a_case_says_all_that_is_known_of_it():
    page = run_as_page()
    gauge = details(page, 1)
    assert "1682 (nearest)" in gauge
    assert "Right passage, by meaningrank 2" in gauge
    assert "Right passage, by wordsnot among the first 100" in gauge
    assert "Right passage, both togetherrank 1" in gauge
    assert "✓ stands in the text letter for letterThe Tides, Measuring, paragraph 2" in gauge
    assert "Place expectedMeasuring" in gauge
    assert "It was read in 1682." in gauge
    sluice = details(page, 2)
    assert "Right passage, both togetherfound by neither search" in sluice
    assert "✗ does not stand in the texts as it was given" in sluice
    assert "[missing: old]" in sluice
    assert "[not expected: It stood] at the sluice, [not expected: surely]" in sluice
    silent = details(page, 3)
    assert "Nothing was said. It would have been, with a score of .250:" in silent
    assert "a [not expected: heavy] float" in silent
    assert "The texts do not answer it: nothing should be said." in details(page, 4)
    assert "No answer is known; only retrieval is measured." in details(page, 6)
    assert "Asking failed: RuntimeError: the reader gave up" in details(page, 7)


def test_the_surroundings_are_the_slice():
    assert run_as_page().whole("blockquote", "class", "surroundings")[0] == TEXT


def test_figures_per_tag():
    page = run_as_page()
    rows = [row for row in page.all("tr") if row.startswith(("name", "number", "off-topic"))]
    # name: three cases, of which one is right; off-topic: one of two
    assert rows[0].startswith("name3.333")
    assert rows[2].startswith("off-topic2.500")


def test_the_comparison_says_what_differs_and_how_sure_that_is():
    html = comparison_page(comparison(), title="Two readers")
    page = Page(html)
    assert "readersentenceoverlap" in page.all("tr")
    assert "7 cases in both runs; 1 that only one of them has is left out" in page.all("p")[1]
    verdicts = {
        row.split("Ratio")[0].split("Mean")[0].split("Seconds")[0]: row.rsplit(" ", 1)[1]
        for row in page.all("tr")
        if row.endswith((" better", " worse", " clear difference"))
    }
    assert verdicts == {
        "F1": "better",
        "right": "difference",  # no clear one
        "area under risk-coverage": "better",  # lower is
        "latency p50": "worse",
    }
    assert any("+.100 −.100 to +.200 .030 ▲ better" in row for row in page.all("tr"))
    assert any("+100 ms +50 ms to +150 ms < .001 ▼ worse" in row for row in page.all("tr"))
    bars = page.all("button", "class", "bar")
    assert bars == ["▲ won by the second 1", "▼ lost by the second 1", "= tied 5"]
    assert "1682" in details(page, 1)
    assert "1638" in details(page, 1)
    assert page.whole("blockquote", "class", "surroundings")[:2] == [TEXT, TEXT]
    assert html.count('class="curve curve-2"') == 2  # in the plot and in its legend


def test_one_differing_entry_needs_no_warning():
    several = replace(comparison(), differing={"reader": ("a", "b"), "threshold": ("0", "1")})
    warning = "More than one thing differs"
    assert warning not in comparison_page(comparison(), title="t")
    assert warning in comparison_page(several, title="t")


def hostile_pages(text: str) -> list[str]:
    outcome = hostile_outcome(text)
    run = Run({"suite": text, text: text}, (outcome,), {text: text})
    both = Comparison(
        run, run, text, text, {text: (text, text)}, (), (Pair(outcome, outcome),), left_out=0
    )
    return [run_page(run, {}, title=text), comparison_page(both, title=text)]


@pytest.mark.parametrize("number", [0, 1], ids=["run", "comparison"])
def test_texts_are_shown_and_never_become_markup(number):
    page = hostile_pages(HOSTILE)[number]
    parsed, tame = Page(page), Page(hostile_pages("harmless words")[number])
    assert [(tag, [*names]) for tag, names, _ in parsed.texts] == [
        (tag, [*names]) for tag, names, _ in tame.texts
    ]
    assert parsed.whole("blockquote", "class", "surroundings")[0] == HOSTILE * 3
    assert parsed.whole("td", "class", "question") == [HOSTILE]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_a_file_cannot_hold_is_replaced(text):
    for page in hostile_pages(text):
        assert page.encode("utf-8").count(b"\0") == 0
        assert "a\ufffdb" in page


def test_a_carriage_return_outlives_the_parser():
    for page in hostile_pages("a\rb"):
        assert "\r" not in page
        assert "a&#13;b" in page


@pytest.mark.parametrize(
    "html",
    [run_page(RUN, FIGURES, title="t"), comparison_page(comparison(), title="t")],
    ids=["run", "comparison"],
)
def test_the_page_is_one_file_that_asks_for_nothing(html):
    assert html.startswith('<!doctype html>\n<html lang="en">')
    assert (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    ) in html
    assert re.findall(r"https?:|url\(|@import|\bsrc=", html) == []
    assert set(re.findall(r'href="([^"#]*)', html)) == {"data:,", ""}
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "html",
    [run_page(RUN, FIGURES, title="t"), comparison_page(comparison(), title="t")],
    ids=["run", "comparison"],
)
def test_headings_skip_no_level(html):
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_an_empty_run_has_a_page():
    page = run_as_page(Run({}, ()), {})
    assert "0 cases" in page.all("p", "class", "about")[0]
