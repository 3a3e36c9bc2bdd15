"""The same question of the same texts is answered once, and never from texts that have changed."""

import subprocess
import sys
import threading

import pytest

from index.deadline import Deadline
from index.embedding.hashing import HashingEmbedder
from index.errors import LibraryError, QuestionError, TooSlowError
from index.library import Library
from rag.answer import Answer
from rag.ask import Pipeline, Retrieved, ask, open_pipeline
from rag.readers.sentence import SentenceReader
from rag.remembering import REMEMBERED, Answers
from rag.settings import Settings
from tests.test_replacing import PARIS, QUESTION, ROME


class Reads(SentenceReader):
    """Counts what it reads; does something first."""

    def __init__(self, then=lambda: None):
        super().__init__(HashingEmbedder())
        self.questions, self.then = [], then

    def read(self, question, hits):
        self.questions.append(question)
        self.then()
        return super().read(question, hits)


@pytest.fixture
def path(make_library):
    return make_library({"treaty.txt": PARIS, "bees.txt": "Bees hum."}).path


@pytest.fixture
def made(path):
    """A pipeline and its reader."""
    with Library.open(path) as library:
        reader = Reads()
        yield Pipeline(library, HashingEmbedder(), reader, Settings(library=path)), reader


def test_an_answer_from_memory_is_the_same_and_says_so(made):
    pipeline, reader = made
    answers = Answers()
    first, again = (answers.ask(f"  {QUESTION}  ", pipeline) for _ in range(2))
    assert set(first.seconds) == {"retrieval", "reading", "quoting"}
    assert set(again.seconds) == {REMEMBERED}
    assert (again.quotes, again.hits, again.question) == (first.quotes, first.hits, QUESTION)
    assert reader.questions == [QUESTION]
    passages, answer = answers.ask_in_stages(QUESTION, pipeline)
    assert isinstance(passages, Retrieved)
    assert isinstance(answer, Answer)
    assert passages.hits == answer.hits == first.hits


def test_what_an_answer_depends_on_makes_it_another(made):
    pipeline, reader = made
    answers = Answers()
    bees = next(row.id for row in pipeline.library.documents() if row.source == "bees.txt")
    for _ in range(2):
        answers.ask(QUESTION, pipeline)
        answers.ask(QUESTION.upper(), pipeline)
        answers.ask(QUESTION, pipeline, limit=1)
        narrowed = answers.ask(QUESTION, pipeline, documents=[bees])
        assert {hit.chunk.document_id for hit in narrowed.hits} == {bees}
    assert len(reader.questions) == 4
    other = Reads()
    other._threshold = 9.0
    answers.ask(QUESTION, Pipeline(pipeline.library, HashingEmbedder(), other, pipeline.settings))
    assert len(other.questions) == 1


def test_two_libraries_never_share_an_answer(made, make_library):
    pipeline, _ = made
    rome = open_pipeline(
        Settings(library=make_library({"treaty.txt": ROME}, "rome").path, reader="sentence")
    )
    answers = Answers()
    for _ in range(2):
        assert answers.ask(QUESTION, pipeline).quotes[0].text == PARIS
        assert answers.ask(QUESTION, rome).quotes[0].text == ROME


def test_what_was_asked_for_last_is_kept(made):
    pipeline, reader = made
    answers = Answers(capacity=2)
    for question in ["one bee", "two bees", "one bee", "three bees", "one bee", "two bees"]:
        answers.ask(question, pipeline)
    assert reader.questions == ["one bee", "two bees", "three bees", "two bees"]
    assert len(answers._given) == 2


def test_a_writer_in_another_process_makes_it_forget(made, path, tmp_path):
    pipeline, reader = made
    answers = Answers()
    assert [quote.text for quote in answers.ask(QUESTION, pipeline).quotes] == [PARIS]
    (tmp_path / "later.txt").write_text(ROME, encoding="utf-8")
    code = "import sys; from ui.main import main; sys.exit(main())"
    arguments = ["add", str(tmp_path / "later.txt"), "--library", str(path)]
    subprocess.run(
        [sys.executable, "-c", code, *arguments, "--embedder", "hashing"],
        check=True,
        capture_output=True,
    )
    found = {quote.text for quote in answers.ask(QUESTION, pipeline).quotes}
    assert found == {PARIS, ROME}
    assert len(reader.questions) == 2


def test_an_answer_is_kept_for_the_state_that_it_is_of(made, make_library, tmp_path):
    pipeline, _ = made
    rome = make_library({"treaty.txt": ROME}, "rome")
    rome.close()
    path = pipeline.library.path
    answers, state = Answers(), Library.state

    def swapped(library):
        """The state, after which the library is replaced."""
        found = state(library)
        path.rename(tmp_path / "before")
        rome.path.rename(path)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Library, "state", swapped)
        assert answers.ask(QUESTION, pipeline).quotes[0].text == ROME
    path.rename(tmp_path / "rome")
    (tmp_path / "before").rename(path)
    assert answers.ask(QUESTION, pipeline).quotes[0].text == PARIS


def asking(answers, pipeline, times, **options):
    """The answers or errors of so many who ask at once."""
    found = []

    def one():
        try:
            found.append(answers.ask(QUESTION, pipeline, **options))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=one, daemon=True) for _ in range(times)]
    for thread in threads:
        thread.start()
    return threads, found


def test_who_ask_at_once_are_answered_once(made):
    pipeline, reader = made
    may_go_on = threading.Event()
    reader.then = lambda: may_go_on.wait(30)
    answers = Answers()
    threads, found = asking(answers, pipeline, 8)
    while not reader.questions:
        threading.Event().wait(0.001)
    with pytest.raises(TooSlowError):
        answers.ask(QUESTION, pipeline, deadline=Deadline(0.01))
    may_go_on.set()
    for thread in threads:
        thread.join(30)
    assert [[quote.text for quote in answer.quotes] for answer in found] == [[PARIS]] * 8
    assert len(reader.questions) == 1
    assert answers._awaited == {}


def test_where_the_first_fails_the_next_takes_over(made):
    pipeline, reader = made
    waiting = threading.Event()

    def failing_once():
        if len(reader.questions) == 1:
            waiting.wait(30)
            raise LibraryError("only the first")

    reader.then = failing_once
    answers = Answers()
    threads, found = asking(answers, pipeline, 1)
    while not reader.questions:
        threading.Event().wait(0.001)
    others, also_found = asking(answers, pipeline, 3)
    waiting.set()
    for thread in [*threads, *others]:
        thread.join(30)
    assert [str(error) for error in found] == ["only the first"]
    assert [answer.quotes[0].text for answer in also_found] == [PARIS] * 3
    assert len(reader.questions) == 2


def test_nobody_waits_for_one_who_has_stopped_half_way(made):
    pipeline, _ = made
    answers = Answers()
    stages = answers.ask_in_stages(QUESTION, pipeline)
    assert isinstance(next(stages), Retrieved)
    assert answers.ask(QUESTION, pipeline).quotes[0].text == PARIS
    answer = next(stages)
    assert answer.quotes == ask(QUESTION, pipeline).quotes
    stages.close()
    left = answers.ask_in_stages("another bee", pipeline)
    next(left)
    left.close()
    assert answers._awaited == {}


def test_errors_are_not_remembered(made):
    pipeline, _ = made
    with pytest.raises(QuestionError):
        Answers().ask(" ", pipeline)
