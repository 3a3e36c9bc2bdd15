"""Images of pages: who gets them, for how long they hold, and what becomes of one too many."""

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from index.embedding import load_embedder
from index.library import Library
from index.records import Document
from index.sources import sources_below, text_source
from rag.ask import open_pipeline
from rag.courses import Course
from rag.settings import Settings
from tests.pdfs import HEIGHT, WIDTH, column, pdf
from ui.addresses import Site, Target, reader_url
from ui.web.app import Web, build_app
from ui.web.drawings import Drawings, Page
from ui.web.keys import key_for, secret_in
from ui.web.refusals import RefusedError
from ui.web.served import Served

ONE = ["Bees dance on the comb to tell where the flowers are, and the others", "follow."]
TWO = ["them through the dark.", "They hum."]
BEES = pdf(
    [column(60, 700, lines) for lines in (ONE, TWO, ["They rest."], ["They wake."])],
    labels="0 << /S /r /St 3 >>",
)
FOR_EVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Bees:
    web: Web
    document: Document  # of the public course, in both
    plain: Document
    key: str  # of the other course


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bees]:
    folder = tmp_path_factory.mktemp("bees")
    (folder / "texts").mkdir()
    (folder / "texts" / "bees.pdf").write_bytes(BEES)
    with ExitStack() as stack:

        def served(course_id: str, access: str) -> Served:
            path = folder / course_id
            with Library.create(path) as library:
                sources = [*sources_below([folder / "texts"]), text_source("a", "a.md", "Ants.\n")]
                embedder = load_embedder("hashing")
                list(library.add(sources, embedder=embedder, max_bytes=100_000))
            pipeline = open_pipeline(Settings(library=path, reader="sentence"))
            stack.enter_context(pipeline.library)
            course = Course(course_id, path, access=access)  # type: ignore[arg-type]
            return Served(course, pipeline, secret=secret_in(path, create=True))

        bees, secret = served("bees", "public"), served("secret", "key")
        web = build_app([bees, secret], Settings())
        stack.callback(web.close)
        with bees.pipeline.library.snapshot() as snapshot:
            ids = {row.source: row.id for row in snapshot.documents()}
            document, plain = snapshot.document(ids["bees.pdf"]), snapshot.document(ids["a.md"])
        expires = datetime.now(UTC) + timedelta(hours=1)
        key = key_for("secret", expires=expires, secret=secret.secret)
        yield Bees(web, document, plain, key)


@pytest.fixture(scope="module")
def client(site: Bees) -> TestClient:
    return TestClient(site.web)


@pytest.fixture(scope="module")
def page(site: Bees, client: TestClient) -> str:
    """The reader's page with a quote that runs over two pages."""
    start, end = site.document.text.index("flowers"), site.document.text.index(" the dark")
    answer = site.document.text.index("others")
    target = Target(site.document.id, site.document.version, (start, end), (answer, answer + 6))
    return str(client.get(reader_url(target, site=Site("bees"))).text)


def images_in(page: str) -> list[str]:
    return [href.replace("&amp;", "&") for href in re.findall(r'<image href="([^"]+)"', page)]


def rects(page: str, name: str) -> list[list[float]]:
    """x, y, width and height of the marks of a kind, page after page."""
    found = re.findall(
        rf'<rect class="pincite-{name}-box" x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/>',
        page,
    )
    return [[round(float(number), 1) for number in rect] for rect in found]


def test_the_reader_shows_the_pages_of_the_quote_with_its_words_marked(page: str) -> None:
    assert re.findall(r'<svg viewBox="([^"]+)"', page) == [f"0 0 {WIDTH}.0 {HEIGHT}.0"] * 2
    assert re.findall(r'role="img" aria-label="([^"]+)"', page) == [
        "Page iii of Bees, with the quote marked",
        "Page iv of Bees, with the quote marked",
    ]
    at = ONE[0].index("flowers")  # a letter is 6 points wide and 10 high, 8 of them above its line
    assert rects(page, "quote") == [
        [60 + 6 * at, 83.4, 6 * (len(ONE[0]) - at), 11.2],
        [60, 95.4, 6 * len("follow."), 11.2],
        [60, 83.4, 6 * len("them through"), 11.2],
    ]
    assert rects(page, "answer") == [[60 + 6 * ONE[0].index("others"), 83.4, 36, 11.2]]


def test_of_a_quote_over_many_pages_the_first_three_are_shown(
    client: TestClient, site: Bees
) -> None:
    length = len(site.document.text)
    shown = client.get(f"/c/bees/read/{site.document.id}?char=0,{length}").text
    assert [re.findall(r"page=(\d)", image) for image in images_in(shown)] == [["1"], ["2"], ["3"]]


def test_nothing_of_ours_stands_within_the_article(page: str, site: Bees) -> None:
    article = re.search(r"<article[^>]*>(.*)</article>", page, re.DOTALL)
    assert article is not None
    assert re.sub(r"<[^>]+>", "", article[1]) == site.document.text


@pytest.mark.parametrize("char", ["", "0,4"], ids=["a page", "a quote of a plain text"])
def test_without_a_quote_or_a_page_no_image_is_shown(
    client: TestClient, site: Bees, char: str
) -> None:
    document = site.plain if char else site.document
    shown = client.get(f"/c/bees/read/{document.id}?v={document.version}&char={char}").text
    assert "<article" in shown
    assert "<svg" not in shown
    assert "pincite-beside" not in shown


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("de", "Seite iii von Bees, das Zitat markiert"),
        ("es", "Página iii de Bees, con la cita marcada"),
    ],
)
def test_the_image_is_named_in_the_reader_s_language(
    client: TestClient, site: Bees, language: str, label: str
) -> None:
    address = f"/c/bees/read/{site.document.id}?char=0,4&lang={language}"
    assert f'aria-label="{label}"' in client.get(address).text


def test_an_image_is_the_page_and_holds_for_ever(client: TestClient, page: str) -> None:
    first, second = images_in(page)
    response = client.get(first)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/webp")
    image = Image.open(BytesIO(response.content))
    assert image.size == (1400, round(1400 * HEIGHT / WIDTH))
    assert response.headers["cache-control"] == FOR_EVER
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    again = client.get(first, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(second)
    assert other.content != response.content
    assert other.headers["etag"] != response.headers["etag"]


def test_an_address_that_does_not_name_the_file_is_asked_again(
    client: TestClient, page: str
) -> None:
    response = client.get(re.sub(r"&file=\w+", "", images_in(page)[0]))
    assert (response.status_code, response.headers["cache-control"]) == (200, "private, no-cache")


WRONG: dict[str, tuple[str, str]] = {
    "another version": (r"v=\w+", "v=0000"),
    "no version": (r"v=\w+", ""),
    "another file": (r"file=\w+", "file=0000"),
    "no page": (r"page=1&", ""),
    "page 0": (r"page=1&", "page=0&"),
    "page 5 of 4": (r"page=1&", "page=5&"),
    "a page in words": (r"page=1&", "page=iii&"),
    "a huge page": (r"page=1&", f"page={'9' * 400}&"),
    "another document": (r"/page/\w+", "/page/nobody"),
    "another course": ("/c/bees/", "/c/nowhere/"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_there_is_not_found(client: TestClient, page: str, name: str) -> None:
    address = re.sub(*WRONG[name], images_in(page)[0])
    assert address != images_in(page)[0]
    assert client.get(address).status_code == 404


def test_a_plain_text_has_no_pages(client: TestClient, site: Bees) -> None:
    address = f"/c/bees/page/{site.plain.id}?v={site.plain.version}&page=1"
    assert client.get(address).status_code == 404


def test_a_course_by_key_shows_its_pages_to_who_has_it(
    client: TestClient, site: Bees, page: str
) -> None:
    below = images_in(page)[0].removeprefix("/c/bees")
    assert client.get(f"/c/secret{below}").status_code == 401
    assert client.get(f"/k/{site.key}/c/secret{below}").status_code == 200
    reader = f"/k/{site.key}/c/secret/read/{site.document.id}?char=0,4"
    (image,) = images_in(client.get(reader).text)
    assert image.startswith(f"/k/{site.key}/c/secret/page/")
    assert client.get(image).status_code == 200


def test_one_page_too_many_is_told_when_to_come_again(
    client: TestClient, site: Bees, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.web.desk.drawings, "_waiting", 0)
    kept = site.web.desk.drawings._kept
    monkeypatch.setattr(site.web.desk.drawings, "_kept", type(kept)())
    response = client.get(images_in(page)[0])
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


class Reading:
    """Gives the file; counts how often, and waits until it may."""

    def __init__(self, data: bytes = BEES) -> None:
        self.data, self.times = data, 0
        self.released = threading.Event()

    def __call__(self) -> bytes:
        assert self.released.wait(30)
        self.times += 1
        return self.data


@pytest.fixture
def drawings() -> Iterator[Callable[..., Drawings]]:
    made: list[Drawings] = []

    def make(**options: float) -> Drawings:
        made.append(Drawings(**options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_who_asks_for_one_page_at_once_shares_it_and_others_wait_or_go(
    drawings: Callable[..., Drawings],
) -> None:
    async def ask() -> None:
        read, pages = Reading(), drawings(waiting=2)
        same = [asyncio.create_task(pages.image(Page("a", 0), read)) for _ in range(5)]
        other = asyncio.create_task(pages.image(Page("a", 1), read))
        await asyncio.sleep(0.05)
        with pytest.raises(RefusedError) as refused:
            await pages.image(Page("b", 0), read)
        assert refused.value.refusal.headers == {"Retry-After": "1"}
        read.released.set()
        images = {await each for each in same}
        assert len(images) == 1
        assert await other not in images
        assert read.times == 2
        assert await pages.image(Page("a", 0), read) in images
        assert read.times == 2

    asyncio.run(ask())


def test_who_waits_too_long_is_told_and_the_page_is_there_later(
    drawings: Callable[..., Drawings],
) -> None:
    async def ask() -> None:
        read, pages = Reading(), drawings(seconds=0.05)
        with pytest.raises(RefusedError, match="too busy"):
            await pages.image(Page("a", 0), read)
        read.released.set()
        pages._seconds = 30
        assert await pages.image(Page("a", 0), read)
        assert read.times == 1

    asyncio.run(ask())


def test_only_so_many_bytes_are_kept(drawings: Callable[..., Drawings]) -> None:
    async def ask() -> None:
        read, pages = Reading(), drawings(most_bytes=2_000)
        read.released.set()
        assert len(await pages.image(Page("a", 0), read)) > 2_000
        assert (pages._bytes, len(pages._kept)) == (0, 0)
        await pages.image(Page("a", 0), read)
        assert read.times == 2

    asyncio.run(ask())


def test_a_page_that_cannot_be_drawn_is_tried_once(drawings: Callable[..., Drawings]) -> None:
    async def ask() -> None:
        read, pages = Reading(b"no PDF"), drawings()
        read.released.set()
        assert [await pages.image(Page("a", 0), read) for _ in range(3)] == [b""] * 3
        assert read.times == 1

    asyncio.run(ask())


def test_a_file_that_cannot_be_read_just_now_is_read_again(
    drawings: Callable[..., Drawings],
) -> None:
    def fail() -> bytes:
        raise LookupError

    async def ask() -> None:
        read, pages = Reading(), drawings()
        read.released.set()
        with pytest.raises(LookupError):
            await pages.image(Page("a", 0), fail)
        assert await pages.image(Page("a", 0), read)

    asyncio.run(ask())


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there is no such order there")
def test_drawing_is_less_urgent_and_ends_with_the_server(
    drawings: Callable[..., Drawings],
) -> None:
    async def ask() -> None:
        read, pages = Reading(), drawings()
        read.released.set()
        await pages.image(Page("a", 0), read)
        running = pages._drawer._confined._running
        assert running is not None
        own = os.getpriority(os.PRIO_PROCESS, 0)
        process = running._process
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(19, own + 10)
        pages.close()
        assert process.returncode is not None
        with pytest.raises(RefusedError, match="restarted"):
            await pages.image(Page("b", 0), read)

    asyncio.run(ask())
