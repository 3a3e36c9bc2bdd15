"""No word of one course is ever told to whoever asks another, or has no key to it."""

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from rag.settings import Settings
from tests.support import running
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat
from ui.web import limits, visits
from ui.web.app import build_app
from ui.web.keys import key_for

CANARIES = {"tides": "Wadden", "moon": "Tycho"}  # each stands in the texts of one course alone
OFTEN = 10**9


@dataclass(frozen=True)
class Asked:
    """A request, and the course whose words it may be answered with."""

    course: str
    key: str
    is_let_in: bool
    kind: str
    method: str
    path: str
    body: dict[str, object] | None = None


def requests(courses: TwoCourses, *, seed: int) -> Iterator[Asked]:
    """Requests without end: every kind, every key, the ids of both courses in every place."""
    ids = {
        course: served.pipeline.library.documents()[0].id
        for course, served in (("tides", courses.tides), ("moon", courses.moon))
    }
    later = datetime.now(UTC) + timedelta(hours=1)
    keys = {
        "none": "",
        "its own": courses.key(),
        "of the other course": courses.key(course="tides"),
        "of another secret": key_for("moon", expires=later, secret=courses.tides.secret),
        "expired": courses.key(hours=-1),
        "nonsense": "../../c/moon",
    }
    chosen = random.Random(seed)
    for number in itertools.count():
        course, whose = chosen.choice(["tides", "moon"]), chosen.choice(["tides", "moon"])
        name = chosen.choice(list(keys))
        other = ids[whose]
        text = chosen.choice([other, f"../{whose}/{other}", f"{other}%00", f"%2e%2e/{other}"])
        question = f"What is the canary called, number {number % 40}?"
        documents = chosen.choice([None, [other], list(ids.values())])
        kinds: list[tuple[str, str, str, dict[str, object] | None]] = [
            ("read", "GET", f"read/{text}?trail={other}~0~9", None),
            ("cite", "GET", f"cite/{text}?char=0,9", None),
            ("document", "GET", f"api/v1/documents/{text}?page=1", None),
            ("documents", "GET", "api/v1/documents", None),
            ("search", "GET", f"api/v1/search?q={question}&document={other}", None),
            ("search all", "GET", f"api/v1/search?q={question}", None),
            ("ask", "POST", "api/v1/ask", {"question": question, "documents": documents}),
            ("stream", "POST", "api/v1/ask/stream", {"question": question, "documents": documents}),
            ("verify", "POST", "api/v1/verify", {"text": "“turns once a month”, “twice a day”"}),
            ("page", "GET", chosen.choice(["", "embed", "config", "theme.css"]), None),
        ]
        kind, method, path, body = chosen.choice(kinds)
        is_let_in = course == "tides" or name == "its own"
        yield Asked(course, keys[name], is_let_in, kind, method, path, body)


@contextmanager
def served(courses: TwoCourses) -> Iterator[httpx.Client]:
    """Both courses, without limits of how often they may be asked."""
    unlimited = {"client_questions_per_minute": OFTEN, "questions_per_minute": OFTEN}
    both = [
        replace(each, course=replace(each.course, **unlimited))  # type: ignore[arg-type]
        for each in (courses.tides, courses.moon)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "REQUESTS_PER_MINUTE", OFTEN)
        with (
            running(build_app(both, Settings())) as origin,
            httpx.Client(base_url=origin, timeout=60) as client,
        ):
            yield client


def crossed(asked: Asked, said: str) -> bool:
    """Whether a course's word was told that the request had no right to."""
    return any(
        canary in said and not (course == asked.course and asked.is_let_in)
        for course, canary in CANARIES.items()
    )


def ask(client: httpx.Client, asked: Asked, in_header: bool) -> str:
    headers = {"Authorization": f"Bearer {asked.key}"} if in_header and asked.key else {}
    before = "" if in_header or not asked.key else f"/k/{asked.key}"
    address = f"{before}/c/{asked.course}/{asked.path}"
    return client.request(asked.method, address, json=asked.body, headers=headers).text


def ask_many(client: httpx.Client, courses: TwoCourses, number: int) -> tuple[int, Counter[str]]:
    """How many requests crossed, and how often each kind told what it may."""
    crossings, told = 0, Counter[str]()
    for count, asked in enumerate(itertools.islice(requests(courses, seed=6), number)):
        said = ask(client, asked, in_header=count % 2 == 0)
        crossings += crossed(asked, said)
        told[f"{asked.course} {asked.kind}"] += CANARIES[asked.course] in said
    return crossings, told


@pytest.mark.slow
def test_ten_thousand_requests_tell_nothing_of_another_course(courses: TwoCourses) -> None:
    with served(courses) as client:
        crossings, told = ask_many(client, courses, 10_000)
    assert crossings == 0
    for course in CANARIES:  # they do tell what they may, or the check would prove nothing
        for kind in ("read", "document", "search", "search all", "ask", "stream"):
            assert told[f"{course} {kind}"] >= 3


@pytest.mark.slow
def test_with_the_door_open_they_would(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "_may_enter", lambda *_: True)
    with served(courses) as client:
        assert ask_many(client, courses, 200)[0] > 10


@pytest.mark.slow
def test_with_the_libraries_mixed_up_they_would(courses: TwoCourses) -> None:
    mixed = replace(courses, tides=replace(courses.tides, pipeline=courses.moon.pipeline))
    with served(mixed) as client:
        assert ask_many(client, mixed, 200)[0] > 10


@pytest.mark.slow
def test_the_chat_asks_only_its_own_course(courses: TwoCourses) -> None:
    (moon,) = courses.moon.pipeline.library.documents()
    (tides,) = courses.tides.pipeline.library.documents()
    with served(courses) as client:
        origin = str(client.base_url).rstrip("/")
        for number, (course, other) in enumerate([("tides", moon.id), ("moon", tides.id)] * 10):
            root = f"/k/{courses.key()}/c/moon" if course == "moon" else "/c/tides"
            chat = Chat(f"{origin}{root}")
            for documents in ([], [other], [moon.id, tides.id]):
                session = f"{course}{number}{len(documents)}"
                question = f"What is the canary called, {number}?"
                event = chat.events()["submit"]
                chat.join(question, session, event=event, documents=documents).raise_for_status()
                said = json.dumps(chat.answers(session))
                assert CANARIES["moon" if course == "tides" else "tides"] not in said
                assert (CANARIES[course] in said) == (documents == [])
