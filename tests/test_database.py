import hashlib
import sqlite3
import threading

import pytest

from index import database
from index.errors import LibraryDamagedError, LibraryError, LibraryMismatchError

MIGRATIONS = {  # never edited once released: a change is a new file, and a new line here
    1: "0217b75caee2c74cf0c9842534e5c0090d7eba6a14dcb4d4a9b5bcf8f0856e0e",
    2: "e67918b409d71929dc3b51f8f1e84ea56d3ca600bcdd647e89b8b8220a88e13b",
    3: "88c8aa17b0b54cb6efa06f30c04e26812046bf6b6cf3e0b4dfc13b55ab553b46",
    4: "cab2e1968a7270231fdfa6a8769f8b595714c8810ff0c82d370dab8eae334005",
    5: "846c34771eed6621bc61e444108204be53d0bbedd05c684075865606a0bccb8c",
}


def test_migrations_are_numbered_without_gaps_and_never_edited():
    found = database.migrations()
    assert {
        number: hashlib.sha256(sql.encode()).hexdigest() for number, sql in found.items()
    } == MIGRATIONS
    assert list(found) == list(range(1, len(MIGRATIONS) + 1))
    assert len(MIGRATIONS) == database.FORMAT


@pytest.fixture
def path(tmp_path):
    return tmp_path / "library.db"


def made(path):
    connection = database.connect(path, create=True)
    connection.close()
    return path


def test_a_new_file_is_a_library_that_keeps_what_was_committed(path):
    connection = database.connect(made(path))
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "journal_mode", "synchronous")
    }
    assert settings == {
        "application_id": 0x50494E43,
        "user_version": database.FORMAT,
        "journal_mode": "wal",
        "synchronous": 2,
    }
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    connection.close()


def other_program(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("label", "statement"),
    [
        ("tables only", "CREATE TABLE bookmarks (url)"),
        ("a version of its own", "PRAGMA user_version = 1"),
        ("an id of its own", "PRAGMA application_id = 7"),
    ],
)
def test_the_file_of_another_program_is_refused_and_left_alone(path, label, statement):
    other_program(path, statement)
    before = path.read_bytes()
    with pytest.raises(LibraryDamagedError, match=r"belongs to another program; .*--library"):
        database.connect(path)
    assert path.read_bytes() == before


def test_a_newer_format_is_refused_by_both_numbers(path):
    other_program(made(path), "PRAGMA user_version = 999")
    with pytest.raises(
        LibraryMismatchError, match=rf"format 999, .* up to {database.FORMAT}; install a newer"
    ):
        database.connect(path)


@pytest.mark.parametrize("content", [b"no database at all", b"x" * 5_000], ids=["short", "long"])
def test_garbage_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(LibraryDamagedError, match="is not a Pincite library"):
        database.connect(path)
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_opened_is_said_to_be_so(path):
    with pytest.raises(LibraryError, match="cannot be used"):
        database.connect(path)
    assert not path.exists()


def test_an_empty_file_becomes_a_library(path):
    path.touch()  # what is left where the making of a library was killed
    made(path)
    connection = database.connect(path)
    assert database.read_meta(connection) == {}
    connection.close()


def test_several_may_make_one_library_at_once(path):
    barrier, errors = threading.Barrier(8), []

    def make():
        barrier.wait()
        try:
            made(path)
        except Exception as error:  # a thread's errors are seen only where it keeps them
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert database.connect(path).close() is None


def test_a_transaction_is_kept_whole_or_not_at_all(path):
    connection = database.connect(made(path))
    with database.transaction(connection):
        database.write_meta(connection, one=1)
    with pytest.raises(KeyError), database.transaction(connection):
        raise write_and_fail(connection)
    assert not connection.in_transaction
    assert database.read_meta(connection) == {"one": "1"}
    connection.close()


def write_and_fail(connection):
    database.write_meta(connection, two=2)
    return KeyError()


def test_a_commit_that_fails_leaves_no_transaction_open(path):
    connection = database.connect(made(path))
    connection.execute("CREATE TABLE late (id REFERENCES roots (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError), database.transaction(connection):
        connection.execute("INSERT INTO late VALUES (99)")
    assert not connection.in_transaction
    connection.close()
