"""An origin matches a host source exactly as a browser's CSP has it."""

import re
from pathlib import Path

import pytest

from rag.courses import course_from
from ui.web.origins import pattern_of

TABLE = {
    "https://a.test": (
        ["https://a.test"],
        [
            "http://a.test",
            "https://a.test:8443",
            "https://b.a.test",
            "https://a.test.b.test",
            "https://axtest",
            "https://a.test/",
            "https://a.test\n",
            "null",
            "",
        ],
    ),
    "http://a.test": (["http://a.test", "https://a.test"], ["http://a.test:8080", "ws://a.test"]),
    "https://a.test:443": (["https://a.test"], ["https://a.test:4433"]),
    "https://a.test:8443": (["https://a.test:8443"], ["https://a.test"]),
    "http://a.test:80": (["http://a.test", "https://a.test:80"], ["https://a.test"]),
    "https://a.test:*": (
        ["https://a.test", "https://a.test:1", "https://a.test:65535"],
        ["https://a.test:", "https://a.test:x", "https://b.test:1", "http://a.test:1"],
    ),
    "https://*.a.test": (
        ["https://b.a.test", "https://c.b.a.test", "https://xn--p1ai.a.test"],
        [
            "https://a.test",
            "https://.a.test",
            "https://ba.test",
            "https://evil.test/.a.test",
            "https://evil.test:1.a.test",
            "https://user@b.a.test",
            "https://b.a.test:1",
        ],
    ),
    "http://*.a.test:*": (
        ["http://b.a.test:1", "https://b.a.test"],
        ["http://a.test:1", "file://b.a.test"],
    ),
    "http://127.0.0.1:8000": (["http://127.0.0.1:8000"], ["http://127.0.0.10:8000"]),
}


@pytest.mark.parametrize("source", TABLE)
def test_each_source_matches_these_and_no_others(source: str) -> None:
    course = course_from("x", {"library": "x", "origins": [source]}, folder=Path(), origin="x")
    pattern = re.compile(pattern_of(course.origins))
    matching, others = TABLE[source]
    assert [origin for origin in [*matching, *others] if pattern.fullmatch(origin)] == matching


def test_one_of_several_will_do_and_none_is_nobody() -> None:
    pattern = pattern_of(["https://a.test", "https://b.test"])
    assert [bool(re.fullmatch(pattern, f"https://{name}.test")) for name in "abc"] == [1, 1, 0]
    assert re.fullmatch(pattern_of([]), "") is None
