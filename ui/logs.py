"""The program's own log: a file of JSON objects, one a line, so that nobody is shown a traceback.

Nobody is named in it: there is no address of a client, no key of a link and no question.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 10_000_000  # bytes of the file, which then becomes the first of the older ones
OLDER = 4
SHORTEST = 8  # characters of a question that a line without it would not miss

request_id: ContextVar[str] = ContextVar("request_id", default="")  # of what is being answered
unsaid: ContextVar[str] = ContextVar("unsaid", default="")  # a text that no line may hold

_KEY = re.compile(r"/k/[^/\s\"']+|(?i:bearer )\S+|eyJ[\w-]+\.[\w-]+\.[\w-]*")
_events = logging.getLogger("pincite")


def log_to(path: Path) -> None:
    """Sends what is logged from now on to the file, which is made with its folder.

    Where something listens to the log already, it goes on to do so alone.
    """
    _events.setLevel(logging.INFO)
    if logging.getLogger().handlers:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LARGEST, backupCount=OLDER, encoding="utf-8")
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler])


def log_event(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Logs that something happened, and what is to be known of it."""
    _events.log(level, event, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == _events.name:
            line |= {"event": record.getMessage(), **getattr(record, "fields", {})}
        else:
            line |= {"event": "message", "from": record.name, "message": record.getMessage()}
        if identifier := request_id.get():
            line["request"] = identifier
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        told = {name: _unsaying(value) for name, value in line.items()}
        return json.dumps(told, ensure_ascii=False, default=str)


def discreet(text: str, question: str = "") -> str:
    r"""A text for the log without keys, and without a question that is more than a word.

    >>> discreet("GET /k/abc.def.ghi/c/tides/ of 'Who was Rollo?'", "Who was Rollo?")
    "GET [key]/c/tides/ of '[question]'"
    """
    text = _KEY.sub("[key]", text)
    for said in {question.strip(), repr(question.strip())[1:-1]}:
        if len(said) >= SHORTEST:
            text = text.replace(said, "[question]")
    return text


def _unsaying(value: object) -> object:
    return discreet(value, unsaid.get()) if isinstance(value, str) else value
