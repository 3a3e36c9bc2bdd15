import json
import os
import time

import numpy as np
import pytest

from index.vector_file import generation_of, read_vector_file, row_type, write_vector_file


def write(path, *, generation=3, library="mine", blocks=None):
    block = np.zeros(2, row_type(2))
    block["chunk"], block["document"], block["vector"] = [5, 9], [1, 0], [[1, 0], [0.6, 0.8]]
    write_vector_file(
        path,
        [block] if blocks is None else blocks,
        library=library,
        generation=generation,
        dimension=2,
        document_ids=["a", "b"],
    )


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.faiss"
    write(path)
    return path


def test_what_is_written_is_read(path):
    rows, generation = read_vector_file(path, library="mine")
    assert generation == 3
    assert generation_of(path, library="mine") == 3
    assert rows.chunk_ids.tolist() == [5, 9]
    assert rows.documents.tolist() == ["b", "a"]
    assert rows.vectors.tolist() == np.array([[1, 0], [0.6, 0.8]], np.float32).tolist()


def test_a_file_without_rows(path):
    write(path, blocks=[])
    rows, _ = read_vector_file(path, library="mine")
    assert (len(rows.chunk_ids), rows.vectors.shape) == (0, (0, 2))


def test_any_flipped_byte_is_noticed(path):
    written = path.read_bytes()
    for place in range(len(written)):
        for bits in (0x01, 0xFF):
            damaged = bytearray(written)
            damaged[place] ^= bits
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match="not as it was written"):
                read_vector_file(path, library="mine")


def test_any_missing_end_is_noticed(path):
    written = path.read_bytes()
    for length in range(len(written)):
        path.write_bytes(written[:length])
        with pytest.raises(ValueError, match="not as it was written"):
            read_vector_file(path, library="mine")


def test_something_behind_the_end_is_noticed(path):
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ValueError, match="not as it was written"):
        read_vector_file(path, library="mine")


def test_a_sound_file_of_another_library_is_refused(path):
    with pytest.raises(ValueError, match="of another library"):
        read_vector_file(path, library="yours")
    assert generation_of(path, library="yours") == -1


@pytest.mark.parametrize(
    ("label", "content"),
    [("nothing", b""), ("no line", b"x" * 500), ("no facts", b"x" * 83 + json.dumps([1]).encode())],
)
def test_a_file_that_claims_nothing(path, label, content):
    path.write_bytes(content)
    assert generation_of(path, library="mine") == -1


def test_no_file(tmp_path):
    assert generation_of(tmp_path / "vectors.faiss", library="mine") == -1
    with pytest.raises(FileNotFoundError):
        read_vector_file(tmp_path / "vectors.faiss", library="mine")


def full_disk(*_):
    raise OSError(28, "No space left on device")


def failing_blocks():
    yield np.zeros(1, row_type(2))
    full_disk()


@pytest.mark.parametrize("step", ["blocks", "fsync"])
def test_a_disk_that_fails_leaves_the_file_as_it_was(path, step, monkeypatch):
    before = path.read_bytes()
    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write(path, generation=4, blocks=failing_blocks() if step == "blocks" else None)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["vectors.faiss"]


def test_what_a_killed_process_left_is_cleared_after_an_hour(path):
    young, old = (path.with_name(f"vectors.faiss.{n}.tmp") for n in ("1-1", "2-2"))
    for left in (young, old):
        left.write_bytes(b"half")
    os.utime(old, (time.time() - 3_700,) * 2)
    write(path, generation=4)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [path.name, young.name]
