"""What can be counted of a server, for Prometheus. There is no question and no address in it."""

from collections.abc import Callable, Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from rag.courses import Course
from rag.remembering import REMEMBERED
from ui.web.refusals import Refusal

HOST = "127.0.0.1"  # the figures are for this machine alone
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Line(Protocol):
    """The questions that wait, and those that are being answered."""

    in_flight: int

    @property
    def waiting(self) -> int:
        """How many wait."""
        ...


class Metrics:
    """The figures of one server, in a registry of its own."""

    def __init__(self, line: Line) -> None:
        """Nothing was counted yet; `line` is asked for its lengths whenever somebody looks."""
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "pincite_questions",
            "Questions by what became of them",
            ["course", "outcome"],
            registry=self.registry,
        )
        self._refusals = Counter(
            "pincite_refusals",
            "Requests and questions that were refused, by why",
            ["course", "reason"],
            registry=self.registry,
        )
        self._remembered = Counter(
            "pincite_answers_remembered",
            "Questions that were answered from memory",
            ["course"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "pincite_stage_seconds",
            "Seconds that each stage of an answer took",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._generation = Gauge(
            "pincite_library_generation",
            "How often the library was written to; NaN where it cannot be read",
            ["course"],
            registry=self.registry,
        )
        in_flight = Gauge(
            "pincite_questions_in_flight", "Questions being answered", registry=self.registry
        )
        in_flight.set_function(lambda: line.in_flight)
        waiting = Gauge("pincite_questions_waiting", "Questions waiting", registry=self.registry)
        waiting.set_function(lambda: line.waiting)

    def asked(self, course: Course, outcome: str, seconds: Mapping[str, float]) -> None:
        """A question was asked; `seconds` by stage."""
        self._questions.labels(course.id, outcome).inc()
        for stage, took in seconds.items():
            self._seconds.labels(stage).observe(took)
        if REMEMBERED in seconds:
            self._remembered.labels(course.id).inc()

    def refused(self, course: Course, refusal: Refusal) -> None:
        """A request was refused."""
        self._refusals.labels(course.id, refusal.reason).inc()

    def watch(self, course: Course, generation: Callable[[], float]) -> None:
        """The library of a course, which is asked for its generation whenever somebody looks."""
        self._generation.labels(course.id).set_function(generation)

    def serve(self, port: int) -> int:
        """Shows the figures at `/metrics` on this machine; gives the port."""
        server, _ = start_http_server(port, HOST, self.registry)
        return int(server.server_port)
