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
        if officer.has_to_change_password(days=settings.PASSWORD_DAYS):
            return _first(request, "password_change", _("Choose a password of your own before you go on."))
        if second_factor.is_asked_of(officer) and not request.session.get(VERIFIED):
            return _first(
                request, "second_factor_set_up", _("Your role needs a second factor: set it up before you go on.")
            )
        return None


def _first(request, name, words):
    if request.method not in ("GET", "HEAD") or request.path.startswith("/api/"):
        return JsonResponse({"detail": words}, status=403)
    messages.warning(request, words)
    return redirect(name)
