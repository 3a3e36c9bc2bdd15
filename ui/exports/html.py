"""A conversation as one HTML file that asks nothing of anybody: no script, its style in it."""

from collections.abc import Mapping, Sequence

from index.records import Document
from ui.addresses import Site
from ui.exports.conversation import UNPAIRED, Exchange, told
from ui.templating import rendered


def as_html(
    exchanges: Sequence[Exchange],
    documents: Mapping[str, Document],
    *,
    site: Site,
) -> str:
    """The conversation as a page for light, dark and print."""
    shown = told(exchanges, documents, site=site)
    page = rendered("conversation.html.j2", language=site.language, exchanges=shown)
    return page.translate(UNPAIRED)
