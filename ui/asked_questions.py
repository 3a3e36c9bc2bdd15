"""What was asked of a course, for its teacher: most often, and what the texts did not answer."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from index.library import Library
from rag.question_log import AskedQuestion, QuestionLog
from ui.console import say, say_json
from ui.contract import SCHEMA_VERSION

SHOWN = 20  # questions of each kind


def print_asked(library: Path, *, keep_days: int, as_json: bool, limit: int = SHOWN) -> None:
    """Print the questions kept in a library's folder, or JSON of them.

    What is older than `keep_days` is deleted first. Raises `LibraryError` where the folder has no
    library, or its questions cannot be read.
    """
    with Library.open(library), QuestionLog(library, keep_days=keep_days) as log:
        most_asked, unanswered = log.most_asked(limit), log.unanswered(limit)
    if as_json:
        say_json(
            {
                "schema_version": SCHEMA_VERSION,
                "keep_days": keep_days,
                "most_asked": [asdict(row) for row in most_asked],
                "unanswered": [asdict(row) for row in unanswered],
            }
        )
        return
    _print_rows("most asked:", most_asked, keep_days)
    _print_rows("not answered:", unanswered, keep_days)


def _print_rows(heading: str, rows: Sequence[AskedQuestion], keep_days: int) -> None:
    say(heading)
    for row in rows:
        say(f"  {row.times:>5,}  {row.question}  ({_told(row)})")
    if not rows:
        say(f"  none in {keep_days} days")


def _told(row: AskedQuestion) -> str:
    """When it was asked last, and how often it was answered if ever.

    >>> _told(AskedQuestion("Who?", 5, 2, "2030-05-06T07:08+00:00"))
    '3 times answered, last asked 2030-05-06 07:08 UTC'
    """
    answered = row.times - row.unanswered
    told = f"{answered:,} times answered, " if answered else ""
    return f"{told}last asked {row.last[:10]} {row.last[11:16]} UTC"
