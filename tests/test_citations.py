"""Citations in four styles: whole values, and what holds for any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Document, Place
from ui.citations import CITATION_STYLES, citation

ADDRESS = "https://www.example.org/tides"
NOWHERE = Place()


def document_of(title="On Tides", *, source="tides.md", author=None, date=None, address=None):
    return Document(
        "tides-1", "v1", title, source, "text", author=author, date=date, address=address
    )


def cited(place=NOWHERE, **fields):
    """What each style but BibTeX gives, in the order of the table."""
    document = document_of(**fields)
    return [citation(document, place, style=style) for style in ("mla", "apa", "chicago")]


def bibtex_fields(place=NOWHERE, **fields):
    """The fields of the BibTeX entry as they are written, and its key."""
    head, *lines, end = citation(document_of(**fields), place, style="bibtex").split("\n")
    assert end == "}"
    written = dict(line.strip().removesuffix(",").split(" = ", 1) for line in lines)
    return {"key": head.removeprefix("@misc{").removesuffix(","), **written}


def test_the_table_names_the_styles_in_order():
    assert list(CITATION_STYLES) == ["mla", "apa", "chicago", "bibtex"]


def test_another_style_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ValueError, match=re.escape("'harvard'; it must be one of mla, apa,")):
        citation(document_of(), NOWHERE, style="harvard")


@pytest.mark.parametrize(
    ("label", "fields", "mla", "apa", "chicago"),
    [
        (
            "all is known",
            {"author": "Darwin, George", "date": "1881-08-02", "address": ADDRESS},
            "Darwin, George. “On Tides.” 2 Aug. 1881, par. 12, www.example.org/tides.",
            f"Darwin, George. (1881, August 2). On Tides (para. 12). {ADDRESS}",
            f"George Darwin, “On Tides,” August 2, 1881, para. 12, {ADDRESS}.",
        ),
        (
            "no author",
            {"date": "1881-08", "address": ADDRESS},
            "“On Tides.” Aug. 1881, par. 12, www.example.org/tides.",
            f"On Tides (para. 12). (1881, August). {ADDRESS}",
            f"“On Tides,” August 1881, para. 12, {ADDRESS}.",
        ),
        (
            "no date",
            {"author": "Darwin, George", "address": ADDRESS},
            "Darwin, George. “On Tides.” Par. 12, www.example.org/tides.",
            f"Darwin, George. (n.d.). On Tides (para. 12). {ADDRESS}",
            f"George Darwin, “On Tides,” para. 12, {ADDRESS}.",
        ),
        (
            "no address",
            {"author": "Darwin, George", "date": "1881"},
            "Darwin, George. “On Tides.” 1881, par. 12.",
            "Darwin, George. (1881). On Tides (para. 12).",
            "George Darwin, “On Tides,” 1881, para. 12.",
        ),
        (
            "nothing but a title",
            {},
            "“On Tides.” Par. 12.",
            "On Tides (para. 12). (n.d.).",
            "“On Tides,” para. 12.",
        ),
        (
            "a blank title: the source",
            {"title": " \n", "source": "notes/tides.md"},
            "“notes/tides.md.” Par. 12.",
            "notes/tides.md (para. 12). (n.d.).",
            "“notes/tides.md,” para. 12.",
        ),
        (
            "blank fields are missing ones",
            {"author": " ; ", "date": "\t", "address": " "},
            "“On Tides.” Par. 12.",
            "On Tides (para. 12). (n.d.).",
            "“On Tides,” para. 12.",
        ),
        (
            "no title and no source",
            {"title": "", "source": ""},
            "Par. 12.",
            "(para. 12). (n.d.).",
            "para. 12.",
        ),
        (
            "a DOI keeps its protocol",
            {"address": "https://doi.org/10.1000/182"},
            "“On Tides.” Par. 12, https://doi.org/10.1000/182.",
            "On Tides (para. 12). (n.d.). https://doi.org/10.1000/182",
            "“On Tides,” para. 12, https://doi.org/10.1000/182.",
        ),
        (
            "a broken address",
            {"address": "http://example.org/a b\n{c}"},
            "“On Tides.” Par. 12, example.org/a%20b%0A%7Bc%7D.",
            "On Tides (para. 12). (n.d.). http://example.org/a%20b%0A%7Bc%7D",
            "“On Tides,” para. 12, http://example.org/a%20b%0A%7Bc%7D.",
        ),
    ],
)
def test_what_is_missing_is_left_out(label, fields, mla, apa, chicago):
    assert cited(Place(paragraph=12), **fields) == [mla, apa, chicago], label


def test_nothing_known_is_nothing_cited():
    assert cited(title="", source="") == ["", "(n.d.).", ""]


@pytest.mark.parametrize(
    ("label", "author", "mla", "apa", "chicago"),
    [
        ("as it stands", "George Darwin", "George Darwin.", "George Darwin.", "George Darwin,"),
        ("family first", "Darwin, George", "Darwin, George.", "Darwin, George.", "George Darwin,"),
        (
            "a family name with a particle",
            "von Humboldt, Alexander",
            "von Humboldt, Alexander.",
            "von Humboldt, Alexander.",
            "Alexander von Humboldt,",
        ),
        ("an initial", "Doe, J. R.", "Doe, J. R.", "Doe, J. R.", "J. R. Doe,"),
        (
            "Jr. is no given name",
            "King, Martin Luther, Jr.",
            "King, Martin Luther, Jr.",
            "King, Martin Luther, Jr.",
            "King, Martin Luther, Jr.,",
        ),
        ("a firm", "Acme, Inc.", "Acme, Inc.", "Acme, Inc.", "Acme, Inc.,"),
        ("a degree", "Jane Doe, PhD", "Jane Doe, PhD.", "Jane Doe, PhD.", "Jane Doe, PhD,"),
        (
            "two names with a comma between them",
            "Jane Doe, Ann Roe",
            "Jane Doe, Ann Roe.",
            "Jane Doe, Ann Roe.",
            "Jane Doe, Ann Roe,",
        ),
        (
            "a place after a comma",
            "University of California, Berkeley",
            "University of California, Berkeley.",
            "University of California, Berkeley.",
            "University of California, Berkeley,",
        ),
        (
            "a full stop",
            "The Tide Office.",
            "The Tide Office.",
            "The Tide Office.",
            "The Tide Office,",
        ),
        (
            "ends in a mark",
            " George\nDarwin, ;",
            "George Darwin.",
            "George Darwin.",
            "George Darwin,",
        ),
        (
            "two",
            "Darwin, George; Doe, Ann",
            "Darwin, George, and Ann Doe.",
            "Darwin, George, & Doe, Ann.",
            "George Darwin and Ann Doe,",
        ),
        (
            "two as they stand",
            "George Darwin;Tide Office",
            "George Darwin and Tide Office.",
            "George Darwin, & Tide Office.",
            "George Darwin and Tide Office,",
        ),
        (
            "three",
            "Darwin, George; Doe, Ann; Tide Office",
            "Darwin, George, et al.",
            "Darwin, George, Doe, Ann, & Tide Office.",
            "George Darwin, Ann Doe, and Tide Office,",
        ),
        (
            "four",
            "Plato; Doe, Ann; Roe, Jo; Tide Office",
            "Plato et al.",
            "Plato, Doe, Ann, Roe, Jo, & Tide Office.",
            "Plato et al.,",
        ),
        (
            "right to left",
            "דרווין, ג׳ורג׳",
            "דרווין, ג׳ורג׳.",
            "דרווין, ג׳ורג׳.",
            "דרווין, ג׳ורג׳,",
        ),
    ],
)
def test_authors(label, author, mla, apa, chicago):
    assert cited(author=author, date="1881") == [
        f"{mla} “On Tides.” 1881.",
        f"{apa} (1881). On Tides.",
        f"{chicago} “On Tides,” 1881.",
    ], label


def test_of_more_than_twenty_authors_apa_names_nineteen_and_the_last():
    names = [f"Group {number}" for number in range(1, 22)]
    twenty = citation(document_of(author=";".join(names[:20])), NOWHERE, style="apa")
    more = citation(document_of(author=";".join(names)), NOWHERE, style="apa")
    assert twenty == f"{', '.join(names[:19])}, & Group 20. (n.d.). On Tides."
    assert more == f"{', '.join(names[:19])}, . . . Group 21. (n.d.). On Tides."


@pytest.mark.parametrize(
    ("label", "date", "mla", "apa", "chicago"),
    [
        ("year", "1881", "1881", "1881", "1881"),
        ("short month", "1881-05", "May 1881", "1881, May", "May 1881"),
        ("long month", "1881-09", "Sept. 1881", "1881, September", "September 1881"),
        ("last month", "1881-12", "Dec. 1881", "1881, December", "December 1881"),
        ("day", "1881-01-09", "9 Jan. 1881", "1881, January 9", "January 9, 1881"),
        ("a leap day", "2024-02-29", "29 Feb. 2024", "2024, February 29", "February 29, 2024"),
        ("no such day", "2023-02-29", "2023-02-29", "2023-02-29", "2023-02-29"),
        ("no such month", "1881-00", "1881-00", "1881-00", "1881-00"),
        ("free text", "c. 1881", "c. 1881", "c. 1881", "c. 1881"),
        ("ends in a mark", "circa 1881.", "circa 1881", "circa 1881", "circa 1881"),
        ("with a time", "1881-08-02T10:00", *["1881-08-02T10:00"] * 3),
        ("other digits", "١٨٨١", "١٨٨١", "١٨٨١", "١٨٨١"),
    ],
)
def test_dates(label, date, mla, apa, chicago):
    assert cited(Place(line=3), author="Plato", date=date) == [
        f"Plato. “On Tides.” {mla}, line 3.",
        f"Plato. ({apa}). On Tides (line 3).",
        f"Plato, “On Tides,” {chicago}, line 3.",
    ], label


@pytest.mark.parametrize(
    ("label", "place", "mla", "apa", "chicago", "note"),
    [
        ("nothing", NOWHERE, "", "", ",", None),
        ("page", Place(page="iv"), ", p. iv", " (p. iv)", ", iv,", "{p. iv}"),
        ("line", Place(line=40), ", line 40", " (line 40)", ", line 40,", "{line 40}"),
        ("paragraph", Place(paragraph=12), ", par. 12", " (para. 12)", ", para. 12,", "{para. 12}"),
        (
            "a page is enough",
            Place(page="iv", headings=("Springs",), paragraph=12, line=40),
            ", p. iv",
            " (p. iv)",
            ", iv,",
            "{p. iv}",
        ),
        (
            "a paragraph goes before a line",
            Place(paragraph=12, line=40),
            ", par. 12",
            " (para. 12)",
            ", para. 12,",
            "{para. 12}",
        ),
        (
            "the innermost heading",
            Place(headings=("On Tides", "Spring\ntides"), paragraph=12),
            ", par. 12",
            " (para. 12, “Spring tides” section)",
            ", para. 12, under “Spring tides,”",
            "{para. 12, under “Spring tides”}",
        ),
        (
            "a heading alone",
            Place(headings=("What “neap” is?",)),
            "",
            " (“What ‘neap’ is?” section)",
            ", under “What ‘neap’ is?,”",
            "{under “What ‘neap’ is?”}",
        ),
        (
            "the title as a heading",
            Place(headings=("On Tides",), paragraph=12),
            ", par. 12",
            " (para. 12)",
            ", para. 12,",
            "{para. 12}",
        ),
        (
            "a blank page",
            Place(page=" ", line=40),
            ", line 40",
            " (line 40)",
            ", line 40,",
            "{line 40}",
        ),
        ("a page with a mark", Place(page="iv."), ", p. iv", " (p. iv)", ", iv,", "{p. iv}"),
    ],
)
def test_places(label, place, mla, apa, chicago, note):
    fields = {"date": "1881", "address": ADDRESS}
    assert cited(place, **fields) == [
        f"“On Tides.” 1881{mla}, www.example.org/tides.",
        f"On Tides{apa}. (1881). {ADDRESS}",
        f"“On Tides,” 1881{chicago} {ADDRESS}.",
    ], label
    assert bibtex_fields(place, **fields).get("note") == note, label


@pytest.mark.parametrize(
    ("label", "title", "mla", "apa", "chicago"),
    [
        ("question", "Why Tides?", "“Why Tides?”", "Why Tides?", "“Why Tides?,”"),
        ("exclamation", "Tides!", "“Tides!”", "Tides!", "“Tides!,”"),
        ("full stop", "Of tides.", "“Of tides.”", "Of tides.", "“Of tides,”"),
        (
            "full stop, then a mark of direction",
            "Of tides.\u200e",
            "“Of tides\u200e.”",
            "Of tides.\u200e",
            "“Of tides\u200e,”",
        ),
        (
            "abbreviation",
            "Tides of the U.S.",
            "“Tides of the U.S.”",
            "Tides of the U.S.",
            "“Tides of the U.S.,”",
        ),
        ("ellipsis", "And then …", "“And then …”", "And then …", "“And then …,”"),
        ("colon", "Tides: ", "“Tides.”", "Tides.", "“Tides,”"),
        ("brackets", "Tides (why?)", "“Tides (why?).”", "Tides (why?).", "“Tides (why?),”"),
        ("ends in a quotation", "On “Tides”", "“On ‘Tides.’”", "On “Tides.”", "“On ‘Tides,’”"),
        ("ends in a quoted question", "On “Why?”", "“On ‘Why?’”", "On “Why?”", "“On ‘Why?,’”"),
        ("all a quotation", "“Tides.”", "“‘Tides.’”", "“Tides.”", "“‘Tides,’”"),
        (
            "straight marks",
            'On "Tides" Here',
            "“On ‘Tides’ Here.”",
            'On "Tides" Here.',
            "“On ‘Tides’ Here,”",
        ),
        (
            "inches",
            'Of 12" and 7" Pipes',
            '“Of 12" and 7" Pipes.”',
            'Of 12" and 7" Pipes.',
            '“Of 12" and 7" Pipes,”',
        ),
        (
            "German marks",
            "Von „Ebbe“ und Flut",
            "“Von „Ebbe“ und Flut.”",
            "Von „Ebbe“ und Flut.",
            "“Von „Ebbe“ und Flut,”",
        ),
        ("guillemets", "« Marées »", "“« Marées ».”", "« Marées ».", "“« Marées »,”"),
        ("apostrophe at the end", "The Bees’", "“The Bees’.”", "The Bees’.", "“The Bees’,”"),
        (
            "line ends and control characters",
            "On\r\n Tides\x00\x1b\u2028Now",
            "“On Tides Now.”",
            "On Tides Now.",
            "“On Tides Now,”",
        ),
        ("right to left", "על הגאות", "“על הגאות.”", "על הגאות.", "“על הגאות,”"),
        (
            "marks of direction",
            "\u2067על?\u2069 \u200fx",
            "“\u2067על?\u2069 \u200fx.”",
            "\u2067על?\u2069 \u200fx.",
            "“\u2067על?\u2069 \u200fx,”",
        ),
        (
            "a question within marks of direction",
            "\u2067למה?\u2069",
            "“\u2067למה?\u2069”",
            "\u2067למה?\u2069",
            "“\u2067למה?\u2069,”",
        ),
        ("an Arabic question", "لماذا؟", "“لماذا؟”", "لماذا؟", "“لماذا؟,”"),
        ("emoji", "Tides 🌊👩‍🔬", "“Tides 🌊👩‍🔬.”", "Tides 🌊👩‍🔬.", "“Tides 🌊👩‍🔬,”"),
        (
            "signs of LaTeX",
            r"R&D {50%} \a_b",
            r"“R&D {50%} \a_b.”",
            r"R&D {50%} \a_b.",
            r"“R&D {50%} \a_b,”",
        ),
        (
            "capitals stay",
            "tIDES of NASA",
            "“tIDES of NASA.”",
            "tIDES of NASA.",
            "“tIDES of NASA,”",
        ),
    ],
)
def test_titles(label, title, mla, apa, chicago):
    assert cited(title=title, date="1881") == [
        f"{mla} 1881.",
        f"{apa} (1881).",
        f"{chicago} 1881.",
    ], label


def test_a_title_that_ends_the_citation_has_one_mark_at_its_end():
    assert cited(title="On “Tides.”", author="Plato") == [
        "Plato. “On ‘Tides.’”",
        "Plato. (n.d.). On “Tides.”",
        "Plato, “On ‘Tides.’”",
    ]


def test_a_full_stop_gives_way_to_the_brackets_of_apa():
    apa = citation(document_of("Of tides."), Place(page="iv"), style="apa")
    assert apa == "Of tides (p. iv). (n.d.)."


def test_a_bibtex_entry_has_all_that_is_known():
    document = document_of(author="Darwin, George; Tide Office", date="1881-08-02", address=ADDRESS)
    place = Place(headings=("Springs",), paragraph=12)
    assert citation(document, place, style="bibtex") == "\n".join(
        [
            "@misc{darwin1881tides,",
            "  author = {Darwin, George and {Tide Office}},",
            "  title = {{On Tides}},",
            "  year = {1881},",
            "  month = aug,",
            "  day = {2},",
            "  url = {https://www.example.org/tides},",
            "  note = {para. 12, under “Springs”},",
            "}",
        ]
    )


def test_a_bibtex_entry_of_nothing_but_a_title():
    assert bibtex_fields() == {"key": "tides", "title": "{{On Tides}}"}


@pytest.mark.parametrize(
    ("label", "text", "escaped"),
    [
        ("signs with a backslash", "& % $ # _", r"\& \% \$ \# \_"),
        ("braces", "a } b {", r"a {\textbraceright} b {\textbraceleft}"),
        ("tilde and caret", "~^", r"{\textasciitilde}{\textasciicircum}"),
        ("backslash", r"\emph", r"{\textbackslash}emph"),
        ("line ends", "a\n\n% b\r}", r"a \% b {\textbraceright}"),
        ("the last stop stays in place", "Of tides.", "Of tides."),
        ("quotation marks stay", 'On "Tides" and “Ebb”', 'On "Tides" and “Ebb”'),
        ("other letters stay", "é 水 🌊 על", "é 水 🌊 על"),
    ],
)
def test_bibtex_escapes_the_signs_of_latex(label, text, escaped):
    assert bibtex_fields(title=text)["title"] == f"{{{{{escaped}}}}}", label


def test_the_address_alone_is_not_escaped_but_cannot_end_its_field():
    url = bibtex_fields(address="https://a.org/~x_y?a=50%25&b=$1#c}\n{\\^")["url"]
    assert url == "{https://a.org/~x_y?a=50%25&b=$1#c%7D%0A%7B%5C^}"


@pytest.mark.parametrize(
    ("label", "author", "written"),
    [
        ("known", "Darwin, George", "{Darwin, George}"),
        ("not known", "George Darwin", "{{George Darwin}}"),
        ("a name with and in it", "Bell and Sons", "{{Bell and Sons}}"),
        ("a given name with and in it", "Bell, Ann And Jo", "{{Bell, Ann And Jo}}"),
        ("a firm", "Acme, Inc.", "{{Acme, Inc.}}"),
        ("others", "Plato; others", "{{Plato} and {others}}"),
        ("signs of LaTeX", "R&D_{x}", r"{{R\&D\_{\textbraceleft}x{\textbraceright}}}"),
    ],
)
def test_bibtex_is_not_left_to_guess_at_names(label, author, written):
    assert bibtex_fields(author=author)["author"] == written, label


@pytest.mark.parametrize(
    ("label", "fields", "key"),
    [
        ("family name known", {"author": "Brontë, Zoë", "date": "1847-10"}, "bronte1847tides"),
        ("as it stands", {"author": "Zoë Brontë"}, "brontetides"),
        ("a title of honour", {"author": "Martin Luther King Jr."}, "kingtides"),
        ("a degree", {"author": "Jane Doe, PhD"}, "doetides"),
        ("the first of several", {"author": "Ann Roe; Jane Doe"}, "roetides"),
        ("free date", {"date": "c. 1881 or 1882"}, "1881tides"),
        ("small words", {"title": "The “Éclair” of an Hour"}, "eclair"),
        ("no letter of ASCII", {"title": "על הגאות", "date": "1881"}, "tides1"),
    ],
)
def test_keys_are_plain(label, fields, key):
    assert bibtex_fields(**fields)["key"] == key, label


def test_a_key_is_never_empty():
    document = Document("על", "v", "על", "", "", date="1881")
    assert citation(document, NOWHERE, style="bibtex").startswith("@misc{text,\n")


NASTY = st.text(st.sampled_from("aB.,;:?\"'“”‘’„{}\\%~^ \n\r\x00\x1c\x85\u2028\u200f\u2067é水🌊1-"))
TEXTS = st.one_of(st.text(), NASTY)
DOCUMENTS = st.builds(
    Document,
    id=TEXTS,
    version=st.just("v"),
    title=TEXTS,
    source=TEXTS,
    text=st.just(""),
    author=st.none() | TEXTS,
    date=st.none() | TEXTS | st.dates().map(str),
    address=st.none() | TEXTS,
)
PLACES = st.builds(
    Place,
    headings=st.lists(TEXTS, max_size=3).map(tuple),
    paragraph=st.none() | st.integers(1),
    line=st.none() | st.integers(1),
    page=st.none() | TEXTS,
)


@given(document=DOCUMENTS, place=PLACES, style=st.sampled_from(["mla", "apa", "chicago"]))
def test_a_citation_of_any_text_is_one_line(document, place, style):
    line = citation(document, place, style=style)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()


@given(document=DOCUMENTS, place=PLACES)
def test_a_bibtex_entry_of_any_text_has_a_field_a_line_with_its_braces_closed(document, place):
    head, *fields, end = citation(document, place, style="bibtex").splitlines()
    assert re.fullmatch(r"@misc\{[a-z0-9]+,", head)
    assert end == "}"
    for field in fields:
        assert re.fullmatch(r"  [a-z]+ = (\{.+\}|[a-z]{3}),", field)
        assert balanced(field)


def balanced(text):
    """Whether every brace that opens is closed, and none is closed that did not open."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


@given(title=TEXTS)
def test_marks_of_direction_are_never_touched(title):
    marks = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    document = document_of(f"x{title}")
    expected = marks.findall(f"x{title}")
    for style in CITATION_STYLES:
        assert marks.findall(citation(document, NOWHERE, style=style)) == expected
