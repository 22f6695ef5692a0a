"""What is answered when the machine can't do its part: the database is away, the disk is full; never a trace."""

import errno
import logging

from django.db import InterfaceError, OperationalError, connections
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from reports.api.problems import problem

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
# 08: the connection is lost; 53300: no connection is left; 57P: the server is being stopped or started.
AWAY = ("08", "53300", "57P")
FULL = (errno.ENOSPC, errno.EDQUOT)


def answer_in_trouble(request, error):
    """The answer to an error that is the machine's, None for any other: 503 without its database, 507 on a full disk.

    JSON for a script, else a page in the language of the request, which asks nothing of the database.
    """
    if is_away(error):
        title = _("The database is away")
        said = _("The database can't be reached just now. Nothing of this request was saved: try again in a moment.")
        return _answer(request, 503, title, said, retry=True)
    if isinstance(error, OSError) and error.errno in FULL:
        title = _("There is no room left")
        said = _(
            "The server's disk has no room for this file. Nothing of this request was saved: tell the administrator."
        )
        return _answer(request, 507, title, said)
    return None


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


def _answer(request, status, title, said, *, retry=False):
    logger.error("The machine can't do its part: %s is answered with %d.", request.method, status)
    if request.path.startswith("/api/"):
        response = problem(status, said, request=request)
    elif _wants_json(request):
        response = JsonResponse({"problems": [["", said]], "detail": said}, status=status)
    else:
        context = {"title": title, "said": said, "status": status}
        response = render(request, "trouble.html", context, status=status)
    if retry:
        response["Retry-After"] = str(RETRY_SECONDS)
        response.database_was_away = True
    add_never_cache_headers(response)
    return response


def _wants_json(request) -> bool:
    if request.path.startswith("/offline/") or request.headers.get("X-Requested-With") == "fetch":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


class TroubleMiddleware:
    """Answers for a view that met such trouble; its place in the order does not matter."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        return answer_in_trouble(request, error)


class AgainMiddleware:
    """Asks once more for a page that met a lost connection: after a failover the next one reaches the new primary.

    Only what changes nothing: of a form nobody knows whether it was saved.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD") or not getattr(response, "database_was_away", False):
            return response
        connections.close_all()
        for found in ("_cached_user", "_frame"):  # what the first try has read in part
            vars(request).pop(found, None)
        return self.get_response(request)
