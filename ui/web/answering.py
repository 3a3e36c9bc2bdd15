"""What is asked of a course, whoever asks it: the chat, the API, a client of a language model."""

from collections.abc import Collection, Generator

from index.records import Hit
from rag.answer import Answer
from rag.ask import Retrieved, ask_in_stages, checked_question
from rag.retrieval import retrieve
from rag.verifying.verified import Verified
from rag.verifying.verify import verify
from ui.web.served import Served


def answer(
    question: str,
    served: Served,
    *,
    documents: Collection[str] | None = None,
    limit: int | None = None,
) -> Answer:
    """The course's answer, as `rag.ask.ask` gives it and with its errors."""
    *_, last = answer_in_stages(question, served, documents=documents, limit=limit)
    assert isinstance(last, Answer)  # the last stage always is
    return last


def answer_in_stages(
    question: str,
    served: Served,
    *,
    documents: Collection[str] | None = None,
    limit: int | None = None,
) -> Generator[Retrieved | Answer]:
    """The same in two stages: the passages that are read, then the answer."""
    yield from ask_in_stages(question, served.pipeline, documents=documents, limit=limit)


def search(
    question: str, served: Served, *, documents: Collection[str] | None = None, limit: int
) -> tuple[Hit, ...]:
    """At most `limit` passages of the course that stand nearest to the question, best first.

    Raises `QuestionError` as asking does.
    """
    pipeline = served.pipeline
    with pipeline.library.snapshot() as snapshot:
        return retrieve(
            checked_question(question),
            snapshot,
            embedder=pipeline.embedder,
            fusion=pipeline.settings.fusion,
            passages=limit,
            documents=documents,
        )


def check(text: str, served: Served, *, document: str | None = None) -> tuple[Verified, ...]:
    """What each quotation of somebody else's text is, as `rag.verifying.verify` finds it.

    Raises `QuotationError` as that does, and `LibraryError` where there is no such document.
    """
    with served.pipeline.library.snapshot() as snapshot:
        return verify(text, snapshot, document_id=document)
