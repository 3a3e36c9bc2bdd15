import pytest

from index.embedding import load_embedder
from index.records import Found
from rag.retrieval import FUSIONS, PASSAGES, reciprocal, retrieve, weighted

TEXTS = {
    "bees.txt": "Bees hum in the lime tree.",
    "clocks.txt": "A pendulum swings in the clock.",
    "tides.txt": "The Moon raises the tides.",
}


def found(question, library, **options):
    with library.snapshot() as snapshot:
        hits = retrieve(question, snapshot, embedder=load_embedder("hashing"), **options)
        return [(snapshot.document(hit.chunk.document_id).source, hit) for hit in hits]


def test_the_passage_with_the_words_comes_first_and_keeps_how_it_was_found(make_library):
    library = make_library(TEXTS)
    source, hit = found("What does the pendulum do in a clock?", library)[0]
    assert source == "clocks.txt"
    assert hit.found_by["words"].rank == 1
    assert hit.found_by["vectors"].rank == 1
    assert hit.score == pytest.approx(
        hit.found_by["vectors"].score + hit.found_by["words"].score / 20
    )


@pytest.mark.parametrize("fusion", FUSIONS)
def test_every_fusion_ranks_scores_downwards(make_library, fusion):
    hits = [hit for _, hit in found("bees in the tree", make_library(TEXTS), fusion=fusion)]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].chunk.text == TEXTS["bees.txt"]


def test_documents_narrow_both_searches(make_library):
    library = make_library(TEXTS)
    tides = next(row.id for row in library.documents() if row.source == "tides.txt")
    assert [source for source, _ in found("pendulum", library, documents=[tides])] == ["tides.txt"]


def test_no_documents_find_nothing(make_library):
    assert found("pendulum", make_library(TEXTS), documents=[]) == []


def test_the_cut(make_library):
    library = make_library({f"{number}.txt": f"Note {number} on bees." for number in range(20)})
    assert len(found("bees", library)) == PASSAGES
    assert len(found("bees", library, passages=3)) == 3


@pytest.mark.parametrize("question", ['" AND NEAR( * ^', "\0", "text:bees", "🐝", "NOT", "-bees"])
def test_no_question_is_syntax(make_library, question):
    assert len(found(question, make_library(TEXTS))) == 3


def test_weighted_gives_what_only_words_found_the_lowest_cosine():
    findings = {"vectors": {7: Found(1, 0.9), 8: Found(2, 0.1)}, "words": {9: Found(1, 10.0)}}
    assert weighted(findings) == pytest.approx({7: 0.9, 8: 0.1, 9: 0.6})


def test_reciprocal_counts_ranks_from_one():
    findings = {"vectors": {7: Found(1, 0.9)}, "words": {7: Found(3, 9.0), 8: Found(1, 10.0)}}
    assert reciprocal(findings) == pytest.approx({7: 1 / 11 + 1 / 13, 8: 1 / 11})
