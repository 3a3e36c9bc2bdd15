"""`reader.json`: what stands beside the weights of a reader and says how to use them."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import SettingError
from rag.readers.span.calibration import FEATURES, Calibration
from rag.readers.span.candidates import NOTHING_ADDED, Weights

FILE_NAME = "reader.json"
FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """How to use weights, and which they are."""

    name: str
    sha256: str  # of the weights' file
    weights: Weights = NOTHING_ADDED
    calibration: Calibration | None = None  # None: scores are margins, and there is no confidence
    answered_at: float = 0.0  # the least score that is answered: a probability, else a margin
    related_at: float = 0.0  # the least one whose passages are said to be on the subject

    def json(self) -> str:
        """The text of `reader.json`; `card_of` reads it."""
        calibration = self.calibration and {
            "intercept": self.calibration.intercept,
            "weights": dict(self.calibration.weights),
        }
        return json.dumps(
            {
                "format": FORMAT,
                "name": self.name,
                "sha256": self.sha256,
                "weights": self.weights._asdict(),
                "calibration": calibration,
                "answered_at": self.answered_at,
                "related_at": self.related_at,
            },
            indent=2,
        )


_KEYS = ("format", "name", "sha256", "weights", "calibration", "answered_at", "related_at")


def read_card(path: Path) -> ReaderCard:
    """The card of a file. Raises `SettingError`."""
    try:
        return card_of(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise SettingError(
            f"{path} cannot be read ({error.strerror}); "
            "name a folder that train-reader wrote, or one with a Hugging Face model"
        ) from error
    except ValueError as error:
        raise SettingError(f"{path}: {error}; take the file that came with the weights") from error


def card_of(text: str) -> ReaderCard:
    """The card of a text. Raises `ValueError`, which says what was expected and found."""
    row = _table(json.loads(text), _KEYS, "the file")
    if row["format"] != FORMAT or isinstance(row["format"], bool):
        raise ValueError(f"format {FORMAT} was expected, and {row['format']!r} found")
    calibration = _calibration(row["calibration"])
    card = ReaderCard(
        name=_text(row, "name"),
        sha256=_text(row, "sha256"),
        weights=_weights(row["weights"]),
        calibration=calibration,
        answered_at=_number(row, "answered_at"),
        related_at=_number(row, "related_at"),
    )
    if not _SHA256.fullmatch(card.sha256):
        raise ValueError(f"sha256 must be 64 hexadecimal digits, and is {card.sha256!r}")
    if calibration and not 0 <= card.related_at <= card.answered_at <= 1:
        raise ValueError(
            "0 <= related_at <= answered_at <= 1 was expected, and "
            f"{card.related_at:g} and {card.answered_at:g} found"
        )
    return card


def _weights(value: Any) -> Weights:
    row = _table(value, Weights._fields, "weights")
    return Weights(**{name: _number(row, name) for name in Weights._fields})


def _calibration(value: Any) -> Calibration | None:
    if value is None:
        return None
    row = _table(value, ("intercept", "weights"), "calibration")
    weights = row["weights"]
    if not isinstance(weights, dict) or not weights or not set(weights) <= set(FEATURES):
        raise ValueError(f"weights must be of {', '.join(FEATURES)}, and is {weights!r}")
    return Calibration(
        _number(row, "intercept"), {name: _number(weights, name) for name in weights}
    )


def _table(value: Any, keys: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(keys):
        found = ", ".join(value) if isinstance(value, dict) else type(value).__name__
        raise ValueError(f"{what} must have {', '.join(keys)}, and has {found or 'nothing'}")
    return value


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, and is {value!r}")
    return float(value)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text, and is {value!r}")
    return value
