"""A small stand-in for a ClamAV daemon: it speaks the INSTREAM command and answers what the test wants."""

import socket
import struct
import threading
from contextlib import contextmanager

HARMFUL = b"the harmless words that stand for a virus"


@contextmanager
def daemon(*, answer=None, path=None):
    """Its address and the files that it was sent; `answer` goes before its own verdict, "" closes without a word."""
    listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listener.bind(str(path) if path else ("127.0.0.1", 0))
    listener.listen()
    address = str(path) if path else f"127.0.0.1:{listener.getsockname()[1]}"
    received = []

    def serve():
        while True:
            try:
                asker, _address = listener.accept()
            except OSError:
                return
            with asker, asker.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                whole = b""
                while size := struct.unpack("!L", sent.read(4))[0]:
                    whole += sent.read(size)
                received.append(whole)
                verdict = "stream: Test.Harmful FOUND" if HARMFUL in whole else "stream: OK"
                asker.sendall((verdict if answer is None else answer).encode() + b"\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield address, received
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
