"""The chat's page in the language of whoever opens it, and for a frame.

Gradio gives everybody the same page, and lets the browser's own language choose among the words
that it has. So its page is told, before its scripts run, which language the server has chosen. The
page for a frame is the same one, told to be compact.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.addresses import Site
from ui.templating import rendered
from ui.web.sites import site_for

EMBED = "/embed"
PAGES = ("/", EMBED)


class Speaking:
    """ASGI middleware around Gradio's app, which `site` is the site of."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        """Stand in front of `app`."""
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for the page, or let it through."""
        below = _below(scope)
        if below not in PAGES:
            await self.app(scope, receive, send)
            return
        site = site_for(Request(scope), self.site)
        status, html = await self._page({**scope, "path": f"{scope['root_path']}/"}, receive)
        told = in_language(html, site=site, embedded=below == EMBED)
        await HTMLResponse(told, status, headers=headers_of(site))(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        """The status and text of Gradio's own page."""
        made: list[Message] = []

        async def keep(message: Message) -> None:
            made.append(message)

        headers = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, keep)  # uncompressed
        (start,) = [message for message in made if message["type"] == "http.response.start"]
        body: bytes = b"".join(message.get("body", b"") for message in made)
        return start["status"], body.decode()


def in_language(html: str, *, site: Site, embedded: bool = False) -> str:
    """Gradio's page with the site's language said in it, and what our scripts say."""
    head = rendered("language.html.j2", language=site.language, site=site)
    compact = ' class="pincite-embedded"' if embedded else ""
    html = html.replace('lang="en"', f'lang="{site.language}"{compact}', 1)
    html = html.replace('"/manifest.json"', f'"{site.root_path}/manifest.json"', 1)
    return html.replace("<head>", f"<head>{head}", 1)


def headers_of(site: Site) -> dict[str, str]:
    """What is said of a page's language to those who keep copies of it."""
    return {"Content-Language": site.language, "Vary": "Accept-Language"}


def _below(scope: Scope) -> str | None:
    """What a request to see a page asks for, below the chat's own path; None for any other."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    return str(scope["path"].removeprefix(scope["root_path"]))
