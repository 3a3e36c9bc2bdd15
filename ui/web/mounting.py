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
from ui.web.known_events import KnownEvents
from ui.web.served import Served
from ui.web.speaking import Speaking
from ui.web.unread import Unread

SECONDS_BETWEEN_LOOKS = 0.02  # for a question that a page asked


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
    inputs = {number: len(event.inputs) for number, event in chat.fns.items()}
    queue: Any = chat._queue
    known = KnownEvents(gradio_app, inputs=inputs, served=served, unread=Unread(queue))
    mounted.app = Speaking(known, site=site)
    # or Gradio looks into it a thousand times a second, for each course
    queue.sleep_when_free = queue.progress_update_sleep_when_free = SECONDS_BETWEEN_LOOKS
    chat.has_launched = True  # or Gradio copies, and serves, any file that a value names
    closing: asyncio.Event = gradio_app.stop_event
    return closing
