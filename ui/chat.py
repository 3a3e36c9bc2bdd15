"""The conversation and the side panel, in Gradio. What they show is made by `ui/render.py`.

The chatbot gets HTML with `render_markdown=False` and the panel one line of it: both are sanitised
by Gradio's page once more, and neither reads Markdown or LaTeX. `gr.HTML` would do neither, and it
needs a policy that allows `eval`. No component that holds HTML is an input of an event, so nothing
that a browser sends is ever shown as HTML.
"""

import os
from collections import Counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rag.activity import VERDICTS
from rag.ask import LONGEST_QUESTION, Pipeline
from ui.addresses import Site
from ui.events import export_handler, feedback_handler, opening_handler, question_handler
from ui.exports import EXPORTS
from ui.render import chat_title, side_panel

if TYPE_CHECKING:
    from gradio import Blocks, Chatbot, Dropdown, Textbox

QUESTIONS_AT_ONCE = 4
QUESTIONS_WAITING = 64  # beyond these a question is turned away
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}
RIGHT = "Like"  # Gradio's name for a thumb that points up


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
                scope = _scope(gradio, pipeline)
                _add_exports(gradio, conversation, pipeline, site)
            with gradio.Column(scale=2, min_width=300, elem_id="pincite-side"):
                panel = gradio.Markdown(empty, latex_delimiters=[], elem_id="pincite-panel")
        shown = [question, conversation, messages, panel]
        question.submit(
            question_handler(pipeline, site),
            [question, conversation, scope],
            shown,
            show_progress="hidden",
            concurrency_limit=QUESTIONS_AT_ONCE,
            concurrency_id="questions",
            api_visibility="private",
        )
        chat.load(
            lambda: _scope_choices(gradio, pipeline),
            None,
            scope,
            show_progress="hidden",
            api_visibility="private",
        )
        chat.load(
            opening_handler(gradio, pipeline, site),
            [conversation],
            shown,
            show_progress="hidden",
            concurrency_id="questions",
            api_visibility="private",
        )
        messages.clear(lambda: ((), empty), None, [conversation, panel], api_visibility="private")
        messages.like(
            feedback_handler(gradio, pipeline),
            [conversation],
            None,
            show_progress="hidden",
            api_visibility="private",
        )
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
        feedback_options=(RIGHT, *(verdict.capitalize() for verdict in VERDICTS[1:])),
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


def _scope(gradio: ModuleType, pipeline: Pipeline) -> "Dropdown":
    dropdown: Dropdown = gradio.Dropdown(
        value=[],
        multiselect=True,
        label="Ask about (all texts, unless you choose some)",
        elem_id="pincite-scope",
        **_choices(pipeline),
    )
    return dropdown


def _scope_choices(gradio: ModuleType, pipeline: Pipeline) -> Any:
    """The texts to choose from as they are now, which a page asks for when it is opened."""
    return gradio.update(**_choices(pipeline))


def _choices(pipeline: Pipeline) -> dict[str, Any]:
    """Title and id of every document, those of one title told apart by where they came from."""
    with pipeline.library.snapshot() as snapshot:
        documents = snapshot.documents()
    titles = Counter(row.title for row in documents)
    choices = [
        (row.title if titles[row.title] == 1 else f"{row.title} ({row.source})", row.id)
        for row in sorted(documents, key=lambda row: (row.title.casefold(), row.source))
    ]
    return {"choices": choices, "visible": len(choices) > 1}


def _add_exports(gradio: ModuleType, conversation: Any, pipeline: Pipeline, site: Site) -> None:
    """A button for each format; the page's script makes a file of what the field then holds."""
    made = gradio.Textbox(visible="hidden", elem_id="pincite-exported")
    with gradio.Row(elem_id="pincite-exports"):
        for name, export in EXPORTS.items():
            button = gradio.Button(
                f"Save as {export.label}", size="sm", elem_id=f"pincite-export-{name}"
            )
            button.click(
                export_handler(gradio, export, pipeline, site),
                [conversation],
                [made],
                show_progress="hidden",
                api_visibility="private",
            )
