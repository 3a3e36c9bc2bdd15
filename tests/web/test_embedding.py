"""What pages of other sites load from here: the script, and nothing that needs a course."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ui.web.embedding import KEPT_FOR
from ui.wording import LANGUAGES, sentences_below

README = Path(__file__).parents[2] / "README.md"
LARGEST_SCRIPT = 8 * 1024  # bytes


def test_any_page_may_load_the_script(client: TestClient) -> None:
    response = client.get("/static/embed.js", headers={"Origin": "https://elsewhere.test"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == f"public, max-age={KEPT_FOR}"
    assert len(response.content) < LARGEST_SCRIPT


def test_the_script_has_its_words_in_every_language(client: TestClient) -> None:
    (said,) = re.findall(r"const WORDS = (.*);", client.get("/static/embed.js").text)
    assert json.loads(said) == {each: sentences_below("embed", each) for each in LANGUAGES}


def test_every_setting_of_the_script_is_in_the_readme(client: TestClient) -> None:
    names = set(re.findall(r'\bsetting\("(\w+)"', client.get("/static/embed.js").text))
    (table,) = re.findall(r"\| setting of `embed.js` .*?\n\n", README.read_text("utf-8"), re.DOTALL)
    assert names == set(re.findall(r"`(\w+)`", re.sub(r" \| .*", "", table)))


def test_nothing_else_is_given_to_other_origins(client: TestClient) -> None:
    for path in ("/static/chat.js", "/c/tides/", "/c/tides/embed", "/colours/0b7a75.css"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.test"}).headers
        assert "access-control-allow-origin" not in headers
        assert "cross-origin-resource-policy" not in headers


def test_a_colour_is_a_style_sheet(client: TestClient) -> None:
    response = client.get("/colours/8a2b2b.css")
    assert response.text == ":root { --accent: light-dark(#8a2b2b, #b37575); }\n"
    assert response.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("digits", ["8a2b2", "8A2B2B", "zzzzzz", "8a2b2b;}", "..", "%2e%2e%2fx"])
def test_what_is_no_colour_is_not_found(client: TestClient, digits: str) -> None:
    assert client.get(f"/colours/{digits}.css").status_code == 404
