"""Connects to the very numbers that were checked: a name is asked for once, then never again.

Whoever owns a name can make it mean another host a moment later. So the connection is made to the
number that was looked at, and the encryption still proves the name. No proxy and no setting of the
environment comes in between, and all of it ends at one moment, the looking up of a name too.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import httpcore

from index.errors import AddressError
from index.web.public import is_local_name, is_public

Resolver = Callable[[str, int], list[str]]  # a name and a port -> the numbers of its hosts


def system_resolver(name: str, port: int) -> list[str]:
    """What the system makes of the name. Raises `OSError` where it knows none."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


class CheckedNetwork(httpcore.NetworkBackend):
    """Opens connections to public hosts, or to any where `allow_private` says so."""

    def __init__(self, resolve: Resolver, *, allow_private: bool) -> None:
        """Every name is looked up with `resolve`."""
        self._resolve, self._allow_private = resolve, allow_private
        self._sockets = httpcore.SyncBackend()
        self.deadline = 0.0  # by the monotonic clock: when everything has to have ended

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection. Raises `AddressError` where any number of the host is not public.

        Looking the name up may take as long as each attempt to connect.
        """
        failure: Exception = httpcore.ConnectError(f"{host} is nowhere")
        for number in self._numbers(host, port, seconds=self.left(timeout)):
            try:
                stream = self._sockets.connect_tcp(number, port, self.left(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self)
        raise failure

    def left(self, timeout: float | None) -> float:
        """The seconds that are left of `timeout`. Raises `httpcore.ReadTimeout` where none are."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("took too long as a whole")
        return seconds if timeout is None else min(timeout, seconds)

    def _numbers(self, host: str, port: int, *, seconds: float) -> list[str]:
        if not self._allow_private and is_local_name(host):
            raise AddressError(_private(host, "a name of this machine or network"))
        try:
            numbers = _begun(self._resolve, host, port).result(seconds)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"its name was not found in {seconds:.3g} s") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"its name is not known: {error}") from error
        for number in numbers:
            if not self._allow_private and not is_public(number):
                raise AddressError(_private(host, number))
        return numbers


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing lasts beyond the deadline of its network."""

    def __init__(self, stream: httpcore.NetworkStream, network: CheckedNetwork) -> None:
        self._stream, self._network = stream, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._network.left(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._network
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _begun(resolve: Resolver, host: str, port: int) -> Future[list[str]]:
    """A look-up that goes on by itself: nothing can end the system's, so nothing waits for it."""
    numbers: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            numbers.set_result(resolve(host, port))
        except BaseException as error:  # raised again where the result is wanted
            numbers.set_exception(error)

    threading.Thread(target=look_up, name=f"looking up {host}", daemon=True).start()
    return numbers


def _private(host: str, what: str) -> str:
    said = host if host == what else f"{host} ({what})"
    return (
        f"{said} is not public, so it is not asked; --allow-private allows the addresses "
        "of this machine and its network"
    )
