"""Each request has a number and one line in the log: who asked by which route, how it ended and how long it took."""

import logging
import re
import time
import uuid

from django.conf import settings
from django.utils.functional import LazyObject

from entities.log_context import belongs_to, request_id

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

logger = logging.getLogger("access")


class RequestLogMiddleware:
    """Outermost, so that the number stands on every line of the request and in whatever answer it gets."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Django tells of an answer above 499 after this has ended: its line finds the number on the request.
        number = request.number = number_of(request)
        begun = time.monotonic()
        with belongs_to(request_id, number):
            response = self.get_response(request)
            response[HEADER] = number
            route = request.resolver_match.view_name if request.resolver_match else ""
            line = {
                "method": request.method,
                "route": route or "-",
                "status": response.status_code,
                "ms": round((time.monotonic() - begun) * 1000),
                "officer": officer_of(request),
            }
            logger.info("%(method)s %(route)s %(status)s %(ms)s ms officer %(officer)s", line, extra=line)
        return response


def number_of(request) -> str:
    """The number that a trusted proxy gave to the request, else a new one: a stranger writes nothing into the log."""
    given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXY else ""
    return given if SANE.fullmatch(given) else uuid.uuid4().hex


def officer_of(request) -> int | None:
    """The officer's number where the request has asked who it is; asking here would cost a query on public pages."""
    user = vars(request).get("user")
    if isinstance(user, LazyObject):
        user = vars(request).get("_cached_user")
    return getattr(user, "pk", None)
