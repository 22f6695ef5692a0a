"""Asks a ClamAV daemon about a file, by the INSTREAM command: the file is sent there, nothing is written for it."""

import logging
import socket
import struct

from django.conf import settings

PIECE = 64 * 1024
LONGEST_ANSWER = 4096
logger = logging.getLogger(__name__)


class Found(Exception):
    """The scanner knows the file as harmful."""


class Away(Exception):
    """The scanner can't be reached or gives no verdict."""


def scan(content):
    """Return when the file is clean or no scanner is set (CLAMAV); raises Found, or Away when nobody could tell."""
    if not settings.CLAMAV:
        return
    try:
        with _connected(settings.CLAMAV) as daemon:
            answer = _asked(daemon, content)
    except OSError as error:
        logger.error("The virus scanner at %s gives no answer: %s", settings.CLAMAV, error)
        raise Away from error
    if answer == "stream: OK":
        return
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        # Without the file's name, which may say whose it is.
        logger.warning("A file of %d bytes was refused by the virus scanner: %s", len(content), answer)
        raise Found(answer)
    logger.error("The virus scanner gives no verdict: %s", answer or "no answer")
    raise Away(answer)


def _connected(address):
    """A socket: to a path when the address begins with a slash, else to host:port."""
    if address.startswith("/"):
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(settings.CLAMAV_SECONDS)
        try:
            daemon.connect(address)
        except OSError:
            daemon.close()
            raise
        return daemon
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=settings.CLAMAV_SECONDS)


def _asked(daemon, content) -> str:
    daemon.sendall(b"zINSTREAM\0")
    whole = memoryview(content)
    try:
        for start in range(0, len(content), PIECE):
            piece = whole[start : start + PIECE]
            daemon.sendall(struct.pack("!L", len(piece)) + bytes(piece))
        daemon.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it closes its ear once a file is too long for it; what it says of that is still to be read
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (piece := daemon.recv(LONGEST_ANSWER)):
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
