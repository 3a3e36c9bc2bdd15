"""The whole path from a question to an answer in quotes."""

import functools
import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from index.compatibility import chunk_settings_of
from index.deadline import Deadline, current
from index.embedding import Embedder
from index.errors import QuestionError, SettingError
from index.library import Library
from index.records import Hit
from index.snapshot import Snapshot, State
from rag.answer import Answer, Draft, Quote, Status
from rag.models import Models
from rag.quotes import checked_quotes
from rag.readers import Reader, reader_kind
from rag.references import quotes_cited
from rag.retrieval import DEPTH, FUSIONS, PASSAGES, retrieve
from rag.settings import Settings

_log = logging.getLogger(__name__)

LONGEST_QUESTION = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Everything that answering takes. Threads may share it."""

    library: Library
    embedder: Embedder
    reader: Reader
    settings: Settings


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The first stage of an answer: the passages that will be read."""

    hits: tuple[Hit, ...]
    state: State  # of the library that they are of


def open_pipeline(settings: Settings, *, models: Models | None = None) -> Pipeline:
    """What is needed to ask the library that the settings name, with the library's own embedder.

    Pipelines that are given the same `models` share them; these have threads of their own number.
    Raises `LibraryError` and its children, and `SettingError` for a reader or fusion not known.
    """
    kind = reader_kind(settings.reader)
    if settings.fusion not in FUSIONS:
        raise SettingError(f"fusion is {settings.fusion!r}; it must be one of {', '.join(FUSIONS)}")
    library = Library.open(settings.library)
    models = models or Models(threads=settings.threads)
    embedder = models.embedder(
        settings.embedder or library.facts().embedder, precision=settings.precision
    )
    library.accept(embedder)
    reader = kind(embedder, settings.threshold, networks=models.networks)
    return Pipeline(library, embedder, reader, settings)


def warm_up(pipeline: Pipeline) -> None:
    """Loads what the first question would otherwise wait for: weights, vectors, words."""
    ask("Is everything in its place?", pipeline)


def ask(
    question: str,
    pipeline: Pipeline,
    *,
    documents: Collection[str] | None = None,
    limit: int | None = None,
    deadline: Deadline | None = None,
) -> Answer:
    """The answer in quotes, or the closest passages where the texts do not answer.

    `documents` narrows the question to these ids; `limit` is the most quotes. Raises
    `QuestionError` for a question that is empty or longer than 2,000 characters, `TooSlowError`
    after the `deadline` and `GivenUpError` once another thread has cancelled that.
    """
    *_, answer = ask_in_stages(
        question, pipeline, documents=documents, limit=limit, deadline=deadline
    )
    assert isinstance(answer, Answer)  # the last stage always is
    return answer


def ask_in_stages(
    question: str,
    pipeline: Pipeline,
    *,
    documents: Collection[str] | None = None,
    limit: int | None = None,
    deadline: Deadline | None = None,
) -> Iterator[Retrieved | Answer]:
    """The same in two stages, for showing the passages while they are read."""
    question, deadline, clock = checked_question(question), deadline or Deadline(), _Clock()
    with pipeline.library.snapshot() as snapshot:
        most = limit or pipeline.settings.limit
        cited = quotes_cited(question, snapshot, documents=documents, limit=most)
        if cited:
            yield from _looked_up(question, cited, pipeline, snapshot, clock)
            return
        with deadline.holding():
            hits = retrieve(
                question,
                snapshot,
                embedder=pipeline.embedder,
                fusion=pipeline.settings.fusion,
                documents=documents,
            )
        clock.tick("retrieval")
        yield Retrieved(hits, snapshot.state)
        with deadline.holding():
            answer = answer_from(hits, question, pipeline, snapshot, limit=limit)
    yield replace(answer, seconds={**clock.seconds, **answer.seconds})


def _looked_up(
    question: str,
    quotes: tuple[Quote, ...],
    pipeline: Pipeline,
    snapshot: Snapshot,
    clock: "_Clock",
) -> Iterator[Retrieved | Answer]:
    """The stages of an answer to what is a reference: its places, which nothing had to find."""
    yield Retrieved((), snapshot.state)
    clock.tick("retrieval")
    signature = {**signature_of(pipeline, snapshot), "reader": "reference"}
    yield Answer(question, "answered", None, None, quotes, (), signature, clock.seconds)


def answer_from(
    hits: Sequence[Hit],
    question: str,
    pipeline: Pipeline,
    snapshot: Snapshot,
    *,
    limit: int | None = None,
) -> Answer:
    """The second stage alone: the answer that the reader finds in these passages.

    `hits` are of the same snapshot; `limit` is the most quotes.
    """
    clock = _Clock()
    draft = pipeline.reader.read(question, hits)
    current().check()
    clock.tick("reading")
    quotes = checked_quotes(draft, hits, snapshot, limit=limit or pipeline.settings.limit)
    if draft.claims and not quotes:
        _log.warning("none of %d claimed quotes stands in the texts", len(draft.claims))
    withheld = Draft((draft.withheld,) if draft.withheld else ())
    answer = Answer(
        question=question,
        status=_status(draft, quotes),
        text=short_answer(quotes[0]) if quotes else None,
        confidence=draft.confidence if quotes else None,
        quotes=quotes,
        hits=tuple(hits),
        signature=signature_of(pipeline, snapshot),
        seconds={},
        score=draft.score,
        withheld=next(iter(checked_quotes(withheld, hits, snapshot, limit=1)), None),
    )
    clock.tick("quoting")
    return replace(answer, seconds=clock.seconds)


def checked_question(question: str) -> str:
    r"""The question without blanks around it. Raises `QuestionError` where it cannot be asked.

    Half of a surrogate pair, which a shell or a JSON file can hold, is no character: it becomes a
    question mark.

    >>> checked_question("  Who was Rollo\ud800 ")
    'Who was Rollo?'
    """
    question = question.encode("utf-8", "replace").decode("utf-8").strip()
    if not question:
        raise QuestionError("the question is empty; ask it in a few words")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, and {LONGEST_QUESTION:,} is the most; "
            "ask it in fewer words"
        )
    return question


def _status(draft: Draft, quotes: tuple[Quote, ...]) -> Status:
    if quotes:
        return "answered"
    return "related" if draft.related or draft.claims else "not_found"


def short_answer(quote: Quote) -> str | None:
    """The words marked in a quote; `None` where none are."""
    if quote.answer is None:
        return None
    start, end = quote.answer
    return quote.text[start - quote.start : end - quote.start]


def signature_of(pipeline: Pipeline, snapshot: Snapshot) -> dict[str, str]:
    """What makes an answer: figures of two answers compare only where these are equal."""
    embedder = pipeline.embedder
    facts = snapshot.meta()
    return {
        "pincite": _version(),
        "chunker": chunk_settings_of(facts).signature if "window" in facts else "",
        "embedder": f"{embedder.name} {embedder.precision} {embedder.fingerprint[:12]}",
        "stores": "faiss fts5",
        "retriever": f"{pipeline.settings.fusion} depth={DEPTH} passages={PASSAGES}",
        "reader": pipeline.reader.signature,
    }


@functools.cache
def _version() -> str:
    return version("pincite")  # reads a file each time


class _Clock:
    """Wall time of one stage after another."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def tick(self, stage: str) -> None:
        """Ends the stage."""
        now = time.perf_counter()
        self.seconds[stage] = now - self._last
        self._last = now
