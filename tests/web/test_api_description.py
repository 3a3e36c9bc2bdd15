"""The description of the API is true: real answers are what it says, and its page shows it all."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator, ValidationError

from index.records import Place
from rag.settings import Settings
from tests.web.conftest import TwoCourses
from tests.web.test_api import QUESTION, REFUSED, VERIFIED, events, tides
from ui.contract import place_json
from ui.web.api.objects import PlaceObject
from ui.web.app import build_app

API = "/c/tides/api"


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get(f"{API}/openapi.json").json()
    return document


def check(value: Any, schema: dict[str, Any], described: dict[str, Any]) -> None:
    """Raises `ValidationError` where the value is not what the schema says."""
    whole = {**schema, "components": described["components"]}
    Draft202012Validator.check_schema(whole)
    Draft202012Validator(whole).validate(value)


def answered(
    described: dict[str, Any], path: str, method: str, status: int = 200
) -> dict[str, Any]:
    """The schema of what an operation answers with."""
    given = described["paths"][path][method]["responses"][str(status)]["content"]
    (schema,) = [each["schema"] for each in given.values()]
    assert isinstance(schema, dict)
    return schema


def test_answers_are_what_the_description_says(
    client: TestClient, courses: TwoCourses, described: dict[str, Any]
) -> None:
    document = tides(courses)
    asked = [
        ("/v1/ask", "post", client.post(f"{API}/v1/ask", json={"question": QUESTION})),
        ("/v1/search", "get", client.get(f"{API}/v1/search?q=tide")),
        ("/v1/documents", "get", client.get(f"{API}/v1/documents")),
        (
            "/v1/documents/{document_id}",
            "get",
            client.get(f"{API}/v1/documents/{document}?page=1"),
        ),
        *(
            ("/v1/verify", "post", client.post(f"{API}/v1/verify", json={"text": text}))
            for text, *_ in VERIFIED
        ),
    ]
    assert {(path, method) for path, method, _ in asked} | {("/v1/ask/stream", "post")} == {
        (path, method) for path, methods in described["paths"].items() for method in methods
    }
    for path, method, response in asked:
        assert response.status_code == 200
        check(response.json(), answered(described, path, method), described)


def test_so_are_the_events(client: TestClient, described: dict[str, Any]) -> None:
    given = described["paths"]["/v1/ask/stream"]["post"]["responses"]["200"]["content"]
    item = given["text/event-stream"]["itemSchema"]["properties"]
    told = client.post(f"{API}/v1/ask/stream", json={"question": QUESTION})
    for event, data in events(told.text):
        check(event, item["event"], described)
        check(data, item["data"]["contentSchema"], described)


def test_so_are_the_problems(
    client: TestClient, courses: TwoCourses, described: dict[str, Any]
) -> None:
    for method, path, body, status, _ in REFUSED:
        if status == 405 or path in {"", "v1/nothing", "v1/ask/"}:
            continue
        sent = {} if body is None else {"json": body}
        told = client.request(method, f"{API}/{path.format(id=tides(courses))}", **sent).json()
        stated = re.sub(r"\?.*|nothing$", "", path).replace("{id}", "{document_id}")
        stated = f"/{stated}{'{document_id}' if stated.endswith('/') else ''}"
        check(told, answered(described, stated, method.lower(), status), described)


def test_what_is_not_described_does_not_fit(described: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="'more' was unexpected"):
        check({"start": 1, "end": 2, "more": 3}, reference("SpanObject"), described)
    with pytest.raises(ValidationError, match="'end' is a required property"):
        check({"start": 1}, reference("SpanObject"), described)


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_every_field_of_a_place_is_described() -> None:
    assert set(PlaceObject.model_fields) == set(place_json(Place()))


def test_each_course_has_its_own(client: TestClient, courses: TwoCourses) -> None:
    for name in ("docs", "openapi.json"):
        assert client.get(f"/api/{name}").headers["location"] == f"{API}/{name}"
    assert client.get("/api/nothing").status_code == 404
    public = client.get(f"{API}/openapi.json").json()
    assert (public["info"]["title"], public["servers"]) == ("The tides: the API", [{"url": API}])
    assert "security" not in public
    keyed = client.get(f"/k/{courses.key()}/c/moon/api/openapi.json").json()
    assert keyed["servers"] == [{"url": "/c/moon/api"}]
    assert keyed["security"] == [{"key": []}]
    assert keyed["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert "tides" not in json.dumps(keyed)


def test_the_page_shows_every_operation_and_object(
    client: TestClient, described: dict[str, Any]
) -> None:
    response = client.get(f"{API}/docs")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.findall(r"<script[^>]*>", response.text) == ['<script src="/static/framed.js">']
    assert "://" not in response.text.replace("http://testserver/", "")
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert f'<a href="#{operation["operationId"]}">{method.upper()} {path}</a>' in (
                response.text
            )
    for name in described["components"]["schemas"]:
        assert f'<h3 id="{name}">' in response.text
    named = set(re.findall(r'href="#([^"]+)"', response.text))
    assert named <= set(re.findall(r'id="([^"]+)"', response.text))


def test_the_page_of_a_keyed_course_keeps_the_key_to_its_own_links(
    client: TestClient, courses: TwoCourses
) -> None:
    key = courses.key()
    page = client.get(f"/k/{key}/c/moon/api/docs").text
    assert f'href="/k/{key}/c/moon/"' in page
    examples = re.findall(r"<pre><code>(.*?)</code>", page)
    assert len(examples) == 6
    assert all("Authorization: Bearer KEY" in example for example in examples)
    assert not any(key in example for example in examples)


def test_the_page_has_the_course_s_title_and_colour(courses: TwoCourses) -> None:
    course = replace(courses.tides.course, title="<b>Tides</b> & 'more'", colour="#0b7a75")
    client = TestClient(build_app([replace(courses.tides, course=course)], Settings()))
    page = client.get(f"{API}/docs", headers={"Host": "'<i>.test"}).text
    assert 'href="/colours/0b7a75.css"' in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;Tides&lt;/b&gt;" in page
