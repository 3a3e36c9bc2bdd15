"""What is pasted into a course site: right for its context, and without a secret."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from index.errors import SettingError
from rag.courses import Course
from tests.pasting import PASTED, Elements, address_in
from ui.snippets import KINDS, LINK, SANDBOX, note, snippet

ADDRESS = "https://ask.example.edu/texts"
EMBED = Path(__file__).parent.parent / "ui" / "static" / "embed.js"
TITLE = """O'Hara & "Sons" <script>alert(1)</script>
  ``` [gallery] {{ 7*7 }} ${x} # : - \\ é"""
ONE_LINE = re.sub(r"\s+", " ", TITLE)
TIDES = Course("tides", Path("tides"), title="The tides", colour="#0b7a75")
HOSTILE = Course("tides", Path("tides"), title=TITLE)
CLOSED = Course("moon", Path("moon"), title="The Moon", access="key")


def settings_in(kind: str, course: Course) -> dict[str, str]:
    """What `embed.js` is told, in whichever way the snippet tells it."""
    made = snippet(kind, course, address=ADDRESS)
    if query := parse_qs(urlsplit(address_in(kind, made)).query):
        return {name: value for name, (value,) in query.items()}
    (script,) = [
        each for tag, each in Elements("".join(PASTED[kind](made))).found if tag == "script"
    ]
    return {
        name.removeprefix("data-pincite-"): str(value)
        for name, value in script.items()
        if name.startswith("data-pincite-")
    }


WITH_SCRIPT = [kind for kind in KINDS if kind not in {"canvas", "frame"}]


def test_every_kind_is_pasted_somewhere() -> None:
    assert list(KINDS) == list(PASTED)
    assert all(kind.where.endswith(".") for kind in KINDS.values())


@pytest.mark.parametrize("kind", ["canvas", "frame"])
def test_a_frame_shows_the_compact_chat(kind: str) -> None:
    made = snippet(kind, TIDES, address=f"{ADDRESS}/")
    ((tag, attributes),) = Elements(made).found
    assert tag == "iframe"
    assert attributes["src"] == f"{ADDRESS}/c/tides/embed"
    assert attributes["title"] == "The tides"


@pytest.mark.parametrize("kind", WITH_SCRIPT)
def test_a_script_is_told_the_course(kind: str) -> None:
    script = address_in(kind, snippet(kind, TIDES, address=ADDRESS))
    assert script.partition("?")[0] == f"{ADDRESS}/static/embed.js"
    settings = settings_in(kind, TIDES)
    settings.pop("target", None)
    assert settings == {"course": "tides", "title": "The tides", "colour": "#0b7a75"}


@pytest.mark.parametrize("kind", WITH_SCRIPT)
def test_a_title_is_nothing_but_a_title(kind: str) -> None:
    assert settings_in(kind, HOSTILE)["title"] == ONE_LINE
    made = "".join(PASTED[kind](snippet(kind, HOSTILE, address=ADDRESS)))
    assert "<script>alert" not in made
    assert {tag for tag, _ in Elements(made).found} <= {"div", "a", "script"}


@pytest.mark.parametrize("kind", ["canvas", "frame"])
def test_a_title_stays_within_its_attribute(kind: str) -> None:
    ((_, attributes),) = Elements(snippet(kind, HOSTILE, address=ADDRESS)).found
    assert attributes["title"] == ONE_LINE


def test_wordpress_finds_no_shortcode() -> None:
    made = snippet("wordpress", HOSTILE, address=ADDRESS)
    assert "[" not in made
    assert "[gallery]" in unescape(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_course_without_a_title_or_colour(kind: str) -> None:
    made = snippet(kind, Course("default", Path("library")), address=ADDRESS)
    assert "default" in made
    assert 'title=""' not in made
    assert "colour" not in made


@pytest.mark.parametrize("kind", KINDS)
def test_a_course_with_a_key_has_a_place_for_its_link(kind: str) -> None:
    made = snippet(kind, CLOSED, address=ADDRESS)
    assert LINK in made
    assert "/c/moon" not in made
    assert LINK in note(CLOSED)
    assert "pincite course link moon" in note(CLOSED)
    assert note(TIDES) == ""


@pytest.mark.parametrize("address", ["", "ask.example.edu", "ftp://a.b", "https://a.b/?q=1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingError, match="the address of the server was expected"):
        snippet("html", TIDES, address=address)


def test_the_script_sandboxes_as_the_snippet_does() -> None:
    assert f'const SANDBOX = "{SANDBOX}";' in EMBED.read_text("utf-8")
