"""Requests as no well-behaved client would send them: the bytes go out as they are written."""

import socket
from urllib.parse import urlsplit


def answer_to(origin: str, *parts: bytes, then_close: bool = False) -> bytes:
    """All that the server says to these bytes until it closes the connection."""
    address = urlsplit(origin)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            if then_close:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (ConnectionResetError, BrokenPipeError):  # it had heard enough
            return b""


def request(method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    """A request for a target, whatever is in it."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def status_of(answer: bytes) -> int:
    """The status of an answer; 0 where there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0
