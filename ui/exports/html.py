"""A conversation as one HTML file that asks nothing of anybody: no script, its style in it."""

from collections.abc import Mapping, Sequence

from index.records import Document
from ui.exports.conversation import UNPAIRED, Exchange, told
from ui.templating import rendered
from ui.wording import ENGLISH


def as_html(
    exchanges: Sequence[Exchange],
    documents: Mapping[str, Document],
    *,
    address: str,
    language: str = ENGLISH,
) -> str:
    """The conversation as a page for light, dark and print."""
    shown = told(exchanges, documents, address=address, language=language)
    page = rendered("conversation.html.j2", language=language, exchanges=shown)
    return page.translate(UNPAIRED)
