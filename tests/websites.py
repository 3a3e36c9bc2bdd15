"""A site on this machine: pages by path, and what was asked of them."""

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = "text/html; charset=utf-8"


@dataclass
class Answer:
    """What is answered to one path."""

    body: bytes | str = b""
    type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    packed: bool = False
    slowly: float = 0.0  # seconds between two bytes

    @property
    def data(self) -> bytes:
        data = self.body.encode() if isinstance(self.body, str) else self.body
        return gzip.compress(data) if self.packed else data


def page(title: str, *links: str, words: str = "", head: str = "") -> Answer:
    """A page that says its title and leads to the links."""
    leading = "".join(f'<p><a href="{link}">on</a></p>' for link in links)
    head = f"<title>{title}</title>{head}"
    return Answer(f"<html><head>{head}</head><body><h1>{title}</h1><p>{words}</p>{leading}</body>")


def moved(to: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(status=status, headers={"Location": to})


Pages = Mapping[str, Answer] | Callable[[str], Answer | None]


class Website:
    """Answers on a free port of 127.0.0.1; `pages` may be changed at any time."""

    def __init__(self, pages: Pages, certificate: Path | None = None) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.statuses: list[int] = []
        self.at: list[float] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked_pages(self) -> list[str]:
        """What was asked but robots.txt and site maps."""
        return [path for path in self.asked if not path.endswith((".txt", ".xml"))]

    def answer(self, path: str) -> Answer:
        found = self.pages(path) if callable(self.pages) else self.pages.get(path)
        return found or Answer("nothing there", status=404)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"site": self})

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Website

    def do_GET(self) -> None:
        answer = self.site.answer(self.path)
        status = 304 if self._is_known(answer.headers) else answer.status
        self.site.asked.append(self.path)
        self.site.headers.append(dict(self.headers))
        self.site.statuses.append(status)
        self.site.at.append(time.monotonic())
        data = b"" if status == 304 else answer.data
        self.send_response(status)
        for name, value in self._headers(answer, data if status != 304 else None).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for first in range(0, len(data), 1 if answer.slowly else len(data) or 1):
                self.wfile.write(data[first : first + 1] if answer.slowly else data)
                time.sleep(answer.slowly)
        except OSError:
            self.close_connection = True  # nobody reads any more

    def _is_known(self, given: Mapping[str, str]) -> bool:
        pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
        return any(
            name in given and self.headers.get(asked) == given[name] for name, asked in pairs
        )

    def _headers(self, answer: Answer, data: bytes | None) -> dict[str, str]:
        headers = dict(answer.headers)
        if answer.type:
            headers["Content-Type"] = answer.type
        if answer.packed:
            headers["Content-Encoding"] = "gzip"
        if data is not None:
            headers["Content-Length"] = str(len(data))
        return headers

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def website(pages: Pages, certificate: Path | None = None) -> Iterator[Website]:
    site = Website(pages, certificate)
    site.start()
    try:
        yield site
    finally:
        site.stop()
