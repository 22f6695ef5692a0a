"""An encrypted stream: AES-256-GCM over blocks of one megabyte, so that memory stays small and no byte can be altered,
left out, exchanged or cut off unseen (the STREAM construction: each block's nonce holds its number and whether it is the last).
"""

import hmac
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext

MAGIC = b"YZ-BACKUP-1\n"
SALT, PREFIX, CHECK, TAG = 16, 7, 16, 16
HEADER = len(MAGIC) + SALT + PREFIX + CHECK
BLOCK = 1024 * 1024
LEAST_KEY = 20


class Unreadable(Exception):
    """The archive cannot be trusted, with what is wrong in words."""


def _keys(secret: str, salt: bytes) -> tuple[bytes, bytes]:
    """The key of the blocks, and a value that tells a wrong secret from an altered archive."""
    both = Scrypt(salt=salt, length=32 + CHECK, n=2**15, r=8, p=1).derive(secret.encode())
    return both[:32], both[32:]


def _nonce(prefix, number, last) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class SealedWriter:
    """Writes bytes encrypted; `close` writes the last block, without which the archive is unreadable."""

    def __init__(self, file, secret):
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        key, check = _keys(secret, salt)
        self._header = MAGIC + salt + self._prefix + check
        self._file, self._cipher, self._number, self._waiting = file, AESGCM(key), 0, bytearray()
        file.write(self._header)

    def write(self, data):
        self._waiting += data
        # More than a block, not a whole one: the last block is never empty, except in an empty stream.
        while len(self._waiting) > BLOCK:
            self._write_block(bytes(self._waiting[:BLOCK]), last=False)
            del self._waiting[:BLOCK]

    def close(self):
        self._write_block(bytes(self._waiting), last=True)

    def _write_block(self, block, *, last):
        nonce = _nonce(self._prefix, self._number, last)
        self._file.write(self._cipher.encrypt(nonce, block, self._header))
        self._number += 1


class SealedReader:
    """Reads what SealedWriter wrote; raises Unreadable at the first byte that is not as it was written."""

    def __init__(self, file, secret):
        self._header = file.read(HEADER)
        if len(self._header) < HEADER or not self._header.startswith(MAGIC):
            raise Unreadable(gettext("This file is not a backup of this application."))
        salt, rest = self._header[len(MAGIC) :][:SALT], self._header[len(MAGIC) + SALT :]
        self._prefix, check = rest[:PREFIX], rest[PREFIX:]
        key, expected = _keys(secret, salt)
        if not hmac.compare_digest(check, expected):
            raise Unreadable(gettext("BACKUP_KEY is not the key with which this archive was written."))
        self._file, self._cipher, self._number, self._ready = file, AESGCM(key), 0, b""
        self._next = file.read(BLOCK + TAG)
        self._ended = False

    def read(self, size) -> bytes:
        """That many bytes; fewer only at the end of the stream."""
        parts, missing = [], size
        while missing:
            if not self._ready and not self._read_block():
                break
            part, self._ready = self._ready[:missing], self._ready[missing:]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _read_block(self) -> bool:
        if self._ended:
            return False
        block, self._next = self._next, self._file.read(BLOCK + TAG)
        self._ended = not self._next
        try:
            self._ready = self._cipher.decrypt(_nonce(self._prefix, self._number, self._ended), block, self._header)
        except (InvalidTag, ValueError) as error:
            raise Unreadable(
                gettext("The archive was altered or cut off, at block %(number)s or after it.")
                % {"number": self._number}
            ) from error
        self._number += 1
        return True
