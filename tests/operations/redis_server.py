"""A redis-server of the tests' own, without a trace on the disk."""

import subprocess
import tempfile
import time

import redis

from tests.postgres import free_port

PATIENCE_SECONDS = 20


class SharedCacheServer:
    """A redis-server on a free port of the loopback; stopped and begun again at will, empty each time."""

    def __init__(self):
        self.port, self.process = free_port(), None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return redis.Redis(port=self.port).ping()
            except redis.ConnectionError:
                assert time.monotonic() < until, "redis-server did not come"
                time.sleep(0.05)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
