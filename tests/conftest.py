import os
import socket
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"

from index.embedding import load_embedder
from index.library import Library
from index.sources import sources_below
from tests.libraries import add, write

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuses every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """The current folder and log of a command line without any settings."""
    for name in [name for name in os.environ if name.startswith("PINCITE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PINCITE_LOG", str(tmp_path / "log" / "pincite.log"))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def make_library(tmp_path):
    """Makes a library of texts by file name, with the hashing embedder."""
    made = []

    def make(texts: dict[str, str], name: str = "library") -> Library:
        folder = tmp_path / f"texts of {name}"
        for key, text in texts.items():
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_text(text, encoding="utf-8")
        library = Library.create(Path(tmp_path / name))
        made.append(library)
        for _ in library.add(
            sources_below([folder]), embedder=load_embedder("hashing"), max_bytes=10**7
        ):
            pass
        return library

    yield make
    for library in made:
        library.close()


@pytest.fixture
def library(tmp_path):
    """A library of three texts of one sentence each."""
    with Library.create(tmp_path / "library") as library:
        texts = write(tmp_path / "texts", a="Bees hum.", b="Ants walk.", c="Wasps sting.")
        add(library, texts)
        yield library
