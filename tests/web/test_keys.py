"""Secrets lie in the library's folder, for their owner alone; a broken one is named."""

from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest

from index.errors import LibraryError
from ui.web.keys import FILE_NAME, is_valid, key_for, secret_in

SECRET = b"32 bytes that nobody else knows."
EVER = datetime(2999, 1, 1, tzinfo=UTC)


def test_a_secret_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    assert secret_in(tmp_path) == b""
    secret = secret_in(tmp_path, create=True)
    assert len(secret) == 32
    assert secret_in(tmp_path, create=True) == secret_in(tmp_path) == secret
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "message"), [("no hex", "does not hold a secret"), ("ab" * 31, "holds 31 bytes")]
)
def test_a_broken_secret_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(LibraryError, match=message):
        secret_in(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no secret for links can be kept"):
        secret_in(tmp_path / "missing", create=True)


@pytest.mark.parametrize(
    ("claims", "algorithm"),
    [
        ({"aud": "tides"}, "HS256"),
        ({"exp": EVER.timestamp()}, "HS256"),
        ({"aud": ["tides", "moon"], "exp": EVER.timestamp()}, "HS256"),
        ({"aud": "tides", "exp": EVER.timestamp()}, "HS512"),
        ({"aud": "tides", "exp": EVER.timestamp()}, "none"),
        ({"aud": "tides", "exp": 1}, "HS256"),
    ],
)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_only_keys_as_we_make_them_are_valid(claims: dict[str, object], algorithm: str) -> None:
    secret = None if algorithm == "none" else SECRET
    key = jwt.encode(claims, secret, algorithm=algorithm)  # type: ignore[arg-type]
    assert not is_valid(key, "tides", secret=SECRET)


def test_without_a_secret_no_key_is_valid() -> None:
    key = key_for("tides", expires=EVER, secret=SECRET)
    assert is_valid(key, "tides", secret=SECRET)
    assert not is_valid(key, "tides", secret=b"")
    assert not is_valid(key, "tides", secret=SECRET[::-1])
