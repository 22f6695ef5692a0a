"""Keeping what happens beside changes of records: who signs in and out, and every file that leaves."""

from urllib.parse import unquote

from django.contrib.auth import signals

from entities.models import AuditEvent, Officer

Kind = AuditEvent.Kind


def watch_log_ins():
    """Listen to what Django tells of log-ins, whichever page, portal or API they came by; called once, when the app is ready."""
    signals.user_logged_in.connect(_logged_in, dispatch_uid="audit")
    signals.user_logged_out.connect(_logged_out, dispatch_uid="audit")
    signals.user_login_failed.connect(_refused, dispatch_uid="audit")


def _logged_in(sender, request, user, **kwargs):
    AuditEvent.note(Kind.LOG_IN, officer=user)


def _logged_out(sender, request, user, **kwargs):
    if user is not None:
        AuditEvent.note(Kind.LOG_OUT, officer=user)


def _refused(sender, credentials, request=None, **kwargs):
    is_locked = bool(getattr(request, "axes_locked_out", False))
    what = "locked" if is_locked else ""
    AuditEvent.note(Kind.REFUSED, account=_as_kept(str(credentials.get("username", ""))), what=what)


def _as_kept(typed) -> str:
    """The name of an account; of anything else only its beginning: it may be a password in the wrong field."""
    typed = typed.replace("\0", "")
    return typed if Officer.objects.filter(username=typed).exists() else f"{typed[:2]}…"


class TakenOutMiddleware:
    """Every answer that is a file to be kept is an event: so no way of taking data out can be forgotten."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        told = response.get("Content-Disposition", "")
        officer = getattr(request, "user", None)
        if told.startswith("attachment") and response.status_code == 200 and officer and officer.is_authenticated:
            name = unquote(told.partition("''")[2]) or told.partition("filename=")[2].strip('"')
            AuditEvent.note(Kind.EXPORT, officer=officer, what=f"{name} {request.get_full_path()}")
        return response
