"""Where a quotation stands in a part of a text: character by character, or but for typography."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.records import Span
from rag.verifying.tokens import Token, is_inside, tokens_of

_BETWEEN = "\0"  # in no key


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document, cut into words and signs; spans are offsets of the document."""

    document_id: str
    text: str  # the part alone
    start: int  # where it begins in the document
    tokens: tuple[Token, ...]
    keys: str  # of the tokens, each between separators

    @classmethod
    def of(cls, document_id: str, text: str, span: Span) -> "Passage":
        """The part of the text that stands at the span, but for what that may cut at its ends.

        >>> passage = Passage.of("d", "Bees hum in the tree.", (2, 13))
        >>> passage.text, passage.start, [token.key for token in passage.tokens]
        ('hum in', 5, ['hum', 'in'])
        """
        start, end = max(0, span[0]), min(span[1], len(text))
        tokens = tokens_of(text, start, end)
        if start:
            tokens = tokens[1:]
            start = tokens[0].start if tokens else end
        if end < len(text):
            tokens = tokens[:-1]
            end = tokens[-1].end if tokens else start
        return cls(document_id, text[start:end], start, tuple(tokens), _joined(_keys(tokens)))

    def at(self, span: Span) -> str:
        """The characters at a span that lies within the part."""
        return self.text[span[0] - self.start : span[1] - self.start]

    def numbers_of(self, tokens: Sequence[Token]) -> Iterator[int]:
        """Which of its tokens such ones begin at, the first word in either case.

        >>> passage = Passage.of("d", "The bees. And the bees.", (0, 23))
        >>> list(passage.numbers_of(tokens_of("The bees")))
        [0, 4]
        """
        for keys in _in_either_case(tokens):
            wanted = _joined(keys)
            place = self.keys.find(wanted)
            while place >= 0:
                yield self.keys.count(_BETWEEN, 0, place)
                place = self.keys.find(wanted, place + 1)

    def exact_spans(self, words: str) -> Iterator[Span]:
        """Where these very characters stand and cut no word.

        >>> list(Passage.of("d", "He can't, he can.", (0, 17)).exact_spans("he can"))
        [(10, 16)]
        """
        place = self.text.find(words)
        while place >= 0:
            start, end = self.start + place, self.start + place + len(words)
            if not is_inside(start, self.tokens) and not is_inside(end, self.tokens):
                yield start, end
            place = self.text.find(words, place + 1)

    def typographic_spans(self, tokens: Sequence[Token]) -> Iterator[Span]:
        """Where such words and signs stand."""
        for number in self.numbers_of(tokens):
            yield self.tokens[number].start, self.tokens[number + len(tokens) - 1].end


def _in_either_case(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """The keys of the tokens, and those with the other case of the first word's first letter."""
    keys = _keys(tokens)
    yield keys
    for number, token in enumerate(tokens):
        if token.kind == "word":
            other = token.key[0].swapcase()
            if len(other) == 1 and other != token.key[0]:
                yield [*keys[:number], other + token.key[1:], *keys[number + 1 :]]
            return


def _keys(tokens: Sequence[Token]) -> list[str]:
    return [token.key for token in tokens]


def _joined(keys: Sequence[str]) -> str:
    return f"{_BETWEEN}{_BETWEEN.join(keys)}{_BETWEEN}"
