"""Operations: their officers, and what a grant for one opens."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from entities.models import Entity, Grant
from inspections.models import Hazard, Inspection, Operation
from reports.indicators import indicator
from reports.scope import FigureScope
from tests.factories import make_hazard, make_inspection, make_operation
from tests.world import TODAY


def lend(officer, operation, ends_on=None):
    """A grant for the records of one operation, and the officer as the next request sees them."""
    Grant.objects.create(
        officer=officer, region=operation.region, operation_key=operation.key, starts_on=TODAY, ends_on=ends_on
    )
    return type(officer).objects.get(pk=officer.pk)


def test_a_grant_for_an_operation_opens_its_records_and_their_entities_only(world):
    operation = make_operation(world)
    inside = make_inspection(world, operation=operation, mode="cross_county")
    hazard = make_hazard(world, inspection=inside)
    outside = make_inspection(world, entity=world.repair_shop)
    guest = lend(world.stranger, operation)
    assert set(Operation.objects.visible_to(guest)) == {operation}
    assert set(Inspection.objects.visible_to(guest)) == {inside}
    assert set(Hazard.objects.visible_to(guest)) == {hazard}
    assert world.shop in Entity.objects.visible_to(guest)
    assert world.repair_shop not in Entity.objects.visible_to(guest)
    assert outside not in Inspection.objects.visible_to(guest)


def test_after_the_operation_its_officers_still_see_what_they_made(world):
    operation = make_operation(world)
    made = make_inspection(
        world, by=world.stranger, entity=world.shop, operation=operation, officers=[world.stranger, world.stranger2]
    )
    others = make_inspection(world, entity=world.repair_shop, operation=operation)
    guest = lend(world.stranger, operation, ends_on=TODAY)
    assert set(Inspection.objects.visible_to(guest, on=TODAY)) == {made, others}
    assert set(Inspection.objects.visible_to(guest, on=date(2024, 9, 3))) == {made}


def test_an_operation_is_visible_in_every_region_that_takes_part(world):
    operation = make_operation(world)
    assert operation not in Operation.objects.visible_to(world.stranger)
    operation.regions.add(world.other_county)
    assert operation in Operation.objects.visible_to(world.stranger)


def test_an_operation_is_planned_ahead_within_its_campaign_and_counts_from_its_first_day(world):
    planned = make_operation(world, starts_on=date(2024, 10, 1), ends_on=date(2024, 10, 3))
    figure = indicator("crackdown_operations")
    assert figure.total(FigureScope(world.campaign)) == 0
    assert figure.total(FigureScope(world.campaign, on=date(2024, 10, 1))) == 1
    for day in (date(2024, 4, 30), date(2025, 1, 21)):
        planned.starts_on = planned.ends_on = day
        with pytest.raises(ValidationError) as refused:
            planned.store(by=world.manager)
        assert "starts_on" in refused.value.error_dict
