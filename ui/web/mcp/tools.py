"""The tools that a language model's client is offered: JSON as the API gives it, in a text."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from rag.retrieval import DEPTH, PASSAGES
from ui.contract import Json, passages_json, verification_json
from ui.web import answering
from ui.web.api.asking import whole_answer
from ui.web.api.failing import problem_of
from ui.web.api.requests import MOST_DOCUMENTS, MOST_QUOTES, DocumentId, QuestionText, QuotingText
from ui.web.api.visiting import Here, check_known

_INSTRUCTIONS = (
    "Answers questions about a body of texts with verbatim quotes at their exact place. Give the "
    'quotes as they are, with title and place. Where the status is not "answered", the texts do '
    "not answer; say so. Check words that you mean to quote with `verify`."
)
_READS_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)

Documents = Annotated[
    list[DocumentId] | None,
    Field(min_length=1, max_length=MOST_DOCUMENTS, description="Only these documents, by id."),
]
Document = Annotated[
    DocumentId | None, Field(description="What all quotations are said to be from, by id.")
]
Quotes = Annotated[int | None, Field(ge=1, le=MOST_QUOTES, description="Most quotes.")]
Passages = Annotated[int, Field(ge=1, le=DEPTH, description="Most passages.")]


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of one course; their docstrings are what the model reads of them."""

    here: Here

    def ask(self, question: QuestionText, documents: Documents = None, limit: Quotes = None) -> str:
        """Answer a question about the texts in verbatim quotes, each with its exact place."""
        with _told():
            check_known(documents, self.here.served)
            answer = answering.answer(question, self.here.served, documents=documents, limit=limit)
            return _text(whole_answer(answer, self.here))

    def search(
        self, question: QuestionText, documents: Documents = None, limit: Passages = PASSAGES
    ) -> str:
        """Find the passages of the texts that stand nearest to a question, without an answer."""
        with _told():
            check_known(documents, self.here.served)
            hits = answering.search(question, self.here.served, documents=documents, limit=limit)
            with self.here.served.pipeline.library.snapshot() as snapshot:
                return _text(passages_json(question, hits, snapshot))

    def verify(self, text: QuotingText, document: Document = None) -> str:
        """Check whether the quotations of a text stand in these texts, word for word.

        Each is exact, typographic, abridged, altered, stitched, misattributed or absent.
        """
        with _told():
            check_known([document] if document else None, self.here.served)
            verified = answering.check(text, self.here.served, document=document)
            return _text(verification_json(verified, site=self.here.site))


def server_of(here: Here) -> MCPServer:
    """The server of one course's tools."""
    title = here.served.course.title or "Pincite"
    server = MCPServer(
        "pincite",
        title=title,
        instructions=_INSTRUCTIONS,
        version=version("pincite"),
        subscriptions=False,
    )
    tools = Tools(here)
    for tool in (tools.ask, tools.search, tools.verify):
        server.add_tool(tool, annotations=_READS_ONLY, structured_output=False)
    return server


@contextmanager
def _told() -> Iterator[None]:
    """Makes an error the words that the API would say."""
    try:
        yield
    except Exception as error:
        raise ToolError(problem_of(error).detail) from error


def _text(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False)
