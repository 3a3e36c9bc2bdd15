"""Archives of strangers: what they unpack to is counted, whatever they say of it."""

import pytest

from index.documents.archive import MOST_MEMBERS, Archive
from index.errors import SourceError
from tests.archives import archive, lying_about_size

BEES = "Bees hum. " * 100


def test_members_are_read_by_name() -> None:
    packed = Archive(archive({"a.txt": BEES, "../b.txt": "Ants."}), kind="ZIP")
    assert packed.names == ["a.txt", "../b.txt"]
    assert (packed.read("a.txt"), packed.read("../b.txt")) == (BEES.encode(), b"Ants.")
    with pytest.raises(KeyError):
        packed.read("c.txt")


def test_it_does_not_matter_how_often_a_text_says_the_same() -> None:
    repeated = archive({"a.txt": "Bees hum. " * 1_500_000})
    assert len(Archive(repeated, kind="ZIP").read("a.txt")) == 15_000_000
    Archive(repeated, kind="ZIP").check()


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("48 KB for 50 MB", archive({"a.xml": b"\0" * 50_000_000}), "more than 100 times its size"),
        (
            "many that are small",
            archive({f"{n}.xml": b"\0" * 1_000_000 for n in range(50)}),
            "more than 100 times its size",
        ),
        (
            "many that are empty",
            archive(dict.fromkeys(map(str, range(MOST_MEMBERS + 1)), b"")),
            "holds 20,001 files, and 20,000 is the most",
        ),
        (
            "says it is small",
            lying_about_size(archive({"a.xml": b"\0" * 50_000_000}), "a.xml", 10),
            "is damaged: a.xml in it cannot be unpacked",
        ),
        ("cut short", archive({"a.txt": BEES})[:-30], "is no ZIP file, or a damaged one"),
        (
            "changed inside",
            archive({"a.txt": BEES}).replace(b"PK\x03\x04", b"PK\x03\x05"),
            "is damaged: a.txt in it cannot be unpacked",
        ),
        ("no archive", b"Bees hum.", "is no ZIP file, or a damaged one"),
        ("nothing", b"", "is no ZIP file, or a damaged one"),
    ],
)
def test_hostile_archives_are_refused(label: str, data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        Archive(data, kind="ZIP").check()


def test_a_member_under_a_password_is_refused() -> None:
    packed = bytearray(archive({"a.txt": BEES}))
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1  # the flag in the directory
    with pytest.raises(SourceError, match="is encrypted"):
        Archive(bytes(packed), kind="ZIP").read("a.txt")
