"""What every reader keeps to, whatever it makes of the passages."""

import pytest

from index.embedding import load_embedder
from index.records import Chunk, Found, Hit
from index.sentences import sentence_spans
from rag.readers import READERS

TEXT = "It rained. The treaty was signed in Paris in 1905. Bees hum in the lime tree."


def hit(text=TEXT, *, number=1, start=100):
    spans = tuple(
        (first + start, last + start) for first, last in sentence_spans(text, 0, len(text))
    )
    chunk = Chunk(number, f"document {number}", start, start + len(text), text, spans)
    return Hit(chunk, 0.5, {"vectors": Found(number, 0.5)})


@pytest.fixture(params=READERS)
def reader(request):
    """Makes the reader with a threshold."""
    return lambda threshold=None: READERS[request.param](load_embedder("hashing"), threshold)


def test_claims_are_what_stands_in_the_passages_best_first(reader):
    hits = [hit(), hit("Ants walk. Wasps sting.", number=2)]
    draft = reader(-9.0).read("Where was the treaty signed in 1905?", hits)
    chunks = {each.chunk.id: each.chunk for each in hits}
    assert draft.claims[0].text == "The treaty was signed in Paris in 1905."
    for claim in draft.claims:
        chunk = chunks[claim.chunk_id]
        assert claim.document_id == chunk.document_id
        assert chunk.start <= claim.start < claim.end <= chunk.end
        assert chunk.slice((claim.start, claim.end)) == claim.text
    assert [claim.score for claim in draft.claims] == sorted(
        (claim.score for claim in draft.claims), reverse=True
    )
    assert draft.score == draft.claims[0].score
    assert draft.withheld is None


def test_what_is_withheld_is_the_claim_that_a_lower_threshold_makes(reader):
    question = "Where was the treaty signed?"
    silent, made = reader(9.0).read(question, [hit()]), reader(-9.0).read(question, [hit()])
    assert silent.claims == ()
    assert silent.withheld == made.claims[0]
    assert silent.score == made.score


def test_no_passages_give_nothing(reader):
    draft = reader().read("Where?", [])
    assert (draft.claims, draft.score, draft.withheld) == ((), None, None)


def test_the_signature_names_the_threshold(reader):
    assert reader(0.25).signature != reader(0.5).signature
    assert reader(0.25).signature.endswith("threshold=0.25")
