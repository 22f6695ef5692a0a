"""The cache that all machines share: Redis, which may be away without anything failing."""

import logging
from functools import wraps

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.5


def or_as_if_empty(method, answer):
    """The method; while the server can't be reached, what an empty cache would answer."""

    @wraps(method)
    def asked(cache, *words, **named):
        try:
            return method(cache, *words, **named)
        except RedisError as error:
            logger.warning("The shared cache can't be reached: %s", type(error).__name__)
            return answer(*words, **named)

    return asked


def _default(key, default=None, version=None):
    return default


def _unknown(key, *words, **named):
    raise ValueError(f"Key {key!r} not found.")


def _false(*words, **named):
    return False


class SharedCache(RedisCache):
    """Django's own cache in Redis; out of reach it remembers nothing, and a request waits for it no longer than a second."""

    def __init__(self, server, params):
        waits = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        # A connection that the server has closed meanwhile is opened again, once.
        options = waits | {"retry": Retry(NoBackoff(), 1), "health_check_interval": 30} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})

    get = or_as_if_empty(RedisCache.get, _default)
    get_many = or_as_if_empty(RedisCache.get_many, lambda keys, version=None: {})
    set = or_as_if_empty(RedisCache.set, lambda *words, **named: None)
    set_many = or_as_if_empty(RedisCache.set_many, lambda data, *words, **named: list(data))
    add = or_as_if_empty(RedisCache.add, _false)
    touch = or_as_if_empty(RedisCache.touch, _false)
    delete = or_as_if_empty(RedisCache.delete, _false)
    delete_many = or_as_if_empty(RedisCache.delete_many, lambda *words, **named: None)
    has_key = or_as_if_empty(RedisCache.has_key, _false)
    incr = or_as_if_empty(RedisCache.incr, _unknown)
    clear = or_as_if_empty(RedisCache.clear, _false)
