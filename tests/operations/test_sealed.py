"""The encrypted stream of a backup: no byte of it can be altered, cut off, exchanged or read without the key."""

import io
import tracemalloc

import pytest
from django.utils.translation import override

from reports.backup.parts import PartsWriter, parts_of
from reports.backup.sealed import BLOCK, HEADER, TAG, SealedReader, SealedWriter, Unreadable

SECRET = "a long secret for tests only"
PARTS = {"database": [b"a" * BLOCK, b"b" * 100], "files/照片.jpg": [b"c" * (BLOCK + 1)], "empty": []}


def sealed(parts=PARTS) -> bytes:
    file = io.BytesIO()
    writer = PartsWriter(SealedWriter(file, SECRET))
    for name, chunks in parts.items():
        writer.write(name, chunks)
    writer.close()
    return file.getvalue()


def opened(data, secret=SECRET):
    return {part.name: b"".join(part.chunks()) for part in parts_of(SealedReader(io.BytesIO(data), secret))}


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture(scope="module")
def archive():
    return sealed()


def test_what_is_read_is_what_was_written(archive):
    assert opened(archive) == {name: b"".join(chunks) for name, chunks in PARTS.items()}


@pytest.mark.parametrize("size", [0, 1, BLOCK - 20, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_every_length_comes_back(size):
    assert opened(sealed({"x": [b"z" * size] if size else []})) == {"x": b"z" * size}


def test_the_content_does_not_show(archive):
    assert b"database" not in archive and b"a" * 20 not in archive
    assert sealed() != archive  # a salt and a nonce of its own each time


def test_another_key_opens_nothing(archive):
    with pytest.raises(Unreadable, match="BACKUP_KEY"):
        opened(archive, "another long secret for tests")


@pytest.mark.parametrize("at", [0, 5, 14, 30, 40, HEADER, HEADER + BLOCK, HEADER + BLOCK + TAG + 1, -1])
def test_one_altered_byte_is_found(archive, at):
    altered = bytearray(archive)
    altered[at] ^= 1
    with pytest.raises(Unreadable):
        opened(bytes(altered))


@pytest.mark.parametrize("length", [0, HEADER - 1, HEADER, HEADER + BLOCK + TAG, HEADER + 2 * (BLOCK + TAG), -1])
def test_what_is_cut_off_is_found_even_between_two_blocks(archive, length):
    with pytest.raises(Unreadable):
        opened(archive[:length])


def test_blocks_in_another_order_are_found(archive):
    size = BLOCK + TAG
    head, first, second, rest = archive[:HEADER], archive[HEADER:][:size], archive[HEADER + size :][:size], None
    rest = archive[HEADER + 2 * size :]
    with pytest.raises(Unreadable):
        opened(head + second + first + rest)


def test_a_file_of_another_kind_is_told_apart():
    with pytest.raises(Unreadable, match="not a backup"):
        opened(b"PK\x03\x04" + bytes(200))


def test_bytes_after_the_end_are_found(archive):
    with pytest.raises(Unreadable):
        opened(archive + b"x")


def test_memory_stays_small_whatever_the_size(tmp_path):
    path = tmp_path / "large"
    piece = bytes(BLOCK)
    with path.open("wb") as file:
        tracemalloc.start()
        writer = PartsWriter(SealedWriter(file, SECRET))
        writer.write("large", (piece for _piece in range(48)))
        writer.close()
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    with path.open("rb") as file:
        tracemalloc.start()
        sizes = []
        for part in parts_of(SealedReader(file, SECRET)):
            part.skip()
            sizes.append(part.size)
        read = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert sizes == [48 * BLOCK]
    assert max(written, read) < 10 * BLOCK
