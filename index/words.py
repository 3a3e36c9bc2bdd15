"""Search by words: the `WordStore` Protocol and the one in SQLite's FTS5, ranked by BM25."""

import json
import re
import sqlite3
from collections.abc import Callable, Collection
from typing import Protocol

from index.vectors import Scored

_WORD = re.compile(r"\w+")
_NO_PHRASE = re.compile('["\0\ud800-\udfff]')  # what would end a phrase or break it
_HEADING_WEIGHT = 0.5  # of a word in the heading path, beside 1 in the passage itself
_SEARCH = f"""
    SELECT rowid, -bm25(chunk_words, {_HEADING_WEIGHT}, 1.0) AS score FROM chunk_words
    WHERE chunk_words MATCH :match ORDER BY score DESC, rowid LIMIT :k"""
_HAVING = "SELECT rowid FROM chunk_words WHERE chunk_words MATCH :match ORDER BY rowid LIMIT :k"
_WITHIN = """AND rowid IN (SELECT id FROM chunks WHERE document_id IN
                           (SELECT value FROM json_each(:documents))) ORDER BY"""
_SEARCH_WITHIN, _HAVING_WITHIN = (sql.replace("ORDER BY", _WITHIN) for sql in (_SEARCH, _HAVING))
STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but
    by can could did do does doing during each for from had has have having he her here hers him his
    how i if in into is it its itself just me more most my no nor not of on once only or other our
    out over own same she should so some such than that the their them then there these they this
    those through to too under until up very was we were what when where which while who whom whose
    why will with would you your""".split()
)


class WordStore(Protocol):
    """The words of every chunk of a library."""

    def search(
        self, question: str, k: int, *, documents: Collection[str] | None = None
    ) -> list[Scored]:
        """The k chunks that its words single out best, best first; higher scores are better."""

    def having(self, words: str, k: int, *, documents: Collection[str] | None = None) -> list[int]:
        """The first k chunks that have these words in a row, whatever their endings; by id.

        Every word counts, however common it is.
        """

    def unknown(self, question: str) -> list[str]:
        """The question's content words that no chunk has, whatever their endings, as typed."""


class Fts5Store:
    """BM25 as SQLite computes it (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75).

    SQLite's figure is lower for better; its sign is turned here, and nowhere else.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """`connection` has the read transaction that the search belongs to."""
        self._connection = connection

    def search(
        self, question: str, k: int, *, documents: Collection[str] | None = None
    ) -> list[Scored]:
        """The k best chunks by BM25; none where no word of the question stands in the texts."""
        words = content_words(question)
        if not words:
            return []
        scope = None if documents is None else json.dumps(list(documents))
        rows = self._connection.execute(
            _SEARCH if scope is None else _SEARCH_WITHIN,
            {"match": match_expression(words), "k": k, "documents": scope},
        )
        return [Scored(chunk_id, score) for chunk_id, score in rows]

    def having(self, words: str, k: int, *, documents: Collection[str] | None = None) -> list[int]:
        """The first k chunks that have these words in a row, as FTS5 stems them; by id."""
        phrase = _NO_PHRASE.sub(" ", words)
        scope = None if documents is None else json.dumps(list(documents))
        rows = self._connection.execute(
            _HAVING if scope is None else _HAVING_WITHIN,
            {"match": match_expression([phrase]), "k": k, "documents": scope},
        )
        return [chunk_id for (chunk_id,) in rows]

    def unknown(self, question: str) -> list[str]:
        """The question's content words that no chunk has, as FTS5 stems them."""
        typed = {word.lower(): word for word in reversed(_WORD.findall(question))}
        absent = [word for word in content_words(question) if not self._stands(word)]
        return [typed.get(word, word) for word in absent]

    def _stands(self, word: str) -> bool:
        rows = self._connection.execute(
            "SELECT 1 FROM chunk_words WHERE chunk_words MATCH ? LIMIT 1",
            (match_expression([word]),),
        )
        return rows.fetchone() is not None


WORD_STORES: dict[str, Callable[[sqlite3.Connection], WordStore]] = {"fts5": Fts5Store}


def content_words(text: str) -> list[str]:
    """The words of a text in lower case, each once; stop words only where there is nothing else.

    >>> content_words("Who was the Norse leader?"), content_words("Who is he?")
    (['norse', 'leader'], ['who', 'is', 'he'])
    """
    words = list(dict.fromkeys(_WORD.findall(text.lower())))
    return [word for word in words if word not in STOP_WORDS] or words


def match_expression(words: Collection[str]) -> str:
    """An FTS5 query for any of the words, each quoted, so that none can be syntax.

    >>> match_expression(["norse", "near"])
    '"norse" OR "near"'
    """
    return " OR ".join(f'"{word}"' for word in words)
