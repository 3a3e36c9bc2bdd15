"""Words as the Penn Treebank writes them -> text as people write it, and where each stands."""

from collections.abc import Sequence

from index.records import Span

_WRITTEN = {
    "-lrb-": "(",
    "-rrb-": ")",
    "-lsb-": "[",
    "-rsb-": "]",
    "-lcb-": "{",
    "-rcb-": "}",
    "``": "“",
    "''": "”",
}
_NO_BLANK_BEFORE = frozenset(". , ; : ! ? ) ] } % ” 's 'S 're 've 'll 'd 'm n't N'T '".split())
_NO_BLANK_AFTER = frozenset("( [ { $ £ € “ #".split())


def detokenized(words: Sequence[str]) -> tuple[str, list[Span]]:
    """The text, and the span of each word in it.

    >>> detokenized("It does n't pay -LRB- $ 5 -RRB- .".split())[0]
    "It doesn't pay ($5)."
    >>> detokenized("Is n't it ?".split())[1]
    [(0, 2), (2, 5), (6, 8), (8, 9)]
    """
    text, spans, glued = "", [], True
    for word in words:
        written = _WRITTEN.get(word.lower(), word)
        if not glued and written not in _NO_BLANK_BEFORE:
            text += " "
        spans.append((len(text), len(text) + len(written)))
        text += written
        glued = written in _NO_BLANK_AFTER
    return text, spans
