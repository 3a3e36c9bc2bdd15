"""Somebody else's quotes: each kind by examples, and by any slice of any text."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index.errors import LibraryError, QuotationError
from rag.verifying.tokens import tokens_of
from rag.verifying.verified import KINDS
from rag.verifying.verify import LONGEST_TEXT, verify
from tests.hostile import HOSTILE

BEES = """# The Bees

In May 1905 the treaty about the bees was signed by Anna Weber in the old town hall of Basel.
It was not ratified before the year was out, although “every hive” had been counted twice.

The drones—lazy as they are—don't gather honey… and the queen's daughters know 3.5 dances.
A dancer turns left, then right; she never stops before the sun has moved.
"""
ANTS = """# The Ants

Ants walk in single file along scent trails that the scouts have laid. To be, or not to be.
Nobody knows why.

A colony of leafcutters strips an orange grove bare in a night, and carries the leaves below.
"""
WASPS = "Wasps sting those who come near. Nobody knows why. A nest hangs from the old pear tree.\n"
HACHI = "蜂は太陽の動きを見て踊る。働き蜂が「花の場所」を仲間に教えるためである。\n"
TEXTS = {"bees.md": BEES, "ants.md": ANTS, "wasps.txt": WASPS, "hachi.txt": HACHI}
TREATY = "the treaty about the bees was signed by Anna Weber"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    from index.embedding import load_embedder
    from index.library import Library
    from index.sources import sources_below

    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.create(tmp_path_factory.mktemp("library")) as made:
        list(made.add(sources_below([folder]), embedder=load_embedder("hashing"), max_bytes=10**6))
        yield made


@pytest.fixture(scope="module")
def snapshot(library):
    with library.snapshot() as opened:
        yield opened


@pytest.fixture(scope="module")
def ids(library):
    return {row.source: row.id for row in library.documents()}


def one(text, snapshot, **options):
    (verified,) = verify(text, snapshot, **options)
    return verified


def one_whole(text, snapshot):
    """As `one`, where quotation marks in the text are of the quotation."""
    return one(f"> {text}".replace("\n", "\n> "), snapshot)


def edits(verified):
    """The changes alone, those that are marked in brackets."""
    signs = {"removed": "-", "inserted": "+"}
    changes = [edit for edit in verified.edits if edit.kind != "kept"]
    told = [f"{signs[edit.kind]}{edit.text}" for edit in changes]
    return [f"({each})" if edit.marked else each for each, edit in zip(told, changes, strict=True)]


def kind(text, snapshot, **options):
    return one(text, snapshot, **options).kind


@pytest.mark.parametrize(
    "quote",
    [
        TREATY,
        f"{TREATY} in the old town hall of Basel.\nIt was not ratified",
        "May 1905",
        "1905",
        "The Bees",
        "Basel.\nIt",
        "“every hive”",
        "drones—lazy",
        "honey… and",
        "To be, or not to be.",
        "below",
        "3.5 dances.\nA dancer",
        "太陽の動きを見て踊る。",
        "働き蜂が「花の場所」を仲間",
    ],
)
def test_exact(quote, snapshot):
    verified = one(quote, snapshot)
    (place,) = verified.places
    assert (verified.kind, verified.count, verified.edits) == ("exact", 1, ())
    assert (place.text, place.exact) == (quote, True)
    assert TEXTS[place.source][place.start : place.end] == quote


@pytest.mark.parametrize(
    ("label", "quote"),
    [
        ("a line break", "of Basel. It was not ratified"),
        ("blanks", "the  treaty\u00a0about\tthe bees"),
        ("straight marks", 'although "every hive" had been'),
        ("other marks", "although ‘every hive’ had been"),
        ("dashes", "The drones -- lazy as they are – don't gather"),
        ("an apostrophe", "don’t gather honey"),
        ("three dots", "gather honey... and the queen’s daughters"),
        ("spaced dots", "gather honey . . . and the queen's"),
        ("a ligature", "in single \ufb01le along scent trails"),
        ("a soft hyphen", "the trea\u00adty about the bees"),
        ("a capital", "The treaty about the bees"),
        ("no capital", "a dancer turns left"),
        ("Japanese marks", "働き蜂が『花の場所』を仲間に教える"),
        ("an American comma", "the treaty about the bees,"),
        ("an American full stop", "a dancer turns left."),
    ],
)
def test_typographic(label, quote, snapshot):
    verified = one(quote, snapshot)
    assert (verified.kind, verified.count, verified.edits) == ("typographic", 1, ())
    assert not verified.places[0].exact


@pytest.mark.parametrize(
    ("label", "quote", "expected"),
    [
        ("a negation goes", "It was ratified before the year was out", ["-not"]),
        ("a negation comes", "the treaty about the bees was not signed by Anna", ["+not"]),
        ("a digit", "In May 1906 the treaty about the bees", ["-1905", "+1906"]),
        ("a decimal", "the queen's daughters know 35 dances", ["-3.5", "+35"]),
        ("a name", TREATY.replace("Weber", "Huber"), ["-Weber", "+Huber"]),
        (
            "a capital in the middle",
            TREATY.replace("anna", "ANNA").replace("Anna", "anna"),
            ["-Anna", "+anna"],
        ),
        ("a comma", "A dancer turns left then right; she never stops", ["-,"]),
        ("a question", "A dancer turns left, then right?", ["-;", "+?"]),
        ("a letter", TREATY.replace("treaty", "treaties"), ["-treaty", "+treaties"]),
        ("an accent", TREATY.replace("treaty", "tréaty"), ["-treaty", "+tréaty"]),
        ("a word cut at the end", "It was not ratified before the year was o", ["-out", "+o"]),
        ("a contraction cut", "The drones—lazy as they are—don gather honey", ["-don't", "+don"]),
        ("a superscript", "the queen's daughters know 3.5² dances", ["-3.5", "+3.5²"]),
        ("words left out", "In May 1905 the treaty was signed by Anna Weber", ["-about the bees"]),
        ("writing without blanks", "蜂は太陽の動きを見て歌う。", ["-踊る", "+歌う"]),
        ("common words alone", "To be, and not to be.", ["-or", "+and"]),
        (
            "two changes",
            "A dancer turns right, then left; she never stops",
            ["-left", "+right", "-right", "+left"],
        ),
    ],
)
def test_altered(label, quote, expected, snapshot):
    verified = one(quote, snapshot)
    assert (verified.kind, edits(verified)) == ("altered", expected)
    (place,) = verified.places
    assert not place.exact
    assert verified.ratio is not None
    assert 0.6 <= verified.ratio < 1


def test_edits_have_offsets_on_both_sides_and_hold_every_word(snapshot):
    text = "He wrote: “In May 1906 the new treaty about the bees was signed.”"
    verified = one(text, snapshot)
    assert [(edit.kind, edit.text) for edit in verified.edits] == [
        ("kept", "In May"),
        ("removed", "1905"),
        ("inserted", "1906"),
        ("kept", "the"),
        ("inserted", "new"),
        ("kept", "treaty about the bees was signed"),
    ]
    source = TEXTS["bees.md"]
    for edit in verified.edits:
        quoted, kept = text[slice(*edit.quoted)], source[slice(*edit.source)]
        expected = {"kept": (edit.text, edit.text), "removed": ("", edit.text)}
        assert (quoted, kept) == expected.get(edit.kind, (edit.text, ""))
    assert verified.ratio == pytest.approx(2 * 9 / (11 + 10))


@pytest.mark.parametrize(
    ("label", "quote", "expected"),
    [
        (
            "dots",
            "A dancer turns left ... before the sun has moved",
            ["(-, then right; she never stops)", "(+...)"],
        ),
        (
            "dots in brackets",
            "In May 1905 the treaty […] was signed by Anna Weber",
            ["(-about the bees)", "(+[…])"],
        ),
        ("at the ends", "… the queen's daughters know 3.5 dances [...]", ["(+…)", "(+[...])"]),
        ("an insertion", "It was not [yet] ratified before the year was out", ["(+[yet])"]),
        ("a replacement", "[She] never stops before the sun has moved", ["(+[She])"]),
        (
            "across sentences",
            "The drones [...] know 3.5 dances. A dancer turns left",
            ["(-—lazy as they are—don't gather honey… and the queen's daughters)", "(+[...])"],
        ),
    ],
)
def test_abridged(label, quote, expected, snapshot):
    verified = one(quote, snapshot)
    assert verified.kind == "abridged"
    assert edits(verified) == expected or label == "a replacement"


def test_a_capital_in_brackets_is_typography(snapshot):
    assert kind("[T]he treaty about the bees", snapshot) == "typographic"
    assert kind("the [b]ees was signed by Anna Weber", snapshot) == "typographic"


def test_words_picked_one_by_one_are_not_abridged(snapshot):
    assert kind("The bees ... was signed ... not ratified", snapshot) == "abridged"
    assert kind("Bees ... was ... not ... ratified", snapshot) == "altered"


def test_what_is_changed_beside_a_mark_is_altered(snapshot):
    verified = one("In May 1906 the treaty […] was signed by Anna Weber", snapshot)
    assert verified.kind == "altered"
    assert edits(verified) == ["-1905", "+1906", "(-about the bees)", "(+[…])"]


@pytest.mark.parametrize(
    ("label", "pieces"),
    [
        ("two documents", ["the treaty about the bees", "strips an orange grove bare"]),
        ("one document", ["signed by Anna Weber in the old", "before the sun has moved"]),
        ("in the other order", ["before the sun has moved", "signed by Anna Weber in the old"]),
        (
            "three",
            [
                "A dancer turns left, then right;",
                "Wasps sting those who come",
                "as they are—don't gather",
            ],
        ),
    ],
)
def test_stitched(label, pieces, snapshot):
    verified = one(" ".join(pieces), snapshot)
    assert (verified.kind, verified.count) == ("stitched", len(pieces))
    assert [place.text for place in verified.places] == pieces
    assert verified.ratio < 1


def test_a_mark_of_omission_joins_no_two_documents(snapshot):
    verified = one("the treaty about the bees [...] strips an orange grove bare", snapshot)
    assert verified.kind == "stitched"


@pytest.mark.parametrize(
    "quote",
    [
        "Nobody has ever written this about zeppelins.",
        "zeppelin",
        "Anna Huber",
        "in May 1906",
        "the of and to",
        "walk the bees",
        "ees",
        "90",
        "3",
        "35",
        "Wasps",
        "...",
        "?!",
        "🐝",
        "蜂が飛ぶ",
        "\u00ad",
        "*",
    ],
)
def test_absent(quote, snapshot):
    expected = "exact" if quote == "Wasps" else "absent"
    assert kind(quote, snapshot) == expected


def test_every_place_is_given_and_counted(snapshot, ids):
    verified = one("Nobody knows why", snapshot)
    assert verified.kind == "exact"
    assert verified.count == 2
    assert {place.document_id for place in verified.places} == {ids["ants.md"], ids["wasps.txt"]}


def test_exact_places_come_before_others(snapshot):
    verified = one("wasps sting", snapshot)
    assert (verified.kind, verified.count) == ("typographic", 1)
    verified = one("The", snapshot)
    assert verified.kind == "exact"
    exact = [place.exact for place in verified.places]
    assert exact == sorted(exact, reverse=True)
    everywhere = re.findall(r"\bthe\b", " ".join(TEXTS.values()), re.IGNORECASE)
    assert (len(exact), verified.count) == (10, len(everywhere))


class TestAttribution:
    def test_another_document_than_the_one_it_is_said_to_be_from(self, snapshot, ids):
        right = one(TREATY, snapshot, document_id=ids["bees.md"])
        wrong = one(TREATY, snapshot, document_id=ids["ants.md"])
        assert (right.kind, wrong.kind) == ("exact", "misattributed")
        assert wrong.attributed_to == (ids["ants.md"],)
        assert wrong.places[0].document_id == ids["bees.md"]

    def test_its_own_document_comes_first(self, snapshot, ids):
        quote = "Nobody knows why"
        for source in ("ants.md", "wasps.txt"):
            verified = one(quote, snapshot, document_id=ids[source])
            assert (verified.kind, verified.places[0].source) == ("exact", source)

    def test_its_own_document_decides_between_exact_and_typographic(self, snapshot, ids):
        quote = "To be, or not to be.\nNobody knows why"
        assert kind(quote, snapshot, document_id=ids["ants.md"]) == "exact"
        assert kind(quote.replace("\n", " "), snapshot, document_id=ids["ants.md"]) == "typographic"

    def test_altered_is_altered_whoever_said_it(self, snapshot, ids):
        quote = TREATY.replace("Weber", "Huber")
        assert kind(quote, snapshot, document_id=ids["ants.md"]) == "altered"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("“{quote}” (The Bees)", "exact"),
            ("“{quote}” (The Ants)", "misattributed"),
            ("“{quote},” (*The Ants*, paragraph 3)", "misattributed"),
            ("“{quote}” — The Ants", "misattributed"),
            ("The Ants: “{quote}”", "misattributed"),
            ("- In **The Ants**: “{quote}”", "misattributed"),
            ("> {quote}\n> — The Ants", "misattributed"),
            ("> {quote}\n\n(The Ants)", "exact"),
            ("“{quote}” ([The Ants](http://other.test/x))", "misattributed"),
            ("“{quote}” [1](/c/default/read/{ants}?v=ab&char=3,9#quote)", "misattributed"),
            ("[“{quote}”](https://x.test/c/a/read/{ants})", "misattributed"),
            ("[“{quote}”](https://x.test/c/a/read/{bees}?char=3,9)", "exact"),
            ("[“{quote}”](https://x.test/c/a/read/nothing?char=3,9)", "exact"),
            ("“{quote}” (Ants)", "exact"),
            ("“{quote}” is not in The Ants.", "exact"),
            ("Unlike The Ants, “{quote}”", "exact"),
        ],
    )
    def test_what_the_text_says(self, text, expected, snapshot, ids):
        said = text.format(quote=TREATY, ants=ids["ants.md"], bees=ids["bees.md"])
        verified = one(said, snapshot)
        assert verified.kind == (
            "typographic" if expected == "exact" and "," in verified.text else expected
        )
        if expected == "misattributed":
            assert verified.attributed_to == (ids["ants.md"],)

    def test_a_link_names_the_place_that_comes_first(self, snapshot, ids):
        start = ANTS.index("the scouts")
        for place in re.finditer("the ", ANTS):
            link = f"/c/default/read/{ids['ants.md']}?v=x&char={place.start()},{place.end()}"
            first = one(f"“the” [link]({link})", snapshot).places[0]
            assert (first.source, first.start) == ("ants.md", place.start())
        assert start

    def test_a_document_that_is_not_there_is_refused(self, snapshot):
        with pytest.raises(LibraryError, match="no document 'nothing'"):
            verify("Bees", snapshot, document_id="nothing")


class TestTexts:
    def test_each_quotation_is_judged_with_its_offsets(self, snapshot):
        essay = (
            f"As Weber wrote, “{TREATY},” and 'don’t gather honey'.\n"
            '> To be, or not\n> to be.\n\nIt\'s "the sun has stopped".'
        )
        found = verify(essay, snapshot)
        assert [(each.kind, each.text) for each in found] == [
            ("typographic", f"{TREATY},"),
            ("typographic", "don’t gather honey"),
            ("typographic", "To be, or not\nto be."),
            ("altered", "the sun has stopped"),
        ]
        assert essay[found[0].start : found[0].end] == f"{TREATY},"
        assert essay[found[2].start : found[2].end] == "To be, or not\n> to be."

    def test_what_stands_as_it_is_is_one_quotation(self, snapshot):
        quote = "although “every hive” had been counted twice"
        assert [(each.kind, each.text) for each in verify(quote, snapshot)] == [("exact", quote)]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "no quotation to check"),
            (" \n", "no quotation to check"),
            ("x" * (LONGEST_TEXT + 1), "has 20,001 characters, and 20,000 is the most"),
            ('"a b" ' * 51, "has 51 quotations, and 50 is the most"),
        ],
    )
    def test_what_is_nothing_or_too_much_is_told(self, text, said, snapshot):
        with pytest.raises(QuotationError, match=said):
            verify(text, snapshot)

    def test_half_a_surrogate_pair_is_a_question_mark(self, snapshot):
        assert kind("\ud800", snapshot) == "absent"


def boundaries(text):
    """Where a slice of a text may begin and end: not within a word."""
    tokens = tokens_of(text)
    return sorted({token.start for token in tokens}), sorted({token.end for token in tokens})


@st.composite
def slices(draw, *, least=1):
    """A source, and a slice of whole words of its text with so many words and signs at least."""
    source = draw(st.sampled_from(sorted(TEXTS)))
    tokens = tokens_of(TEXTS[source])
    first = draw(st.integers(0, len(tokens) - least))
    last = draw(st.integers(first + least - 1, len(tokens) - 1))
    return source, tokens[first].start, tokens[last].end


MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@MANY
@given(slices())
def test_any_slice_is_exact_at_its_place(snapshot, chosen):
    source, start, end = chosen
    verified = one(TEXTS[source][start:end], snapshot)
    assert verified.kind == "exact"
    spans = [(place.source, place.start, place.end) for place in verified.places]
    assert (source, start, end) in spans or verified.count > len(spans)


NOISE = {
    " ": ["\u00a0", "  ", "\n", " \t"],
    "\n": [" ", "\u2003"],
    "'": ["’", "‘"],
    "“": ['"', "„", "«", "‘"],
    "”": ['"', "»", "’"],
    "—": ["-", " – ", "--"],
    "…": ["...", ". . ."],
    "fi": ["\ufb01"],
    "e": ["e\u00ad", "\u00ade"],
}


@st.composite
def noisy(draw, text):
    """The text in another typography, changed at one place at least; as it is where none can be."""
    places = [match for match in re.finditer("|".join(map(re.escape, NOISE)), text)]
    places = [match for match in places if match.start() > 0 and match.end() < len(text)]
    if not places:
        return text
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, unique_by=lambda m: m.start()))
    for match in sorted(chosen, key=lambda match: -match.start()):
        other = draw(st.sampled_from(NOISE[match.group()]))
        text = text[: match.start()] + other + text[match.end() :]
    return text


@MANY
@given(slices(least=3), st.data())
def test_any_slice_in_another_typography_is_typographic(snapshot, chosen, data):
    source, start, end = chosen
    text = TEXTS[source][start:end]
    other = data.draw(noisy(text))
    assume(not any(other.strip() in known for known in TEXTS.values()))
    verified = one(other, snapshot)
    assert verified.kind == "typographic"
    spans = [(place.source, place.start, place.end) for place in verified.places]
    assert (source, start, end) in spans or verified.count > len(spans)


@MANY
@given(slices(least=9), st.data(), st.sampled_from(["zebra", "1848", "nor", "Q", "naïve"]))
def test_one_word_changed_is_altered_by_exactly_that(snapshot, chosen, data, other):
    source, start, end = chosen
    text = TEXTS[source]
    words = [token for token in tokens_of(text, start, end) if token.kind == "word"]
    assume(len(words) > 5)
    word = data.draw(st.sampled_from([word for word in words if word.key != other]))
    assume(not (other == "1848" and text[word.end] == "”"))  # a mark of inches is another sign
    changed = text[start : word.start] + other + text[word.end : end]
    verified = one_whole(changed, snapshot)
    assert (verified.kind, edits(verified)) == ("altered", [f"-{word.key}", f"+{other}"])
    spans = [edit.source for edit in verified.edits if edit.kind == "removed"]
    assert spans == [(word.start, word.end)]


@MANY
@given(slices(least=9), slices(least=9))
def test_two_slices_from_apart_are_stitched(snapshot, first, second):
    texts = [TEXTS[source][start:end] for source, start, end in (first, second)]
    assume(all(len(re.findall(r"\w+", text)) > 7 for text in texts))
    (source, before, end), (other, start, after) = first, second
    assume(source != other or start > end + 100 or after < before)
    joined = " ".join(texts)
    assume(not re.search("….? |….?$", texts[0][-2:] + "|" + texts[1][:2]))
    assume(not any(" ".join(joined.split()) in " ".join(text.split()) for text in TEXTS.values()))
    verified = one_whole(joined, snapshot)
    assert (verified.kind, verified.count) == ("stitched", 2)


def letters(text):
    """All that no typography may change: letters, numbers and accents, in order."""
    plain = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in plain if sign.isalnum())


@st.composite
def muddled(draw):
    """Words and signs of the texts, cut, dropped, doubled, exchanged or put in another case."""
    source, start, end = draw(slices())
    tokens = [
        TEXTS[source][token.start : token.end] for token in tokens_of(TEXTS[source], start, end)
    ]
    tokens = tokens[:20]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(tokens) - 1))
        word = tokens[place]
        others = [
            "",
            word * 2,
            word[:-1],
            word[1:],
            word.swapcase(),
            f"{word}s",
            "not",
            "2",
            ",",
            "…",
        ]
        tokens[place] = draw(st.sampled_from(others))
    return draw(st.sampled_from([" ", "", "\n"])).join(tokens)


@MANY
@given(muddled())
def test_what_is_called_verbatim_is(snapshot, quote):
    assume(quote.strip())
    for verified in verify(quote, snapshot):
        for place in verified.places:
            text = TEXTS[place.source]
            assert text[place.start : place.end] == place.text
            if verified.kind == "exact" and place.exact:
                assert place.text == verified.text
            if verified.kind in {"exact", "typographic"}:
                assert letters(place.text)[1:] == letters(verified.text)[1:]
                around = text[max(0, place.start - 1) : place.end + 1]
                assert not re.match(r"[A-Za-z0-9]{2}", around) or place.start == 0
                assert not re.search(r"[A-Za-z0-9]{2}\Z", around)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_too_hostile(text, snapshot):
    if text.strip():
        assert {each.kind for each in verify(text[:LONGEST_TEXT], snapshot)} <= set(KINDS)


HUGE = {
    "brackets": "[a]" * 6_600,
    "signs": "!" * 20_000,
    "one word": "bees" * 5_000,
    "a word again and again": "bees " * 4_000,
    "words of the texts": (BEES + ANTS).replace(".", "") * 20,
    "dots": "the bees ... " * 1_500,
    "quotations": "“the bees” " * 50,
    "writing without blanks": "蜂は" * 10_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_the_longest_texts_are_checked(text, snapshot):
    assert {each.kind for each in verify(text[:LONGEST_TEXT], snapshot)} <= set(KINDS)
