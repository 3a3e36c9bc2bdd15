"""Addresses survive whatever an id is made of, and say plainly what is wrong with them."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ask import Pipeline
from rag.courses import Course
from ui.addresses import (
    LONGEST_TRAIL,
    Site,
    Target,
    citation_url,
    reader_url,
    span_from,
    trail_from,
    trail_text,
)
from ui.web.served import Served
from ui.web.sites import site_for
from ui.web.visits import Visit

SPANS = st.tuples(st.integers(0, 9_999), st.integers(0, 9_999))
TARGETS = st.builds(Target, st.text(), st.text(), SPANS, st.none() | SPANS)


@pytest.mark.parametrize("document_id", ["plain", "with space", "a/b", "50%?&#", "Ünïcode", ",;~"])
def test_a_link_survives_whatever_an_id_is_made_of(document_id: str) -> None:
    target = Target(document_id, "v/1", (3, 9), (4, 6))
    site = Site(course="c 1", root_path="/behind/")
    for made, kind, fragment in (
        (reader_url(target, site=site), "read", "quote"),
        (citation_url(target, site=site), "cite", ""),
    ):
        url = urlsplit(made)
        *_, course, found, last = url.path.split("/")
        assert (unquote(course), found, unquote(last)) == ("c 1", kind, document_id)
        assert parse_qs(url.query) == {"v": ["v/1"], "char": ["3,9"], "answer": ["4,6"]}
        assert url.path.startswith("/behind/c/")
        assert url.fragment == fragment


@given(st.lists(TARGETS, min_size=2, max_size=LONGEST_TRAIL))
def test_a_trail_comes_back_as_it_was(trail: list[Target]) -> None:
    (text,) = parse_qs(trail_text(trail), keep_blank_values=True)["trail"]
    assert trail_from(text) == trail


@pytest.mark.parametrize(
    ("query", "header", "own", "language", "link"),
    [
        ({}, "", "", "en", "/c/default/"),
        ({}, "de-AT, en;q=0.5", "", "de", "/c/default/"),
        ({"lang": "es"}, "de", "", "es", "/c/default/?lang=es"),
        ({"lang": "es-MX"}, "", "", "es", "/c/default/?lang=es"),
        ({"lang": "<b>"}, "de", "", "de", "/c/default/"),
        ({}, "de", "es", "es", "/c/default/"),
        ({"lang": "de"}, "en", "es", "de", "/c/default/?lang=de"),
    ],
)
def test_a_language_that_an_address_names_is_kept_in_links(
    query: dict[str, str], header: str, own: str, language: str, link: str
) -> None:
    course = Course("default", Path("library"), language=own)
    visit = Visit("/", "", served=Served(course, pipeline=cast(Pipeline, None)))
    request = SimpleNamespace(
        query_params=query,
        headers={"accept-language": header},
        state=SimpleNamespace(visit=visit),
    )
    site = site_for(request, Site())
    assert (site.language, site.chat) == (language, link)
    ours = (
        reader_url(Target("a", "v", (3, 9)), site=site),
        reader_url(Target("a", "v"), site=site, page=2),
        citation_url(Target("a", ""), site=site),
    )
    for url in ours:
        named = parse_qs(urlsplit(url).query).get("lang", [])
        assert named == ([language] if query.get("lang", "")[:2] in {"de", "es"} else [])


def test_a_trail_of_one_leads_nowhere_and_a_long_one_is_cut() -> None:
    stop = Target("a", "v", (0, 1))
    assert trail_text([stop]) == ""
    (text,) = parse_qs(trail_text([stop] * 99))["trail"]
    assert trail_from(text) == [stop] * LONGEST_TRAIL


@pytest.mark.parametrize(
    "text", ["", ";", "a", "a,v", "a,v,1", "a,v,1,2,3", "a,v,1,x", "a,v,1,²", "a,v,-1,2", "a,v,,"]
)
def test_what_is_no_trail_is_none(text: str) -> None:
    assert trail_from(text) == []


@given(st.text())
def test_no_text_breaks_the_reading_of_a_trail(text: str) -> None:
    assert all(stop.span for stop in trail_from(text))


@pytest.mark.parametrize(
    ("characters", "message"),
    [
        ("x", "says char=x; two numbers"),
        ("1", "two numbers"),
        ("1,", "two numbers"),
        ("1,2,3", "two numbers"),
        ("-1,4", "two numbers"),
        ("²,3", "two numbers"),
        ("5,5", "has 10 characters"),
        ("6,5", "has 10 characters"),
        ("0,11", "has 10 characters"),
    ],
)
def test_a_span_that_is_none_is_refused_in_words(characters: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        span_from("char", characters, 10)


def test_no_span_is_none() -> None:
    assert span_from("char", "", 10) is None
