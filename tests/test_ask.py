import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.embedding import load_embedder
from index.errors import LibraryMismatchError, LibraryNotFoundError, QuestionError, SettingError
from index.library import Library
from index.sources import text_source
from rag.answer import Answer, Claim, Draft
from rag.ask import Pipeline, Retrieved, ask, ask_in_stages, open_pipeline
from rag.readers.sentence import SentenceReader
from rag.settings import Settings

TEXTS = {
    "treaty.md": "# Treaty\n\n## Signing\n\nIt rained. The treaty was signed in Paris in 1905.",
    "bees.txt": "Bees hum in the lime tree.",
}


@pytest.fixture
def pipeline(make_library):
    library = make_library(TEXTS)
    return open_pipeline(Settings(library=library.path))


def test_an_answer_is_its_quote_in_its_place(pipeline):
    answer = ask("Where was the treaty signed?", pipeline)
    assert answer.status == "answered"
    quote = answer.quotes[0]
    assert quote.text == "The treaty was signed in Paris in 1905."
    assert quote.place.headings == ("Treaty", "Signing")
    assert (quote.source, quote.place.line) == ("treaty.md", 5)
    assert answer.hits[0].chunk.document_id == quote.document_id
    assert set(answer.seconds) == {"retrieval", "reading", "quoting"}
    assert answer.signature["embedder"].startswith("hashing float32")


def test_what_is_far_off_is_not_found_and_keeps_the_closest_passages(pipeline):
    answer = ask("Who won the world cup?", pipeline)
    assert (answer.status, answer.quotes, answer.text) == ("not_found", (), None)
    assert len(answer.hits) == 2


def test_a_reader_that_makes_things_up_gets_no_quote_and_is_not_taken_for_silence(pipeline, caplog):
    class Inventor:
        signature = "inventor"

        def read(self, question, hits):
            chunk = hits[0].chunk
            start, end = chunk.sentences[0]
            return Draft((Claim(chunk.id, chunk.document_id, start, end, "Made up.", 1.0),))

    made = Pipeline(pipeline.library, pipeline.embedder, Inventor(), pipeline.settings)
    answer = ask("Where was the treaty signed?", made)
    assert (answer.status, answer.quotes) == ("related", ())
    assert "none of 1 claimed quotes" in caplog.text


def test_the_short_answer_is_a_slice_of_its_quote(pipeline):
    class Marks:
        signature = "marks"

        def read(self, question, hits):
            chunk = next(hit.chunk for hit in hits if "1905" in hit.chunk.text)
            start, end = chunk.sentences[1]
            at = chunk.start + chunk.text.index("1905")
            text = chunk.text[start - chunk.start : end - chunk.start]
            claim = Claim(chunk.id, chunk.document_id, start, end, text, 1.0, (at, at + 4))
            return Draft((claim,), confidence=0.75)

    made = Pipeline(pipeline.library, pipeline.embedder, Marks(), pipeline.settings)
    answer = ask("When?", made)
    assert (answer.text, answer.confidence) == ("1905", 0.75)


def test_stages_come_in_order(pipeline):
    passages, answer = ask_in_stages("Where was the treaty signed?", pipeline)
    assert isinstance(passages, Retrieved)
    assert isinstance(answer, Answer)
    assert answer.hits == passages.hits


def test_documents_narrow_the_question(pipeline):
    bees = next(row.id for row in pipeline.library.documents() if row.source == "bees.txt")
    answer = ask("Where was the treaty signed?", pipeline, documents=[bees])
    assert {hit.chunk.document_id for hit in answer.hits} == {bees}


@pytest.mark.parametrize("question", ["", "  \n", "x" * 2_001], ids=["empty", "blank", "too long"])
def test_a_question_that_cannot_be_asked(pipeline, question):
    with pytest.raises(QuestionError):
        ask(question, pipeline)


@pytest.mark.parametrize("question", ["x" * 2_000, "caf\udcff?", "\0", "؟‮abc", '" AND NEAR( * ^'])
def test_a_strange_question_is_asked_all_the_same(pipeline, question):
    assert ask(question, pipeline).status in {"answered", "related", "not_found"}


def test_a_library_of_nothing_has_no_answer(tmp_path):
    Library.create(tmp_path / "library").close()
    pipeline = open_pipeline(Settings(library=tmp_path / "library", embedder="hashing"))
    answer = ask("Where was the treaty signed?", pipeline)
    assert (answer.status, answer.hits) == ("not_found", ())


def test_what_cannot_be_opened(make_library, tmp_path):
    with pytest.raises(LibraryNotFoundError, match="there is no library at"):
        open_pipeline(Settings(library=tmp_path / "nowhere"))
    library = make_library(TEXTS)
    with pytest.raises(LibraryMismatchError, match=r"hashing.*all-MiniLM-L6-v2"):
        open_pipeline(Settings(library=library.path, embedder="all-MiniLM-L6-v2"))
    with pytest.raises(SettingError, match="reader is 'oracle'; it must be one of span, sentence"):
        open_pipeline(Settings(library=library.path, reader="oracle"))


_WORDS = st.sampled_from(
    [
        "the",
        "treaty",
        "was",
        "signed",
        "in",
        "Paris",
        "1905",
        "–",
        "“so”",
        "U.S.",
        "#",
        "🐝",
        "שלום",
    ]
)
_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    st.lists(
        st.one_of(_WORDS, st.sampled_from([". ", "\n", "\n\n", "  "])), min_size=1, max_size=60
    ).map(" ".join),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(_TEXT, min_size=1, max_size=3), question=_TEXT)
def test_every_quote_of_every_answer_is_its_slice(texts, question):
    with tempfile.TemporaryDirectory() as folder, Library.create(Path(folder)) as library:
        embedder = load_embedder("hashing")
        sources = [text_source("r", f"{n}.md", text) for n, text in enumerate(texts)]
        for _ in library.add(sources, embedder=embedder, max_bytes=10**6):
            pass
        reader = SentenceReader(embedder, -9.0)
        pipeline = Pipeline(library, embedder, reader, Settings(library=Path(folder)))
        if not question.strip():
            return
        answer = ask(question[:2000], pipeline)
        with library.snapshot() as snapshot:
            for quote in answer.quotes:
                document = snapshot.document(quote.document_id)
                assert document.version == quote.version
                assert document.text[quote.start : quote.end] == quote.text
                assert quote.text.strip() == quote.text != ""
            for hit in answer.hits:
                text = snapshot.document(hit.chunk.document_id).text
                assert text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
    assert json.dumps(answer.signature)
