"""What happens in the chat: a question, one in the address, feedback, a conversation as a file.

Each function gives the handler of one event. Gradio looks at a handler's annotations for what else
it wants to be given, and is imported by nobody but the server, so they are set by hand.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from index.errors import PinciteError
from rag.activity import VERDICTS, Activity, Feedback, feedback_on
from rag.ask import Pipeline
from ui.addresses import Site
from ui.exports import Export
from ui.turns import MOST_TURNS, Message, Turn, asked, documents_behind, messages_of, turn_at
from ui.turns import waiting as waiting_turn

Turns = tuple[Turn, ...]
Shown = tuple[str, Turns, list[Message], str]  # what a question changes on the page

logger = logging.getLogger(__name__)


def question_handler(
    pipeline: Pipeline, site: Site
) -> Callable[[str, Turns, list[str]], Iterator[Shown]]:
    """What happens on a question: it is shown at once, then its answer."""

    def on_question(question: str, turns: Turns, documents: list[str]) -> Iterator[Shown]:
        awaited = waiting_turn(question, site=site)
        yield "", turns, messages_of([*turns, awaited]), awaited.panel
        answered = asked(question, documents, pipeline, site=site)
        turns = (*turns, answered)[-MOST_TURNS:]
        yield "", turns, messages_of(turns), answered.panel

    return on_question


def opening_handler(
    gradio: ModuleType, pipeline: Pipeline, site: Site
) -> Callable[..., Iterator[Any]]:
    """What happens when the page is opened: the question in its address (`?q=`) is asked."""
    on_question = question_handler(pipeline, site)

    def on_opening(turns: Turns, request: Any) -> Iterator[Any]:
        question = request.query_params.get("q", "")
        if question.strip():
            yield from on_question(question, turns, [])
        else:
            yield tuple(gradio.skip() for _ in range(4))

    on_opening.__annotations__["request"] = gradio.Request  # how Gradio knows what to give
    return on_opening


def feedback_handler(gradio: ModuleType, pipeline: Pipeline) -> Callable[..., None]:
    """What happens when a reader says what an answer is worth: it is kept beside the library."""
    activity = Activity(pipeline.settings.library)

    def on_feedback(turns: Turns, said: Any) -> None:
        verdict = VERDICTS[0] if said.liked is True else str(said.liked).lower()
        turn = turn_at(said.index, turns) if isinstance(said.index, int) else None
        if turn is None or turn.exchange.answer is None:
            return
        for known in VERDICTS:
            if verdict == known:
                _keep(activity, feedback_on(turn.exchange.answer, known), gradio)

    on_feedback.__annotations__["said"] = gradio.LikeData
    return on_feedback


def _keep(activity: Activity, feedback: Feedback, gradio: ModuleType) -> None:
    try:
        activity.add(feedback)
    except PinciteError as error:
        logger.warning("feedback could not be kept: %s", error)
        gradio.Warning("Your feedback could not be kept.")
    else:
        gradio.Info("Thank you: it is kept for whoever looks after these texts.")


def export_handler(
    gradio: ModuleType, export: Export, pipeline: Pipeline, site: Site
) -> Callable[..., str]:
    """What happens when a conversation is to be a file: its name, kind and text, as JSON."""

    def on_export(turns: Turns, request: Any) -> str:
        text = export.text(
            [turn.exchange for turn in turns],
            documents_behind(turns, pipeline),
            address=f"{_origin(request)}{site.root_path}",
        )
        file = {"name": f"pincite{export.ending}", "type": export.type, "text": text}
        return json.dumps({**file, "made": time.time_ns()})  # so that no two are alike

    on_export.__annotations__["request"] = gradio.Request
    return on_export


def _origin(request: Any) -> str:
    """The address of the server as the reader's browser sees it, also behind a proxy."""
    page = urlsplit(request.headers.get("referer", ""))
    if page.scheme in {"http", "https"} and page.netloc:
        return f"{page.scheme}://{page.netloc}"
    return str(request.request.base_url).rstrip("/")
