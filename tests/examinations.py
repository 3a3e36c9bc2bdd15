"""A library that is examined, with a reader whose every claim is written in the test."""

from index.library import Library
from index.records import Hit
from rag.answer import Claim, Draft
from rag.ask import Pipeline, open_pipeline
from rag.settings import Settings

TIDES = (
    "# Tides\n\nTides are the rise and fall of the sea.\n\n"
    "## Spring tides\n\nThe spring tide comes at new moon. It is the highest.\n\n"
    "## Gauges\n\nThe first gauge of Amsterdam was read in 1682. It stood at a sluice.\n"
)
BEES = "Bees hum in the lime tree.\n\nThey dance to tell the way to 1682 flowers.\n"
TEXTS = {"tides.md": TIDES, "bees.txt": BEES}


WARM_UP = "Is everything in its place?"  # what a pipeline asks itself before the first question


class ScriptedReader:
    """Claims for each question the words it was told to, wherever they stand in the passages.

    A question with a score under 0 is not answered: its words are withheld.
    """

    signature = "scripted"

    def __init__(self, script: dict[str, tuple[str, float]]) -> None:
        self.script = script
        self.seen: dict[str, list[str]] = {}  # question -> the passages it was given

    def read(self, question: str, hits: list[Hit]) -> Draft:
        if question == WARM_UP:
            return Draft(())
        self.seen[question] = [hit.chunk.text for hit in hits]
        if question not in self.script:
            raise RuntimeError("the reader fell over")
        words, score = self.script[question]
        claims = [_claim(hit, words, score) for hit in hits if words and words in hit.chunk.text]
        if score < 0:
            return Draft((), score=score, withheld=claims[0] if claims else None)
        return Draft(tuple(claims), confidence=score, score=score)


def _claim(hit: Hit, words: str, score: float) -> Claim:
    start = hit.chunk.start + hit.chunk.text.index(words)
    return Claim(hit.chunk.id, hit.chunk.document_id, start, start + len(words), words, score)


def scripted(library: Library, script: dict[str, tuple[str, float]]) -> Pipeline:
    """The library's own pipeline with the scripted reader."""
    pipeline = open_pipeline(Settings(library=library.path))
    return Pipeline(pipeline.library, pipeline.embedder, ScriptedReader(script), pipeline.settings)
