"""Errors in one shape: problem details (RFC 9457), in the language of the caller."""

from http import HTTPStatus

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.views import set_rollback

from entities.stored import Stale
from inspections.uploads.storing import FileAway

PROBLEM = "application/problem+json"
ABOUT = {
    400: "malformed", 401: "not-signed-in", 403: "not-allowed", 404: "not-found", 405: "no-such-method",
    406: "not-acceptable", 409: "conflict", 412: "changed-meanwhile", 413: "too-large", 415: "media-type", 422: "refused",
    428: "version-needed", 429: "too-many", 500: "unforeseen", 503: "away",
}  # fmt: skip


class Refused(exceptions.APIException):
    """What was sent breaks a rule; `errors` says which entry and why."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY

    def __init__(self, errors, code=None):
        super().__init__(_("Nothing was written: the entries named below can't stand."))
        self.errors = errors
        self.status_code = code or self.status_code

    @classmethod
    def by(cls, form):
        """What a form says is wrong; 412 when somebody else changed the record meanwhile."""
        code = status.HTTP_412_PRECONDITION_FAILED if getattr(form, "is_stale", False) else None
        return cls(errors_of(ValidationError(form.errors.as_data())), code)


class VersionNeeded(exceptions.APIException):
    """A change says which version it changes (RFC 6585)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "If-Match"


class Conflict(exceptions.APIException):
    """The same was sent before with other content."""

    status_code = status.HTTP_409_CONFLICT


class Malformed(exceptions.APIException):
    """What was sent can't be read."""

    status_code = status.HTTP_400_BAD_REQUEST


class Away(exceptions.APIException):
    """What is needed can't be reached just now."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


def problem(code, detail="", *, errors=(), request=None, headers=None) -> JsonResponse:
    """The answer that tells a problem: `type`, `title`, `status`, `detail`, `instance`, and one of `errors` for each entry."""
    told = {"type": f"urn:yongzhou-ebike:problem:{ABOUT.get(code, 'other')}", "title": HTTPStatus(code).phrase}
    told |= {"status": code, "detail": str(detail)}
    if request is not None:
        told["instance"] = request.path
    if errors:
        told["errors"] = list(errors)
    return JsonResponse(
        told, status=code, content_type=PROBLEM, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


def errors_of(error: ValidationError) -> list[dict]:
    """A refusal of the model's or the form's, entry by entry (JSON pointers)."""
    found = []
    for name, errors in error.update_error_dict({}).items():
        pointer = "" if name == NON_FIELD_ERRORS else f"#/{name}"
        found += [{"pointer": pointer, "detail": message} for one in errors for message in one.messages]
    return found


def tell(error, context):
    """What the API answers to an exception; None for what nobody foresaw, which then ends as an error of the server."""
    request = context.get("request")
    if isinstance(error, ValidationError):
        code = status.HTTP_412_PRECONDITION_FAILED if isinstance(error, Stale) else Refused.status_code
        set_rollback()
        return problem(code, " ".join(error.messages), errors=errors_of(error), request=request)
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is no such record, or it is outside your scope."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, FileAway):
        error = _away(error)
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)
    set_rollback()
    return problem(
        error.status_code, _words(error.detail), errors=getattr(error, "errors", ()), request=request, headers=headers
    )


def _away(error):
    if error.is_lost:
        return exceptions.NotFound(_("The file is no longer in the storage: tell the administrator."))
    return Away(_("The storage of the files gives no answer: try again later."))


def _words(detail) -> str:
    if isinstance(detail, dict):
        return " ".join(_words(part) for part in detail.values())
    return " ".join(map(_words, detail)) if isinstance(detail, list) else str(detail)


@csrf_exempt
def no_such_address(request, *args, **kwargs):
    """What is asked under the API and is no address of it."""
    return problem(404, _("The API has no such address."), request=request)
