"""The conversation and the side panel, in Gradio. What they show is made by `ui/render.py`.

The chatbot gets HTML with `render_markdown=False` and the panel one line of it: both are sanitised
by Gradio's page once more, and neither reads Markdown or LaTeX. `gr.HTML` would do neither, and it
needs a policy that allows `eval`. No component that holds HTML is an input of an event, so nothing
that a browser sends is ever shown as HTML.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from index.errors import LibraryError, PinciteError
from index.records import Document
from rag.answer import Answer
from rag.ask import LONGEST_QUESTION, Pipeline, ask
from ui.render import (
    Site,
    answer_bubble,
    chat_title,
    document_ids,
    error_bubble,
    question_bubble,
    side_panel,
    waiting_bubble,
)

if TYPE_CHECKING:
    from gradio import Blocks, Chatbot, Textbox

QUESTIONS_AT_ONCE = 4
QUESTIONS_WAITING = 64  # beyond these a question is turned away
LONGEST_CONVERSATION = 100  # messages that are kept on the page
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}

Message = dict[str, Any]
Exchange = tuple[str, str]  # the answer's bubble and the side panel

logger = logging.getLogger(__name__)


def build_chat(pipeline: Pipeline, *, site: Site) -> "Blocks":
    """The page with the conversation, the question field and the side panel."""
    gradio = quiet_gradio()
    chat: Blocks = gradio.Blocks(title="Pincite", fill_width=True, analytics_enabled=False)
    empty = side_panel(None, {}, site=site)
    with chat:
        conversation = gradio.State(())
        gradio.Markdown(chat_title(), elem_id="pincite-title")
        with gradio.Row(elem_id="pincite-columns"):
            with gradio.Column(scale=3, min_width=300, elem_id="pincite-conversation"):
                messages = _messages(gradio)
                question = _question(gradio)
            with gradio.Column(scale=2, min_width=300, elem_id="pincite-side"):
                panel = gradio.Markdown(empty, latex_delimiters=[], elem_id="pincite-panel")
        question.submit(
            _conversation(pipeline, site),
            [question, conversation],
            [question, conversation, messages, panel],
            show_progress="hidden",
            concurrency_limit=QUESTIONS_AT_ONCE,
            api_visibility="private",
        )
        messages.clear(lambda: ((), empty), None, [conversation, panel], api_visibility="private")
    chat.queue(max_size=QUESTIONS_WAITING, default_concurrency_limit=QUESTIONS_AT_ONCE)
    return chat


def quiet_gradio() -> ModuleType:
    """Gradio, imported only here and told first to ask no other host for anything."""
    os.environ.update(QUIET)
    import gradio

    return gradio


def _messages(gradio: ModuleType) -> "Chatbot":
    chatbot: Chatbot = gradio.Chatbot(
        label="Conversation",
        show_label=False,
        elem_id="pincite-messages",
        placeholder="Ask a question. The answer is a quote.",
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        buttons=[],
        feedback_options=None,
        height="100%",
        autoscroll=False,
    )
    return chatbot


def _question(gradio: ModuleType) -> "Textbox":
    textbox: Textbox = gradio.Textbox(
        label="Question",
        info="Each question stands alone for now: earlier ones are not remembered.",
        placeholder="Ask these texts …",
        max_length=LONGEST_QUESTION,
        lines=1,
        max_lines=5,
        submit_btn=True,
        autofocus=True,
        elem_id="pincite-ask",
    )
    return textbox


def _conversation(
    pipeline: Pipeline, site: Site
) -> Callable[[str, tuple[Message, ...]], Iterator[tuple[Any, ...]]]:
    """What happens on a question: it is shown at once, then its answer."""

    def on_question(
        question: str, messages: tuple[Message, ...]
    ) -> Iterator[tuple[str, tuple[Message, ...], list[Message], str]]:
        if question.strip():
            messages = (*messages, _message("user", question_bubble(question)))
        waiting = _message("assistant", waiting_bubble())
        yield "", messages, [*messages, waiting], side_panel(None, {}, site=site)
        bubble, panel = _exchange(question, pipeline, site)
        messages = (*messages, _message("assistant", bubble))[-LONGEST_CONVERSATION:]
        yield "", messages, list(messages), panel

    return on_question


def _message(role: str, html: str) -> Message:
    return {"role": role, "content": [{"type": "text", "text": html}]}


def _exchange(question: str, pipeline: Pipeline, site: Site) -> Exchange:
    """The answer and its surroundings; an error is shown as one and its traceback is logged."""
    try:
        answer = ask(question, pipeline)
        documents = _documents(answer, pipeline)
    except PinciteError as error:
        return error_bubble(str(error)), side_panel(None, {}, site=site)
    except Exception:  # a bug: the reader gets plain words, the log its traceback
        logger.exception("a question could not be answered")
        message = (
            "Something went wrong inside Pincite, so this question was not answered. Ask it again; "
            "if that fails too, whoever runs this server finds the cause in its log."
        )
        return error_bubble(message), side_panel(None, {}, site=site)
    return (
        answer_bubble(answer, documents, site=site),
        side_panel(answer, documents, site=site),
    )


def _documents(answer: Answer, pipeline: Pipeline) -> Mapping[str, Document]:
    """The documents behind the answer; one that was removed in the meantime is left out."""
    found = {}
    with pipeline.library.snapshot() as snapshot:
        for document_id in document_ids(answer):
            try:
                found[document_id] = snapshot.document(document_id)
            except LibraryError:
                logger.info("document %s was removed while it was being quoted", document_id)
    return found
