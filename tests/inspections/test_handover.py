"""Hazards handed to another department: what it sees, its receipt, and what ends the waiting."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from inspections.models import Handover, Hazard
from tests.factories import make_hazard, make_inspection
from tests.world import TODAY


@pytest.fixture
def hazard(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="移送函1号", on=TODAY)
    return hazard


@pytest.fixture
def handover(hazard):
    return hazard.handovers.get()


def acknowledge(handover):
    return reverse("desk_deed", args=["handover", handover.pk, "acknowledge"])


def test_handing_over_is_written_with_its_day_and_paper(world, hazard, handover):
    assert (handover.department, handover.handed_on, handover.note) == (world.fire, TODAY, "移送函1号")
    assert (handover.region, handover.unit, handover.campaign) == (hazard.region, world.manager.unit, hazard.campaign)


def test_the_department_confirms_on_the_page(client, world, handover):
    client.force_login(world.firefighter)
    answer = client.post(
        acknowledge(handover),
        {"receipt": "消接1号", "on": "2024-09-02", "seen": handover.version, "version": handover.version},
    )
    assert answer.status_code == 302
    handover.refresh_from_db()
    assert (handover.receipt, handover.acknowledged_on) == ("消接1号", TODAY)
    assert handover.history.first().history_user == world.firefighter


def test_others_get_404_and_those_who_only_read_403(client, world, handover):
    client.force_login(world.stranger)
    assert client.get(acknowledge(handover)).status_code == 404
    client.force_login(world.leader)
    assert client.get(acknowledge(handover)).status_code == 403


def test_a_missing_receipt_is_refused_and_nothing_written(client, world, handover):
    client.force_login(world.firefighter)
    answer = client.post(acknowledge(handover), {"receipt": " ", "on": "2024-09-02", "version": handover.version})
    assert answer.status_code == 422
    handover.refresh_from_db()
    assert handover.acknowledged_on is None


def test_it_is_acknowledged_once(world, handover):
    handover.acknowledge(by=world.firefighter, receipt="消接1号", on=TODAY)
    with pytest.raises(ValidationError) as refused:
        handover.acknowledge(by=world.firefighter, receipt="消接2号", on=TODAY)
    assert refused.value.code == "transition" and "消接1号" in refused.value.messages[0]
    handover.refresh_from_db()
    assert handover.receipt == "消接1号"


def test_it_is_not_acknowledged_before_it_was_handed_over(world, handover):
    with pytest.raises(ValidationError):
        handover.acknowledge(by=world.firefighter, receipt="消接1号", on=TODAY - timedelta(days=1))


def test_what_was_sent_back_waits_for_nobody(world, hazard, handover):
    assert list(Handover.objects.unacknowledged()) == [handover]
    hazard.reopen(by=world.manager, reason="不属消防职责", deadline=date(2024, 9, 30), on=TODAY)
    assert not Handover.objects.unacknowledged().exists()


def test_handed_over_again_only_the_last_one_waits(world, hazard, handover):
    hazard.reopen(by=world.manager, reason="材料不全", deadline=date(2024, 9, 30), on=TODAY)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="移送函2号", on=TODAY)
    assert [one.note for one in Handover.objects.unacknowledged()] == ["移送函2号"]


def test_a_partner_sees_the_hazards_of_its_department_alone(client, world, hazard, handover):
    ours = make_hazard(world, inspection=make_inspection(world, entity=world.repair_shop))
    assert set(Hazard.objects.visible_to(world.firefighter)) == {hazard}
    assert set(Handover.objects.visible_to(world.firefighter)) == {handover}
    client.force_login(world.firefighter)
    assert client.get(hazard.get_absolute_url()).status_code == 200
    assert client.get(ours.get_absolute_url()).status_code == 404


def test_a_partner_puts_its_hazard_right_and_it_is_handed_over_until_accepted(client, world, hazard):
    client.force_login(world.firefighter)
    assert client.get(reverse("hazard_rectify", args=[hazard.pk])).status_code == 200
    attempt = hazard.submit_rectification(by=world.firefighter, measures="已拆除违规充电", on=TODAY)
    assert hazard.status == "handed_over"
    attempt.accept(by=world.manager, on=TODAY)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.rectified_on) == ("rectified", TODAY)
