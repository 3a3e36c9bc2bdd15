"""Two courses with libraries of their own, served by one application: one public, one by key."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from index.embedding import load_embedder
from index.library import Library
from index.sources import text_source
from rag.ask import open_pipeline
from rag.courses import Course
from rag.settings import Settings
from ui.web.app import Web, build_app
from ui.web.keys import key_for, secret_in
from ui.web.served import Served

MOODLE = "https://moodle.test"
TIDES = "# Tides\n\nThe tide rises twice a day. The canary of the tides is called Wadden.\n"
MOON = "# Moon\n\nThe Moon turns once a month. The canary of the Moon is called Tycho.\n"


@dataclass(frozen=True)
class TwoCourses:
    web: Web
    tides: Served  # public, and framed by MOODLE
    moon: Served  # by key, and framed by nobody

    def key(self, *, course: str = "moon", hours: float = 1) -> str:
        expires = datetime.now(UTC) + timedelta(hours=hours)
        return key_for(course, expires=expires, secret=self.moon.secret)


@pytest.fixture(scope="package")
def courses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoCourses]:
    folder = tmp_path_factory.mktemp("courses")
    with ExitStack() as stack:

        def served(course_id: str, text: str, **given: object) -> Served:
            path = folder / course_id
            with Library.create(path) as library:
                source = text_source(course_id, f"{course_id}.md", text)
                embedder = load_embedder("hashing")
                list(library.add([source], embedder=embedder, max_bytes=10_000))
            pipeline = open_pipeline(Settings(library=path, reader="sentence", threshold=0.0))
            stack.enter_context(pipeline.library)
            course = Course(course_id, path, **given)  # type: ignore[arg-type]
            return Served(course, pipeline, secret=secret_in(path, create=True))

        tides = served("tides", TIDES, origins=(MOODLE,), title="The tides", language="de")
        moon = served("moon", MOON, access="key")
        yield TwoCourses(build_app([tides, moon], Settings()), tides, moon)


@pytest.fixture(scope="package")
def client(courses: TwoCourses) -> TestClient:
    return TestClient(courses.web, follow_redirects=False)
