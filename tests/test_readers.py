"""What every reader keeps to, whatever it makes of the passages."""

import pytest
import typer

from index.embedding import load_embedder
from index.errors import SettingError
from index.records import Chunk, Found, Hit
from index.sentences import sentence_spans
from rag.readers import READERS, load_reader
from rag.readers.cosine import CosineReader
from rag.readers.span.calibration import Calibration
from rag.readers.span.reader import SpanReader
from tests.span_scoring import opened
from ui.options import one_of

TEXT = "It rained. The treaty was signed in Paris in 1905. Bees hum in the lime tree."


def hit(text=TEXT, *, number=1, start=100):
    spans = tuple(
        (first + start, last + start) for first, last in sentence_spans(text, 0, len(text))
    )
    chunk = Chunk(number, f"document {number}", start, start + len(text), text, spans)
    return Hit(chunk, 0.5, {"vectors": Found(number, 0.5)})


def span_reader(embedder, threshold, **card):
    return SpanReader(
        embedder, threshold, weights=opened({"paris": (2, 2), "ants": (1, 1)}, **card)
    )


def calibrated_span_reader(embedder, threshold):
    return span_reader(embedder, threshold, calibration=Calibration(-1.0, {"margin": 0.5}))


KINDS = READERS | {"span on a stand-in": span_reader, "the same calibrated": calibrated_span_reader}


@pytest.fixture(params=KINDS)
def reader(request):
    """Makes the reader with a threshold."""
    return lambda threshold=None: KINDS[request.param](load_embedder("hashing"), threshold)


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


def test_a_reader_is_loaded_by_the_name_in_the_table_before_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cosine").mkdir()
    assert isinstance(load_reader("cosine", load_embedder("hashing")), CosineReader)


def test_a_reader_that_is_neither_in_the_table_nor_a_folder_is_told():
    with pytest.raises(
        SettingError,
        match=r"'magic'; it must be one of span, sentence, .*or the folder of an extractive",
    ):
        load_reader("magic", load_embedder("hashing"))


def test_an_option_takes_a_name_or_any_folder(tmp_path):
    parse = one_of(lambda: ["a", "b"], or_folder="the folder of a reader")
    assert [parse("a"), parse(str(tmp_path))] == ["a", str(tmp_path)]
    with pytest.raises(typer.BadParameter, match="'c' is none of a, b, or the folder of a reader"):
        parse("c")
    with pytest.raises(typer.BadParameter, match=r"is none of a$"):
        one_of(lambda: ["a"])(str(tmp_path))
