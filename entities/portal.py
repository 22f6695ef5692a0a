"""Log-in through a government portal (OpenID Connect, authorization code with PKCE)."""

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from entities import sessions
from entities.models import Officer
from entities.views.sign_in import VERIFIED


class PortalBackend(OIDCAuthenticationBackend):
    """Signs in the officer whose user name the portal names; a person without an account here stays outside."""

    def verify_token(self, token, **kwargs):
        """Signature, nonce and time are asked by the library; that it is meant for us, and by whom it was made, here."""
        payload = super().verify_token(token, **kwargs)
        meant_for = payload.get("aud")
        meant_for = meant_for if isinstance(meant_for, list) else [meant_for]
        if settings.OIDC_RP_CLIENT_ID not in meant_for or payload.get("iss") != settings.OIDC_ISSUER:
            raise SuspiciousOperation("The portal's answer is not meant for this site.")
        return payload

    def filter_users_by_claims(self, claims):
        username = claims.get(settings.OIDC_USERNAME_CLAIM)
        return Officer.objects.active().filter(username=username) if username else Officer.objects.none()

    def verify_claims(self, claims):
        """The one claim by which officers are known."""
        return bool(claims.get(settings.OIDC_USERNAME_CLAIM))

    def update_user(self, user, claims):
        """Name and post are kept here, not there."""
        return user


class PortalCallback(OIDCAuthenticationCallbackView):
    """Where the portal sends the officer back to."""

    def login_success(self):
        answer = super().login_success()
        sessions.begin(self.request)
        if settings.OIDC_IS_SECOND_FACTOR:
            self.request.session[VERIFIED] = True
        return answer
