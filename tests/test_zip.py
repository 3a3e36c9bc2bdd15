"""Archives of many texts: each is a document of its own, and one that is refused costs itself."""

import stat
import warnings
import zipfile
from io import BytesIO

import pytest

from index.archives import Archives
from index.errors import SourceError
from index.events import Refused
from index.library import Library
from index.patterns import Patterns
from index.records import Place
from index.sources import sources_below
from tests.archives import archive, lying_about_size
from tests.libraries import add, ids_of, named, texts_of, write

COURSE = {"week-1/bees.md": "# Of Bees\n\nBees hum.", "week-1/ants.txt": "Ants walk."}


@pytest.fixture
def library(tmp_path):
    with Library.create(tmp_path / "library") as library:
        yield library


@pytest.fixture
def put(tmp_path):
    """Writes an archive of members into the folder that is added, and gives that."""

    def write_archive(members, name="course.zip"):
        folder = tmp_path / "texts"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(members if isinstance(members, bytes) else archive(members))
        return folder

    return write_archive


def refusals(events):
    return {event.source: event.reason for event in events if isinstance(event, Refused)}


@pytest.mark.parametrize("by", ["folder", "name"])
def test_each_member_is_a_document_with_the_place_of_its_format(library, put, by):
    folder = put({**COURSE, "picture.png": "x", "__MACOSX/._bees.md": "x", ".git/a.md": "x"})
    add(library, folder if by == "folder" else folder / "course.zip")
    assert texts_of(library) == {
        "course.zip/week-1/ants.txt": "Ants walk.",
        "course.zip/week-1/bees.md": "# Of Bees\n\nBees hum.",
    }
    with library.snapshot() as snapshot:
        bees = snapshot.document(ids_of(library)["course.zip/week-1/bees.md"])
    assert bees.title == "Of Bees"
    assert bees.place(11, 20) == Place(headings=("Of Bees",), paragraph=1, line=3)


def test_what_did_not_change_is_not_read_again_and_what_is_gone_is_pruned(library, put):
    add(library, put({**COURSE, "c.txt": "Wasps fly.", "d.txt": "Lice crawl."}))
    folder = put({**COURSE, "c.txt": "Wasps fly fast."})
    assert named(add(library, folder)) == [
        ("Unchanged", "course.zip/week-1/bees.md"),
        ("Unchanged", "course.zip/week-1/ants.txt"),
        ("Replaced", "course.zip/c.txt"),
    ]
    assert named(add(library, folder, prune=True))[-1] == ("Removed", "course.zip/d.txt")


def test_a_member_that_was_renamed_keeps_its_id(library, put):
    add(library, put(COURSE))
    before = ids_of(library)["course.zip/week-1/ants.txt"]
    events = add(library, put({"week-1/bees.md": COURSE["week-1/bees.md"], "b.txt": "Ants walk."}))
    assert named(events) == [
        ("Unchanged", "course.zip/week-1/bees.md"),
        ("Renamed", "course.zip/b.txt"),
    ]
    assert ids_of(library)["course.zip/b.txt"] == before


@pytest.mark.slow
def test_documents_of_an_archive_live_as_long_as_it(library, put):
    folder = put(COURSE)
    add(library, folder)
    other = write(folder, other="Flies buzz.")
    assert named(add(library, other / "other.txt", prune=True)) == [("Added", "other.txt")]
    (folder / "course.zip").rename(folder / "first.zip")
    assert named(add(library, folder)) == [
        ("Renamed", "first.zip/week-1/bees.md"),
        ("Renamed", "first.zip/week-1/ants.txt"),
        ("Unchanged", "other.txt"),
    ]
    (folder / "first.zip").unlink()
    assert [kind for kind, _ in named(add(library, folder, prune=True))] == [
        "Unchanged",
        "Removed",
        "Removed",
    ]


@pytest.mark.parametrize("left", [b"PK\x03\x04 and then nothing", b""])
def test_an_archive_that_is_damaged_loses_nothing_that_was_stored(library, put, left):
    folder = put(COURSE)
    write(folder, other="Flies buzz.")
    add(library, folder)
    before = texts_of(library)
    put(left)
    refused, kept = add(library, folder, prune=True)
    assert refused.source == "course.zip"
    assert refused.reason.startswith("is no ZIP file, or a damaged one")
    assert (type(kept).__name__, texts_of(library)) == ("Unchanged", before)


def test_patterns_choose_among_the_members(put):
    folder = put(COURSE)
    for patterns, keys in [
        (Patterns(include=("*.md",)), ["course.zip/week-1/bees.md"]),
        (Patterns(include=("/course.zip/week-1/a*",)), ["course.zip/week-1/ants.txt"]),
        (Patterns(exclude=("**/week-1/*.md",)), ["course.zip/week-1/ants.txt"]),
    ]:
        assert [source.key for source in sources_below([folder], patterns=patterns)] == keys
    with pytest.raises(SourceError, match=r"no texts that --exclude course\.zip leaves"):
        sources_below([folder], patterns=Patterns(exclude=("course.zip",)))


def info(name, *, mode=0, system=3):
    made = zipfile.ZipInfo(name)
    made.external_attr, made.create_system = mode << 16, system
    return made


def of_infos(*infos):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name stands there twice
        for each in infos:
            packed.writestr(each, "Bees hum.")
    return file.getvalue()


HOSTILE = {
    "../up.md": "has a name that leads elsewhere",
    "a/../../up.md": "has a name that leads elsewhere",
    "a/./here.md": "has a name that leads elsewhere",
    "a//b.md": "has a name that leads elsewhere",
    "/etc/top.md": "has a name that is no path",
    "//host/share.md": "has a name that is no path",
    "C:/Windows/a.md": "has a name that is no path",
    "C:a.md": "has a name that is no path",
    "..\\up.md": "has a name that is no path",
    "a\\b.md": "has a name that is no path",
}


def test_a_name_that_leads_elsewhere_costs_itself_only(library, put):
    packed = of_infos(info("first.md"), info(""), *map(info, HOSTILE), info("last.md"))
    events = add(library, put(packed))
    assert named(events)[-2:] == [("Added", "course.zip/first.md"), ("Added", "course.zip/last.md")]
    told = refusals(events)
    assert list(told) == [f"course.zip/{name}" for name in HOSTILE]
    for name, reason in HOSTILE.items():
        assert told[f"course.zip/{name}"].startswith(reason)


def test_a_member_that_is_no_plain_file_costs_itself_only(library, put):
    packed = of_infos(
        info("link.md", mode=stat.S_IFLNK | 0o777),
        info("pipe.md", mode=stat.S_IFIFO | 0o600),
        info("device.md", mode=stat.S_IFBLK | 0o600, system=0),
        info("twice.md"),
        info("twice.md"),
        info("inner.zip"),
        info("whole.md", mode=stat.S_IFREG | 0o644),
    )
    events = add(library, put(packed))
    assert refusals(events) == {
        "course.zip/link.md": "is a link or no plain file; pack what it stands for",
        "course.zip/pipe.md": "is a link or no plain file; pack what it stands for",
        "course.zip/device.md": "is a link or no plain file; pack what it stands for",
        "course.zip/twice.md": "stands in it more than once, so which is meant cannot be told",
        "course.zip/inner.zip": "is an archive within an archive; add it by itself",
    }
    assert named(events)[-1] == ("Added", "course.zip/whole.md")


def test_a_member_under_a_password_costs_itself_only(library, put):
    packed = bytearray(archive({"a.txt": "Bees hum a lot.", "b.txt": "Ants march."}))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1  # the flag in the directory
    events = add(library, put(bytes(packed)))
    assert named(events) == [("Refused", "course.zip/a.txt"), ("Added", "course.zip/b.txt")]
    assert "is encrypted" in events[0].reason


def test_bombs_cost_themselves_only(tmp_path):
    bomb = "\0" * 30_000_000
    members = {"a.txt": bomb, "b.txt": "Bees hum.", "c.txt": bomb, "d.txt": "Ants walk."}
    path = tmp_path / "course.zip"
    path.write_bytes(archive(members))
    with Archives(most_bytes=25_000_000) as archives:
        assert [member.name for member in archives.members(path)] == list(members)
        for name in ("a.txt", "c.txt"):
            with pytest.raises(SourceError, match="unpacks to more than 100 times its size"):
                archives.read(path, name)
        assert archives.read(path, "b.txt") == b"Bees hum."
        assert archives.read(path, "d.txt") == b"Ants walk."


def test_a_member_larger_than_may_be_taken_costs_itself_only(library, put):
    events = add(library, put({"a.txt": b"\0" * 11_000, "b.txt": "Ants walk."}))
    assert named(events) == [("Refused", "course.zip/a.txt"), ("Added", "course.zip/b.txt")]
    assert "unpacks to more than 0.01 MB, which is the most" in events[0].reason


@pytest.mark.slow
def test_a_directory_that_lies_costs_the_member_it_lies_about(library, put):
    packed = archive({"a.txt": "Bees hum. " * 90, "b.txt": "Ants walk."})
    for lie in (lying_about_size(packed, "a.txt", 10), packed.replace(b"PK\3\4", b"PK\3\5", 1)):
        told = named(add(library, put(lie)))
        assert told[0] == ("Refused", "course.zip/a.txt")


def test_an_archive_is_opened_again_where_its_process_ended(tmp_path):
    path = tmp_path / "course.zip"
    path.write_bytes(archive(COURSE))
    with Archives(most_bytes=10**6) as archives:
        archives.members(path)
        archives._confined.close()  # as where it crashed
        assert archives.read(path, "week-1/bees.md") == COURSE["week-1/bees.md"].encode()


def test_nothing_is_written_under_the_names_of_an_archive(library, put, tmp_path):
    folder = put({**COURSE, "../../up.md": "Bees."})
    add(library, folder)
    assert [path.name for path in folder.iterdir()] == ["course.zip"]
    assert not list(tmp_path.rglob("*.md"))
