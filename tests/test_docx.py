"""Word documents: made by another program's library, or of the XML that such programs write."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import docx
import pytest

from index.documents import FORMATS, Parsed
from index.documents.docx_numbering import Numbering
from index.documents.office_math import linear
from index.documents.xml import root_of
from index.errors import SourceError
from tests.archives import archive
from tests.documents import blocks, check_marks, marked

SPACE = 'xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATION = '<Relationship Id="r{0}" Type="http://x/relationships/{1}" Target="{2}"/>'


def relations(**targets: str) -> str:
    listed = "".join(
        RELATION.format(number, kind, target)
        for number, (kind, target) in enumerate(targets.items())
    )
    return f"<Relationships>{listed}</Relationships>"


def package(body: str, **parts: str) -> bytes:
    """A document of that body, with other parts by kind."""
    return archive(
        {
            "_rels/.rels": relations(officeDocument="word/document.xml"),
            "word/document.xml": f"<document {SPACE}><body>{body}</body></document>",
            "word/_rels/document.xml.rels": relations(**{kind: f"{kind}.xml" for kind in parts}),
        }
        | {f"word/{kind}.xml": f"<{kind} {SPACE}>{xml}</{kind}>" for kind, xml in parts.items()}
    )


def parsed(data: bytes) -> Parsed:
    result = FORMATS["docx"].parse(data)
    check_marks(result)
    return result


def saved(fill: Callable[[docx.document.Document], None]) -> Parsed:
    """What is read of a document that python-docx wrote."""
    document, file = docx.Document(), BytesIO()
    fill(document)
    document.save(file)
    return parsed(file.getvalue())


def read(body: str, **parts: str) -> list[str]:
    return blocks(parsed(package(body, **parts)))


def p(words: str, properties: str = "") -> str:
    return f"<p><pPr>{properties}</pPr><r><t>{words}</t></r></p>"


def test_a_document_of_python_docx() -> None:
    def fill(document: docx.document.Document) -> None:
        document.core_properties.author = "Karl von Frisch; Ann Roe"
        document.core_properties.title = "Of Bees"
        document.core_properties.created = datetime(1927, 5, 4, 10, 0)
        document.core_properties.language = "en-GB"
        document.add_heading("Bees", 0)
        document.add_heading("Dances", 1)
        paragraph = document.add_paragraph("They ")
        paragraph.add_run("waggle").bold = True
        paragraph.add_run(" 10")
        paragraph.add_run("8").font.superscript = True
        paragraph.add_run(" times.\nAll day.")
        document.add_heading("Round dance", 2)
        document.add_paragraph("one", style="List Bullet")
        document.add_paragraph("two", style="List Bullet")
        document.add_paragraph("first", style="List Number")
        document.add_paragraph("second", style="List Number")
        table = document.add_table(2, 3)
        for number, words in enumerate("Kind|Hum|Sting|Honey bee|250 Hz|yes".split("|")):
            table.cell(number // 3, number % 3).text = words
        table.cell(0, 0).merge(table.cell(0, 1))
        document.add_paragraph("They hum.")

    document = saved(fill)
    assert blocks(document) == [
        "# Bees",
        "## Dances",
        "They waggle 10⁸ times.\nAll day.",
        "### Round dance",
        "• one",
        "• two",
        "1. first",
        "2. second",
        "Kind Hum | Sting",
        "Honey bee | 250 Hz | yes",
        "They hum.",
    ]
    assert (document.title, document.author) == ("Of Bees", "Karl von Frisch; Ann Roe")
    assert (document.date, document.language) == ("1927-05-04", "en")
    assert document.has_lines is False


@pytest.mark.parametrize(
    ("label", "body", "expected"),
    [
        (
            "runs",
            "<p><r><t>Bees</t><tab/><t>h</t></r><r><t>um.</t></r></p>",
            ["Bees hum."],
        ),
        ("nothing", f"{p('')}<p/>{p('Bees.')}", ["Bees."]),
        (
            "a heading by its own level",
            p("Bees", '<outlineLvl val="1"/>') + p("Hum."),
            ["## Bees", "Hum."],
        ),
        ("text by its own level", p("Bees", '<outlineLvl val="9"/>'), ["Bees"]),
        (
            "tracked changes",
            "<p><ins><r><t>Bees</t></r></ins><del><r><delText>Ants</delText>"
            "</r></del><r><t> hum.</t></r></p>",
            ["Bees hum."],
        ),
        (
            "a link and a field",
            "<p><hyperlink><r><t>Bees</t></r></hyperlink><r><instrText> PAGE </instrText>"
            "</r><fldSimple><r><t> hum.</t></r></fldSimple></p>",
            ["Bees hum."],
        ),
        (
            "a content control",
            f"<sdt><sdtPr/><sdtContent>{p('Bees.')}</sdtContent></sdt>",
            ["Bees."],
        ),
        (
            "a table of contents",
            '<sdt><sdtPr><docPartObj><docPartGallery val="Table of Contents"/></docPartObj>'
            f"</sdtPr><sdtContent>{p('Bees 1')}</sdtContent></sdt>{p('Bees.')}",
            ["Bees."],
        ),
        (
            "hidden",
            "<p><r><rPr><vanish/></rPr><t>x</t></r><r><t>Bees.</t></r></p>",
            ["Bees."],
        ),
        (
            "a box, in two forms",
            "<p><r><t>Bees.</t><AlternateContent><Choice><drawing><txbxContent>"
            f"{p('In a box.')}</txbxContent></drawing></Choice><Fallback><pict>{p('Old.')}"
            "</pict></Fallback></AlternateContent></r></p>",
            ["Bees.", "In a box."],
        ),
        (
            "a box in a cell, in two forms",
            "<tbl><tr><tc><p><r><t>Cell one</t><AlternateContent><Choice><drawing><txbxContent>"
            f"{p('In a box.')}</txbxContent></drawing></Choice><Fallback><pict><txbxContent>"
            f"{p('In a box.')}</txbxContent></pict></Fallback></AlternateContent></r></p></tc>"
            f"<tc><sdt><sdtContent>{p('Cell two')}</sdtContent></sdt></tc></tr></tbl>",
            ["Cell one | Cell two", "In a box."],
        ),
        (
            "a page break",
            '<p><r><t>Bees</t><br type="page"/><t>.</t></r></p>',
            ["Bees."],
        ),
        (
            "a table that lays out a page",
            f"<tbl><tr><tc>{p('One.')}{p('Two.')}</tc></tr></tbl>",
            ["One.", "Two."],
        ),
        (
            "cells merged from above",
            f"<tbl><tr><tc><tcPr><vMerge val='restart'/></tcPr>{p('A')}</tc><tc>{p('1')}"
            f"</tc></tr><tr><tc><tcPr><vMerge/></tcPr>{p('x')}</tc><tc>{p('2')}{p('3')}"
            "</tc></tr></tbl>",
            ["A | 1", "| 2 3"],
        ),
        (
            "a formula",
            "<p><r><t>So </t></r><oMath><sSup><e><r><t>c</t></r></e><sup><r>"
            "<t>2</t></r></sup></sSup></oMath></p>",
            ["So c²"],
        ),
    ],
)
def test_blocks(label: str, body: str, expected: list[str]) -> None:
    assert read(body) == expected


STYLES = """
<style styleId="berschrift1"><name val="heading 1"/></style>
<style styleId="Base"><name val="Chapter"/><pPr><outlineLvl val="0"/>
  <numPr><numId val="1"/></numPr></pPr></style>
<style styleId="Mine"><name val="Mine"/><basedOn val="Base"/></style>
<style styleId="Loop"><name val="Loop"/><basedOn val="Loop"/></style>
<style styleId="Code"><name val="HTML Preformatted"/></style>"""
NUMBERING = """
<abstractNum abstractNumId="7">
  <lvl ilvl="0"><start val="1"/><numFmt val="decimal"/><lvlText val="%1"/></lvl>
  <lvl ilvl="1"><numFmt val="lowerLetter"/><lvlText val="%1.%2)"/></lvl>
</abstractNum>
<abstractNum abstractNumId="8">
  <lvl ilvl="0"><numFmt val="bullet"/><lvlText val="\uf0b7"/></lvl>
  <lvl ilvl="1"><numFmt val="bullet"/><lvlText val=" "/></lvl>
</abstractNum>
<num numId="1"><abstractNumId val="7"/></num>
<num numId="2"><abstractNumId val="8"/></num>
<num numId="3"><abstractNumId val="7"/>
  <lvlOverride ilvl="0"><startOverride val="4"/></lvlOverride></num>"""


def styled(words: str, style: str) -> str:
    return p(words, f'<pStyle val="{style}"/>')


def item(words: str, number: int, level: int = 0) -> str:
    return p(words, f'<numPr><ilvl val="{level}"/><numId val="{number}"/></numPr>')


def test_styles_that_build_on_others() -> None:
    body = (
        styled("A", "berschrift1")
        + styled("B", "Mine")
        + styled("C", "Loop")
        + styled("a  b", "Code")
    )
    assert read(body, styles=STYLES) == ["# A", "# B", "C", "a  b"]


def test_numbers_are_counted_as_word_does() -> None:
    body = (
        styled("Bees", "Mine")
        + item("one", 1, 1)
        + item("two", 1, 1)
        + styled("Ants", "Mine")
        + item("three", 1, 1)
        + item("apart", 3)
        + item("dot", 2)
        + item("more of it", 2, 1)
        + item("none", 0)
    )
    assert read(body, styles=STYLES, numbering=NUMBERING) == [
        "# 1 Bees",
        "1.a) one",
        "1.b) two",
        "# 2 Ants",
        "2.a) three",
        "4 apart",
        "• dot",
        "more of it",
        "none",
    ]


def test_a_list_without_rules_has_no_marker() -> None:
    assert Numbering(None).marker("1", 0) == ""
    assert read(item("one", 1)) == ["one"]


def test_notes_follow_their_paragraph_and_are_marked() -> None:
    body = (
        "<p><r><t>Bees hum.</t></r><r><footnoteReference id='2'/></r>"
        "<r><t> They do.</t><endnoteReference id='2'/></r></p>" + p("Ants walk.")
    )
    line = f"<footnote id='-1' type='separator'>{p('-')}</footnote>"
    notes = f"{line}<footnote id='2'>{p('At 250 Hz.')}</footnote>"
    document = parsed(
        package(body, footnotes=notes, endnotes=f"<endnote id='2'>{p('All day.')}</endnote>")
    )
    assert blocks(document) == ["Bees hum.¹ They do.²", "¹ At 250 Hz.", "² All day.", "Ants walk."]
    assert marked(document, "notes") == [("", "¹ At 250 Hz."), ("", "² All day.")]


def test_what_a_note_holds_follows_it_once() -> None:
    box = f"<r><drawing><txbxContent>{p('In a box.')}</txbxContent></drawing></r>"
    itself = "<r><footnoteReference id='2'/></r>" * 2
    note = f"<footnote id='2'><p><r><t>At 250 Hz.</t></r>{box}{itself}</p></footnote>"
    body = "<p><r><t>Bees hum.</t><footnoteReference id='2'/></r></p>"
    assert read(body + body, footnotes=note) == [
        "Bees hum.¹",
        "¹ At 250 Hz.¹¹",
        "In a box.",
        "Bees hum.¹",
    ]


@pytest.mark.parametrize(
    ("label", "font", "char", "expected"),
    [
        ("micro", "Symbol", "F06D", "5μm"),
        ("as the font counts", "symbol", "6D", "5μm"),
        ("less or equal", "Symbol", "F0A3", "5≤m"),
        ("a sum", "Symbol", "F0E5", "5∑m"),
        ("the last", "Symbol", "F0FE", "5⎭m"),
        ("one that it has not", "Symbol", "F0FF", "5\ufffdm"),
        ("a tick", "Wingdings", "F0FC", "5✔m"),
        ("an arrow", "Wingdings", "F0E0", "5→m"),
        ("a picture", "Wingdings", "F028", "5\ufffdm"),
        ("a picture in a letter's place", "Webdings", "0041", "5\ufffdm"),
        ("of an ordinary font", "Cambria Math", "2265", "5≥m"),
        ("of nobody's knowledge", "Cambria Math", "F041", "5\ufffdm"),
        ("half a character", "Cambria Math", "D800", "5\ufffdm"),
        ("no number", "Symbol", "μ", "5\ufffdm"),
    ],
)
def test_signs_that_are_named_by_their_font(
    label: str, font: str, char: str, expected: str
) -> None:
    sign = f"<sym font='{font}' char='{char}'/>"
    assert read(f"<p><r><t>5</t>{sign}<t>m</t></r></p>") == [expected]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("<f><num><t>1</t></num><den><t>x+1</t></den></f>", "1/(x+1)"),
        ("<sSub><e><t>x</t></e><sub><t>i</t></sub></sSub>", "x_i"),
        ("<sSup><e><t>x</t></e><sup><t>k</t></sup></sSup>", "x^k"),
        ("<rad><deg/><e><t>2</t></e></rad>", "√2"),
        (
            "<nary><naryPr><chr val='∑'/></naryPr><sub><t>i=1</t></sub><sup><t>n</t>"
            "</sup><e><t>i</t></e></nary>",
            "∑_(i=1)ⁿ i",
        ),
        ("<d><e><t>a</t></e><e><t>b</t></e></d>", "(a|b)"),
        (
            "<d><dPr><begChr val='['/><endChr val=']'/></dPr><e><t>a</t></e></d>",
            "[a]",
        ),
        (
            "<m><mr><e><t>1</t></e><e><t>0</t></e></mr><mr><e><t>0</t></e><e><t>1</t></e></mr></m>",
            "[1, 0; 0, 1]",
        ),
        (
            "<t>f(x)=</t><d><dPr><begChr val='{'/><endChr val=''/></dPr><e><eqArr>"
            "<e><t>0,&amp; x&lt;0</t></e><e><t>1,&amp; x≥0</t></e></eqArr></e></d>",
            "f(x)={0, x<0; 1, x≥0",
        ),
        (
            "<eqArr><e><t>x&amp;=1&amp;y&amp;=2</t></e><e/><e><t>z&amp;=3</t></e></eqArr>",
            "x=1 y=2; z=3",
        ),
        (
            "<oMathPara><oMath><t>a=b</t></oMath><oMath><t>c=d</t></oMath></oMathPara>",
            "a=b; c=d",
        ),
        ("<acc><accPr><chr val='~'/></accPr><e><t>x</t></e></acc>", "x~"),
        ("<acc><accPr><ctrlPr/></accPr><e><t>x</t></e></acc>", "x\u0302"),
        ("<acc><accPr><chr val='\u20d7'/></accPr><e><t>AB</t></e></acc>", "(AB)\u20d7"),
        ("<bar><barPr><pos val='top'/></barPr><e><t>x</t></e></bar>", "x\u0305"),
        ("<bar><e><t>x</t></e></bar>", "x\u0332"),
        ("<sSub><e><acc><e><t>x</t></e></acc></e><sub><t>i</t></sub></sSub>", "x\u0302_i"),
        (
            "<func><fName><limLow><e><t>lim</t></e><lim><t>n→∞</t></lim></limLow></fName><e>"
            "<sSub><e><t>x</t></e><sub><t>n</t></sub></sSub>"
            "<func><fName><t>sin</t></fName><e><t>x</t></e></func></e></func><t>y</t>",
            "lim_(n→∞) x_n sin x y",
        ),
        (
            "<t>2</t><func><fName><t>sin</t></fName><e><d><e><t>x</t></e></d></e></func>",
            "2 sin (x)",
        ),
        ("<func><fName><t>ln</t></fName><e><t>−x</t></e></func>", "ln −x"),
        ("<limLow><e><t>max</t></e><lim><t>x</t></lim></limLow><t>f(x)</t>", "max_x f(x)"),
        ("<limUpp><e><t>=</t></e><lim><t>def</t></lim></limUpp>", "=^def"),
        (
            "<sPre><sub><t>6</t></sub><sup><t>14</t></sup><e><t>C</t></e></sPre>",
            "_6¹⁴C",
        ),
    ],
)
def test_formulas(formula: str, expected: str) -> None:
    assert linear(root_of(f"<oMath {SPACE}>{formula}</oMath>".encode())) == expected


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("no archive", b"Bees hum.", "is no Word file, or a damaged one"),
        ("no package", archive({"a": "b"}), "is no Word file, or a damaged one"),
        (
            "no body",
            archive({"_rels/.rels": relations(officeDocument="a.xml"), "a.xml": "<a/>"}),
            "it has no body",
        ),
        ("no text", package(p("")), "holds no text"),
        (
            "no XML",
            archive({"_rels/.rels": relations(officeDocument="a.xml"), "a.xml": "<a>"}),
            "its XML cannot be read",
        ),
    ],
)
def test_what_is_no_document_is_refused(label: str, data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parsed(data)
