"""Every sentence of the web interface, in every language; and which language is chosen."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.explaining import Confidence
from ui.web.refusals import REASONS
from ui.wording import ENGLISH, LANGUAGES, chosen_language, sentences, words

UI = Path(__file__).parent.parent / "ui"
SOURCES = [path for path in UI.rglob("*") if path.suffix in {".py", ".j2", ".js"}]
FOR_PROGRAMMERS = UI / "templates" / "documentation.html.j2"  # it is in English, and says so
TEMPLATES = sorted({*(UI / "templates").glob("*.j2")} - {FOR_PROGRAMMERS})
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
ALIKE = {("es", "answer.error")}  # the same word in English
MADE_UP = {  # keys that the code puts together
    *(f"answer.{word}" for word in get_args(Confidence)),
    *(f"place.{name}" for name in ("page", "slide", "cell", "notes", "time", "paragraph", "line")),
    *(f"notice.{name}_message" for name in ("key", "nothing", "bug")),
    *(f"refused.{reason}" for reason in REASONS),
}


def places(sentence: str) -> list[str]:
    """The names of the values that a sentence wants."""
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def used() -> set[str]:
    """What the code, the templates and the scripts name as keys."""
    parts = {key.partition(".")[0] for key in sentences(ENGLISH)}
    keys = set()
    for path in SOURCES:
        text = path.read_text("utf-8")
        keys |= {f"script.{name}" for name in re.findall(r"\bspoken\.(\w+)", text)}
        if path.name == "embed.js":
            keys |= {f"embed.{name}" for name in re.findall(r"\bsaid\.(\w+)\b", text)}
        keys |= {key for key in re.findall(r"[\"']([a-z]+\.[a-z_]+)[\"']", text)}
    return {key for key in keys if key.partition(".")[0] in parts}


def test_a_language_is_a_file() -> None:
    assert {path.stem for path in (UI / "languages").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_things(language: str) -> None:
    wanted, had = sentences(ENGLISH), sentences(language)
    assert list(had) == list(wanted)
    assert {key: places(had[key]) for key in had} == {key: places(wanted[key]) for key in wanted}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_has_blanks_around_it(language: str) -> None:
    assert [key for key, sentence in sentences(language).items() if not sentence.strip()] == []
    assert [key for key, said in sentences(language).items() if said != said.strip()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_left_in_english(language: str) -> None:
    english = sentences(ENGLISH)
    alike = {key for key, said in sentences(language).items() if said == english[key]}
    assert alike == {key for of, key in ALIKE if of == language}


def test_every_key_is_used_and_there() -> None:
    assert used() | MADE_UP == set(sentences(ENGLISH))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    html = re.sub(r"\{([{%#]).*?[}%#]\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert re.findall(r"(?:aria-label|title|placeholder|alt)=\"[^\"]*\w", html) == []
    assert set(re.findall(r"\w+", re.sub(r"<[^>]*>", "", html))) <= {
        "Pincite",
        "lang",
    }  # the attribute


@pytest.mark.parametrize(
    ("language", "signs"), [("en", "„«»¿¡\"'"), ("de", "«»¿¡\"'"), ("es", "„“”\"'")]
)
def test_quotation_marks_are_the_language_s_own(language: str, signs: str) -> None:
    assert [said for said in sentences(language).values() if set(said) & set(signs)] == []


def test_what_is_no_sentence_is_a_bug() -> None:
    for key, language, values in (
        ("reading.nothing", "en", {}),
        ("reading.page", "fr", {"number": 1}),
        ("reading.page", "en", {}),
    ):
        with pytest.raises(KeyError):
            words(key, language, **values)


def test_a_value_is_not_read_as_a_place() -> None:
    assert words("citing.title", "es", title="{x} {0} %s") == "Citar {x} {0} %s"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-at", "de"),
        ("es-419,es;q=0.9", "es"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en"),
        ("fr, it;q=0.5", "en"),
        ("fr,de;q=0.3,es;q=0.4", "es"),
        ("es;q=0.5, de;q=0.5", "es"),
        ("de;q=0, es;q=0.1", "es"),
        ("de;q=0", "en"),
        ("de;q=0, de-AT;q=0.5, es;q=0.1", "es"),
        ("*", "en"),
        ("de;q=0.2, *;q=0.8", "en"),
        ("en;q=0, *", "de"),
        ("en;q=0, de;q=0, *;q=0.1", "es"),
        ("de ; q=0.2 , es ; q=0.9", "es"),
        ("de;q=1.000", "de"),
        ("de;q=2, es;q=0.1", "es"),
        ("de;q=x, es", "es"),
        ("de;q=0.1234, es;q=0.1", "es"),
        ("deutsch", "en"),
        ("de_AT", "en"),
        (";,;q=1,,-", "en"),
        ("de" * 9_000, "en"),
        (",".join(["de;q=0.1"] * 9_000), "de"),
    ],
)
def test_a_header_chooses(header: str, language: str) -> None:
    assert chosen_language(header) == language


@pytest.mark.parametrize(
    ("asked", "language"),
    [("es", "es"), ("es-MX", "es"), (" ES ", "es"), ("", "de"), ("fr", "de"), ("<b>", "de")],
)
def test_what_is_asked_for_goes_before_the_header(asked: str, language: str) -> None:
    assert chosen_language("de, en;q=0.5", asked=asked) == language


@given(st.text(), st.text())
def test_any_header_chooses_a_language(header: str, asked: str) -> None:
    assert chosen_language(header, asked=asked) in LANGUAGES
