"""The officer's own page: who they are, where they are signed in, their second factor, the tokens of their programs."""

from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entities import second_factor
from entities.forms import VerbForm
from entities.models import ApiToken, AuditEvent, TokenScope
from entities.models.token import LONGEST_DAYS
from entities.today import today
from entities.views.sign_in import VERIFIED

SESSIONS_SHOWN = 20


@login_required
@require_safe
def me(request):
    """Who I am to the system: unit, role, the scope in force today, and the browsers in which I am signed in."""
    officer, day = request.user, today()
    going = officer.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_at")[:SESSIONS_SHOWN]
    context = {
        "officer": officer,
        "grants": officer.grants_in_force(day),
        "today": day,
        "sessions": [(session, session.session_key == request.session.session_key) for session in going],
        "has_second_factor": second_factor.is_set_up(officer),
    }
    return render(request, "entities/me.html", context)


@login_required
@require_POST
def sessions_end(request):
    """Sign out everywhere else."""
    request.user.end_sessions(but=request.session.session_key)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("me")


class ChangePasswordView(auth.PasswordChangeView):
    """A new password; every other session of the officer ends with the old one."""

    def form_valid(self, form):
        answer = super().form_valid(form)
        AuditEvent.note(AuditEvent.Kind.PASSWORD, officer=self.request.user)
        self.request.user.end_sessions(but=self.request.session.session_key)
        return answer


class PasswordForm(forms.Form):
    """The password again, before something that would help a thief; whoever only comes by the portal has none."""

    password = forms.CharField(
        label=gettext_lazy("your password"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter your password.")},
    )  # fmt: skip

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.label_suffix = by, ""
        if not by.has_usable_password():
            del self.fields["password"]

    def clean_password(self):
        if not self.by.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."))
        return ""


class SecondFactorForm(PasswordForm):
    """The first code of a new key, with the password of whoever sets it up."""

    code = forms.CharField(
        label=gettext_lazy("code shown by the app"), max_length=second_factor.LONGEST_CODE,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Enter the code.")},
    )  # fmt: skip

    field_order = ("code", "password")


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_set_up(request):
    """Scan the picture with an app and enter its first code; then the recovery codes are shown, this once."""
    if second_factor.is_set_up(request.user):
        return redirect("second_factor")
    device, form = second_factor.begin(request.user), SecondFactorForm(request.POST or None, by=request.user)
    if form.is_valid():
        codes = second_factor.confirm(request.user, form.cleaned_data["code"])
        if codes is not None:
            request.session.cycle_key()
            request.session[VERIFIED] = True
            return render(request, "entities/second_factor_codes.html", {"codes": codes})
        form.add_error("code", _("This is not the code: wait for the next one and try again."))
    context = {
        "form": form,
        "picture": second_factor.picture_of(device),
        "key": second_factor.key_of(device),
        "is_asked": second_factor.is_asked_of(request.user),
    }
    return render(request, "entities/second_factor_set_up.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request):
    """What is set up: new recovery codes, or without it from now on; both ask for the password."""
    if not second_factor.is_set_up(request.user):
        return redirect("second_factor_set_up")
    form = PasswordForm(request.POST or None, by=request.user)
    is_asked = second_factor.is_asked_of(request.user)
    if form.is_valid():
        if "take_away" not in request.POST:
            codes = second_factor.new_recovery_codes(request.user)
            return render(request, "entities/second_factor_codes.html", {"codes": codes})
        if not is_asked:
            second_factor.take_away(request.user)
            messages.success(request, _("Your log-in asks for the password only."))
            return redirect("me")
        form.add_error(None, _("Your role needs a second factor: ask the administrator when your phone is lost."))
    context = {"form": form, "left": second_factor.recovery_codes_left(request.user), "is_asked": is_asked}
    return render(request, "entities/second_factor.html", context, status=422 if form.errors else 200)


class TokenForm(VerbForm):
    """What a program may do in the officer's name, and until when."""

    name = forms.CharField(
        label=gettext_lazy("what it is for"), max_length=80,
        error_messages={"required": gettext_lazy("Say what the token is for.")},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("what it opens"), choices=TokenScope, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what the token opens.")},
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("valid for days"), initial=90, min_value=1, max_value=LONGEST_DAYS,
        error_messages={"required": gettext_lazy("Enter for how many days it is valid.")},
    )  # fmt: skip


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request):
    """My tokens, and a new one; its text is shown this once."""
    form, text = TokenForm(request.POST or None), ""
    again = PasswordForm(request.POST or None, by=request.user)
    if form.is_valid() and again.is_valid() and form.applies(ApiToken.issue, officer=request.user, **form.cleaned_data):
        _token, text = form.result
        form, again = TokenForm(), PasswordForm(by=request.user)
    context = {"form": form, "again": again, "text": text, "tokens": request.user.tokens.all(), "now": timezone.now()}
    return render(request, "entities/token_list.html", context, status=422 if form.errors or again.errors else 200)


@login_required
@require_POST
def token_revoke(request, pk):
    """End one of my tokens at once."""
    get_object_or_404(request.user.tokens, pk=pk).revoke()
    messages.success(request, _("The token is revoked."))
    return redirect("token_list")
