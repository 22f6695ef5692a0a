"""Log-in through a portal, against a real OpenID provider on loopback."""

import urllib.error
import urllib.parse
import urllib.request

import pytest
from django.conf import settings as project
from django.urls import reverse
from oidc_provider_mock import User, run_server_in_thread


@pytest.fixture(scope="module")
def provider():
    people = [User(sub=name, claims={"preferred_username": name}) for name in ("inspector", "nobody-here")]
    with run_server_in_thread(user_claims=[*people, User(sub="nameless")]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def portal(client, world, settings, provider):
    """Go to the portal, sign in there under that name, and come back: the answer of our site."""
    settings.ROOT_URLCONF = "tests.portal_urls"
    settings.AUTHENTICATION_BACKENDS = [*project.AUTHENTICATION_BACKENDS, "entities.portal.PortalBackend"]
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "campaign", "a secret of the site"
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = f"{provider}/oauth2/authorize"
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{provider}/oauth2/token"
    settings.OIDC_OP_USER_ENDPOINT = f"{provider}/userinfo"
    settings.OIDC_OP_JWKS_ENDPOINT = f"{provider}/jwks"
    settings.OIDC_RP_SIGN_ALGO, settings.OIDC_RP_SCOPES, settings.OIDC_USE_PKCE = "RS256", "openid profile", True
    settings.OIDC_CREATE_USER, settings.OIDC_USERNAME_CLAIM = False, "preferred_username"
    settings.OIDC_CALLBACK_CLASS = "entities.portal.PortalCallback"
    settings.OIDC_IS_SECOND_FACTOR, settings.OIDC_ISSUER = True, provider
    settings.OIDC_VERIFY_KID = False  # this provider has one key, without a name
    settings.LOGIN_REDIRECT_URL_FAILURE = "/login/?portal=refused"

    def come_back_as(name, **query):
        asked = client.get(reverse("oidc_authentication_init"), query).url
        assert "code_challenge" in asked
        back = _location(asked, {"sub": name})
        return client.get(back.partition("testserver")[2])

    return come_back_as


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def _location(url, form):
    """Where the provider sends the browser after that form."""
    try:
        urllib.request.build_opener(_Stay).open(url, urllib.parse.urlencode(form).encode(), timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("The provider did not send the browser back.")


def test_the_officer_named_by_the_portal_is_signed_in(client, world, portal):
    assert portal("inspector").url == reverse("home")
    assert client.get(reverse("me")).context["officer"] == world.inspector
    assert world.inspector.sessions.count() == 1


def test_the_portal_counts_as_second_factor_where_the_site_says_so(client, world, portal, settings):
    settings.SECOND_FACTOR_ROLES = ["inspector"]
    portal("inspector")
    assert client.get(reverse("home")).status_code == 200


def test_else_the_second_factor_is_asked_for(client, world, portal, settings):
    settings.SECOND_FACTOR_ROLES, settings.OIDC_IS_SECOND_FACTOR = ["inspector"], False
    portal("inspector")
    assert client.get(reverse("home")).url == reverse("second_factor_set_up")


@pytest.mark.parametrize("name", ["nobody-here", "nameless"])
def test_a_person_without_an_account_stays_outside(client, world, portal, name):
    count = len(world.officers)
    assert portal(name).url == "/login/?portal=refused"
    assert "_auth_user_id" not in client.session
    assert type(world.inspector).objects.count() == count


def test_a_closed_account_stays_closed(client, world, portal):
    world.inspector.disable()
    assert portal("inspector").url == "/login/?portal=refused"


def test_an_answer_meant_for_another_site_is_refused(client, world, portal, settings):
    settings.OIDC_ISSUER = "https://another-portal.example"
    assert portal("inspector").status_code == 400 and "_auth_user_id" not in client.session


def test_an_answer_that_was_not_asked_for_is_refused(client, world, portal):
    client.get(reverse("oidc_authentication_init"))
    assert client.get("/portal/callback/?code=x&state=made-up").status_code == 400


def test_the_portal_leads_on_to_where_one_wanted_to_go(client, world, portal):
    assert portal("inspector", next="/hazards/").url == "/hazards/"
    client.logout()
    assert portal("inspector", next="https://elsewhere.example/").url == reverse("home")
