"""A course's chat in the server: Gradio's app with everything off that a chat of texts needs not.

What it shows, loads and remembers beyond the chat is turned off, and its own check of file paths,
which waits for a launch that a mounted app never has, is turned on.
"""

import asyncio
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from ui.addresses import Site
from ui.chat import build_chat, quiet_gradio
from ui.render import chat_head
from ui.web.known_events import TEXT, TEXTS, KnownEvents, Takes
from ui.web.served import Served
from ui.web.speaking import Speaking
from ui.web.unread import Unread

SECONDS_BETWEEN_LOOKS = 0.02  # for a question that a page asked
OF_A_PART = ("example_select", "like")  # events that say which part of what is shown is meant


async def mount_chat(app: FastAPI, served: Served, site: Site) -> asyncio.Event:
    """Mounts the chat at the course's path; gives what ends its streams to open pages once set.

    It is a coroutine because Gradio opens many event loops where it finds none running, and closes
    none of them.
    """
    gradio = quiet_gradio()
    chat = build_chat(served, site=site)
    path = f"/c/{served.course.id}"
    gradio.mount_gradio_app(
        app,
        chat,
        path,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gradio.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head=chat_head(site=site),
    )
    mounted = next(route for route in app.routes if isinstance(route, Mount) and route.path == path)
    gradio_app: Any = mounted.app
    events = {number: _takes(event) for number, event in chat.fns.items()}
    queue: Any = chat._queue
    known = KnownEvents(gradio_app, events=events, served=served, unread=Unread(queue))
    mounted.app = Speaking(known, site=site)
    # or Gradio looks into it a thousand times a second, for each course
    queue.sleep_when_free = queue.progress_update_sleep_when_free = SECONDS_BETWEEN_LOOKS
    chat.has_launched = True  # or Gradio copies, and serves, any file that a value names
    closing: asyncio.Event = gradio_app.stop_event
    return closing


def _takes(event: Any) -> Takes:
    """What one of Gradio's events takes of its page."""
    values = (TEXTS if getattr(each, "multiselect", False) else TEXT for each in event.inputs)
    return Takes(tuple(values), any(kind in OF_A_PART for _, kind in event.targets))
