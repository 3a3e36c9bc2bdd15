"""Keys to a course that needs one: signed, for that course alone, for as long as they say.

A key is a JSON Web Token (RFC 7519) with the course as its audience. Whoever has it may read the
course until it expires; it names nobody. The secret that signs them lies in the library's folder:
without that file every key that was made is void.
"""

import os
import secrets
from datetime import datetime
from pathlib import Path

import jwt

from index.errors import LibraryError

FILE_NAME = "links.secret"
_METHOD = "HS256"
_BYTES = 32


def key_for(course_id: str, *, expires: datetime, secret: bytes) -> str:
    """A key that opens the course until `expires`."""
    claims = {"aud": course_id, "exp": int(expires.timestamp())}
    return jwt.encode(claims, secret, algorithm=_METHOD)


def is_valid(key: str, course_id: str, *, secret: bytes) -> bool:
    """Whether the key opens the course now.

    >>> from datetime import UTC
    >>> secret = b"32 bytes that nobody else knows."
    >>> key = key_for("tides", expires=datetime(2999, 1, 1, tzinfo=UTC), secret=secret)
    >>> is_valid(key, "tides", secret=secret), is_valid(key, "moon", secret=secret)
    (True, False)
    """
    if not secret:
        return False
    try:
        jwt.decode(
            key,
            secret,
            algorithms=[_METHOD],
            audience=course_id,
            options={"require": ["aud", "exp"], "strict_aud": True},
        )
    except jwt.InvalidTokenError:
        return False
    return True


def secret_in(library: Path, *, create: bool = False) -> bytes:
    """The secret in a library's folder; empty where there is none, unless one is to be made.

    Raises `LibraryError` where the file is not as it was made.
    """
    path = library / FILE_NAME
    if create and not path.exists():
        _make(path)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return b""
    except ValueError as error:
        raise LibraryError(
            f"{path} does not hold a secret as Pincite makes them; "
            "remove it, and make new links with `pincite course link`"
        ) from error
    if len(secret) < _BYTES:
        raise LibraryError(
            f"{path} holds {len(secret)} bytes, and {_BYTES} were expected; "
            "remove it, and make new links with `pincite course link`"
        )
    return secret


def _make(path: Path) -> None:
    """Writes a new secret that only its owner may read; one that is there already stays."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # made by another process in this moment
        return
    except OSError as error:
        raise LibraryError(
            f"no secret for links can be kept at {path} ({error.strerror}); "
            "make the library with `pincite add` first, or make its folder writable"
        ) from error
    with os.fdopen(file, "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(_BYTES))
