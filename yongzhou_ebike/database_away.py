"""What is answered while the database is away: that it is, and when to try again; never a trace."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from reports.api.problems import problem

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
# 08: the connection is lost; 53300: no connection is left; 57P: the server is being stopped or started.
AWAY = ("08", "53300", "57P")


def is_away(error) -> bool:
    """Whether the error says that the database can't be reached, and not that it refused a query."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state:
        return state.startswith(AWAY)
    # The server said nothing any more. A SQLite that is locked is there, only busy.
    return type(cause).__module__.startswith("psycopg") or isinstance(error, InterfaceError)


def database_away(request):
    """503: as JSON for a script, else as a page in the language of the request; it asks nothing of the database."""
    logger.error("The database is away: %s %s is answered with 503.", request.method, request.path)
    said = _("The database can't be reached just now. Nothing of this request was saved: try again in a moment.")
    if request.path.startswith("/api/"):
        response = problem(503, said, request=request)
    elif _wants_json(request):
        response = JsonResponse({"problems": [["", said]], "detail": said}, status=503)
    else:
        response = render(request, "503.html", {"said": said, "seconds": RETRY_SECONDS}, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    add_never_cache_headers(response)
    return response


def _wants_json(request) -> bool:
    if request.path.startswith("/offline/") or request.headers.get("X-Requested-With") == "fetch":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


class DatabaseAwayMiddleware:
    """Answers for a view that lost the database; its place in the order does not matter."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        return database_away(request) if is_away(error) else None
