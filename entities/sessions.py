"""Where sessions are kept: Django's own table of them, with a column that says whose each one is.

Where all machines share a cache, what a session holds is read from there for a minute, and the table is asked again after
that. A session that was ended leaves a mark in the cache that outlives every copy, and the mark is read together with the
copy: so an ended session is over with the next request, on each machine.
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from entities.address import client_address
from entities.models import KnownPlace, OfficerSession

FROM, SEEN = "_from", "_seen"
SEEN_EVERY_SECONDS = 600
COPY_SECONDS = 60
# Longer than a copy lives that a slow request made of what it had read before the end.
ENDED_SECONDS = 600


class SessionStore(db.SessionStore):
    """Django's store in the database, over our table, read through the shared cache if there is one."""

    @classmethod
    def get_model_class(cls):
        return OfficerSession

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        came = data.get(FROM, {})
        session.officer_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.address, session.agent = came.get("address"), came.get("agent", "")
        session.started_at = _moment(came.get("at"))
        session.seen_at = _moment(data.get(SEEN))
        return session

    def load(self):
        """What the session holds; nothing of one that was ended."""
        if not settings.SESSIONS_IN_CACHE:
            return super().load()
        copy, ended = _copy_of(self.session_key), _end_of(self.session_key)
        found = cache.get_many([copy, ended])
        if ended in found:
            self._session_key = None
            return {}
        if copy in found:
            return self.decode(found[copy])
        kept = self._get_session_from_db()
        if kept is None:
            return {}
        left = (kept.expire_date - timezone.now()).total_seconds()
        # Added, not set: what another request has saved meanwhile is newer than what was read here.
        cache.add(copy, kept.session_data, timeout=min(COPY_SECONDS, left))
        return self.decode(kept.session_data)

    def save(self, must_create=False):
        """Write it to the table, and to the cache as soon as the table has it."""
        super().save(must_create)
        if settings.SESSIONS_IN_CACHE:
            copy, data = _copy_of(self.session_key), self.encode(self._get_session(no_load=True))
            timeout = min(COPY_SECONDS, self.get_expiry_age())
            transaction.on_commit(lambda: cache.set(copy, data, timeout=timeout))

    def delete(self, session_key=None):
        """End it, in the table and for every copy."""
        key = session_key or self.session_key
        if settings.SESSIONS_IN_CACHE and key:
            cache.set(_end_of(key), True, timeout=ENDED_SECONDS)
            # Again when others see that it is gone: a long transaction may have outlived the first mark.
            transaction.on_commit(lambda: cache.set(_end_of(key), True, timeout=ENDED_SECONDS))
        super().delete(session_key)


def _copy_of(session_key):
    return f"session:{session_key}"


def _end_of(session_key):
    return f"session-ended:{session_key}"


def _moment(seconds):
    return timezone.datetime.fromtimestamp(seconds, tz=timezone.get_default_timezone()) if seconds else None


def begin(request):
    """Note in the session from where the officer signed in; the session's table shows it."""
    now = timezone.now().timestamp()
    agent = request.headers.get("User-Agent", "")[:120]
    request.session[FROM] = {"address": client_address(request), "agent": _printable(agent), "at": now}
    request.session[SEEN] = now
    address = client_address(request)
    if address:
        KnownPlace.objects.update_or_create(officer=request.user, address=address, defaults={"last_at": timezone.now()})


def _printable(text):
    return "".join(letter for letter in text if letter.isprintable())


def is_idle(request, *, hours) -> bool:
    """Whether nobody used the session for so long; notes at most every ten minutes that somebody does."""
    now, seen = timezone.now().timestamp(), request.session.get(SEEN)
    if seen is None:  # begun by no log-in page
        return False
    if hours and now - seen > hours * 3600:
        return True
    if not 0 <= now - seen < SEEN_EVERY_SECONDS:
        request.session[SEEN] = now
    return False
