"""E-books: pages in the order of the spine, chapters, what the package says of the book."""

import pytest

from index.documents import FORMATS, Parsed
from index.errors import SourceError
from tests.archives import CONTAINER, archive, epub
from tests.documents import blocks, check_marks, marked

ONE = "<html><head><title/></head><body><h1>Of Bees</h1><p>They <a id='x'/>hum.</p></body></html>"
TWO = "<html><head><title>2</title></head><body><p>They walk.</p></body></html>"
NAVIGATION = '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
NCX = '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def parsed(data: bytes) -> Parsed:
    result = FORMATS["epub"].parse(data)
    check_marks(result)
    return result


def test_pages_are_read_in_the_order_of_the_spine() -> None:
    book = parsed(epub({"b.xhtml": ONE, "a.xhtml": TWO}))
    assert blocks(book) == ["# Of Bees", "They hum.", "They walk."]
    assert (book.has_lines, marked(book, "anchor")) == (False, [])


def test_what_is_closed_at_once_holds_nothing() -> None:
    page = """<html><head><script src="x.js"/></head><body><h1>One</h1><p>Before.</p>
        <audio src="a.mp3" controls="controls"/><p>After<sup/> the sound.</p></body></html>"""
    assert blocks(parsed(epub({"a.xhtml": page}))) == ["# One", "Before.", "After the sound."]


def test_chapters_are_called_as_in_the_navigation_document() -> None:
    contents = """<html><body><nav epub:type="toc"><ol>
        <li><a href="text/one%20x.xhtml#top">One: <b>Bees</b></a>
        <ol><li><a href="text/one%20x.xhtml#x">Within</a></li></ol></li>
        <li><a href="text/three.xhtml">Three</a></li></ol></nav>
        <nav epub:type="landmarks"><a href="text/two.xhtml">Start</a></nav></body></html>"""
    pages = {"cover.xhtml": TWO, "text/one x.xhtml": ONE, "text/two.xhtml": TWO}
    pages["text/three.xhtml"] = TWO
    book = parsed(epub(pages, "", NAVIGATION, **{"OEBPS/nav.xhtml": contents}))
    assert marked(book, "chapter") == [
        ("One: Bees", "Of Bees\n\nThey hum.\n\nThey walk."),
        ("Three", "They walk."),
    ]
    assert blocks(book)[0] == "They walk."


def test_chapters_of_an_older_book_are_called_as_in_its_ncx() -> None:
    contents = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
        <navPoint><navLabel><text>First</text></navLabel><content src="a.xhtml"/>
        <navPoint><navLabel><text>Second</text></navLabel><content src="b.xhtml#s"/></navPoint>
        </navPoint></navMap></ncx>"""
    book = parsed(epub({"a.xhtml": ONE, "b.xhtml": TWO}, "", NCX, **{"OEBPS/toc.ncx": contents}))
    assert [label for label, _ in marked(book, "chapter")] == ["First", "Second"]


def chapters(entries: str, **pages: str) -> list[tuple[str, str]]:
    """The chapters of pages (`a` is `a.xhtml`) that a navigation document lists."""
    contents = f"<html><body><nav><ol>{entries}</ol></nav></body></html>"
    files = {f"{name}.xhtml": f"<html>{page}</html>" for name, page in pages.items()}
    book = parsed(epub(files, "", NAVIGATION, **{"OEBPS/nav.xhtml": contents}))
    assert marked(book, "anchor") == []
    return marked(book, "chapter")


def entry(href: str, label: str, within: str = "") -> str:
    return f'<li><a href="{href}">{label}</a>{f"<ol>{within}</ol>" if within else ""}</li>'


def test_a_chapter_begins_at_the_block_that_the_contents_lead_to() -> None:
    entries = "".join(
        [
            entry("a.xhtml#c1", "I", entry("a.xhtml#s", "I, of the bees")),
            entry("a.xhtml#c2", "II"),
            entry("a.xhtml#c%203", "III"),
            entry("b.xhtml#c4", "IV"),
        ]
    )
    assert chapters(
        entries,
        a="""<body><p>A motto.</p><h2 id="c1">One</h2><p id="s">The first.</p><div id="c2"><hr/>
            <p>The second.</p></div><p>Its end.</p><p>The <a id="c 3"/>third.</p>""",
        b="""<body><p>The third goes on.</p><section id="c4"><p>The fourth.</p></section>
            <p id="c4">The fourth goes on.</p>""",
    ) == [
        ("I", "One\n\nThe first."),
        ("II", "The second.\n\nIts end."),
        ("III", "The third.\n\nThe third goes on."),
        ("IV", "The fourth.\n\nThe fourth goes on."),
    ]


def test_a_link_of_the_contents_that_is_none_costs_its_chapter_only() -> None:
    entries = entry("http://[x", "I") + entry("a.xhtml", "II")
    assert chapters(entries, a="<body><p>The second.</p>") == [("II", "The second.")]


@pytest.mark.parametrize(
    ("label", "page", "begin"),
    [
        ("the page's own id", '<body id="c2"><p>One.</p><p>Two.</p>', "One."),
        ("no such id", "<body><p>One.</p><p>Two.</p>", "One."),
        ("an older kind of id", '<body><p>One.</p><a name="c2"/><p>Two.</p>', "Two."),
        ("a heading's", '<body><p>One.</p><h2><b id="c2">Two</b></h2>', "Two"),
        ("after a list", '<body><ul><li>One.</li></ul><div id="c2"/><p>Two.</p>', "Two."),
        ("nothing behind it", '<body><p>One.</p><p id="c2"/>', "Three."),
    ],
)
def test_where_a_chapter_begins(label: str, page: str, begin: str) -> None:
    entries = entry("a.xhtml", "I") + entry("b.xhtml#c2", "II")
    found = chapters(entries, a="<body><p>Zero.</p>", b=page, c="<body><p>Three.</p>")
    assert [(label, words.split("\n")[0]) for label, words in found] == [
        ("I", "Zero."),
        ("II", begin),
    ]


@pytest.mark.parametrize(
    ("page", "begin"),
    [
        ('<table><tr><th>a<td>b<tr><td id="c2">Two<td>c</table>', "Two | c"),
        ('<pre>Of <b id="c2">bees</b></pre>', "Of bees"),
        ('<p class="sr-only" id="c2">Two.</p><p>They hum.</p>', "They hum."),
        ('<div hidden><a name="c2"></a></div><p>They hum.</p>', "They hum."),
        ('<ol><template id="c2"></template><li>One.</ol>', "1. One."),
        ('<p>They <q id="c2">hum</q>.</p>', "They “hum”."),
    ],
)
def test_a_chapter_begins_also_in_what_is_read_whole_or_left_out(page: str, begin: str) -> None:
    entries = entry("a.xhtml", "I") + entry("b.xhtml#c2", "II")
    found = chapters(entries, a="<body><p>Zero.</p>", b=f"<body>{page}")
    assert [(label, words.split("\n")[0]) for label, words in found] == [
        ("I", "Zero."),
        ("II", begin),
    ]


def test_a_page_of_many_ids_is_read_in_one_go() -> None:
    """It would take a minute if each element were compared with the whole page."""
    page = "".join(f"<p id='p{number}'>They hum all day long.</p>" for number in range(15_000))
    ((label, words),) = chapters(entry("a.xhtml#p14999", "Last"), a=f"<body>{page}")
    assert (label, words) == ("Last", "They hum all day long.")


def test_of_two_entries_for_one_block_the_first_counts_where_they_are_one_place() -> None:
    entries = entry("a.xhtml", "A book") + entry("a.xhtml", "Again") + entry("b.xhtml", "Part")
    entries += entry("b.xhtml#c", "Chapter")
    assert chapters(entries, a="<body><p>One.</p>", b="<body><p id='c'>Two.</p>") == [
        ("A book", "One."),
        ("Chapter", "Two."),
    ]


def test_contents_of_great_depth_are_read_as_others_are() -> None:
    entries = "<ol>" * 5_000 + entry("a.xhtml#x", "Deep")
    assert chapters(entries, a="<body><p>One.</p><p id='x'>Two.</p>") == [("Deep", "Two.")]


def test_what_the_book_says_of_itself() -> None:
    book = parsed(
        epub(
            {"a.xhtml": ONE},
            """<dc:title>Of Bees</dc:title><dc:title>A subtitle</dc:title>
            <dc:creator>Frisch, Karl von</dc:creator><dc:creator>Ann Roe</dc:creator>
            <dc:publisher>Springer</dc:publisher><dc:date>1927-05</dc:date>
            <dc:language>de-DE</dc:language><dc:identifier>urn:isbn:1</dc:identifier>
            <dc:identifier>https://example.org/1</dc:identifier>""",
        )
    )
    assert (book.title, book.author) == ("Of Bees", "Frisch, Karl von; Ann Roe")
    assert (book.publisher, book.date, book.language) == ("Springer", "1927-05", "de")
    assert book.address == "https://example.org/1"


def test_a_page_that_is_missing_is_named_and_the_others_are_read() -> None:
    data = archive(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": """<package><manifest>
                <item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
                <item id="b" href="../../b.xhtml" media-type="application/xhtml+xml"/>
                </manifest>
                <spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine>
                </package>""",
            "OEBPS/a.xhtml": ONE,
        }
    )
    book = parsed(data)
    assert blocks(book) == ["# Of Bees", "They hum."]
    assert book.warnings == ("../b.xhtml, which it names as a part of it, is missing",)


PROTECTED = """<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
    <enc:CipherData><enc:CipherReference URI="OEBPS/a.xhtml"/></enc:CipherData>
    </enc:EncryptedData></encryption>"""


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("no archive", b"PK\x03\x04 bees", "is no EPUB file, .* it cannot be unpacked"),
        ("no book", archive({"a.txt": "Bees."}), "it holds no META-INF/container.xml"),
        ("no package", archive({"META-INF/container.xml": CONTAINER}), "holds no OEBPS/book.opf"),
        (
            "no XML",
            archive({"META-INF/container.xml": "bees"}),
            "is damaged: its XML cannot be read",
        ),
        ("no pages", epub({}), "holds no text that could be read"),
        (
            "protected",
            epub({"a.xhtml": ONE}, **{"META-INF/encryption.xml": PROTECTED}),
            "is under copy protection",
        ),
    ],
)
def test_what_is_no_book_is_refused(label: str, data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parsed(data)
