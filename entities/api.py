"""Who may use the API: by session or by token, with what the token opens, and how often."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import permissions, throttling
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from entities import second_factor
from entities.account_rules import first_step, is_verified
from entities.models import ApiToken, TokenScope
from entities.today import today

KEYWORD = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`: the officer whose token in force it is (RFC 6750)."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.lower().encode():
            return None
        token = ApiToken.find(words[1].decode("latin-1")) if len(words) == 2 else None
        if token is None or not token.officer.is_active:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked: make a new one."))
        refuse_before_first_step(token.officer, is_verified=has_second_factor_asked(token.officer))
        token.mark_used(today())
        return token.officer, token

    def authenticate_header(self, request):
        return KEYWORD


class PagesAuthentication(SessionAuthentication):
    """The session of the pages, with their token against forgery."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found is not None:
            refuse_before_first_step(found[0], is_verified=is_verified(request))
        return found


def has_second_factor_asked(officer) -> bool:
    """Whether the officer has the second factor that the role needs; one query where it needs one."""
    return not second_factor.is_asked_of(officer) or second_factor.is_set_up(officer)


def refuse_before_first_step(officer, *, is_verified):
    """Raises PermissionDenied while the account needs a password of its own or a second factor first."""
    if first := first_step(officer, is_verified=is_verified):
        raise PermissionDenied(first[1])


class PagesScheme(SessionScheme):
    """How the API's description names it."""

    target_class = PagesAuthentication
    priority = 0


class TokenScheme(OpenApiAuthenticationExtension):
    """How the API's description names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token made by an officer, with its scopes."}


class OpenedByToken(permissions.BasePermission):
    """A token opens no more than its scopes: `needs` of the view where it says so, else reading or writing by the method."""

    message = _("This token does not open that: make one with the scope it needs.")

    def has_permission(self, request, view):
        if not isinstance(request.auth, ApiToken):
            return True
        by_method = TokenScope.READ if request.method in permissions.SAFE_METHODS else TokenScope.WRITE
        return (getattr(view, "needs", None) or by_method) in request.auth.scopes


class OfficerThrottle(throttling.UserRateThrottle):
    """How often one officer may ask, all their tokens and sessions together."""

    scope = "officer"


class StrangerThrottle(throttling.AnonRateThrottle):
    """How often one address may try without being signed in."""

    scope = "stranger"
