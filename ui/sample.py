"""The sample course that comes with Pincite: its texts into a library, and questions to try."""

from importlib.resources import files
from pathlib import Path

from eval.formats import load_suite
from index.sources import text_source
from rag.settings import Settings
from ui.adding import add_sources
from ui.console import say

COURSE = "keeping_time"
QUESTIONS = ("kt-004", "kt-029", "kt-054", "kt-109")  # the course does not answer the last


def index_course(settings: Settings) -> None:
    """Add the course's texts to the library of the settings; what it has already is skipped."""
    texts = sorted(_folder().joinpath("texts").iterdir())
    sources = [text_source(COURSE, text.name, text.read_text("utf-8")) for text in texts]
    add_sources(sources, settings)


def print_questions() -> None:
    """Print a few questions to try, the last of which has nothing to do with the course."""
    say("Questions to try:")
    for question in questions():
        say(f"  {question}")


def questions() -> tuple[str, ...]:
    """The questions to try."""
    cases = {case.id: case for case in load_suite(_folder() / "suite.jsonl").cases}
    return tuple(cases[name].question for name in QUESTIONS)


def _folder() -> Path:
    return Path(str(files("eval"))) / "suites" / COURSE
