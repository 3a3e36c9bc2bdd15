"""The sample course that comes with Pincite: its texts into a library, and questions to try."""

from importlib.resources import files
from pathlib import Path

from eval.cases import load_suite
from index.sources import text_source
from rag.settings import Settings
from ui.adding import add_sources
from ui.console import say

COURSE = "keeping_time"
QUESTIONS = 3  # that the course answers; one that it cannot answer follows


def index_course(settings: Settings) -> None:
    """Add the course's texts to the library of the settings; what it has already is skipped."""
    texts = sorted(_folder().joinpath("texts").iterdir())
    sources = [text_source(COURSE, text.name, text.read_text("utf-8")) for text in texts]
    add_sources(sources, settings)


def print_questions() -> None:
    """Print a few questions to try, the last of which has nothing to do with the course."""
    cases = load_suite(_folder() / "suite.jsonl").cases
    answered = [case.question for case in cases if case.answers]
    off_topic = [case.question for case in cases if "off-topic" in case.tags]
    say("Questions to try:")
    for question in (*answered[:: len(answered) // QUESTIONS], off_topic[0]):
        say(f"  {question}")


def _folder() -> Path:
    return Path(str(files("eval"))) / "suites" / COURSE
