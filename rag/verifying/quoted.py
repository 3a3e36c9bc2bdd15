"""A quotation made ready to be looked for: its words and signs, and the honest marks among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.verifying.quotations import Quotation
from rag.verifying.tokens import Token, tokens_of

_LONGEST_BRACKET = 120  # characters between brackets that are taken for one insertion
_BRACKETED = re.compile(rf"\[[^\[\]]{{1,{_LONGEST_BRACKET}}}\]")
_PART = r"[^\W\d_]"
_BRACKETED_PART = re.compile(
    rf"(?<!{_PART}){_PART}*\[{_PART}{{1,8}}\]{_PART}*"
)  # "[T]he", "walk[ed]"
_DROPPED_AT_THE_END = {".", ","}


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words and signs of a quotation; what is said of them goes by their number."""

    quotation: Quotation
    tokens: tuple[Token, ...]  # spans are offsets of the text that the quotation was found in
    honest: frozenset[int]  # marks of omission, and what stands in brackets
    initial: frozenset[int]  # words whose first letter may have another case

    @property
    def without_last_stop(self) -> tuple[Token, ...]:
        """The tokens without a full stop or comma at the end: it may be of the text around."""
        ends = len(self.tokens) > 1 and self.tokens[-1].key in _DROPPED_AT_THE_END
        return self.tokens[:-1] if ends else self.tokens


def quoted(quotation: Quotation, text: str) -> Quoted:
    """The quotation with its words and signs; `text` is what it was found in.

    >>> text = "[T]he bees [...] hum [loudly]."
    >>> made = quoted(Quotation(0, len(text), text), text)
    >>> [made.tokens[number].key for number in sorted(made.honest)]
    ['The', '[…]', '[', 'loudly', ']']
    """
    start, end = quotation.start, quotation.end
    tokens = tokens_of(text, start, end)
    parts = [match.span() for match in _BRACKETED_PART.finditer(text, start, end)]
    parts = [(first, last) for first, last in parts if text[first] != "[" or text[last - 1] != "]"]
    tokens = _joined(tokens, parts, text)
    groups = [match.span() for match in _BRACKETED.finditer(text, start, end)]
    bracketed = {offset for span in [*parts, *groups] for offset in range(*span)}
    honest = frozenset(
        number
        for number, token in enumerate(tokens)
        if token.kind == "omission" or token.start in bracketed
    )
    return Quoted(quotation, tuple(tokens), honest, _initial(tokens))


def _joined(tokens: Sequence[Token], parts: Sequence[tuple[int, int]], text: str) -> list[Token]:
    """The tokens, where a word with a part of it in brackets is one without brackets."""
    begins = {first: (first, last) for first, last in parts}
    joined: list[Token] = []
    end = 0
    for token in tokens:
        if token.start in begins:
            first, end = begins[token.start]
            joined.append(Token(first, end, re.sub(r"[\[\]]", "", text[first:end]), "word"))
        elif token.start >= end:
            joined.append(token)
    return joined


def _initial(tokens: Sequence[Token]) -> frozenset[int]:
    """The first word, and the first one behind each mark of omission."""
    initial, awaited = set(), True
    for number, token in enumerate(tokens):
        if token.kind == "omission":
            awaited = True
        elif awaited and token.kind == "word":
            initial.add(number)
            awaited = False
    return frozenset(initial)
