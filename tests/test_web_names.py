"""A name that nobody finds in time is given up, however long the system would go on looking."""

import socket
import threading

import pytest

from index.web.addresses import web_address
from index.web.fetching import Fetcher, Patience, UnreachableError
from tests.websites import page, website
from ui.main import main


@pytest.fixture
def slow_names(monkeypatch):
    """The system's resolver, which finds any name after half a minute, or once the test is over."""
    over = threading.Event()

    def look_up(name, port, **_):
        over.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


def ask(address, *, patience):
    with Fetcher(allow_private=True, patience=patience) as fetcher:
        return fetcher.get(web_address(address), most_bytes=10**6, may_lead=lambda to: None)


@pytest.mark.parametrize(
    "patience",
    [Patience(connect=0.05), Patience(connect=20.0, whole=0.05)],
    ids=["connect", "whole"],
)
def test_a_name_that_is_not_found_in_time_is_given_up(slow_names, patience):
    with website({"/": page("Bees")}) as server:
        port = server.origin.rpartition(":")[2]
        said = r"cannot be reached \(its name was not found in 0\.0\d* s\)"
        with pytest.raises(UnreachableError, match=said):
            ask(f"http://slow.example:{port}/", patience=patience)
        assert server.asked == []


def test_the_next_name_is_found_all_the_same():
    release = threading.Event()

    def resolve(name, port):
        if name == "slow.example":
            release.wait(30)
        return ["127.0.0.1"]

    with (
        website({"/": page("Bees")}) as server,
        Fetcher(allow_private=True, resolve=resolve, patience=Patience(connect=0.5)) as fetcher,
    ):
        port = server.origin.rpartition(":")[2]
        options = {"most_bytes": 10**6, "may_lead": lambda to: None}
        with pytest.raises(UnreachableError, match="its name was not found"):
            fetcher.get(web_address(f"http://slow.example:{port}/"), **options)
        assert fetcher.get(web_address(f"http://fast.example:{port}/"), **options).status == 200
        release.set()


def test_the_command_says_so_in_a_line(slow_names, own_folder, capsys, monkeypatch):
    monkeypatch.setattr(Patience.__init__, "__defaults__", (0.05, 20.0, 120.0))
    assert main(["add", "http://slow.example/", "--embedder", "hashing"]) == 1
    *_, line = capsys.readouterr().err.splitlines()
    assert "its name was not found in 0.0" in line
