"""Who sees what: region, department, operation and time of a grant; what one made; what was handed over."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from entities.models import Entity, Grant, Officer, Region, Unit
from inspections.models import Hazard, Inspection, Penalty, Rectification, SamplingBatch
from tests.factories import (
    MAKERS,
    make_batch,
    make_case,
    make_hazard,
    make_inspection,
    make_penalty,
    make_rectification,
)
from tests.world import TODAY

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

# officer: sees the shop of Lingling, sees the shop of Lengshuitan
SEES = {
    "inspector": (True, False),
    "second": (True, False),
    "trainee": (True, False),
    "manager": (True, False),
    "clerk": (True, False),
    "stranger": (False, True),
    "stranger2": (False, True),
    "leader": (True, True),
    "discipline": (True, True),
    "administrator": (True, True),
}


def again(officer):
    """The officer as the next request sees them."""
    return Officer.objects.get(pk=officer.pk)


def lend(officer, region, **changes):
    Grant.objects.create(officer=officer, region=region, **{"starts_on": date(2024, 1, 1)} | changes)
    return again(officer)


@pytest.mark.parametrize("who", SEES)
def test_each_role_sees_the_entities_of_its_region(world, who):
    visible = Entity.objects.visible_to(getattr(world, who))
    assert (world.shop in visible, world.other_shop in visible) == SEES[who]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("who", SEES)
def test_each_role_sees_every_kind_of_record_of_its_region(world, who, name):
    record = MAKERS[name](world)
    assert (record in type(record).objects.visible_to(getattr(world, who))) is SEES[who][0]


@pytest.mark.parametrize("who", SEES)
def test_each_role_sees_the_visits_of_its_region(world, who):
    inside = make_inspection(world)
    outside = make_inspection(world, by=world.stranger, entity=world.other_shop)
    visible = Inspection.objects.visible_to(getattr(world, who))
    assert (inside in visible, outside in visible) == SEES[who]


def test_a_superuser_sees_everything_and_nobody_without_grants_anything(world):
    make_inspection(world)
    chief = Officer.objects.create(username="chief", name="Chief", is_superuser=True)
    nobody = Officer.objects.create(username="nobody", name="Nobody")
    assert Inspection.objects.visible_to(chief).count() == 1
    assert not Inspection.objects.visible_to(nobody).exists()
    assert not Entity.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize("who", ["inspector", "administrator"])
def test_a_disabled_officer_sees_nothing(world, who):
    make_inspection(world)
    officer = getattr(world, who)
    officer.is_active = False
    officer.is_superuser = True
    assert not Inspection.objects.visible_to(officer).exists()
    assert not Entity.objects.visible_to(officer).exists()


# a grant lent to the stranger: what it says, and whether it opens Lingling today
@pytest.mark.parametrize(
    ("grant", "opens"),
    [
        ({}, True),
        ({"ends_on": TODAY}, True),
        ({"starts_on": TODAY}, True),
        ({"ends_on": YESTERDAY}, False),
        ({"starts_on": TOMORROW}, False),
        ({"operation_key": "another"}, False),
        ({"department_id": "market"}, True),
        ({"department_id": "fire"}, False),
    ],
    ids=str,
)
def test_a_lent_grant_opens_its_region_while_it_lasts(world, grant, opens):
    inspection = make_inspection(world)
    guest = lend(world.stranger, world.county, **grant)
    assert (inspection in Inspection.objects.visible_to(guest, on=TODAY)) is opens


def test_a_grant_of_the_city_opens_every_county(world):
    guest = lend(world.stranger, world.city)
    assert world.shop in Entity.objects.visible_to(guest)
    assert world.county in Region.objects.visible_to(guest)
    assert Unit.objects.visible_to(guest).count() == Unit.objects.count()


def test_a_code_is_not_a_prefix_of_its_neighbour(world):
    assert world.other_county not in Region.objects.visible_to(world.inspector)
    assert list(Region.objects.visible_to(world.inspector)) == [world.county]


def test_scope_ends_and_begins_on_its_days(world):
    guest = lend(world.stranger, world.county, starts_on=TODAY, ends_on=TOMORROW)
    days = [YESTERDAY, TODAY, TOMORROW, TOMORROW + timedelta(days=1)]
    assert [world.shop in Entity.objects.visible_to(guest, on=day) for day in days] == [False, True, True, False]


def test_a_department_sees_its_own_share_of_the_region(world):
    theirs = make_inspection(world, by=world.firefighter, officers=[world.firefighter, world.inspector])
    market_only = make_inspection(world)
    joint = make_inspection(world)
    joint.departments.add(world.fire)
    visible = Inspection.objects.visible_to(world.firefighter)
    assert theirs in visible and joint in visible and market_only not in visible


def test_what_is_handed_to_a_department_becomes_visible_to_it(world):
    hazard = make_hazard(world)
    assert hazard not in Hazard.objects.visible_to(world.firefighter)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号")
    assert hazard in Hazard.objects.visible_to(world.firefighter)
    assert hazard not in Hazard.objects.visible_to(world.stranger)
    attempt = hazard.submit_rectification(by=world.inspector, measures="已更换线路", on=TODAY)
    assert attempt in Rectification.objects.visible_to(world.firefighter)


def test_what_an_officer_made_stays_visible_after_another_post(world):
    made, colleagues = (
        make_inspection(world),
        make_inspection(world, by=world.manager, officers=[world.manager, world.second]),
    )
    hazard = make_hazard(world, inspection=made)
    mover = world.inspector
    mover.appoint(role="inspector", unit=Unit.objects.get(code="lengshuitan"), on=TODAY)
    mover = again(mover)
    assert set(Inspection.objects.visible_to(mover, on=TODAY)) == {made}
    assert set(Hazard.objects.visible_to(mover, on=TODAY)) == {hazard}
    assert colleagues not in Inspection.objects.visible_to(mover, on=TODAY)
    assert world.shop not in Entity.objects.visible_to(mover, on=TODAY)
    assert world.other_shop in Entity.objects.visible_to(mover, on=TODAY)


def test_those_present_see_the_visit_and_its_hazards(world):
    guest_visit = make_inspection(world, officers=[world.inspector, world.stranger])
    hazard = make_hazard(world, inspection=guest_visit)
    assert guest_visit in Inspection.objects.visible_to(world.stranger)
    assert hazard in Hazard.objects.visible_to(world.stranger)


def test_the_officers_of_a_case_see_its_penalties(world):
    case = make_case(world, status="decided")
    case.officers.add(world.stranger)
    assert make_penalty(world, case=case) in Penalty.objects.visible_to(world.stranger)


def test_records_of_a_shop_that_moved_are_seen_in_both_counties(world):
    inspection = make_inspection(world)
    world.shop.region = world.other_county
    world.shop.store(by=world.administrator)
    assert inspection in Inspection.objects.visible_to(world.stranger)
    assert inspection in Inspection.objects.visible_to(world.second)


def test_the_county_that_handles_a_batch_sees_it(world):
    batch = make_batch(world)
    batch.record_result(by=world.manager, passed=False, failed_items="尺寸限值")
    assert batch not in SamplingBatch.objects.visible_to(world.stranger)
    batch.transfer(by=world.manager, region=world.other_county)
    assert batch in SamplingBatch.objects.visible_to(world.stranger)
    assert batch in SamplingBatch.objects.visible_to(world.inspector)


def test_a_record_reached_on_many_ways_is_there_once(world):
    inspection = make_inspection(world, officers=[world.inspector, world.second, world.manager])
    inspection.departments.set([world.market, world.fire])
    make_rectification(world, hazard=make_hazard(world, inspection=inspection))
    for officer in (world.inspector, world.firefighter):
        assert Inspection.objects.visible_to(officer).count() == 1


def test_narrowing_then_counting_asks_the_grants_once(world, django_assert_num_queries):
    officer = again(world.inspector)
    Inspection.objects.visible_to(officer)
    with django_assert_num_queries(2):
        Inspection.objects.visible_to(officer).count()
        Hazard.objects.visible_to(officer).count()


def test_inside_is_the_region_and_everything_in_it(world):
    assert set(Entity.objects.inside("4311")) == set(Entity.objects.all())
    assert set(Entity.objects.inside("431103")) == {world.other_shop}


@pytest.mark.parametrize(
    ("who", "region", "covered"),
    [
        ("inspector", "431102", True),
        ("inspector", "431103", False),
        ("inspector", "4311", False),
        ("firefighter", "431102", False),
        ("leader", "431103", True),
    ],
)
def test_covers_asks_for_the_whole_region(world, who, region, covered):
    assert getattr(world, who).covers(region) is covered
