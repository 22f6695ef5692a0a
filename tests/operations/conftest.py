"""A Redis of the tests' own, without a trace on the disk."""

import subprocess
import tempfile
import time
from contextlib import contextmanager

import pytest
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
        self.process.kill()
        self.process.wait()


@contextmanager
def running_server():
    server = SharedCacheServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def redis_server():
    with running_server() as server:
        yield server


@pytest.fixture
def shared_cache(redis_server, settings):
    """Sessions are read through a shared cache, empty at first and there again at the end."""
    settings.CACHES = {"default": {"BACKEND": "yongzhou_ebike.shared_cache.SharedCache", "LOCATION": redis_server.url}}
    settings.SESSIONS_IN_CACHE = True
    redis.Redis(port=redis_server.port).flushall()
    yield redis_server
    if redis_server.process.poll() is not None:
        redis_server.start()
