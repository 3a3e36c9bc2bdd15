"""What is asked of a course, whoever asks it: the chat, the API, a client of a language model.

A question waits for its place (`ui/web/admission.py`), and is then answered in one thread from its
start to its end. Its place is free once the thread is, whether or not anybody still wants the
answer.
"""

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from functools import partial
from typing import TypeVar

from index.deadline import Deadline
from index.errors import GivenUpError, TooSlowError
from index.records import Hit
from rag.answer import Answer
from rag.ask import Retrieved, checked_question
from rag.retrieval import retrieve
from rag.verifying.verified import Verified
from rag.verifying.verify import verify
from ui.logs import unsaid
from ui.web.records import Recorded
from ui.web.refusals import RefusedError
from ui.web.served import Served

T = TypeVar("T")

_THREADS = ThreadPoolExecutor(max_workers=256, thread_name_prefix="answering")  # as many as places


async def answer(
    question: str,
    served: Served,
    *,
    documents: Collection[str] | None = None,
    limit: int | None = None,
) -> Answer:
    """The course's answer, as `rag.ask.ask` gives it and with its errors.

    Raises `RefusedError` where the server has no place for the question in time.
    """
    stages = answer_in_stages(question, served, documents=documents, limit=limit)
    *_, last = [stage async for stage in stages]
    assert isinstance(last, Answer)  # the last stage always is
    return last


async def answer_in_stages(
    question: str,
    served: Served,
    *,
    documents: Collection[str] | None = None,
    limit: int | None = None,
) -> AsyncGenerator[Retrieved | Answer]:
    """The same in two stages: the passages that are read, then the answer."""
    with Recorded(question, served, documents=documents) as recorded:
        checked_question(question)  # or it would wait to be told that it cannot be asked
        entered = await served.desk.admission.enter(served.course.id)
        recorded.entered()
        deadline = Deadline(served.desk.seconds_to_answer)
        ask = partial(
            stages_of, question, served, documents=documents, limit=limit, deadline=deadline
        )
        leave = partial(served.desk.admission.leave, entered)
        async with aclosing(_in_one_thread(ask, deadline, ended=leave)) as stages:
            async for stage in stages:
                if isinstance(stage, Answer):
                    recorded.answered(stage)
                yield stage


def stages_of(
    question: str,
    served: Served,
    *,
    documents: Collection[str] | None,
    limit: int | None,
    deadline: Deadline,
) -> Iterator[Retrieved | Answer]:
    """The stages of an answer, remembered where it was given before."""
    try:
        yield from served.desk.answers.ask_in_stages(
            question, served.pipeline, documents=documents, limit=limit, deadline=deadline
        )
    except TooSlowError as error:
        raise RefusedError("late", served.desk.seconds_to_answer) from error


async def _in_one_thread(
    generator: Callable[[], Iterator[T]], deadline: Deadline, *, ended: Callable[[], None]
) -> AsyncGenerator[T]:
    """What the generator gives; nothing more is done for it once nobody listens."""
    loop = asyncio.get_running_loop()
    given: asyncio.Queue[T | None] = asyncio.Queue()

    def work() -> None:
        with suppress(GivenUpError):
            for each in generator():
                loop.call_soon_threadsafe(given.put_nowait, each)
                deadline.check()

    working = loop.run_in_executor(_THREADS, contextvars.copy_context().run, work)
    working.add_done_callback(lambda _: ended())
    working.add_done_callback(lambda _: given.put_nowait(None))
    try:
        while (each := await given.get()) is not None:
            yield each
        await working
    finally:
        deadline.cancel()


async def search(
    question: str, served: Served, *, documents: Collection[str] | None = None, limit: int
) -> tuple[Hit, ...]:
    """At most `limit` passages of the course that stand nearest to the question, best first.

    Raises what `answer` does.
    """
    question = checked_question(question)
    unsaid.set(question)
    pipeline = served.pipeline

    def work() -> tuple[Hit, ...]:
        with pipeline.library.snapshot() as snapshot:
            return retrieve(
                question,
                snapshot,
                embedder=pipeline.embedder,
                fusion=pipeline.settings.fusion,
                passages=limit,
                documents=documents,
            )

    return await _in_a_place(work, served)


async def check(text: str, served: Served, *, document: str | None = None) -> tuple[Verified, ...]:
    """What each quotation of somebody else's text is, as `rag.verifying.verify` finds it.

    Raises `QuotationError` as that does, `LibraryError` where there is no such document, and
    `RefusedError` as `answer` does.
    """

    def work() -> tuple[Verified, ...]:
        with served.pipeline.library.snapshot() as snapshot:
            return verify(text, snapshot, document_id=document)

    unsaid.set(text)
    return await _in_a_place(work, served)


async def _in_a_place(work: Callable[[], T], served: Served) -> T:
    """What the work gives, done in a thread once there is a place for it.

    The place is free once the work is done, also where nobody waits for it any more.
    """
    with served.desk.refusing(served.course):
        entered = await served.desk.admission.enter(served.course.id)
    loop = asyncio.get_running_loop()
    working = loop.run_in_executor(_THREADS, contextvars.copy_context().run, work)
    working.add_done_callback(lambda _: served.desk.admission.leave(entered))
    return await asyncio.shield(working)
