"""What the tests of sessions need: a shared cache that can be taken away."""

import pytest
import redis

from tests.operations.redis_server import SharedCacheServer


@pytest.fixture(scope="module")
def redis_server():
    server = SharedCacheServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shared_cache(redis_server, settings):
    """Sessions are read through a shared cache, empty at first and there again at the end."""
    settings.CACHES = {"default": {"BACKEND": "yongzhou_ebike.shared_cache.SharedCache", "LOCATION": redis_server.url}}
    settings.SESSIONS_IN_CACHE = True
    redis.Redis(port=redis_server.port).flushall()
    yield redis_server
    if redis_server.process.poll() is not None:
        redis_server.start()
