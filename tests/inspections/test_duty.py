"""Duties that entities fulfil, and the register that follows them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from entities.models import Entity
from inspections.models import Duty
from tests.world import TODAY

EARLIER = date(2024, 6, 3)


@pytest.fixture
def record(world):
    def record(kind, **values):
        values = {"entity": world.shop, "done_on": TODAY} | values
        return Duty(campaign=world.campaign, kind=kind, **values).record(by=world.clerk, on=TODAY)

    return record


def shop(world):
    return Entity.objects.get(pk=world.shop.pk)


def test_an_appointment_of_long_ago_changes_nothing_in_the_register(world, record):
    record("director", person="李四")
    record("director", person="前任", done_on=EARLIER)
    assert shop(world).quality_director == "李四"


def test_who_left_is_struck_out_and_who_left_before_is_not_entered(world, record):
    record("officer", person="前任", done_on=EARLIER, ended_on=date(2024, 7, 1))
    assert shop(world).quality_officer == ""
    held = record("officer", person="王五")
    held.ended_on = TODAY
    held.record(by=world.clerk, on=TODAY)
    assert shop(world).quality_officer == ""
    assert "王五" in shop(world).history.first().history_change_reason


def test_an_older_pledge_does_not_move_the_date_back(world, record):
    record("pledge")
    record("pledge", done_on=EARLIER)
    assert shop(world).pledged_on == TODAY


def test_dispatch_records_and_exams_leave_the_register_alone(world, record):
    before = shop(world).version
    record("dispatch")
    record("exam")
    assert shop(world).version == before


def test_an_appointment_without_a_name_is_refused_and_the_register_stays(world, record):
    with pytest.raises(ValidationError):
        record("director")
    assert not Duty.objects.exists() and shop(world).quality_director == ""


def test_the_desk_writes_and_corrects_with_the_register(client, world):
    client.force_login(world.clerk)
    values = {"entity": world.shop.name, "kind": "director", "person": "李四", "done_on": "2024-09-02"}
    answer = client.post(f"{reverse('desk_new', args=['duty'])}?entity={world.shop.pk}", values)
    assert answer.status_code == 302
    duty = Duty.objects.get()
    assert shop(world).quality_director == "李四"
    changed = values | {"person": "李思", "version": duty.version}
    assert client.post(reverse("desk_change", args=["duty", duty.pk]), changed).status_code == 302
    assert shop(world).quality_director == "李思"


def test_strangers_and_readers_are_kept_out(client, world, record):
    duty = record("pledge")
    client.force_login(world.stranger)
    assert client.get(reverse("desk_change", args=["duty", duty.pk])).status_code == 404
    client.force_login(world.leader)
    assert client.get(reverse("desk_change", args=["duty", duty.pk])).status_code == 403
