"""The caller's own account: who they are, and the tokens of their programs."""

from django.contrib.auth import authenticate
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework import serializers, throttling
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from entities import second_factor
from entities.api import has_second_factor_asked, refuse_before_first_step
from entities.models import ApiToken, TokenScope
from entities.models.token import LONGEST_DAYS
from reports.api.calls import LARGEST_KEY, answer
from reports.api.described import ALWAYS, OF_RECORD, OF_WRITING, described
from reports.api.entries import as_described


class MeShape(serializers.Serializer):
    """Who calls, and what opens to them."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField(source="get_full_name")
    role = serializers.CharField()
    unit = serializers.IntegerField(source="unit_id", allow_null=True)
    rights = serializers.ListField(child=serializers.CharField())


class Me(APIView):
    tag, operation_ids = "account", {"get": "me"}

    @described(summary="Who I am", responses={200: MeShape})
    def get(self, request):
        request.user.rights = sorted(request.user.get_all_permissions())
        return answer(MeShape(request.user).data)


class TokenShape(serializers.Serializer):
    """A token, without its text."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=TokenScope.choices))
    hint = serializers.CharField(help_text="How its text begins.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    used_on = serializers.DateField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewTokenShape(TokenShape):
    """A token with its text, told this once."""

    token = serializers.CharField()


class TokensShape(serializers.Serializer):
    """One's own tokens, the newest first."""

    results = TokenShape(many=True)


ASKED = {
    "type": "object", "additionalProperties": False, "required": ["username", "password", "name", "scopes"],
    "properties": {
        "username": {"type": "string", "maxLength": 150}, "password": {"type": "string", "maxLength": 128},
        "otp": {"type": "string", "maxLength": 16, "description": "The code of the second factor, where there is one."},
        "name": {"type": "string", "maxLength": 80, "minLength": 1},
        "scopes": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": TokenScope.values}},
        "days": {"type": "integer", "minimum": 1, "maximum": LONGEST_DAYS, "default": 30},
    },
}  # fmt: skip
MOST_SHOWN = 100


class LogInThrottle(throttling.AnonRateThrottle):
    """Beside the lockout of accounts: how often one address may try."""

    scope = "log-in"


class Tokens(APIView):
    tag, operation_ids = "account", {"get": "token_list"}

    @described(summary="My tokens", responses={200: TokensShape})
    def get(self, request):
        return answer({"results": TokenShape(request.user.tokens.all()[:MOST_SHOWN], many=True).data})


class TokenLogIn(APIView):
    """Log in with the password, and get a token."""

    tag, operation_ids = "account", {"post": "token_new"}
    authentication_classes, permission_classes, throttle_classes = (), (AllowAny,), (LogInThrottle,)

    @described(
        summary="Log in and get a token", request={"application/json": ASKED}, responses={201: NewTokenShape},
        also=(ALWAYS, OF_WRITING), auth=[],
    )  # fmt: skip
    def post(self, request):
        asked = as_described(request.data, ASKED)
        officer = authenticate(request._request, username=asked["username"], password=asked["password"])
        if officer is None:
            if getattr(request._request, "axes_locked_out", False):
                raise PermissionDenied(
                    _("Too many wrong passwords: this account is locked for a while from your address.")
                )
            raise AuthenticationFailed(_("The user name or the password is wrong."))
        if second_factor.is_set_up(officer) and not second_factor.verify(officer, asked.get("otp", "")):
            raise AuthenticationFailed(_("The code of the second factor is missing or wrong."))
        refuse_before_first_step(officer, is_verified=has_second_factor_asked(officer))
        token, text = ApiToken.issue(officer, name=asked["name"], scopes=asked["scopes"], days=asked.get("days", 30))
        token.token = text
        return answer(NewTokenShape(token).data, status=201, Location=f"/api/v1/tokens/{token.pk}/")

    def get_authenticate_header(self, request):
        return "Bearer"


class OneToken(APIView):
    tag, operation_ids = "account", {"delete": "token_revoke"}

    @described(summary="Revoke one of my tokens", responses={204: None}, also=(OF_RECORD,))
    def delete(self, request, pk):
        found = request.user.tokens.filter(pk=pk).first() if pk <= LARGEST_KEY else None
        if found is None:
            raise Http404
        found.revoke()
        return answer(None, status=204)


ACCOUNT_URLS = [
    path("me/", Me.as_view(), name="api_me"),
    path("tokens/", Tokens.as_view(), name="api_tokens"),
    path("tokens/new/", TokenLogIn.as_view(), name="api_token_new"),
    path("tokens/<int:pk>/", OneToken.as_view(), name="api_token"),
]
