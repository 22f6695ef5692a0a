"""Signing in: the password, then, where there is one, the second factor."""

from django import forms
from django.conf import settings
from django.contrib import auth
from django.contrib.auth import views
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from entities import second_factor, sessions
from entities.models import Officer

WAITING, VERIFIED = "_waiting_for_code", "_second_factor"
PATIENCE_SECONDS, TRIES = 300, 5
BACKEND = "entities.backend.OfficerBackend"


class LogOutView(views.LogoutView):
    """The end of the session, and of the pages that this browser kept of it."""

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


class LogInView(views.LoginView):
    """The password; whoever has a second factor is asked for its code next."""

    redirect_authenticated_user = True
    extra_context = {"portal": settings.PORTAL}

    def form_valid(self, form):
        officer = form.get_user()
        if not second_factor.is_set_up(officer):
            sign_in(self.request, officer)
            return redirect(self.get_success_url())
        # A session of its own: what somebody else left in this browser does not come along.
        self.request.session.flush()
        now = int(timezone.now().timestamp())
        self.request.session[WAITING] = {
            "officer": officer.pk, "since": now, "tries": 0, "next": self.get_success_url(),
            "password": officer.get_session_auth_hash(),
        }  # fmt: skip
        return redirect("login_code")


def sign_in(request, officer, *, verified=False):
    """Begin a session of the officer's, with a new key."""
    auth.login(request, officer, backend=BACKEND)
    sessions.begin(request)
    if verified:
        request.session[VERIFIED] = True


class CodeForm(forms.Form):
    """The code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("code of the log-in"), max_length=second_factor.LONGEST_CODE,
        help_text=_("Six digits from your app; without your phone, one of your recovery codes."),
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
        error_messages={"required": _("Enter the code.")},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request):
    """The second step; after five minutes, or five wrong codes, it begins again with the password."""
    waiting = request.session.get(WAITING)
    now = timezone.now().timestamp()
    if not waiting or not 0 <= now - waiting["since"] < PATIENCE_SECONDS or waiting["tries"] >= TRIES:
        request.session.flush()
        return redirect("login")
    officer = Officer.objects.active().filter(pk=waiting["officer"]).first()
    if officer is None or officer.get_session_auth_hash() != waiting["password"]:
        request.session.flush()
        return redirect("login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if second_factor.verify(officer, form.cleaned_data["code"]):
            del request.session[WAITING]
            sign_in(request, officer, verified=True)
            is_safe = url_has_allowed_host_and_scheme(waiting["next"], {request.get_host()}, request.is_secure())
            return redirect(waiting["next"] if is_safe else "home")
        request.session[WAITING] = waiting | {"tries": waiting["tries"] + 1}
        form.add_error("code", _("This is not the code: wait for the next one and try again."))
    return render(request, "registration/login_code.html", {"form": form}, status=422 if form.errors else 200)
