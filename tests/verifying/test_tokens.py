"""What is typography and what is not, word by word."""

import pytest

from rag.verifying.tokens import tokens_of


def keys(text):
    return [token.key for token in tokens_of(text)]


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("quotation marks", '"a" ‘b’ «c» „d“ 「e」', "“a” 'b' ‹c› \"d\" »e«"),
        ("apostrophes", "don't", "don’t"),
        ("dashes", "a — b – c - d", "a--b-c—d"),
        ("dots", "a… b...", "a . . . b…"),
        ("dots in brackets", "a […] b", "a (...) b"),
        ("blanks", "a\u00a0b\n\tc", "a b  c"),
        ("blanks beside signs", "U.S. 5 %", "U. S. 5%"),
        ("ligatures", "ﬁnd the oﬃce", "find the office"),
        ("soft hyphens", "trea\u00adty", "treaty"),
        ("normal forms", "cafe\u0301 한국", "café \u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("emphasis", "**Spring tides**, _high_", "Spring tides, high"),
        ("margins", "> a\n> b", "a b"),
        ("measures", "5'10\"", "5’10”"),
    ],
)
def test_typography(label, first, second):
    assert keys(first) == keys(second)


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("a digit", "1905", "1906"),
        ("a decimal point", "3.5", "35"),
        ("a decimal point and a blank", "3.5", "3. 5"),
        ("a thousand", "1,000", "1 000"),
        ("a fraction", "1/2", "1 2"),
        ("a superscript", "x²", "x2"),
        ("a Roman number", "Ⅻ", "XII"),
        ("an accent", "résumé", "resume"),
        ("a capital", "Bill", "bill"),
        ("a contraction", "can't", "cant"),
        ("a blank within a word", "to day", "today"),
        ("a hyphen", "re-sign", "resign"),
        ("a minus", "-5", "5"),
        ("a comma", "a, b", "a b"),
        ("a question", "a?", "a!"),
        ("a product", "2*3", "2 3"),
        ("a name with a line", "a_b", "a b"),
        ("feet and inches", "5'", '5"'),
        ("brackets", "[a]", "(a)"),
        ("letters of another script", "\u0430", "a"),
    ],
)
def test_no_typography(label, first, second):
    assert keys(first) != keys(second)


def test_spans_are_of_the_whole_text():
    text = "Bees, hum… “so”"
    assert [text[token.start : token.end] for token in tokens_of(text, 4, len(text))] == [
        ",",
        "hum",
        "…",
        "“",
        "so",
        "”",
    ]
