"""The span reader: finds the short answer in the passages, or says that it is not there.

It quotes whole sentences and marks the answer in them. It does not count, compare or conclude: what
does not stand in one passage it cannot find.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from index.embedding import Embedder
from index.errors import SettingError
from index.records import Hit
from rag.answer import Claim, Draft
from rag.readers.nearness import cosines_of
from rag.readers.overlap import question_stems
from rag.readers.span.calibration import features_of, log_odds, ratio_of
from rag.readers.span.candidates import Candidate, candidates_in, ranked
from rag.readers.span.opening import BUNDLED, Networks, OpenedModel
from rag.readers.span.scoring import Scores
from rag.readers.span.windows import BUDGETS, Window, batches, padded, windows_of

VERSION = 1

_MOST_CLAIMS = 6
_MARGIN = 6.0  # how far behind the best a further claim may rank


class SpanReader:
    """Scores every token of all passages and claims the sentences around the best spans."""

    def __init__(
        self,
        embedder: Embedder,
        threshold: float | None = None,
        *,
        networks: Networks | None = None,
        weights: Path | OpenedModel | None = None,
    ) -> None:
        """Opens the reader in the folder `weights`; `None` for the one that comes with Pincite.

        It computes in the embedder's numbers. `threshold` is the score under which it abstains: a
        probability where the reader is calibrated, else a margin; `None` for the reader's own.
        `networks` has those that other readers opened before.
        Raises `SettingError` where the folder holds no reader.
        """
        networks = networks or Networks()
        if not isinstance(weights, OpenedModel):
            weights = networks.open(weights or BUNDLED, precision=embedder.precision)
        self._card, self._scorer = weights.card, weights.scorer
        self._budget = BUDGETS[embedder.precision]
        self._tokenizing, self._cores = weights.tokenizing, networks.cores
        self._threshold = self._card.answered_at if threshold is None else threshold

    @property
    def signature(self) -> str:
        """The reader, its version, the weights and its threshold."""
        made_of = f"{self._card.name} {self._card.sha256[:12]}"
        return f"span/{VERSION} {made_of} threshold={self._threshold:.12g}"

    def read(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The sentences that hold the best answers, best first; none where it is not sure."""
        candidates = self.candidates(question, hits)
        if not candidates:
            return Draft(())
        claims = self._claims(candidates)
        score = claims[0].score
        confidence = score if self._card.calibration else None
        if score < self._threshold:
            return Draft(
                (),
                related=score >= self._card.related_at,
                confidence=confidence,
                score=score,
                withheld=claims[0],
            )
        return Draft(tuple(claims), confidence=confidence, score=score)

    def candidates(self, question: str, hits: Sequence[Hit]) -> list[Candidate]:
        """Every answer worth comparing, best first: what a calibration is fitted on."""
        with self._tokenizing:
            windows = windows_of(question, hits, self._scorer.tokenizer, most=self._scorer.window)
        cosines, wanted = cosines_of(hits), question_stems(question)
        return ranked(
            candidate
            for window, scores in self._scored(windows)
            for candidate in candidates_in(
                window,
                scores,
                hit=hits[window.hit],
                cosine=cosines[window.hit],
                wanted=wanted,
                weights=self._card.weights,
            )
        )

    def _scored(self, windows: Sequence[Window]) -> Iterator[tuple[Window, Scores]]:
        """Each window with the scores of its own tokens, read on every core that is free."""
        padding = self._scorer.tokenizer.pad_token_id or 0
        parts = [*batches(windows, budget=self._budget)]
        parts.reverse()  # the longest first, so that the cores end together
        tokens = [padded(part, padding=padding) for part in parts]
        for part, given in zip(parts, self._cores.map(self._scorer.scores_of, tokens), strict=True):
            for row, window in enumerate(part):
                scores = given.of(row, len(window.inputs))
                if not scores.are_numbers:
                    raise SettingError(
                        f"reader {self._card.name!r} gives scores that are no numbers: its weights "
                        "are broken; name another reader"
                    )
                yield window, scores

    def _claims(self, candidates: Sequence[Candidate]) -> list[Claim]:
        """One for each sentence, best first."""
        claims: list[Claim] = []
        level, best = self._level(candidates), candidates[0].ranking
        for candidate in candidates:
            behind = best - candidate.ranking
            if behind > _MARGIN or len(claims) == _MOST_CLAIMS:
                break
            claim = _claim(candidate, self._shown(level - behind))
            if not any(_overlap(claim, better) for better in claims):
                claims.append(claim)
        return claims

    def _level(self, candidates: Sequence[Candidate]) -> float:
        """How sure it is of the first: log odds where it is calibrated, else the margin."""
        if self._card.calibration is None:
            return candidates[0].margin
        return log_odds(features_of(candidates), self._card.calibration)

    def _shown(self, level: float) -> float:
        return level if self._card.calibration is None else ratio_of(level)


def _claim(candidate: Candidate, score: float) -> Claim:
    chunk = candidate.hit.chunk
    text = chunk.slice(candidate.quote)
    return Claim(chunk.id, chunk.document_id, *candidate.quote, text, score, candidate.span)


def _overlap(one: Claim, other: Claim) -> bool:
    same = one.document_id == other.document_id
    return same and one.start < other.end and other.start < one.end
