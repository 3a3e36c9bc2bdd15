"""What programs get, whichever way they ask: the objects of the contract.

Links in them carry no key, because what a program gets is passed on.
"""

from collections.abc import Collection

from starlette.concurrency import run_in_threadpool

from index.records import Hit
from rag.answer import Answer
from ui.contract import Json, answer_json, passages_json, verification_json
from ui.web import answering
from ui.web.api.visiting import Here, check_known


async def answer_reply(
    question: str, here: Here, *, documents: Collection[str] | None, limit: int | None
) -> Json:
    """The answer to a question, whole."""
    await check_known(documents, here.served)
    answered = await answering.answer(question, here.served, documents=documents, limit=limit)
    return await run_in_threadpool(whole_answer, answered, here)


async def passages_reply(
    question: str, here: Here, *, documents: Collection[str] | None, limit: int
) -> Json:
    """The passages that stand nearest to a question."""
    await check_known(documents, here.served)
    hits = await answering.search(question, here.served, documents=documents, limit=limit)
    return await run_in_threadpool(passages_found, question, hits, here)


async def verification_reply(text: str, here: Here, *, document: str | None) -> Json:
    """What each quotation of somebody else's text is."""
    await check_known([document] if document else None, here.served)
    verified = await answering.check(text, here.served, document=document)
    return verification_json(verified, site=here.site)


def whole_answer(answered: Answer, here: Here) -> Json:
    """An answer as the contract has it."""
    with here.served.pipeline.library.snapshot() as snapshot:
        return answer_json(answered, snapshot, site=here.site)


def passages_found(question: str, hits: tuple[Hit, ...], here: Here) -> Json:
    """Passages as the contract has them."""
    with here.served.pipeline.library.snapshot() as snapshot:
        return passages_json(question, hits, snapshot)
