"""The tools that a language model's client is offered: JSON as the API gives it, in a text."""

import json
from collections.abc import Awaitable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from rag.retrieval import DEPTH, PASSAGES
from ui.contract import Json
from ui.web.api.failing import problem_of
from ui.web.api.replies import answer_reply, passages_reply, verification_reply
from ui.web.api.requests import MOST_DOCUMENTS, MOST_QUOTES, DocumentId, QuestionText, QuotingText
from ui.web.api.visiting import Here

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

    async def ask(
        self, question: QuestionText, documents: Documents = None, limit: Quotes = None
    ) -> str:
        """Answer a question about the texts in verbatim quotes, each with its exact place."""
        return await _text(answer_reply(question, self.here, documents=documents, limit=limit))

    async def search(
        self, question: QuestionText, documents: Documents = None, limit: Passages = PASSAGES
    ) -> str:
        """Find the passages of the texts that stand nearest to a question, without an answer."""
        return await _text(passages_reply(question, self.here, documents=documents, limit=limit))

    async def verify(self, text: QuotingText, document: Document = None) -> str:
        """Check whether the quotations of a text stand in these texts, word for word.

        Each is exact, typographic, abridged, altered, stitched, misattributed or absent.
        """
        return await _text(verification_reply(text, self.here, document=document))


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


async def _text(reply: Awaitable[Json]) -> str:
    """The reply as a text. Raises `ToolError`, in the words of the API, where there is none."""
    try:
        return json.dumps(await reply, ensure_ascii=False)
    except Exception as error:
        raise ToolError(problem_of(error).detail) from error
