"""Web pages: what is read of them, in which order, and what they say of themselves."""

import pytest

from index.documents import FORMATS, Parsed
from index.documents.xhtml import closed
from index.errors import SourceError
from tests.documents import blocks, check_marks, marked


def parsed(html: str) -> Parsed:
    result = FORMATS["html"].parse(html.encode())
    check_marks(result)
    return result


def read(body: str) -> list[str]:
    return blocks(parsed(f"<!doctype html><title>t</title><body>{body}"))


@pytest.mark.parametrize(
    ("label", "body", "expected"),
    [
        ("paragraphs", "<p>Bees\n  hum.</p><p>They do.</p>", ["Bees hum.", "They do."]),
        (
            "text of no element",
            "Bees <b>hum</b>.<p>They do.</p>Ants.",
            ["Bees hum.", "They do.", "Ants."],
        ),
        ("headings", "<h1>Of <i>Bees</i></h1><h3>\n Hum </h3>", ["# Of Bees", "### Hum"]),
        ("a heading's link to itself", "<h1>Bees<a href='#b'>¶</a></h1>One.", ["# Bees", "One."]),
        ("a heading without words", "<h1></h1><p>Bees.</p>", ["Bees."]),
        (
            "a heading that is a button",
            "<h3><button><svg><text>+</text></svg><b>What</b> hums?</button></h3><p>Bees.</p>",
            ["### What hums?", "Bees."],
        ),
        ("a button beside a picture", "<h3><img><button>Copy</button></h3>Bees.", ["Bees."]),
        ("a button beside a heading", "<h3>Bees <button>Edit</button></h3>", ["### Bees"]),
        ("no end tags", "<p>One.<p>Two.<ul><li>a<li>b</ul>", ["One.", "Two.", "• a", "• b"]),
        ("a line break", "<p>One<br>two.</p>", ["One\ntwo."]),
        ("two line breaks", "One.<br> <br>Two.", ["One.", "Two."]),
        ("words of one block", "<p>un<b>bro</b>ken <a>link</a>.</p>", ["unbroken link."]),
        ("blocks in an inline element", "<a><div>One.</div><div>Two.</div></a>", ["One.", "Two."]),
        ("a no-break space", "<p>10&nbsp;km</p>", ["10\u00a0km"]),
        ("a soft hyphen", "<p>pen&shy;du&shy;lum</p>", ["pendulum"]),
        ("entities", "<p>&lt;b&gt; &amp; &#8364;</p>", ["<b> & €"]),
        ("signs of Markdown", "<p># *a* | `b`</p>", ["# *a* | `b`"]),
        ("words between items", "<ul>So:<li>a</ul>", ["So:", "• a"]),
        ("items that are hidden", "<ol><li hidden>a<li>b</ol>", ["1. b"]),
        ("numbers", "<ol start=3><li>c<li value=7>g<li>h</ol>", ["3. c", "7. g", "8. h"]),
        (
            "items in items",
            "<ul><li>a<ol><li>b</ol></li><li><p>c</p><p>d</p></ul>",
            ["• a", "1. b", "• c", "d"],
        ),
        ("terms", "<dl><dt>Bee<dd>It hums.</dl>", ["Bee", "It hums."]),
        ("a quotation", "<blockquote><p>One.</p><p>Two.</p></blockquote>", ["One.", "Two."]),
        ("quotation marks", "<p>He said <q>hum</q>.</p>", ["He said “hum”."]),
        ("code", "<pre>a:\n    b\n\n  c\n</pre>", ["a:\n    b\n\n  c"]),
        (
            "a table",
            "<table><caption>Bees</caption><tr><th>Of<th>Hum<tr><td>A <b>bee</b><td>250 Hz</table>",
            ["Bees", "Of | Hum", "A bee | 250 Hz"],
        ),
        (
            "a table that lays out a page",
            "<table><tr><td><h2>Menu</h2><td><ul><li>One</ul></table>",
            ["## Menu", "• One"],
        ),
        ("powers", "<p>10<sup>8</sup> m<sup>-2</sup> H<sub>2</sub>O</p>", ["10⁸ m⁻² H2O"]),
        ("the 19th", "<p>the 19<sup>th</sup></p>", ["the 19th"]),
        ("a note's number", "<p>Hum.<sup><a href=#n>12</a></sup></p>", ["Hum.¹²"]),
        (
            "a note's number that its kind raises",
            "<p>Hum.<a role=doc-noteref>2</a> So.",
            ["Hum.² So."],
        ),
        ("the way back from a note", "<p>A note.<a role=doc-backlink>↩</a>", ["A note."]),
        ("MathML", "<p>So <math alttext='E=mc^2'><mi>E</mi></math>.</p>", ["So E=mc^2."]),
        (
            "MathML with its source",
            "<math><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></math>",
            ["x^2"],
        ),
        ("MathML of a wiki", r"<math alttext='{\displaystyle x^2}'></math>", ["x^2"]),
        ("MathML alone", "<math><mi>x</mi><mo>+</mo><mn>1</mn></math>", ["x + 1"]),
        ("an image of a formula", "<p>So <img class=tex alt='a+b'></p>", ["So a+b"]),
        ("an image", "<p>So <img alt='a bee'>.</p>", ["So ."]),
        ("struck out", "<p>Bees <del>bark</del> hum.</p>", ["Bees hum."]),
    ],
)
def test_blocks(label, body, expected):
    assert read(body) == expected


@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("navigation", "<nav>Home</nav>{}"),
        ("a footer", "{}<footer>Imprint</footer>"),
        ("navigation by its role", "<div role=navigation>Home</div>{}"),
        ("hidden", "<div hidden>Home</div>{}"),
        ("hidden by its style", "<div style='color: red; display: none'>Home</div>{}"),
        ("for screen readers", "<span class='x sr-only'>Skip</span>{}"),
        ("for no reader", "<span aria-hidden=true>★</span>{}"),
        ("a script", "<script>alert('bees')</script><style>p {{}}</style>{}"),
        ("a comment", "<!-- bees -->{}"),
        ("a form", "<form><button>Go</button><select><option>a</select></form>{}"),
        ("a template", "<template><p>Bees</p></template>{}"),
        ("around its main part", "<div>Shop now</div><main>{}</main><aside>More</aside>"),
        ("around its one article", "<div>Shop now</div><article>{}</article><div>More</div>"),
        ("what LibreOffice repeats", "<div title=header>Shop now</div>{}<div title=footer>2</div>"),
        ("an image's words in SVG", "<svg><text>Chart</text></svg>{}"),
    ],
)
def test_what_is_left_out(label, body):
    assert read(body.format("<p>Bees hum in the lime tree all day.</p>")) == [
        "Bees hum in the lime tree all day."
    ]


XHTML = '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'


@pytest.mark.parametrize(
    ("label", "body", "expected"),
    [
        ("a script", '<script src="x.js"/><p>Bees hum.</p>', ["Bees hum."]),
        ("a sound", '<p>One.</p><audio src="a" title="a > b"\n/><p>Two.</p>', ["One.", "Two."]),
        ("a frame", "<p>One.</p><iframe/><p>Two.</p>", ["One.", "Two."]),
        ("within a word", "<p>It rises<sup/> twice a day.</p>", ["It rises twice a day."]),
        ("elements that HTML closes", "<p>One<br/>two<img src=''/>.</p>", ["One\ntwo."]),
        ("an address", "<p>So <a href='http://a.test/'>it hums</a>.</p>", ["So it hums."]),
        ("a drawing", "<p>A <svg><title>no</title><path d='M0'/></svg>bee.</p>", ["A bee."]),
        ("MathML", "<p><math><mi>x</mi><mspace/><mo>=</mo><mn>1</mn></math></p>", ["x = 1"]),
        ("a name with its space", "<p>One<b:c/> two.</p>", ["One two."]),
        ("in a script", "<script>a('<b/><script src=x/>')</script><p>Bees.</p>", ["Bees."]),
        ("in a comment", "<!-- <script> <b/> --><p>Bees.<i/></p>", ["Bees."]),
        ("in character data", "<p>If <![CDATA[a < b, <b/> & ]]>so.</p>", ["If a < b, <b/> & so."]),
        ("a comment without end", "<p>One.</p><!-- <b/>", ["One."]),
    ],
)
def test_what_xml_closes_at_once_is_closed(label, body, expected):
    assert blocks(parsed(f"{XHTML}<head><title/></head><body>{body}</body></html>")) == expected


def test_a_page_of_html_closes_what_html_does():
    assert read("<p>One.</p><b/><p>Two.</p><script/><p>Three.</p>") == ["One.", "Two."]


@pytest.mark.parametrize(
    "part", ["<!-- ", "<script>", "<a ", '<a "', "<a '/", "<a b='", "<b/", "<"]
)
def test_a_million_openings_that_close_nothing_stay_as_they_are(part):
    """It would take hours if each were looked at from every place."""
    page = part * (1_000_000 // len(part))
    assert closed(page) == page


def test_a_million_openings_of_words_as_they_are_are_words():
    assert closed("<![CDATA[" * 111_111) == "&lt;![CDATA[" * 111_110


def test_of_several_articles_all_is_read():
    page = "<p>Of bees.</p><article>One.</article><article>Two.</article>"
    assert read(page) == ["Of bees.", "One.", "Two."]


def test_an_empty_main_part_is_not_taken_for_the_page():
    assert read("<main></main><p>Bees hum.</p>") == ["Bees hum."]


def test_the_nearest_id_before_a_place():
    result = parsed(
        "<h1 id=top>Bees</h1><p>One.</p><p>Two <i id=two>again</i>.</p><a name=z></a><p>Three.</p>"
    )
    assert [(mark.label, mark.start) for mark in result.marks if mark.kind == "anchor"] == [
        ("top", 0),
        ("two", 12),
        ("z", 24),
    ]
    assert marked(result, "heading") == [("Bees", "Bees")]


def test_an_id_within_a_heading_is_the_headings():
    result = parsed("<p>One.</p><h2><span id=two>Two</span></h2><p>Three.</p>")
    assert [(mark.label, mark.start) for mark in result.marks if mark.kind == "anchor"] == [
        ("two", 6)
    ]


@pytest.mark.parametrize(
    ("label", "page", "title"),
    [
        ("the heading", "<title>Bees - Site</title><h1>Of  Bees</h1>One.", "Of Bees"),
        ("without a heading", "<title>Bees\n- Site</title><p>One.", "Bees - Site"),
        ("two headings", "<title>Bees</title><h1>A</h1><h1>B</h1>One.", "Bees"),
        ("named", "<meta property=og:title content=Bees!><h1>A</h1>One.", "Bees!"),
        ("none", "<p>One.", None),
    ],
)
def test_title(label, page, title):
    assert parsed(page).title == title


def test_what_a_page_says_of_itself():
    page = parsed(
        """<html lang="de-AT"><head>
        <meta name="citation_author" content="Frisch, Karl von">
        <meta name="citation_author" content="Lindauer, Martin">
        <meta name="author" content="Webmaster">
        <meta property="article:published_time" content="1927-4-05T10:00:00Z">
        <meta property="og:site_name" content="Bienenzeitung">
        <link rel="canonical" href="https://example.org/bees?page=1">
        </head><body><p>Bienen summen."""
    )
    assert (page.author, page.date) == ("Frisch, Karl von; Lindauer, Martin", "1927-04-05")
    assert (page.publisher, page.language) == ("Bienenzeitung", "de")
    assert page.address == "https://example.org/bees?page=1"
    assert page.has_lines is False


@pytest.mark.parametrize(
    ("label", "data", "encoding"),
    [
        ("UTF-8", "<p>Bienen überall".encode(), "utf-8"),
        ("declared", "<meta charset='koi8-r'><p>Пчёлы".encode("koi8-r"), "declared koi8-r"),
        (
            "declared by XML",
            "<?xml version='1.0' encoding='utf-8'?><p>Ü".encode(),
            "declared utf-8",
        ),
        (
            "declared the old way",
            "<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'><p>蜂".encode(
                "shift_jis"
            ),
            "declared shift_jis",
        ),
        (
            "Latin-1 is Windows'",
            "<meta charset=iso-8859-1><p>“ü”".encode("cp1252"),
            "declared cp1252",
        ),
        ("declared wrongly", "<meta charset=utf-8><p>ü".encode("cp1252"), "cp1252"),
        ("declared and unknown", "<meta charset=bees><p>ü".encode(), "utf-8"),
        ("UTF-16", "<meta charset=utf-16><p>ü".encode("utf-16"), "utf-16"),
    ],
)
def test_encodings(label, data, encoding):
    result = FORMATS["html"].parse(data)
    assert result.encoding == encoding
    assert result.text in {"Bienen überall", "Пчёлы", "Ü", "蜂", "“ü”", "ü"}


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("nothing", b"", "is empty"),
        ("nothing to read", b"<html><body><script>1</script></body></html>", "holds no text"),
        ("an image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "holds NUL"),
    ],
)
def test_a_page_without_a_text_is_refused(label, data, message):
    with pytest.raises(SourceError, match=message):
        FORMATS["html"].parse(data)
