"""Addresses of pages on the web, in one form only: what is written in another is refused.

A host can be written in many ways, and two programs may read one of them differently. So a name is
brought into lower-case ASCII first, and a host that looks like a number is four decimal numbers.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

from index.errors import AddressError

_PORTS = {"http": 80, "https": 443}
_MOST = 2_000  # characters of an address
_MOST_NAME = 253  # characters of a host
_STARTS_LIKE_ONE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_UNSEEN = re.compile(r"[\s\x00-\x20\x7f-\x9f\\]")
_IN_BRACKETS = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?")
_NAMED = re.compile(r"([^:\[\]@%/]+)(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_IN_PATHS = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address by http or https."""

    scheme: str
    host: str  # lower-case ASCII; of IPv6 without brackets
    port: int
    target: str  # the path, and the query where there is one; escaped

    @property
    def origin(self) -> str:
        """The address without its target; the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def key(self) -> str:
        """Host and target, under which a page is kept."""
        return self.origin.partition("://")[2] + self.target

    def is_below(self, above: "WebAddress") -> bool:
        """Whether it is `above` itself, or goes on after it.

        >>> course = web_address("https://a.org/course")
        >>> one, other = web_address("https://a.org/course/1"), web_address("https://a.org/courses")
        >>> [one.is_below(course), other.is_below(course)]
        [True, False]
        """
        folder = above.path if above.path.endswith("/") else f"{above.path}/"
        same = self.origin == above.origin
        return same and (self.target == above.target or self.target.startswith(folder))

    def __str__(self) -> str:
        """The whole address."""
        return self.origin + self.target


def looks_like_address(text: str) -> bool:
    """Whether the text means an address, and not a path.

    >>> looks_like_address("file://a"), looks_like_address("notes/a.txt")
    (True, False)
    """
    return bool(_STARTS_LIKE_ONE.match(text))


def web_address(text: str, *, beside: WebAddress | None = None) -> WebAddress:
    """The address that is written, on a page `beside` it where that is given.

    Raises `AddressError` for one of another scheme, with a name or password, or in another form.

    >>> str(web_address("../b?c#d", beside=web_address("HTTP://Bücher.example:80/x/a")))
    'http://xn--bcher-kva.example/b?c'
    """
    if len(text) > _MOST:
        raise AddressError(f"{text[:80]}... is longer than {_MOST:,} characters; shorten it")
    if _UNSEEN.search(text):
        raise AddressError(f"{text!r} has a blank or a backslash in it; write it without")
    try:
        whole = urljoin(str(beside), text) if beside else text
        parts = urlsplit(whole)
        scheme = parts.scheme.lower()
        if scheme not in _PORTS:
            raise AddressError(f"{text!r} begins with {scheme!r}; http or https was expected")
        if "@" in parts.netloc:
            raise AddressError(f"{text!r} has a name or password in it; name only the host")
        host, port = _host_and_port(parts.netloc, scheme)
        path = _path(parts.path)
        query = f"?{quote(parts.query, safe=_IN_PATHS + '?')}" if parts.query else ""
    except (ValueError, UnicodeError) as error:
        raise AddressError(f"{text!r} is no address that can be asked ({error})") from error
    return WebAddress(scheme, host, port, path + query)


def _host_and_port(netloc: str, scheme: str) -> tuple[str, int]:
    if match := _IN_BRACKETS.fullmatch(netloc):
        host = IPv6Address(match[1]).compressed
    elif match := _NAMED.fullmatch(netloc):
        host = _name(match[1])
    else:
        raise ValueError(f"{netloc!r} is no host")
    port = int(match[2] or _PORTS[scheme])
    if not 0 < port < 1 << 16:
        raise ValueError(f"there is no port {port}")
    return host, port


def _name(text: str) -> str:
    name = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode("ascii")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(IPv4Address(name))  # in its one form, without short ones and octal digits
    if len(name) > _MOST_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"{text!r} is no name of a host")
    return name


def _path(text: str) -> str:
    path = urljoin("http://a/", text or "/").removeprefix("http://a")
    if any(unquote(part) in {".", ".."} for part in path.split("/")):
        raise ValueError("its path has an escaped dot for a step")
    return quote(path, safe=_IN_PATHS)
