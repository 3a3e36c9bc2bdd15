import sqlite3

import pytest

from index.words import WORD_STORES, content_words, match_expression

TEXTS = {
    "bees.txt": "Bees hum in the lime tree. A bee was running along the branch.",
    "clocks.txt": "The clock in the tower runs slow.",
    "tower.txt": "A tower, a tower, and one more tower.",
    "café.txt": "Naïve visitors drank in the café near the text column.",
}
each_store = pytest.mark.parametrize("make", WORD_STORES.values(), ids=WORD_STORES)


@pytest.fixture
def search(make_library):
    """Searches a library of four texts; the sources that were found, with their scores."""
    with make_library(TEXTS).snapshot() as snapshot:
        sources = {row.id: row.source for row in snapshot.documents()}

        def found(question, k=10, **options):
            hits = snapshot.search_words(question, k, **options)
            chunks = snapshot.chunks(hit.chunk_id for hit in hits)
            return [(sources[chunks[hit.chunk_id].document_id], hit.score) for hit in hits]

        yield found


@pytest.mark.parametrize(
    ("label", "question", "expected"),
    [
        ("one word", "lime", ["bees.txt"]),
        ("stems", "Who ran, who runs, who is running?", ["bees.txt", "clocks.txt"]),
        ("capitals", "LIME", ["bees.txt"]),
        ("accents in the text", "naive cafe", ["café.txt"]),
        ("accents in the question", "límè", ["bees.txt"]),
        ("a word that is an operator", "NEAR", ["café.txt"]),
        ("a word that is a column", "text:", ["café.txt"]),
        ("words that stand nowhere", "zeppelin", []),
        ("stop words beside another", "the a in lime", ["bees.txt"]),
    ],
)
def test_what_is_found(search, label, question, expected):
    assert sorted(source for source, _ in search(question)) == expected


def test_the_better_one_comes_first_with_the_higher_score(search):
    (first, high), (second, low) = search("tower")
    assert (first, second) == ("tower.txt", "clocks.txt")
    assert high > low > 0


def test_only_stop_words_are_searched_as_they_are(search):
    assert {source for source, _ in search("the")} == {"bees.txt", "clocks.txt", "café.txt"}


def test_the_cut_and_the_narrowing(search, make_library):
    assert len(search("tower", k=1)) == 1
    with make_library(TEXTS).snapshot() as snapshot:
        ids = {row.source: row.id for row in snapshot.documents()}
    assert [source for source, _ in search("tower", documents=[ids["clocks.txt"]])] == [
        "clocks.txt"
    ]
    assert search("tower", documents=[]) == []
    assert search("tower", documents=["no such id", '"', "\ud800"]) == []


HOSTILE = {
    "operators": 'tower " AND NEAR( * ^',
    "quotation marks": "\"tower\" 'tower' “tower” ''\"\"",
    "NUL": "tower\0tower",
    "lone surrogates": "tower \ud800\udfff tower",
    "2,000 characters of words": " ".join(f"w{number}" for number in range(420))[:1_994] + " tower",
    "1,000 words of one letter": "x " * 999 + "tower",
    "10,000 different words": " ".join(f"w{number}" for number in range(10_000)) + " tower",
    "emoji": "🐝👩‍🚀 tower 🏳️‍🌈",
    "right to left": "مرحبا \u202etower\u202c שלום",
    "columns": "text: headings:tower -text:tower",
    "minus": "-tower --tower -",
    "parentheses": "((tower)) ) ( NOT tower",
    "prefix and first": "tower* ^tower",
    "NEAR": 'NEAR("tower" "tower", 2)',
    "plus": "tower + + tower",
    "semicolon": "tower'; DROP TABLE chunks; --",
    "numbers that are no digits": "½ ² Ⅻ ① tower",
    "controls": "\x01\x1b[31m tower\x7f",
    "combining marks": "t\u0301o\u0300 tower \u0301\u0301",
    "a rule that maps one letter to two": "İ tower ß",
}


@pytest.mark.parametrize("question", HOSTILE.values(), ids=HOSTILE)
def test_no_question_is_syntax(search, question):
    found = [source for source, _ in search(question) if source != "café.txt"]
    assert found == ["tower.txt", "clocks.txt"]


@pytest.mark.parametrize("question", ["", "   ", "?!.,;:", '"""', "\0", "\ud800", "()*^-+", "🐝"])
def test_a_question_without_words_finds_nothing(search, question):
    assert search(question) == []


@each_store
def test_a_store_over_an_empty_library(make, make_library):
    with make_library({"a.txt": "Bees."})._connection() as connection:
        connection.execute("DELETE FROM vectors")
        connection.execute("DELETE FROM chunks")
        assert make(connection).search("bees", 5) == []


@pytest.mark.parametrize(
    ("label", "text", "words"),
    [
        ("stop words go", "Who was the Norse leader?", ["norse", "leader"]),
        ("only stop words", "Who is he?", ["who", "is", "he"]),
        ("each once, in order", "tree Bee TREE bee", ["tree", "bee"]),
        ("nothing", " ?! ", []),
    ],
)
def test_content_words(label, text, words):
    assert content_words(text) == words


def test_every_word_stands_in_quotation_marks():
    expression = match_expression(content_words('NEAR "AND" x:y'))
    assert expression == '"near" OR "x" OR "y"'
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE t USING fts5 (text)")
    assert table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone() == (0,)
    table.close()


@pytest.mark.parametrize(
    ("label", "question", "expected"),
    [
        ("all stand", "Which bees hum in towers?", []),
        ("one does not", "Do zeppelins hum?", ["zeppelins"]),
        ("endings do not matter", "Who drinks, who runs a tower clock?", ["drinks"]),
        ("stop words are not told", "Why would the zeppelin be here?", ["zeppelin"]),
        ("an operator is a word", "NEAR NOT", []),
        ("a quotation mark", '"zeppelin"', ["zeppelin"]),
        ("as it was first typed", "Zeppelin or ZEPPELIN, a Clock?", ["Zeppelin"]),
    ],
)
def test_words_that_stand_nowhere_are_told(make_library, label, question, expected):
    with make_library(TEXTS).snapshot() as snapshot:
        assert snapshot.unknown_words(question) == expected


@pytest.mark.parametrize(
    ("label", "words", "expected"),
    [
        ("one word", "tower", ["clocks.txt", "tower.txt"]),
        ("in a row", "lime tree", ["bees.txt"]),
        ("not in a row", "tree lime", []),
        ("endings do not matter", "clocks in the towers", ["clocks.txt"]),
        ("stop words count", "in the", ["bees.txt", "café.txt", "clocks.txt"]),
        ("an operator is a word", "NEAR the", ["café.txt"]),
        ("what would end a phrase", 'lime" OR "tower\0\ud800', []),
        ("no words", "?!", []),
    ],
)
def test_chunks_that_have_words_in_a_row(make_library, label, words, expected):
    with make_library(TEXTS).snapshot() as snapshot:
        sources = {row.id: row.source for row in snapshot.documents()}
        chunks = snapshot.chunks(snapshot.chunks_having(words, 9))
        assert sorted(sources[chunk.document_id] for chunk in chunks.values()) == expected


def test_words_in_a_row_are_cut_and_narrowed(make_library):
    with make_library(TEXTS).snapshot() as snapshot:
        ids = {row.source: row.id for row in snapshot.documents()}
        both = snapshot.chunks_having("tower", 9)
        assert both == sorted(both)
        assert snapshot.chunks_having("tower", 1) == both[:1]
        narrowed = snapshot.chunks_having("tower", 9, documents=[ids["tower.txt"]])
        assert [snapshot.chunks(narrowed)[id].text for id in narrowed] == [TEXTS["tower.txt"]]
        assert snapshot.chunks_having("tower", 9, documents=[]) == []


def test_documents_that_have_these_very_characters(make_library):
    with make_library(TEXTS).snapshot() as snapshot:
        sources = {row.id: row.source for row in snapshot.documents()}
        for characters, expected in {
            "ower": ["clocks.txt", "tower.txt"],
            "OWER": [],
            "ï": ["café.txt"],
            "%": [],
        }.items():
            found = snapshot.documents_having(characters)
            assert [sources[id] for id in found] == expected
        assert {snapshot.text(id) for id in sources} == set(TEXTS.values())
