"""A stand-in for the network of a span reader, whose scores a person can compute."""

import functools

import numpy as np

from rag.readers.span.card import ReaderCard
from rag.readers.span.opening import OpenedModel
from rag.readers.span.scoring import Scores

OTHER = -50.0  # what a token gets that nothing is said about: no answer begins or ends there


@functools.cache
def bundled_tokenizer():
    from rag.readers.span.network import tokenizer  # takes seconds

    return tokenizer()


class WordScorer:
    """Gives each of the words its scores as start and as end, wherever it stands."""

    def __init__(self, scores, *, no_answer=0.0, window=384):
        """`scores` has (start, end) by word; `no_answer` is split between start and end."""
        self.window, self.tokenizer = window, bundled_tokenizer()
        self.asked = []  # the batches
        self._no_answer = no_answer
        self._scores = {
            self.tokenizer.convert_tokens_to_ids(word): pair for word, pair in scores.items()
        }

    def scores_of(self, tokens):
        self.asked.append(tokens.inputs)
        starts = np.full(tokens.inputs.shape, OTHER, np.float32)
        ends = starts.copy()
        for number, (start, end) in self._scores.items():
            starts[tokens.inputs == number] = start
            ends[tokens.inputs == number] = end
        starts[:, 0] = ends[:, 0] = self._no_answer / 2
        starts[tokens.mask == 0] = ends[tokens.mask == 0] = 1000.0  # padding is never read
        return Scores(starts, ends)


def opened(scores, *, no_answer=0.0, window=384, **card):
    """The stand-in with a card; without a calibration unless one is given."""
    scorer = WordScorer(scores, no_answer=no_answer, window=window)
    return OpenedModel(ReaderCard(name="words", sha256="0123456789abcdef" * 4, **card), scorer)
