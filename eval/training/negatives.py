"""Passages that a search finds for a question and that do not answer it."""

import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from eval.training.examples import Example
from index.words import content_words

DEPTH = 8  # passages that are looked at for a question
NEAREST = 4  # of those that do not answer it, how many one is drawn from
_SAME = 40  # characters that tell a sentence


def hard_negatives(
    examples: Iterable[Example], passages: Sequence[str], *, seed: int
) -> Iterator[Example]:
    """For each question a passage that BM25 ranks high and that does not hold the answer.

    A question without words, or for which nothing else is found, gets none. Source of the idea:
    Karpukhin et al. 2020, section 3.2.
    """
    draw = random.Random(seed)
    connection = sqlite3.connect(":memory:")
    with connection:
        connection.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter')")
        connection.executemany(
            "INSERT INTO passages (rowid, text) VALUES (?, ?)", enumerate(passages)
        )
    for example in examples:
        found = _found(connection, example.question)
        wrong = [passages[row] for row in found if not _answers(passages[row], example)]
        if wrong:
            yield Example(example.question, draw.choice(wrong[:NEAREST]), article=example.article)
    connection.close()


def _found(connection: sqlite3.Connection, question: str) -> list[int]:
    words = " OR ".join(f'"{word}"' for word in content_words(question) if word.isalnum())
    if not words:
        return []
    rows = connection.execute(
        "SELECT rowid FROM passages WHERE text MATCH ? ORDER BY bm25(passages) LIMIT ?",
        (words, DEPTH),
    )
    return [row for (row,) in rows]


def _answers(passage: str, example: Example) -> bool:
    """Whether the passage holds an answer, or the sentence that is known to."""
    if passage == example.passage:
        return True
    held = passage.lower()
    if example.sentence:
        start = example.sentence[0]
        return example.passage[start : start + _SAME].lower() in held
    return any(example.passage[start:end].lower() in held for start, end in example.answers)
