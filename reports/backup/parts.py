"""What is inside the encrypted stream: parts one after another, each a name and chunks of any length."""

import hashlib
import struct

from django.utils.translation import gettext

from reports.backup.sealed import BLOCK, Unreadable

A_PART, THE_END = b"P", b"E"


class PartsWriter:
    """Writes parts; remembers the size and SHA-256 of each."""

    def __init__(self, stream):
        self._stream, self.written = stream, {}

    def write(self, name, chunks):
        """Write the part from an iterable of bytes; its length needs not be known before."""
        told, digest, size = name.encode(), hashlib.sha256(), 0
        self._stream.write(A_PART + struct.pack(">H", len(told)) + told)
        for chunk in chunks:
            if chunk:
                self._stream.write(struct.pack(">I", len(chunk)) + chunk)
                digest.update(chunk)
                size += len(chunk)
        self._stream.write(struct.pack(">I", 0))
        self.written[name] = {"sha256": digest.hexdigest(), "size": size}

    def close(self):
        self._stream.write(THE_END)
        self._stream.close()


class Part:
    """One part while it is read: its name, its chunks once, and afterwards its size and SHA-256."""

    def __init__(self, stream, name):
        self._stream, self.name = stream, name
        self._digest, self.size, self._is_read = hashlib.sha256(), 0, False

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def chunks(self):
        while not self._is_read:
            (length,) = struct.unpack(">I", _exactly(self._stream, 4))
            if not length:
                self._is_read = True
                return
            chunk = _exactly(self._stream, length)
            self._digest.update(chunk)
            self.size += length
            yield chunk

    def skip(self):
        for _chunk in self.chunks():
            pass


def parts_of(stream):
    """Each part in turn; what was not read of one is read over before the next."""
    while True:
        kind = _exactly(stream, 1)
        if kind == THE_END:
            if stream.read(1):
                raise Unreadable(gettext("The archive goes on after its end."))
            return
        if kind != A_PART:
            raise Unreadable(gettext("The archive is not written as this version writes it."))
        (length,) = struct.unpack(">H", _exactly(stream, 2))
        part = Part(stream, _exactly(stream, length).decode())
        yield part
        part.skip()


def chunks_of(file):
    """The content of an open file in chunks of a bounded size."""
    while chunk := file.read(BLOCK):
        yield chunk


def _exactly(stream, size) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Unreadable(gettext("The archive ends too early."))
    return data
