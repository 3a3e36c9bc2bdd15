"""The conversation and the side panel, in Gradio. What they show is made by `ui/render.py`.

The chatbot gets HTML with `render_markdown=False` and the panel one line of it: both are sanitised
by Gradio's page once more, and neither reads Markdown or LaTeX. `gr.HTML` would do neither, and it
needs a policy that allows `eval`. No component that holds HTML is an input of an event, so nothing
that a browser sends is ever shown as HTML.

What stands on the page from the start is sent in every language; `ui/speaking.py` tells the page
which of them to show.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.ask import LONGEST_QUESTION, Pipeline
from rag.courses import Course
from ui.addresses import Site
from ui.events import (
    answering_for,
    clearing_handler,
    export_handler,
    feedback_handler,
    feedback_options,
    opening_handler,
    question_handler,
    suggestion_handler,
)
from ui.exports import EXPORTS
from ui.render import chat_title, side_panel
from ui.web.served import Served
from ui.web.sites import site_for
from ui.wording import ENGLISH, LANGUAGES, sentences

if TYPE_CHECKING:
    from gradio import Blocks, Chatbot, Dropdown, I18n, Markdown, Textbox

UNSEEN: Any = {"show_progress": "hidden", "api_visibility": "private"}
LINE: Any = {  # one after another as they are caused; how many at once, our own line says
    **UNSEEN,
    "concurrency_id": "questions",
    "concurrency_limit": None,
    "trigger_mode": "multiple",
}
EVENTS_AT_ONCE = 4  # of each other kind
EVENTS_WAITING = 512  # for Gradio to begin with them, which it does at once
MOST_SESSIONS = 1_000  # open pages whose choices Gradio remembers; conversations are ours
TITLE, PANEL = "html.title", "html.panel"  # keys of what is HTML, beside those of the sentences
SHOWN = ("chat.", "export.")  # parts of the sentences that Gradio's page shows by itself
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",  # it would keep the last 10,000 and sum them up each time
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


class Parts(NamedTuple):
    """What an event reads or changes."""

    question: "Textbox"
    messages: "Chatbot"
    panel: "Markdown"
    scope: "Dropdown"


def build_chat(served: Served, *, site: Site) -> "Blocks":
    """The page with the conversation, the question field and the side panel.

    A page that is opened shows the suggestions that were found by then.
    """
    gradio = quiet_gradio()
    course = served.course
    title = course.title or "Pincite"
    chat: Blocks = gradio.Blocks(title=title, fill_width=True, analytics_enabled=False)
    said = _said(gradio, site, course)
    chat.i18n_instance = said  # `mount_gradio_app` would set it after the page's data are made
    with chat:
        gradio.Markdown(said(TITLE), elem_id="pincite-title")
        with gradio.Row(elem_id="pincite-columns"):
            with gradio.Column(scale=3, min_width=300, elem_id="pincite-conversation"):
                messages = _messages(gradio, said)
                question = _question(gradio, said)
                scope = _scope(gradio, said, served.pipeline)
                _add_exports(gradio, said, served, site)
            with gradio.Column(scale=2, min_width=300, elem_id="pincite-side"):
                panel = gradio.Markdown(said(PANEL), latex_delimiters=[], elem_id="pincite-panel")
        _connect(gradio, served, site, Parts(question, messages, panel, scope), chat)
    chat.state_session_capacity = MOST_SESSIONS
    chat.max_threads = 2 * EVENTS_WAITING  # workers for events, most of which only wait
    chat.queue(max_size=EVENTS_WAITING, default_concurrency_limit=EVENTS_AT_ONCE)
    return chat


def _connect(gradio: ModuleType, served: Served, site: Site, parts: Parts, chat: "Blocks") -> None:
    """Says what happens on a question, on opening the page, on clearing and on feedback."""
    answers = answering_for(gradio, served, site)
    shown = [parts.messages, parts.panel]
    parts.question.submit(
        question_handler(gradio, served, answers),
        [parts.question, parts.scope],
        [parts.question, *shown],
        **LINE,
    )
    parts.messages.example_select(suggestion_handler(gradio, answers), [parts.scope], shown, **LINE)
    chat.load(_choices_handler(gradio, served, site), None, [parts.scope, parts.messages], **UNSEEN)
    chat.load(opening_handler(gradio, answers), None, shown, **LINE)
    parts.messages.clear(clearing_handler(gradio, served, site), None, [parts.panel], **LINE)
    parts.messages.like(feedback_handler(gradio, served, site), None, None, **UNSEEN)


def quiet_gradio() -> ModuleType:
    """Gradio, imported only here and told first to ask no other host for anything."""
    os.environ.update(QUIET)
    import gradio

    return gradio


def _said(gradio: ModuleType, site: Site, course: Course) -> "I18n":
    """What stands on the page before anything happens, by its key in each language."""
    own = {"chat.placeholder": course.welcome} if course.welcome else {}

    def said_in(language: str) -> dict[str, str]:
        here = replace(site, language=language)
        title = chat_title(site=here, title=course.title)
        html = {TITLE: title, PANEL: side_panel(None, {}, site=here)}
        shown = {key: said for key, said in sentences(language).items() if key.startswith(SHOWN)}
        return shown | own | html

    said: I18n = gradio.I18n(**{language: said_in(language) for language in LANGUAGES})
    return said


def _messages(gradio: ModuleType, said: "I18n") -> "Chatbot":
    chatbot: Chatbot = gradio.Chatbot(
        label=said("chat.conversation"),
        show_label=False,
        elem_id="pincite-messages",
        placeholder=said("chat.placeholder"),
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        buttons=[],
        feedback_options=feedback_options(ENGLISH),
        height="100%",
        autoscroll=False,
        group_consecutive_messages=False,
    )
    return chatbot


def _question(gradio: ModuleType, said: "I18n") -> "Textbox":
    textbox: Textbox = gradio.Textbox(
        label=said("chat.question"),
        info=said("chat.question_info"),
        placeholder=said("chat.question_placeholder"),
        max_length=LONGEST_QUESTION,
        lines=1,
        max_lines=5,
        submit_btn=True,
        autofocus=True,
        elem_id="pincite-ask",
    )
    return textbox


def _scope(gradio: ModuleType, said: "I18n", pipeline: Pipeline) -> "Dropdown":
    dropdown: Dropdown = gradio.Dropdown(
        value=[],
        multiselect=True,
        label=said("chat.scope"),
        elem_id="pincite-scope",
        **_choices(pipeline),
    )
    return dropdown


def _choices_handler(gradio: ModuleType, served: Served, site: Site) -> Callable[..., Any]:
    """What a page asks for when it is opened: the texts as they are now, and what can be asked."""

    def on_opening(request: Any) -> tuple[Any, Any]:
        options = feedback_options(site_for(request, site).language)
        examples = [{"text": question} for question in served.suggestions.now()]
        return (
            gradio.update(**_choices(served.pipeline)),
            gradio.update(feedback_options=options, examples=examples),
        )

    on_opening.__annotations__["request"] = gradio.Request
    return on_opening


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


def _add_exports(gradio: ModuleType, said: "I18n", served: Served, site: Site) -> None:
    """A button for each format; the page's script makes a file of what the field then holds."""
    made = gradio.Textbox(visible="hidden", elem_id="pincite-exported")
    with gradio.Row(elem_id="pincite-exports"):
        for name, export in EXPORTS.items():
            button = gradio.Button(said(export.label), size="sm", elem_id=f"pincite-export-{name}")
            button.click(export_handler(gradio, export, served, site), None, [made], **UNSEEN)
