"""Scope that an operation lends: its records to its officers, on its days, and nothing else of the region."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from entities.models import Entity, Grant, Officer, Region
from inspections.models import Hazard, Inspection
from tests.factories import make_hazard, make_inspection, make_operation
from tests.world import TODAY

LAST = date(2024, 9, 8)


@pytest.fixture
def operation(world):
    """A crackdown in the inspector's county, joined by an officer of the other one."""
    operation = make_operation(world)
    operation.officers.set([world.stranger])
    operation.lend_scope(by=world.manager)
    return operation


def again(officer):
    """The officer as the next request sees them."""
    return Officer.objects.get(pk=officer.pk)


def test_its_officers_see_its_records_and_their_entity_and_nothing_else(world, operation):
    inside = make_inspection(world, operation=operation, mode="crackdown")
    hazard = make_hazard(world, inspection=inside)
    outside = make_inspection(world, entity=world.repair_shop)
    guest = again(world.stranger)
    assert set(Inspection.objects.visible_to(guest, on=TODAY)) == {inside}
    assert set(Hazard.objects.visible_to(guest, on=TODAY)) == {hazard}
    assert outside not in Inspection.objects.visible_to(guest, on=TODAY)
    assert world.shop in Entity.objects.visible_to(guest, on=TODAY)
    assert world.repair_shop not in Entity.objects.visible_to(guest, on=TODAY)


def test_it_ends_with_the_operation(world, operation):
    make_inspection(world, operation=operation)
    after = LAST + timedelta(days=1)
    assert not Inspection.objects.visible_to(again(world.stranger), on=after).exists()


def test_lending_twice_makes_one_grant_and_who_left_loses_it(world, operation):
    operation.lend_scope(by=world.manager)
    assert Grant.objects.filter(operation_key=operation.key).count() == 1
    make_inspection(world, operation=operation)
    operation.officers.clear()
    operation.lend_scope(by=world.manager)
    assert not Inspection.objects.visible_to(again(world.stranger), on=TODAY + timedelta(days=1)).exists()


def test_a_region_outside_the_campaign_is_refused(world, operation):
    changsha = Region.objects.create(code="4301", name="长沙市", level="city", parent_id="43")
    with pytest.raises(ValidationError):
        operation.check_regions([world.county, changsha])


def test_the_page_counts_its_own_records_and_says_who_owes_what(client, world, operation):
    visit = make_inspection(world, operation=operation)
    make_hazard(world, inspection=visit, deadline=TODAY)
    fire = make_hazard(world, inspection=visit, responsible_department=world.fire)
    fire.hand_over(by=world.manager, department=world.fire, receipt="消接1号", on=TODAY)
    make_inspection(world, entity=world.repair_shop)
    client.force_login(world.manager)
    page = client.get(operation.get_absolute_url())
    assert [total.number for total in page.context["totals"]] == [1, 1, 2, 0, 0, 1, 0, 0]
    assert page.context["owed"] == [(world.market, 1, 0, 0), (world.fire, 0, 0, 1)]
    for total in page.context["totals"]:
        assert client.get(total.url).status_code == 200
    listed = client.get(f"{reverse('ledger', args=['hazard'])}?operation={operation.pk}")
    assert listed.context["count"].number == 2


def test_strangers_get_404_and_the_form_lends(client, world, operation):
    client.force_login(world.stranger2)
    assert client.get(operation.get_absolute_url()).status_code == 404
    client.force_login(world.manager)
    values = {
        "name": "交叉检查", "key": "cross-1", "kind": "cross_county", "region": "431102", "starts_on": "2024-09-02",
        "ends_on": "2024-09-06", "officers": [world.inspector.pk], "regions": ["431102"],
    }  # fmt: skip
    assert client.post(reverse("desk_new", args=["operation"]), values).status_code == 302
    assert Grant.objects.get(operation_key="cross-1").officer == world.inspector


def test_who_leaves_before_it_begins_is_never_lent_anything(world):
    begins = TODAY + timedelta(days=10)
    planned = make_operation(world, key="planned", starts_on=begins, ends_on=begins + timedelta(days=3))
    planned.officers.set([world.stranger])
    planned.lend_scope(by=world.manager)
    planned.officers.clear()
    planned.lend_scope(by=world.manager)
    assert not Grant.objects.filter(operation_key="planned").exists()
    assert Grant.history.filter(operation_key="planned", history_type="-").get().history_user == world.manager


def test_other_days_are_lent_when_the_operation_moves(world, operation):
    operation.ends_on = LAST + timedelta(days=7)
    operation.store(by=world.manager)
    operation.lend_scope(by=world.manager)
    assert Grant.objects.get(operation_key=operation.key).ends_on == LAST + timedelta(days=7)
