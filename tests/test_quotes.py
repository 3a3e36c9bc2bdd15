import pytest

from index.embedding import load_embedder
from rag.answer import Claim, Draft
from rag.quotes import checked_quotes
from rag.retrieval import retrieve

TEXT = (
    "The treaty was not signed in 1901. It was signed in 1905. Nobody knew why. "
    "The delegates had gone home by then.\n\nLater they met again."
)
OTHER = "The treaty was a forgery."


class Read:
    """Passages of a small library, and what becomes of claims about them."""

    def __init__(self, library):
        self.library = library
        with library.snapshot() as snapshot:
            self.hits = retrieve("treaty", snapshot, embedder=load_embedder("hashing"))
        self.sources = {row.id: row.source for row in library.documents()}

    def chunk(self, source):
        return next(hit.chunk for hit in self.hits if self.sources[hit.chunk.document_id] == source)

    def claim(self, text, *, source="a.txt", start=None, score=1.0, answer=None):
        chunk = self.chunk(source)
        start = chunk.start + chunk.text.index(text) if start is None else start
        return Claim(chunk.id, chunk.document_id, start, start + len(text), text, score, answer)

    def quotes(self, *claims, limit=3):
        with self.library.snapshot() as snapshot:
            return checked_quotes(Draft(claims), self.hits, snapshot, limit=limit)


@pytest.fixture
def read(make_library):
    return Read(make_library({"a.txt": TEXT, "b.txt": OTHER}))


def test_a_claim_that_holds_becomes_a_quote(read):
    (quote,) = read.quotes(read.claim("It was signed in 1905.", answer=(52, 56)))
    assert (quote.text, quote.start, quote.end) == ("It was signed in 1905.", 35, 57)
    assert TEXT[slice(*quote.answer)] == "1905"
    assert (quote.source, quote.title, quote.place.paragraph) == ("a.txt", "A", 1)


@pytest.mark.parametrize(
    ("what", "text", "start"),
    [
        ("a negation dropped", "The treaty was signed in 1901.", 0),
        ("a digit changed", "It was signed in 1906.", 35),
        ("two pieces stitched", "It was signed in 1905. The delegates had gone home by then.", 35),
        ("an ellipsis", "The treaty … 1901.", 0),
        ("other spacing", "It was  signed in 1905.", 35),
        ("other capitals", "it was signed in 1905.", 35),
        ("shifted by one", "It was signed in 1905.", 34),
        ("words of another document", OTHER, 0),
        ("nothing at all", "", 0),
        ("before the text", "It was signed in 1905.", -5),
        ("behind the text", "Later they met again.", 5_000),
    ],
)
def test_a_tampered_claim_is_no_quote(read, what, text, start):
    assert read.quotes(read.claim(text, start=start)) == ()


def test_the_right_words_under_another_document_are_no_quote(read):
    claim = read.claim(OTHER, source="b.txt")
    chunk = read.chunk("a.txt")
    lies = [
        Claim(chunk.id, claim.document_id, claim.start, claim.end, OTHER, 1.0),
        Claim(claim.chunk_id, chunk.document_id, claim.start, claim.end, OTHER, 1.0),
        Claim(999, claim.document_id, claim.start, claim.end, OTHER, 1.0),
        Claim(claim.chunk_id, "no such document", claim.start, claim.end, OTHER, 1.0),
    ]
    assert read.quotes(*lies) == ()


def test_neighbours_and_overlaps_are_merged(read):
    (quote,) = read.quotes(
        read.claim("Nobody knew why.", score=0.5),
        read.claim("It was signed in 1905. Nobody", score=0.9),
        read.claim("It was signed in 1905.", score=0.7),
    )
    assert quote.text == "It was signed in 1905. Nobody knew why."
    assert quote.score == 0.9


def test_quotes_that_do_not_touch_stay_apart_best_first(read):
    quotes = read.quotes(
        read.claim("The treaty was not signed in 1901.", score=0.2),
        read.claim("Nobody knew why.", score=0.8),
    )
    assert [quote.text for quote in quotes] == [
        "Nobody knew why.",
        "The treaty was not signed in 1901.",
    ]


def test_the_same_sentence_of_two_documents_stands_once(make_library):
    read = Read(make_library({"a.txt": OTHER, "c.txt": OTHER}))
    quotes = read.quotes(read.claim(OTHER, score=0.4), read.claim(OTHER, source="c.txt"))
    assert [(quote.text, quote.source) for quote in quotes] == [(OTHER, "c.txt")]


def test_limit(read):
    claims = [read.claim("Nobody knew why."), read.claim(OTHER, source="b.txt", score=2.0)]
    assert [quote.text for quote in read.quotes(*claims, limit=1)] == [OTHER]


def test_a_short_answer_outside_its_sentence_is_not_marked(read):
    (quote,) = read.quotes(read.claim("Nobody knew why.", answer=(0, 3)))
    assert quote.answer is None
