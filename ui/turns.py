"""The turns of a conversation: a question, what became of it, and how both are shown."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import LibraryError, PinciteError
from index.records import Document
from index.snapshot import Snapshot
from rag.answer import Answer
from rag.ask import LONGEST_QUESTION, Pipeline
from ui.addresses import Site
from ui.exports.conversation import Exchange
from ui.render import (
    answer_bubble,
    document_ids,
    error_bubble,
    question_bubble,
    side_panel,
    waiting_bubble,
)
from ui.web import answering
from ui.web.refusals import RefusedError
from ui.web.served import Served
from ui.wording import words

MOST_QUOTES = 6  # in one answer; those beyond the setting `limit` stand behind a click

Message = dict[str, Any]  # as Gradio's chatbot takes it

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it, each as it is shown."""

    exchange: Exchange
    messages: tuple[Message, ...]  # of the reader and of Pincite
    panel: str


async def asked(
    question: str, documents: Sequence[str], served: Served, *, site: Site, client: str
) -> Turn:
    """The turn of a question about these documents, about all where there are none.

    It is counted as one of that address. An error is shown as one; where it is a bug, its traceback
    is logged.
    """
    shown = kept_of(question)
    limit = max(MOST_QUOTES, served.pipeline.settings.limit)
    try:
        served.desk.count_question(served.course, client)
        answer = await answering.answer(question, served, documents=documents or None, limit=limit)
        return await asyncio.to_thread(_answered, shown, answer, served.pipeline, site)
    except RefusedError as error:
        message = error.refusal.told(site.language)
    except PinciteError as error:
        message = str(error)
    except Exception:  # a bug: the reader gets plain words, the log its traceback
        logger.exception("a question could not be answered")
        message = words("chat.bug", site.language)
    return _failed(shown, message, site)


def waiting(question: str, *, site: Site) -> Turn:
    """The turn of a question that is being answered."""
    panel, shown = side_panel(None, {}, site=site), kept_of(question)
    return Turn(Exchange(shown), _messages(shown, waiting_bubble(site=site)), panel)


def kept_of(question: str) -> str:
    """What is shown and kept of a question: what was typed, unless that is more than may be asked.

    >>> kept_of("  How high?"), len(kept_of("a" * 65_000)), kept_of(" " * 60_000 + "How high?")
    ('  How high?', 2000, 'How high?')
    """
    if len(question) <= LONGEST_QUESTION:
        return question
    return question.strip()[:LONGEST_QUESTION]


def messages_of(turns: Sequence[Turn]) -> list[Message]:
    """All that the conversation shows."""
    return [message for turn in turns for message in turn.messages]


def turn_at(number: int, turns: Sequence[Turn]) -> Turn | None:
    """The turn that has the message of that number, counted from 0."""
    for turn in turns:
        if 0 <= number < len(turn.messages):
            return turn
        number -= len(turn.messages)
    return None


def documents_behind(turns: Sequence[Turn], pipeline: Pipeline) -> Mapping[str, Document]:
    """The documents that the answers of a conversation cite, as they are now."""
    answers = [turn.exchange.answer for turn in turns]
    wanted = [each for answer in answers if answer for each in document_ids(answer)]
    with pipeline.library.snapshot() as snapshot:
        return _documents(wanted, snapshot)


def _answered(question: str, answer: Answer, pipeline: Pipeline, site: Site) -> Turn:
    behind, unknown = _behind(answer, pipeline)
    first = pipeline.settings.limit
    bubble = answer_bubble(answer, behind, site=site, first=first, unknown_words=unknown)
    panel = side_panel(answer, behind, site=site, first=first)
    return Turn(Exchange(question, answer), _messages(question, bubble), panel)


def _failed(question: str, message: str, site: Site) -> Turn:
    panel = side_panel(None, {}, site=site)
    exchange = Exchange(question, error=message)
    return Turn(exchange, _messages(question, error_bubble(message, site=site)), panel)


def _messages(question: str, bubble: str) -> tuple[Message, ...]:
    asked = [_message("user", question_bubble(question))] if question.strip() else []
    return (*asked, _message("assistant", bubble))


def _message(role: str, html: str) -> Message:
    return {"role": role, "content": [{"type": "text", "text": html}]}


def _behind(answer: Answer, pipeline: Pipeline) -> tuple[Mapping[str, Document], list[str]]:
    """The documents behind the answer, and the question's words that stand in none of the texts."""
    with pipeline.library.snapshot() as snapshot:
        unknown = [] if answer.quotes else snapshot.unknown_words(answer.question)
        return _documents(document_ids(answer), snapshot), unknown


def _documents(document_ids: Sequence[str], snapshot: Snapshot) -> Mapping[str, Document]:
    """The documents; one that was removed in the meantime is left out."""
    found = {}
    for document_id in dict.fromkeys(document_ids):
        try:
            found[document_id] = snapshot.document(document_id)
        except LibraryError:
            logger.info("document %s was removed while it was being quoted", document_id)
    return found
