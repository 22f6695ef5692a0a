"""Where sessions are kept: Django's own table of them, with a column that says whose each one is."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from entities.address import client_address
from entities.models import KnownPlace, OfficerSession

FROM, SEEN = "_from", "_seen"
SEEN_EVERY_SECONDS = 600


class SessionStore(db.SessionStore):
    """Django's store in the database, over our table."""

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
