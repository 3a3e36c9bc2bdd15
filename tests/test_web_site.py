"""The pages of a site, from a real server on this machine."""

import gzip
from itertools import pairwise

import pytest

from index.errors import AddressError, SourceError
from index.events import Refused
from index.library import Library
from index.patterns import Patterns
from index.web.addresses import web_address
from index.web.fetching import Fetcher, Patience
from index.web.site import Bounds, Site
from tests.libraries import add, named, texts_of, write
from tests.websites import Answer, moved, page, website
from ui.main import main

EVERYTHING = Patterns()
BOUNDS = Bounds(bytes=100_000, pause=0.0)
COURSE = {
    "/course/": page("Bees", "one.html", "two", "/course/one.html#part", "../other/", words="Hum."),
    "/course/one.html": page("One", "two", "deep/three", words="First."),
    "/course/two": Answer("# Two\n\nSecond.", type="text/markdown"),
    "/course/deep/three": page("Three", "/", "//127.0.0.1:9/x", "mailto:a@b.org", words="Third."),
    "/other/": page("Other"),
    "/": page("Top"),
}


@pytest.fixture
def library(tmp_path):
    with Library.create(tmp_path / "library") as library:
        yield library


def visited(library, address, *, bounds=BOUNDS, patterns=EVERYTHING, prune=False, patience=None):
    """What happened to each page of the site, and the site."""
    start = web_address(address)
    known = library.known_pages(str(start))
    with Fetcher(allow_private=True, patience=patience) as fetcher:
        site = Site(start, fetcher=fetcher, bounds=bounds, known=known, patterns=patterns)
        events = add(library, sources=site, roots=[site.root], prune=prune)
    return events, site


def ends(events):
    """Kind of each event and the path it is of."""
    return [(kind, source.partition("/")[2]) for kind, source in named(events)]


def reasons(events):
    return {
        event.source.partition("/")[2]: event.reason
        for event in events
        if isinstance(event, Refused)
    }


def test_links_below_the_address_are_followed_and_no_others(library):
    with website(COURSE) as server:
        events, _ = visited(library, f"{server.origin}/course/")
        port = server.origin.rpartition(":")[2]
    assert ends(events) == [
        ("Added", "course/"),
        ("Added", "course/one.html"),
        ("Added", "course/two"),
        ("Added", "course/deep/three"),
    ]
    assert server.asked == [
        "/robots.txt",
        "/course/",
        "/sitemap.xml",
        "/course/one.html",
        "/course/two",
        "/course/deep/three",
    ]
    assert set(texts_of(library)) == {
        f"127.0.0.1:{port}{path}" for path in COURSE if path.startswith("/course/")
    }
    with library.snapshot() as snapshot:
        (bees,) = [row for row in snapshot.documents() if row.source.endswith("course/")]
        assert snapshot.document(bees.id).address == f"{server.origin}/course/"
        assert bees.title == "Bees"
    agent = server.headers[0]
    assert agent["User-Agent"].startswith("Pincite/")
    assert {"Cookie", "Authorization", "Referer"}.isdisjoint(agent)


def test_an_address_that_is_one_page_is_one_document(library):
    with website(COURSE) as server:
        events, _ = visited(library, f"{server.origin}/course/one.html")
    assert ends(events) == [("Added", "course/one.html")]
    assert server.asked == ["/robots.txt", "/course/one.html"]


def test_the_second_run_asks_whether_pages_changed(library):
    tagged = {"ETag": '"1"'}
    pages = {
        "/a/": page("Bees", "b", "c", words="Hum."),
        "/a/b": page("Ants", "d", words="Walk."),
        "/a/c": page("Wasps", words="Sting."),
        "/a/d": page("Lice", words="Crawl."),
    }
    pages["/a/b"].headers = tagged
    pages["/a/c"].headers = {"Last-Modified": "Sat, 01 Jan 2028 00:00:00 GMT"}
    with website(pages) as server:
        visited(library, f"{server.origin}/a/")
        before = texts_of(library)
        server.statuses.clear()
        server.asked.clear()
        events, _ = visited(library, f"{server.origin}/a/")
        assert [kind for kind, _ in ends(events)] == ["Unchanged"] * 4
        assert texts_of(library) == before
        answered = dict(zip(server.asked, server.statuses, strict=True))
        assert {path: status for path, status in answered.items() if "/a/" in path} == {
            "/a/": 200,
            "/a/b": 304,
            "/a/c": 304,
            "/a/d": 200,  # found by a link of a page that did not change
        }
        pages["/a/b"] = page("Ants", "d", words="March.")
        events, _ = visited(library, f"{server.origin}/a/")
        assert ("Replaced", "a/b") in ends(events)


def test_pages_that_are_gone_are_told_and_only_then_pruned(library):
    pages = {
        "/a/": page("Bees", "b", "c", "d"),
        **{f"/a/{name}": page(name, words=f"{name} is.") for name in "bcd"},
    }
    with website(pages) as server:
        visited(library, f"{server.origin}/a/")
        pages["/a/"] = page("Bees now", "b")  # nothing leads to the others any more
        pages["/a/b"], pages["/a/c"] = Answer(status=503), Answer(status=410)
        pages["/a/d"] = Answer(status=500)
        events, _ = visited(library, f"{server.origin}/a/")
        assert reasons(events) == {
            "a/b": "cannot be read now: the server answers 503 Service Unavailable",
            "a/c": "is not there: the server answers 410 Gone; --prune removes it",
            "a/d": "cannot be read now: the server answers 500 Internal Server Error",
        }
        assert len(texts_of(library)) == 4
        events, _ = visited(library, f"{server.origin}/a/", prune=True)
        assert ends(events)[-1] == ("Removed", "a/c")
        assert len(texts_of(library)) == 3


def test_a_server_that_is_away_removes_nothing(library):
    with website({"/a/": page("Bees", "b"), "/a/b": page("Ants")}) as server:
        visited(library, f"{server.origin}/a/")
    with pytest.raises(SourceError, match=r"robots\.txt cannot be reached .* nothing is asked"):
        visited(library, f"{server.origin}/a/", prune=True)
    assert len(texts_of(library)) == 2


class TestManners:
    ROBOTS = "User-agent: *\nDisallow: /\n\nUser-agent: pincite\nDisallow: /a/*/drafts\n"

    def test_robots_txt_is_obeyed(self, library):
        pages = {
            "/robots.txt": Answer(self.ROBOTS, type="text/plain"),
            "/a/": page("Bees", "x/drafts/1", "x/y", "z"),
            "/a/x/y": page("Ants"),
            "/a/z": moved("/a/x/drafts/2"),
        }
        with website(pages) as server:
            events, _ = visited(library, f"{server.origin}/a/")
        assert server.asked_pages == ["/a/", "/a/x/y", "/a/z"]
        assert reasons(events) == {
            "a/z": f"leads to {server.origin}/a/x/drafts/2, which robots.txt there does not allow"
        }

    @pytest.mark.parametrize(
        ("robots", "message"),
        [
            (Answer("User-agent: *\nDisallow: /a", type="text/plain"), "does not allow it"),
            (Answer(status=500), "cannot be read, so nothing is asked there"),
        ],
    )
    def test_where_nothing_may_be_asked_nothing_is(self, library, robots, message):
        with website({"/robots.txt": robots, "/a/": page("Bees")}) as server:
            with pytest.raises(SourceError, match=message):
                visited(library, f"{server.origin}/a/")
            assert server.asked == ["/robots.txt"]

    def test_it_waits_between_pages_as_long_as_it_is_asked_to(self, library):
        robots = Answer("User-agent: *\nCrawl-delay: 0.3", type="text/plain")
        with website({"/robots.txt": robots, **COURSE}) as server:
            visited(library, f"{server.origin}/course/")
        times = dict(zip(server.asked, server.at, strict=True))
        asked = [times[path] for path in server.asked_pages]
        assert all(later - earlier >= 0.3 for earlier, later in pairwise(asked))

    def test_a_server_that_fails_is_left_alone(self, library):
        pages = {"/a/": page("Bees", *map(str, range(9)))}
        pages |= {f"/a/{number}": Answer(status=429) for number in range(9)}
        with website(pages) as server:
            events, site = visited(library, f"{server.origin}/a/")
        assert len(reasons(events)) == 5
        assert site.why_stopped == (
            "stopped, as the server failed 5 times on end; 4 addresses were not asked"
        )


class TestSiteMaps:
    def test_pages_below_the_address_are_found_in_the_maps_that_robots_txt_names(self, library):
        def answer(path):
            maps = f"Sitemap: {server.origin}/maps.xml\nSitemap: http://127.0.0.1:9/other.xml"
            rows = {
                "/robots.txt": Answer(maps, type="text/plain"),
                "/maps.xml": Answer(
                    f"<sitemapindex><sitemap><loc>{server.origin}/map.xml.gz</loc></sitemap>"
                    f"<sitemap><loc>{server.origin}/damaged.xml</loc></sitemap></sitemapindex>"
                ),
                "/damaged.xml": Answer("<urlset"),
                "/map.xml.gz": Answer(mapping, type="application/gzip", packed=False),
                "/a/": page("Bees"),
                "/a/hidden": page("Ants"),
                "/b/": page("Wasps"),
            }
            return rows.get(path)

        with website(answer) as server:
            mapping = gzip.compress(
                (
                    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
                    f"<url><loc>{server.origin}/a/hidden</loc></url>"
                    f"<url><loc> {server.origin}/b/ </loc></url>"
                    "<url><loc>http://127.0.0.1:9/a/</loc></url></urlset>"
                ).encode()
            )
            events, _ = visited(library, f"{server.origin}/a/")
        assert ends(events) == [("Added", "a/"), ("Added", "a/hidden")]
        assert "/b/" not in server.asked


class TestRedirects:
    def test_the_first_page_may_lead_on_within_its_host(self, library):
        pages = {
            "/a": moved("/en/a/"),
            "/en/a/": page("Bees", "b", "/a/c"),
            "/en/a/b": page("Ants"),
        }
        with website(pages) as server:
            events, _ = visited(library, f"{server.origin}/a")
        assert ends(events) == [("Added", "en/a/"), ("Added", "en/a/b")]

    def test_a_first_page_that_leads_to_another_host_is_refused(self, library):
        with (
            website({}) as other,
            website({"/a/": moved(f"{other.origin}/a/")}) as server,
            pytest.raises(AddressError, match="which is another host; add that address if it is"),
        ):
            visited(library, f"{server.origin}/a/")
        assert other.asked == []

    def test_pages_that_lead_elsewhere_or_on_and_on_are_refused(self, library):
        pages = {
            "/a/": page("Bees", "out", "loop", "same", "b", "file"),
            "/a/out": moved("/other/"),
            "/a/loop": moved("loop"),
            "/a/same": moved("b"),
            "/a/b": page("Ants"),
            "/a/file": moved("file:///etc/passwd"),
        }
        with website(pages) as server:
            events, _ = visited(library, f"{server.origin}/a/")
        told = reasons(events)
        assert told["a/out"].endswith("which is not below the address that was given")
        assert told["a/loop"].startswith("leads on more than 5 times")
        assert "http or https was expected" in told["a/file"]
        assert sorted(told) == ["a/file", "a/loop", "a/out"]
        assert server.asked.count("/a/b") <= 2
        assert [end for end in ends(events) if end[0] == "Added"] == [
            ("Added", "a/"),
            ("Added", "a/b"),
        ]


class TestBounds:
    def test_links_without_end_are_followed_to_the_limit_of_pages(self, library):
        def answer(path):
            number = int(path.partition("=")[2] or 0)
            is_page = path.startswith("/a/")
            return page(f"Bees {number}", f"?month={number + 1}") if is_page else None

        with website(answer) as server:
            _, site = visited(
                library, f"{server.origin}/a/", bounds=Bounds(pages=4, bytes=10**5, pause=0.0)
            )
        assert server.asked_pages == ["/a/", "/a/?month=1", "/a/?month=2", "/a/?month=3"]
        assert site.why_stopped == (
            "stopped at 4 pages, more with --max-pages; 1 addresses were not asked"
        )

    def test_links_are_followed_to_a_depth_and_for_a_time(self, library):
        with website(lambda path: page(path, f"{len(path)}")) as server:
            bounds = Bounds(depth=2, bytes=10**5, pause=0.0)
            visited(library, f"{server.origin}/a/", bounds=bounds)
            assert server.asked_pages == ["/a/", "/a/3", "/a/4"]
            bounds = Bounds(seconds=0.0, bytes=10**5, pause=0.0)
            _, site = visited(library, f"{server.origin}/b/", bounds=bounds)
            assert site.why_stopped.startswith("stopped, as 0 s are over")

    def test_answers_that_are_too_large_cost_themselves(self, library):
        bomb = Answer(b"\0" * 50_000_000, packed=True)
        pages = {
            "/a/": page("Bees", "bomb", "large", "brotli", "cut", "b"),
            "/a/bomb": bomb,
            "/a/large": Answer("x" * 200_000),
            "/a/brotli": Answer("x", headers={"Content-Encoding": "br"}),
            "/a/cut": Answer(page("Cut").data[:9], headers={"Content-Encoding": "gzip"}),
            "/a/b": page("Ants"),
        }
        with website(pages) as server:
            events, _ = visited(library, f"{server.origin}/a/")
        assert reasons(events) == {
            "a/bomb": "has more than 0.1 MB, which is the most; "
            "raise the limit with --max-megabytes",
            "a/large": "has more than 0.1 MB, which is the most; "
            "raise the limit with --max-megabytes",
            "a/brotli": "comes packed as 'br', which was not asked for",
            "a/cut": "came damaged and cannot be unpacked "
            "(Error -3 while decompressing data: incorrect header check)",
        }
        assert ends(events)[-1] == ("Added", "a/b")

    def test_a_server_that_is_slow_costs_the_page(self, library):
        slow = page("Slow", words="x" * 2_000)
        slow.slowly = 0.02
        pages = {"/a/": page("Bees", "slow", "b"), "/a/slow": slow, "/a/b": page("Ants")}
        with website(pages) as server:
            events, _ = visited(
                library, f"{server.origin}/a/", patience=Patience(connect=5, silence=5, whole=1)
            )
        assert reasons(events) in (
            {"a/slow": "cannot be reached (took too long as a whole)"},
            {"a/slow": "cannot be reached (timed out)"},  # within the last read of all
        )
        assert ends(events)[-1] == ("Added", "a/b")


class TestPages:
    def test_the_type_that_the_server_says_decides(self, library):
        pages = {
            "/a/": page("Bees", "x", "y.md", "z.html", "picture.png", "style.css", "w.html", "v"),
            "/a/x": Answer("WEBVTT\n\n00:01.000 --> 00:02.000\nHum.\n", type="text/vtt"),
            "/a/y.md": Answer("# Ants\n\nWalk.", type="text/plain"),
            "/a/z.html": Answer(b"\x89PNG", type="image/png"),
            "/a/w.html": Answer("<p>Sting.", type=""),
            "/a/v": Answer("x", type="application/x-msdownload"),
        }
        with website(pages) as server:
            events, _ = visited(library, f"{server.origin}/a/")
        assert reasons(events) == {
            "a/z.html": "is 'image/png', which is no text we read",
            "a/v": "is 'application/x-msdownload', which is no text we read",
        }
        assert {text for key, text in texts_of(library).items() if not key.endswith("/a/")} == {
            "Hum.",
            "# Ants\n\nWalk.",
            "Sting.",
        }
        assert "/a/picture.png" not in server.asked
        assert "/a/style.css" not in server.asked

    def test_the_encoding_that_the_server_says_is_believed(self, library):
        body = "<p>Grüße</p>".encode("latin-1")
        with website({"/a": Answer(body, type="text/html; charset=iso-8859-1")}) as server:
            visited(library, f"{server.origin}/a")
        assert list(texts_of(library).values()) == ["Grüße"]

    def test_only_its_own_host_is_believed_about_its_address(self, library):
        def head(to):
            return f'<link rel="canonical" href="{to}">'

        pages = {
            "/a/": page("Bees", "own", "other"),
            "/a/own": page("Ants", head=head("/a/canonical")),
            "/a/other": page("Wasps", head=head("https://evil.example/")),
        }
        with website(pages) as server:
            visited(library, f"{server.origin}/a/")
        with library.snapshot() as snapshot:
            cited = {row.title: snapshot.document(row.id).address for row in snapshot.documents()}
        assert cited == {
            "Bees": f"{server.origin}/a/",
            "Ants": f"{server.origin}/a/canonical",
            "Wasps": f"{server.origin}/a/other",
        }

    def test_one_page_at_two_addresses_is_one_document(self, library):
        home = page("Bees", "index.html", "b")
        with website({"/a/": home, "/a/index.html": home, "/a/b": page("Ants")}) as server:
            for kind in ("Added", "Unchanged"):
                events, _ = visited(library, f"{server.origin}/a/")
                assert ends(events) == [(kind, "a/"), (kind, "a/b")]

    def test_names_that_are_made_to_harm_lead_nowhere(self, library):
        links = [
            "..%2f..%2fetc/passwd",
            "%2e%2e/up",
            "/a/../b",
            "x\x1b[31m",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "\\\\127.0.0.1\\share",
            "http://user:secret@127.0.0.1/a/",
            "http://[::1",
            "a" * 3_000,
            "%00.html",
            "&lt;script&gt;.html",
        ]
        with website({"/a/": page("Bees", *links)}) as server:
            events, _ = visited(library, f"{server.origin}/a/")
        assert server.asked_pages == [
            "/a/",
            "/a/..%2f..%2fetc/passwd",
            "/a/%00.html",
            "/a/%3Cscript%3E.html",
        ]
        assert ends(events)[-1] == ("Added", "a/")
        assert len(reasons(events)) == 3

    def test_patterns_choose_among_the_pages(self, library):
        patterns = Patterns(include=("week-*/",), exclude=("private/", "*.pdf"))
        pages = {
            "/a/": page("Bees", "week-1/b", "private/c", "week-1/d.pdf", "e"),
            "/a/week-1/b": page("Ants"),
            "/a/e": page("Wasps", "week-2/f"),
            "/a/week-2/f": page("Lice"),
        }
        with website(pages) as server:
            events, _ = visited(library, f"{server.origin}/a/", patterns=patterns)
        assert ends(events) == [("Added", "a/week-1/b"), ("Added", "a/week-2/f")]
        assert server.asked_pages == ["/a/", "/a/week-1/b", "/a/e", "/a/week-2/f"]


def test_the_command_line_adds_sites_beside_files(own_folder, tmp_path, capsys):
    notes = write(tmp_path / "notes", tides="The Moon pulls the sea.", left="Left out.")
    with website(COURSE) as server:
        host = server.origin.removeprefix("http://")
        options = ["--allow-private", "--embedder", "hashing", "--exclude", "left.txt"]
        add_all = ["add", str(notes), f"{server.origin}/course/", *options, "--max-pages", "2"]
        assert main(add_all) == 0
        said, errors = capsys.readouterr()
        assert [line.split()[2] for line in said.splitlines() if line.startswith("added ")] == [
            "tides.txt",
            f"{host}/course/",
            f"{host}/course/one.html",
        ]
        assert errors.splitlines()[-1] == (
            f"pincite: {server.origin}/course/: stopped at 2 pages, more with --max-pages; "
            "2 addresses were not asked"
        )
        assert main(["add", "--watch", f"{server.origin}/course/"]) == 1
        assert "cannot be watched" in capsys.readouterr().err
