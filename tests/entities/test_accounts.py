"""Accounts: the second factor, sessions, tokens, passwords set by others, guessing from elsewhere."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from entities import second_factor
from entities.models import ApiToken, AuditEvent, Officer
from tests.entities.test_login import ELSEWHERE, HERE, fail, sign_in
from tests.world import PASSWORD

ME, CODE, SET_UP = reverse("me"), reverse("login_code"), reverse("second_factor_set_up")
API = reverse("api_me")


def code_of(officer, *, confirmed=True, drift=0):
    return f"{totp(TOTPDevice.objects.get(user=officer, confirmed=confirmed).bin_key, drift=drift):06d}"


@pytest.fixture
def recovery_codes(world):
    """The inspector has a second factor; its recovery codes."""
    second_factor.begin(world.inspector)
    codes = second_factor.confirm(world.inspector, code_of(world.inspector, confirmed=False))
    TOTPDevice.objects.update(last_t=-1)  # the code of this half minute may be used again by the test
    return codes


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_second_factor_is_set_up_with_its_first_code(client, world):
    sign_in(client)
    page = client.get(SET_UP)
    assert page.context["picture"].startswith("data:image/svg+xml")
    assert client.post(SET_UP, {"code": "000000", "password": PASSWORD}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    done = client.post(SET_UP, {"code": code_of(world.inspector, confirmed=False), "password": PASSWORD})
    codes = done.context["codes"]
    assert len(codes) == second_factor.RECOVERY_CODES == len(set(codes))
    assert not StaticToken.objects.filter(token__in=codes).exists()  # only their hashes are kept


def test_a_second_factor_is_not_set_up_at_an_open_screen(client, world):
    sign_in(client)
    client.get(SET_UP)
    asked = {"code": code_of(world.inspector, confirmed=False), "password": "wrong"}
    assert client.post(SET_UP, asked).status_code == 422
    assert not second_factor.is_set_up(world.inspector)


def test_the_log_in_then_asks_for_the_code(client, world, recovery_codes):
    answer = sign_in(client)
    assert answer.url == CODE and not signed_in(client)
    assert client.get(reverse("home")).url.startswith(reverse("login"))
    done = client.post(CODE, {"code": code_of(world.inspector)})
    assert done.url == reverse("home") and signed_in(client)


def test_a_code_is_taken_once(client, world, recovery_codes):
    code = code_of(world.inspector)
    sign_in(client)
    client.post(CODE, {"code": code})
    other = Client()
    sign_in(other)
    assert other.post(CODE, {"code": code}).status_code == 422 and not signed_in(other)


def test_a_recovery_code_opens_one_log_in(client, world, recovery_codes):
    sign_in(client)
    assert client.post(CODE, {"code": recovery_codes[0].upper()}).url == reverse("home")
    other = Client()
    sign_in(other)
    assert other.post(CODE, {"code": recovery_codes[0]}).status_code == 422
    assert second_factor.recovery_codes_left(world.inspector) == second_factor.RECOVERY_CODES - 1


def test_after_five_wrong_codes_it_begins_with_the_password_again(client, world, recovery_codes):
    sign_in(client)
    for _n in range(5):
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    assert client.post(CODE, {"code": code_of(world.inspector)}).url == reverse("login")
    told = AuditEvent.objects.filter(kind="refused", officer=world.inspector, what="second factor")
    assert told.count() == 5


def test_the_second_step_ends_with_a_changed_password(client, world, recovery_codes):
    sign_in(client)
    world.inspector.set_password("another-long-password")
    world.inspector.save()
    assert client.post(CODE, {"code": code_of(world.inspector)}).url == reverse("login")


def test_it_is_taken_away_with_the_password_only(client, world, recovery_codes):
    sign_in(client)
    client.post(CODE, {"code": code_of(world.inspector)})
    page = reverse("second_factor")
    assert client.post(page, {"take_away": "1", "password": "wrong"}).status_code == 422
    assert client.post(page, {"take_away": "1", "password": PASSWORD}).url == ME
    assert not second_factor.is_set_up(world.inspector)


def test_a_role_that_needs_one_sets_it_up_before_anything_else(client, world, settings):
    settings.SECOND_FACTOR_ROLES = ["inspector"]
    sign_in(client)
    assert client.get(reverse("home")).url == SET_UP
    assert client.post(reverse("choose_campaign"), {"code": "x"}).status_code == 403
    assert client.get(SET_UP).status_code == 200
    client.post(SET_UP, {"code": code_of(world.inspector, confirmed=False), "password": PASSWORD})
    assert client.get(reverse("home")).status_code == 200


def test_neither_session_nor_token_opens_the_api_before_it(client, world, settings):
    _token, text = ApiToken.issue(world.inspector, name="x", scopes=["read"], days=1)
    asked = {"headers": {"Authorization": f"Bearer {text}"}}
    assert Client().get(API, **asked).status_code == 200
    settings.SECOND_FACTOR_ROLES = ["inspector"]
    sign_in(client)
    for refused in (client.get(API), Client().get(API, **asked)):
        assert refused.status_code == 403 and refused["Content-Type"] == "application/problem+json"
        assert refused.json()["detail"] == "您的角色须启用双因素登录：请先设置，再继续使用。"
    client.get(SET_UP)
    client.post(SET_UP, {"code": code_of(world.inspector, confirmed=False), "password": PASSWORD})
    assert client.get(API).status_code == 200 == Client().get(API, **asked).status_code


def test_a_password_set_by_somebody_else_is_changed_before_a_token_opens_anything(world):
    _token, text = ApiToken.issue(world.inspector, name="x", scopes=["read"], days=1)
    Officer.objects.filter(pk=world.inspector.pk).update(must_change_password=True)
    assert Client().get(API, headers={"Authorization": f"Bearer {text}"}).status_code == 403


def test_a_role_that_needs_one_keeps_it(client, world, settings, recovery_codes):
    settings.SECOND_FACTOR_ROLES = ["inspector"]
    sign_in(client)
    client.post(CODE, {"code": code_of(world.inspector)})
    answer = client.post(reverse("second_factor"), {"take_away": "1", "password": PASSWORD})
    assert answer.status_code == 422 and second_factor.is_set_up(world.inspector)


def test_an_administrator_takes_it_away_for_a_lost_phone(client, world, recovery_codes):
    client.force_login(world.administrator)
    client.post(
        reverse("admin:entities_officer_changelist"),
        {"action": "take_second_factor_away", "_selected_action": [world.inspector.pk]},
    )
    assert not second_factor.is_set_up(world.inspector)
    assert world.inspector.history.first().history_user == world.administrator


def test_one_sees_ones_sessions_and_ends_the_others(client, world):
    other = Client(headers={"user-agent": "Another browser"})
    sign_in(client)
    sign_in(other, address=ELSEWHERE)
    page = client.get(ME).content.decode()
    assert "Another browser" in page and ELSEWHERE in page
    client.post(reverse("sessions_end"))
    assert client.get(ME).status_code == 200 and other.get(ME).url.startswith(reverse("login"))


def test_another_officers_sessions_stay(client, world):
    other = Client()
    sign_in(client)
    sign_in(other, username="second")
    client.post(reverse("sessions_end"))
    assert other.get(ME).status_code == 200


def test_an_idle_session_ends(client, world, settings):
    settings.SESSION_IDLE_HOURS = 1
    sign_in(client)
    session = client.session
    session["_seen"] -= 2 * 3600
    session.save()
    assert client.get(ME).url.startswith(reverse("login"))


def test_a_new_password_ends_the_other_sessions(client, world):
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "quite-another-long-password"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("password_change"), form).status_code == 302
    assert client.get(ME).status_code == 200 and other.get(ME).status_code == 302
    assert Officer.objects.get(pk=world.inspector.pk).sessions.count() == 1


@pytest.mark.parametrize("new", ["short", "password1234", "1234567890123", "inspector-1", PASSWORD])
def test_a_bad_password_is_refused(client, world, new):
    sign_in(client)
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = client.post(reverse("password_change"), form)
    assert answer.context["form"].errors["new_password2"]
    assert Officer.objects.get(pk=world.inspector.pk).check_password(PASSWORD)


def test_a_password_set_by_somebody_else_is_changed_first(client, world):
    admin, new = Client(), "set-by-the-office-1"
    admin.force_login(world.administrator)
    page = reverse("admin:auth_user_password_change", args=[world.second.pk])
    form = {"password1": new, "password2": new, "usable_password": "true"}
    assert admin.post(page, form).status_code == 302
    sign_in(client, username="second", password=new)
    assert client.get(reverse("home")).url == reverse("password_change")
    own = {"old_password": new, "new_password1": "one-of-my-own-12", "new_password2": "one-of-my-own-12"}
    client.post(reverse("password_change"), own)
    assert client.get(reverse("home")).status_code == 200


def test_an_old_password_is_changed_where_the_site_asks_for_it(client, world, settings):
    settings.PASSWORD_DAYS = 90
    Officer.objects.filter(pk=world.inspector.pk).update(password_set_at=timezone.now() - timedelta(days=91))
    sign_in(client)
    assert client.get(reverse("home")).url == reverse("password_change")


def test_guessing_at_one_account_from_many_addresses_is_stopped(client, world):
    for number in range(20):
        fail(client, 1, address=f"198.51.100.{number}")
    assert sign_in(client, address="198.51.100.77").status_code == 429


def test_guessing_at_many_accounts_from_one_address_is_stopped(client, world):
    for number in range(10):
        fail(client, 4, username=f"nobody{number}", address=ELSEWHERE)
    assert sign_in(client, address=ELSEWHERE).status_code == 429


def test_whoever_signed_in_there_before_is_not_locked_out_by_it(client, world):
    sign_in(client)
    client.post(reverse("logout"))
    for number in range(20):
        fail(client, 1, address=f"198.51.100.{number}")
    for number in range(10):
        fail(client, 4, username=f"nobody{number}", address=HERE)
    assert sign_in(client).status_code == 302
    assert sign_in(Client(), username="second").status_code == 429  # who never signed in from there


def test_a_token_is_made_with_the_password_and_shown_once(client, world):
    sign_in(client)
    page, form = reverse("token_list"), {"name": "报表", "scopes": ["read"], "days": "30"}
    assert client.post(page, form | {"password": "wrong"}).status_code == 422
    text = client.post(page, form | {"password": PASSWORD}).context["text"]
    token = ApiToken.objects.get()
    assert ApiToken.find(text) == token and text not in client.get(page).content.decode()
    assert token.digest != text and token.scopes == ["read"]


def test_a_revoked_or_expired_token_opens_nothing(client, world):
    token, text = ApiToken.issue(world.inspector, name="x", scopes=["read"], days=1)
    asked = {"headers": {"Authorization": f"Bearer {text}"}}
    assert client.get("/api/v1/me/", **asked).status_code == 200
    ApiToken.objects.update(expires_at=timezone.now(), created_at=timezone.now() - timedelta(days=1))
    assert client.get("/api/v1/me/", **asked).status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    sign_in(client)
    client.post(reverse("token_revoke", args=[token.pk]))
    client.post(reverse("logout"))
    assert client.get("/api/v1/me/", **asked).status_code == 401


def test_nobody_revokes_a_colleagues_token(client, world):
    token, _text = ApiToken.issue(world.second, name="x", scopes=["read"], days=1)
    sign_in(client)
    assert client.post(reverse("token_revoke", args=[token.pk])).status_code == 404


def test_a_token_by_password_needs_the_second_factor_too(client, world, recovery_codes):
    asked = {"username": "inspector", "password": PASSWORD, "name": "x", "scopes": ["read"], "days": 1}
    new = "/api/v1/tokens/new/"
    assert client.post(new, asked, content_type="application/json").status_code == 401
    made = client.post(new, asked | {"otp": code_of(world.inspector)}, content_type="application/json")
    assert made.status_code == 201 and ApiToken.find(made.json()["token"]).officer == world.inspector


def test_the_api_locks_the_account_as_the_page_does(client, world):
    asked = {"username": "inspector", "password": "wrong", "name": "x", "scopes": ["read"]}
    codes = [client.post("/api/v1/tokens/new/", asked, content_type="application/json").status_code for _n in range(6)]
    assert codes[:4] == [401] * 4 and codes[-1] in (403, 429)
    assert sign_in(client, address="127.0.0.1").status_code == 429


def test_a_closed_account_ends_at_once(client, world):
    _token, text = ApiToken.issue(world.second, name="x", scopes=["read"], days=1)
    sign_in(client, username="second")
    world.second.disable()
    assert client.get(ME).status_code == 302 and not ApiToken.find(text)
    assert not world.second.sessions.exists()
    assert AuditEvent.objects.filter(kind="token", what__endswith="revoked").exists()
    world.second.is_active = True
    world.second.save()
    assert client.get(ME).status_code == 302  # opened again, nobody is signed in by what was before


def test_tokens_are_limited(world):
    with pytest.raises(ValidationError):
        ApiToken.issue(world.inspector, name="x", scopes=["read"], days=366)
    with pytest.raises(ValidationError):
        ApiToken.issue(world.inspector, name="x", scopes=["everything"], days=1)
