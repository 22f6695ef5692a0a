"""What an account must do before anything else, and when a session ends by itself."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from entities import second_factor, sessions
from entities.views.sign_in import VERIFIED

# What stays open to whoever must first change the password or set up the second factor.
OPEN = {
    "login", "login_code", "logout", "password_change", "password_change_done", "second_factor_set_up", "set_language",
    "offline_session", "service_worker", "manifest", "offline_shell", "healthz", "readyz", "metrics",
}  # fmt: skip
API = "/api/"


class AccountRules:
    """Ends idle sessions, and leads to the password or the second factor that has to be set first. No query of its own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # What is open asks nothing of the session: the phone's shell is served while the database is away.
        if request.resolver_match.view_name in OPEN or SESSION_KEY not in request.session:
            return None
        if sessions.is_idle(request, hours=settings.SESSION_IDLE_HOURS):
            logout(request)
            messages.info(request, _("You were signed out because nobody used the application for a while."))
            return None
        officer = request.user
        if not officer.is_authenticated:
            return None
        # The API asks it by itself, of sessions and tokens alike, and answers in its own shape.
        first = None if request.path.startswith(API) else first_step(officer, is_verified=is_verified(request))
        if first is None:
            return None
        page, words = first
        if request.method not in ("GET", "HEAD"):
            return JsonResponse({"detail": words}, status=403)
        messages.warning(request, words)
        return redirect(page)


def is_verified(request) -> bool:
    """Whether this session began with a second factor."""
    return bool(request.session.get(VERIFIED))


def first_step(officer, *, is_verified) -> tuple[str, str] | None:
    """What the officer has to do before anything else: the name of its page, and the words that say so.

    `is_verified` says whether the second factor of the session, or of the token's officer, stands.
    """
    if officer.has_to_change_password(days=settings.PASSWORD_DAYS):
        return "password_change", _("Choose a password of your own before you go on.")
    if second_factor.is_asked_of(officer) and not is_verified:
        return "second_factor_set_up", _("Your role needs a second factor: set it up before you go on.")
    return None
