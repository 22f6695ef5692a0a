"""Closing an account hands its tasks to a colleague, all or nothing."""

import pytest
from django.urls import reverse

from entities.models import ApiToken, Officer
from tests.factories import make_task


def close(client, by, officer, **entries):
    client.force_login(by)
    return client.post(reverse("officer_close", args=[officer.pk]), {"reason": "调离"} | entries)


def test_the_tasks_go_to_a_colleague(client, world):
    task = make_task(world, assignee=world.second)
    ApiToken.issue(world.second, name="x", scopes=["read"], days=1)
    assert close(client, world.administrator, world.second, to=world.inspector.pk).status_code == 302
    task.refresh_from_db()
    assert task.assignee == world.inspector and not Officer.objects.get(pk=world.second.pk).is_active
    assert not world.second.tokens.in_force().exists()


def test_without_a_colleague_nothing_happens(client, world):
    make_task(world, assignee=world.second)
    assert close(client, world.administrator, world.second).status_code == 422
    assert close(client, world.administrator, world.second, to=world.stranger.pk).status_code == 422
    assert Officer.objects.get(pk=world.second.pk).is_active


def test_without_tasks_nobody_is_asked(client, world):
    assert close(client, world.administrator, world.second).status_code == 302
    assert not Officer.objects.get(pk=world.second.pk).is_active


@pytest.mark.parametrize(("by", "answer"), [("manager", 403), ("leader", 403), ("inspector", 403)])
def test_only_an_administrator_closes_accounts(client, world, by, answer):
    assert close(client, getattr(world, by), world.second).status_code == answer


def test_nobody_closes_their_own_account(client, world):
    assert close(client, world.administrator, world.administrator).status_code == 422


def test_the_officer_is_signed_out_at_once(client, world):
    other = client.__class__()
    other.force_login(world.second)
    assert close(client, world.administrator, world.second).status_code == 302
    assert other.get(reverse("me")).status_code == 302
