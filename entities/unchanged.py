"""Pages that a browser need not fetch again, because what they show has not changed since it did (RFC 9110, conditional requests).

A page of somebody who is signed in is never the same twice, byte by byte: it holds the token of its forms, written in other
letters each time. But a token stays good as long as the secret in the visitor's cookie does. So the tag of a page names
that secret and not the letters, and a browser that kept the page has a token that still holds.
"""

import hashlib
from functools import cache, wraps
from pathlib import Path

from django.conf import settings
from django.contrib.messages import get_messages
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import condition

from entities.today import today

FOLDERS = ("entities", "inspections", "reports", "yongzhou_ebike", "templates", "static", "locale")
HTMX = ("HX-Request", "HX-Boosted", "HX-Target", "HX-History-Restore-Request")


def unchanged_while(version):
    """A page that is answered with 304, and not made, while `version(request, *args, **kwargs)` stays the same.

    The version names the state of all that the page shows, the campaign included; None: it can't be told, so the page is
    made. Who the officer is and what they may see, the language, the day, the address and the release are added here. The
    decorator stands below those that say who may see the page, and above those that say where it is read.
    """

    def decorated(view):
        @wraps(view)
        def answered(request, *args, **kwargs):
            # What is to be said once is said on a page of its own making, which nobody keeps. While templates are edited under a
            # running process, nothing tells their state.
            if request.method not in ("GET", "HEAD") or settings.DEBUG or len(get_messages(request)):
                return view(request, *args, **kwargs)
            response = conditional(request, *args, **kwargs)
            if get_messages(request).used:
                del response["ETag"]
            return kept_by_the_browser_alone(response)

        def tag(request, *args, **kwargs):
            state = version(request, *args, **kwargs)
            return None if state is None else tag_of(request, *_about(request), state)

        conditional = condition(etag_func=tag)(view)
        return answered

    return decorated


def kept_while_signed_in(view):
    """A list: the officer's own browser keeps it and asks each time whether it still holds; signing out clears it away.

    Pages of one record, forms and answers of the API stay on no disk (yongzhou_ebike/not_kept.py).
    """

    @wraps(view)
    def served(request, *args, **kwargs):
        return kept_by_the_browser_alone(view(request, *args, **kwargs))

    return served


def tag_of(request, *parts) -> str | None:
    """The tag of a page of this visitor, weak since the bytes differ; None for a visitor whose token would not hold."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret:
        return None
    words = b"\n".join(part if isinstance(part, bytes) else str(part).encode() for part in (secret, *parts))
    return f'W/"{salted_hmac("entities.unchanged", words, algorithm="sha256").hexdigest()[:32]}"'


def kept_by_the_browser_alone(response):
    """The browser may keep it and asks each time whether it still holds; nobody on the way may."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ("Cookie", "HX-Request"))
    return response


def _about(request):
    officer = request.user
    yield release()
    yield request.get_full_path()
    yield from (request.headers.get(name, "") for name in HTMX)
    yield get_language()
    yield today()
    yield from sorted((field.attname, getattr(officer, field.attname)) for field in officer._meta.concrete_fields
                      if field.name not in ("password", "last_login"))  # fmt: skip
    yield sorted(officer.get_all_permissions())
    yield from (vars(grant) | {"_state": None} for grant in officer.grants_in_force(today()))
    if officer.unit:
        yield f"{officer.unit} {officer.unit.region}"


@cache
def release() -> str:
    """What this process runs: the same on every machine with the same files; read once, 0.1 s."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".po"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
