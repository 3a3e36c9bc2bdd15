"""A library served as the one course there is."""

from rag.ask import Pipeline
from rag.courses import ALONE, Course
from ui.suggesting import Suggestions
from ui.web.served import Served


def alone(pipeline: Pipeline, suggestions: Suggestions | None = None) -> list[Served]:
    """The course, as `build_app` takes it."""
    course = Course(ALONE, pipeline.settings.library)
    return [Served(course, pipeline, suggestions or Suggestions())]
