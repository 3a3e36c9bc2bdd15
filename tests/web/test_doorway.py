"""A course is entered through its own id alone, with its own key where it needs one."""

import re
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from rag.settings import Settings
from tests.support import running
from tests.web.conftest import MOODLE, TwoCourses
from tests.web.raw import answer_to, request, status_of
from ui.addresses import Site
from ui.events import to_share
from ui.web.app import build_app
from ui.web.sites import site_for
from ui.web.visits import Visit, visit_of

PAGES = ("", "embed", "config", "theme.css", "gradio_api/queue/data", "read/{id}", "cite/{id}")


def pages(courses: TwoCourses) -> list[str]:
    (document,) = courses.moon.pipeline.library.documents()
    return [page.format(id=document.id) for page in PAGES]


def test_each_course_has_its_own_chat_and_texts(client: TestClient, courses: TwoCourses) -> None:
    assert client.get("/").headers["location"] == "/c/tides/"
    page = client.get("/c/tides/").text
    assert '"root":"http://testserver/c/tides"' in page
    assert "The tides" in page
    (document,) = courses.tides.pipeline.library.documents()
    assert "Wadden" in client.get(f"/c/tides/read/{document.id}").text


def test_a_document_of_another_course_is_not_found(client: TestClient, courses: TwoCourses) -> None:
    (document,) = courses.moon.pipeline.library.documents()
    response = client.get(f"/c/tides/read/{document.id}")
    assert response.status_code == 404
    assert "Tycho" not in response.text


@pytest.mark.parametrize("path", ["/c/venus/", "/c/venus/read/x", "/c//", "/c/", "/c", "/c/TIDES/"])
def test_there_is_nothing_but_the_courses(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["x-frame-options"] == "SAMEORIGIN"


def test_whatever_a_request_is_for_it_is_answered(courses: TwoCourses) -> None:
    statuses = {
        ("OPTIONS", "*"): 404,
        ("GET", "/textsx"): 404,
        ("GET", "/textsc/tides/config"): 404,
        ("GET", "/texts/c/tides/config"): 200,
        ("GET", "/c/tides/config"): 200,  # the proxy took the rest off
        ("GET", "/texts"): 307,
    }
    with running(build_app([courses.tides], Settings(root_path="/texts"))) as origin:
        answered = {each: status_of(answer_to(origin, request(*each))) for each in statuses}
    assert answered == statuses


@pytest.mark.parametrize("path", ["*", "c/tides/", ""])
def test_a_path_without_a_slash_enters_no_course(courses: TwoCourses, path: str) -> None:
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    assert visit_of(scope, {"tides": courses.tides}, root_path="").course is None


def test_without_its_key_nothing_of_a_course_is_shown(
    client: TestClient, courses: TwoCourses
) -> None:
    keys = {
        "none": "",
        "of another course": courses.key(course="tides"),
        "expired": courses.key(hours=-1),
        "nonsense": "nonsense",
        "tampered": courses.key()[:-2] + "AA",
    }
    for name, key in keys.items():
        for page in pages(courses):
            before = f"/k/{key}" if key else ""
            response = client.get(f"{before}/c/moon/{page}")
            assert (name, page, response.status_code) == (name, page, 401)
            assert "Tycho" not in response.text
    assert client.post("/c/moon/gradio_api/queue/join", json={"data": []}).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/c/moon/read/moon0",
        "/k/eyJbogus/c/moon/read/moon0",
        "/c/venus/",
        "/k/eyJbogus/c/venus/?lang=es",
        "/nowhere",
    ],
)
def test_a_notice_outside_of_the_courses_names_none(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "pincite-notice" in page
    assert not re.search("tides|moon|eyJ|/c/", page)


def test_a_notice_in_a_course_leads_back_to_it(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("ui.web.pages.reading", fail)
    client = TestClient(courses.web, raise_server_exceptions=False)
    key = courses.key()
    notice = client.get(f"/k/{key}/c/moon/read/x?lang=es")
    assert notice.status_code == 500
    assert re.findall('<a href="(.*?)"', notice.text) == [f"/k/{key}/c/moon/?lang=es"]


def test_a_key_opens_its_course_and_stays_in_every_link(
    client: TestClient, courses: TwoCourses
) -> None:
    key = courses.key()
    root = f"/k/{key}/c/moon"
    assert client.get(root).headers["location"] == f"{root}/"
    assert f'"root":"http://testserver{root}"' in client.get(f"{root}/").text
    (document,) = courses.moon.pipeline.library.documents()
    page = client.get(f"{root}/read/{document.id}").text
    assert "Tycho" in page
    assert f'href="{root}/"' in page


def test_a_key_may_come_in_a_header(client: TestClient, courses: TwoCourses) -> None:
    headers = {"Authorization": f"Bearer {courses.key()}"}
    assert client.get("/c/moon/", headers=headers).status_code == 200
    assert client.get("/c/moon/", headers={"Authorization": "Basic eA=="}).status_code == 401


def test_what_is_saved_to_share_has_no_key(courses: TwoCourses) -> None:
    visit = Visit("/c/moon/", "/k/abc", key="abc", served=courses.moon)
    request = SimpleNamespace(
        headers={"referer": "https://texts.test/k/abc/c/moon/"},
        query_params={},
        state=SimpleNamespace(visit=visit),
    )
    site = Site(course="moon")
    assert site_for(request, site).chat == "/k/abc/c/moon/"
    assert to_share(site, request).chat == "https://texts.test/c/moon/"


def test_only_listed_pages_may_frame_a_course(client: TestClient, courses: TwoCourses) -> None:
    (document,) = courses.tides.pipeline.library.documents()
    for path in ("/c/tides/", "/c/tides/embed", f"/c/tides/read/{document.id}"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].endswith(f"frame-ancestors 'self' {MOODLE}")
        assert "x-frame-options" not in headers
    closed = client.get(f"/k/{courses.key()}/c/moon/").headers
    assert closed["content-security-policy"].endswith("frame-ancestors 'self'")
    assert closed["x-frame-options"] == "SAMEORIGIN"


def test_a_course_speaks_its_own_language(client: TestClient, courses: TwoCourses) -> None:
    english = {"Accept-Language": "en"}
    assert '<html\n\tlang="de"' in client.get("/c/tides/", headers=english).text
    assert '<html\n\tlang="en"' in client.get("/c/tides/?lang=en").text
    moon = f"/k/{courses.key()}/c/moon/"
    assert '<html\n\tlang="en"' in client.get(moon, headers=english).text


def test_the_page_for_a_frame_is_the_chat_told_to_be_compact(client: TestClient) -> None:
    framed = client.get("/c/tides/embed")
    assert 'class="pincite-embedded"' in framed.text
    assert '"root":"http://testserver/c/tides"' in framed.text
    assert "pincite-embedded" not in client.get("/c/tides/").text


@pytest.mark.parametrize(
    "header", ["x-forwarded-host", "x-forwarded-proto", "x-gradio-server", "forwarded"]
)
def test_what_a_client_says_of_its_way_changes_nothing(client: TestClient, header: str) -> None:
    page = client.get("/c/tides/", headers={header: "https://evil.test"}).text
    assert "evil.test" not in page
    assert '"root":"http://testserver/c/tides"' in page
