"""A course that is being served: what is known of it, and what answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.ask import Pipeline
from rag.courses import Course
from rag.question_log import QuestionLog
from ui.conversations import Conversations
from ui.suggesting import Suggestions
from ui.web.desk import Desk


@dataclass(frozen=True, slots=True)
class Served:
    """One course with its pipeline. Threads share it."""

    course: Course
    pipeline: Pipeline
    suggestions: Suggestions = field(default_factory=Suggestions)
    secret: bytes = b""  # that signs the links of this course; empty: no link is valid
    conversations: Conversations = field(default_factory=Conversations)  # of the open pages
    log: QuestionLog | None = None  # of what is asked, where the course wants one
    desk: Desk = field(default_factory=Desk)  # that all courses of the server share


Courses = Mapping[str, Served]  # by the course's id
