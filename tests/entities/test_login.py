"""Logging in: five wrong passwords lock the pair of account and address, and nobody else."""

import pytest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import override

from tests.world import PASSWORD

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def sign_in(client, username="inspector", password=PASSWORD, address=HERE):
    return client.post(reverse("login"), {"username": username, "password": password}, REMOTE_ADDR=address)


def fail(client, times, **whom):
    return [sign_in(client, password="wrong", **whom).status_code for _ in range(times)]


def test_the_right_password_leads_home(client, world):
    answer = sign_in(client)
    assert answer.status_code == 302 and answer.url == reverse("home")
    assert client.session["_auth_user_id"] == str(world.inspector.pk)


def test_the_fifth_wrong_password_locks(client, world):
    assert fail(client, 5) == [200, 200, 200, 200, 429]


def test_a_locked_account_refuses_even_the_right_password(client, world):
    fail(client, 5)
    answer = sign_in(client)
    assert answer.status_code == 429 and "_auth_user_id" not in client.session


@pytest.mark.parametrize(("language", "words"), [("zh-hans", 'lang="zh-hans"'), ("en", 'lang="en"')])
def test_the_locked_page_speaks_the_chosen_language(client, world, settings, language, words):
    settings.LANGUAGE_CODE = language
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    fail(client, 4)
    answer = sign_in(client, password="wrong")
    assert answer.status_code == 429
    assert words in answer.content.decode().lower()
    assert "registration/locked.html" in [template.name for template in answer.templates]


def test_nobody_is_locked_out_from_elsewhere(client, world):
    fail(client, 5, address=ELSEWHERE)
    assert sign_in(client).status_code == 302


def test_a_colleague_at_the_same_address_is_not_locked(client, world):
    fail(client, 5)
    assert sign_in(client, username="second").status_code == 302


def test_a_success_forgets_the_failures_before_it(client, world):
    fail(client, 4)
    assert sign_in(client).status_code == 302
    client.logout()
    assert fail(client, 4) == [200] * 4


def test_a_disabled_officer_does_not_get_in(client, world):
    world.inspector.is_active = False
    world.inspector.save()
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_admin_sends_to_the_one_login_page(client, world):
    answer = client.get(reverse("admin:index"), follow=False)
    assert answer.status_code == 302
    answer = client.get(answer.url)
    assert answer.status_code in (200, 302) and reverse("login") in (getattr(answer, "url", "") or reverse("login"))


def test_logging_out_needs_a_post(client, world):
    client.force_login(world.inspector)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_changing_the_password_asks_for_the_old_one(client, world):
    client.force_login(world.inspector)
    new = "another-long-password-7"
    typed = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    assert client.post(reverse("password_change"), typed).status_code == 200
    answer = client.post(reverse("password_change"), typed | {"old_password": PASSWORD})
    assert answer.status_code == 302
    world.inspector.refresh_from_db()
    assert world.inspector.check_password(new)


def test_an_administrator_unlocks(client, world):
    fail(client, 5)
    client.force_login(world.administrator)
    unlock = {"action": "unlock", "_selected_action": [world.inspector.pk]}
    assert client.post(reverse("admin:entities_officer_changelist"), unlock).status_code == 302
    client.logout()
    assert sign_in(client).status_code == 302


def test_a_manager_does_not_unlock(client, world):
    fail(client, 5)
    client.force_login(world.manager)
    unlock = {"action": "unlock", "_selected_action": [world.inspector.pk]}
    client.post(reverse("admin:entities_officer_changelist"), unlock)
    client.logout()
    assert sign_in(client).status_code == 429


def test_who_has_no_right_to_the_admin_is_told_so_and_not_sent_in_circles(client, world):
    client.force_login(world.inspector)
    response = client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_thousands_are_separated_by_three(language):
    with override(language):
        assert number_format(1234567, force_grouping=True, use_l10n=True) == "1,234,567"
