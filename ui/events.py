"""What happens in the chat: a question, one in the address, feedback, a conversation as a file.

Each function gives the handler of one event, which speaks the language of whoever caused it. Gradio
looks at a handler's annotations for what else it wants to be given, and is imported by nobody but
the server, so they are set by hand.
"""

import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from index.errors import PinciteError
from rag.activity import Activity, Feedback, Verdict, feedback_on
from ui.addresses import Site
from ui.exports import Export
from ui.logs import request_id
from ui.render import side_panel
from ui.turns import Message, asked, documents_behind, kept_of, messages_of, turn_at
from ui.turns import waiting as waiting_turn
from ui.web.limiting import client_of
from ui.web.presence import GoneError
from ui.web.served import Served
from ui.web.sites import site_for
from ui.wording import words

Shown = tuple[list[Message] | Any, str | Any]  # the conversation and the panel, or `gradio.skip()`

RIGHT = "Like"  # Gradio's name for a thumb that points up
REASONS: Mapping[Verdict, str] = {  # a reader can flag an answer for, with the key of its words
    "wrong place": "feedback.wrong_place",
    "incomplete": "feedback.incomplete",
    "wrong answer": "feedback.wrong_answer",
    "should not have answered": "feedback.should_not_have_answered",
}

logger = logging.getLogger(__name__)


def question_handler(
    gradio: ModuleType, served: Served, answers: Callable[..., AsyncIterator[Shown]]
) -> Callable[..., AsyncIterator[tuple[Any, *Shown]]]:
    """What happens on a question in its field, which is emptied once: the next is typed there."""

    async def on_question(
        question: str, documents: list[str], request: Any
    ) -> AsyncIterator[tuple[Any, *Shown]]:
        if served.conversations.of(request.session_hash).is_slip(kept_of(question)):
            yield gradio.skip(), gradio.skip(), gradio.skip()
            return
        field: Any = ""
        async for shown in answers(question, documents, request):
            yield field, *shown
            field = gradio.skip()

    on_question.__annotations__["request"] = gradio.Request  # how Gradio knows what to give
    return on_question


def suggestion_handler(
    gradio: ModuleType, answers: Callable[..., AsyncIterator[Shown]]
) -> Callable[..., AsyncIterator[Shown]]:
    """What happens on a click on a question that is suggested: it is asked."""

    async def on_suggestion(
        documents: list[str], selected: Any, request: Any
    ) -> AsyncIterator[Shown]:
        value = selected.value
        question = value.get("text") if isinstance(value, dict) else None
        async for shown in answers(str(question or ""), documents, request):
            yield shown

    on_suggestion.__annotations__["selected"] = gradio.SelectData
    on_suggestion.__annotations__["request"] = gradio.Request
    return on_suggestion


def opening_handler(
    gradio: ModuleType, answers: Callable[..., AsyncIterator[Shown]]
) -> Callable[..., AsyncIterator[Any]]:
    """What happens when the page is opened: the question in its address (`?q=`) is asked."""

    async def on_opening(request: Any) -> AsyncIterator[Any]:
        question = request.query_params.get("q", "")
        if question.strip():
            async for shown in answers(question, [], request):
                yield shown
        else:
            yield gradio.skip(), gradio.skip()

    on_opening.__annotations__["request"] = gradio.Request
    return on_opening


def answering_for(
    gradio: ModuleType, served: Served, site: Site
) -> Callable[..., AsyncIterator[Shown]]:
    """What a question shows, wherever it came from: at once itself, then its answer.

    The answer takes its place in the conversation as that is by then, and comes to nobody who has
    left or has cleared it.
    """

    async def answers(question: str, documents: list[str], request: Any) -> AsyncIterator[Shown]:
        request_id.set(request.state.request_id)  # Gradio runs this in a context of its own
        here = site_for(request, site)
        conversation = served.conversations.of(request.session_hash)
        awaited = waiting_turn(question, site=here)
        conversation.begin(awaited)
        served.conversations.keep(request.session_hash, conversation)
        try:
            yield messages_of(conversation.turns), awaited.panel
            asking = asked(question, documents, served, site=here, client=client_of(request))
            answered = await served.desk.presence.while_there(request.session_hash, asking)
            if conversation.finish(awaited, answered):
                served.conversations.keep(request.session_hash, conversation)
                yield messages_of(conversation.turns), answered.panel
            # or Gradio shows once more what this showed last, whatever was shown since
            yield gradio.skip(), gradio.skip()
        except GoneError:
            return
        finally:
            conversation.drop(awaited)

    return answers


def clearing_handler(
    gradio: ModuleType, served: Served, site: Site
) -> Callable[..., Awaitable[str]]:
    """What happens when the conversation is cleared: there are no turns, and the panel is empty."""

    async def on_clearing(request: Any) -> str:
        served.conversations.of(request.session_hash).clear()
        return side_panel(None, {}, site=site_for(request, site))

    on_clearing.__annotations__["request"] = gradio.Request
    return on_clearing


def feedback_options(language: str) -> tuple[str, ...]:
    """What a reader can say of an answer, as Gradio's chatbot takes it.

    >>> feedback_options("es")[:3]
    ('Like', 'Lugar equivocado', 'Incompleta')
    """
    return (RIGHT, *(words(key, language) for key in REASONS.values()))


def feedback_handler(gradio: ModuleType, served: Served, site: Site) -> Callable[..., None]:
    """What happens when a reader says what an answer is worth: it is kept beside the library."""
    activity = Activity(served.pipeline.settings.library)

    def on_feedback(said: Any, request: Any) -> None:
        language = site_for(request, site).language
        turns = served.conversations.of(request.session_hash).turns
        verdict = _verdict(said.liked, language)
        turn = turn_at(said.index, turns) if isinstance(said.index, int) else None
        if verdict and turn and turn.exchange.answer:
            _keep(activity, feedback_on(turn.exchange.answer, verdict), gradio, language)

    on_feedback.__annotations__ |= {"said": gradio.LikeData, "request": gradio.Request}
    return on_feedback


def _verdict(said: object, language: str) -> Verdict | None:
    """What a click on a thumb (True) or on a reason means; `None` for anything else."""
    if said is True:
        return "right"
    return {words(key, language): reason for reason, key in REASONS.items()}.get(str(said))


def _keep(activity: Activity, feedback: Feedback, gradio: ModuleType, language: str) -> None:
    title = words("feedback.title", language)
    try:
        activity.add(feedback)
    except PinciteError as error:
        logger.warning("feedback could not be kept: %s", error)
        gradio.Warning(words("feedback.not_kept", language), title=title)
    else:
        gradio.Info(words("feedback.kept", language), title=title)


def export_handler(
    gradio: ModuleType, export: Export, served: Served, site: Site
) -> Callable[..., str]:
    """What happens when a conversation is to be a file: its name, kind and text, as JSON."""

    def on_export(request: Any) -> str:
        turns = served.conversations.of(request.session_hash).turns
        text = export.text(
            [turn.exchange for turn in turns],
            documents_behind(turns, served.pipeline),
            site=to_share(site, request),
        )
        file = {"name": f"pincite{export.ending}", "type": export.type, "text": text}
        return json.dumps({**file, "made": time.time_ns()})  # so that no two are alike

    on_export.__annotations__["request"] = gradio.Request
    return on_export


def to_share(site: Site, request: Any) -> Site:
    """The site with whole addresses, which anybody may be given: there is no key in them."""
    root_path = f"{_origin(request)}{site.root_path}"
    return replace(site, root_path=root_path, language=site_for(request, site).language)


def _origin(request: Any) -> str:
    """The address of the server as the reader's browser sees it, also behind a proxy."""
    page = urlsplit(request.headers.get("referer", ""))
    if page.scheme in {"http", "https"} and page.netloc:
        return f"{page.scheme}://{page.netloc}"
    return str(request.request.base_url).rstrip("/")
