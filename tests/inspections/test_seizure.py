"""Seizures: what was taken adds up with what was released and confiscated."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import SeizedItem
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import make_inspection, make_seized_item, make_seizure


def test_pieces_are_released_and_confiscated_until_none_is_left(world):
    item = make_seized_item(world)
    item.release(quantity=2, by=world.manager)
    item.confiscate(quantity=3, by=world.manager)
    item.refresh_from_db()
    assert (item.released, item.confiscated) == (2, 3)
    with translation.override("en"), pytest.raises(ValidationError, match="Not more can be released"):
        item.release(quantity=1, by=world.manager)
    assert item.released == 2


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_less_than_one_piece_is_settled(world, quantity):
    item = make_seized_item(world)
    with translation.override("en"), pytest.raises(ValidationError, match="at least one piece"):
        item.confiscate(quantity=quantity, by=world.manager)
    item.refresh_from_db()
    assert item.version == 1


def test_two_pages_opened_together_add_up(world):
    first = make_seized_item(world)
    second = SeizedItem.objects.get(pk=first.pk)
    first.release(quantity=2, by=world.manager)
    second.release(quantity=2, by=world.manager)
    with pytest.raises(ValidationError):
        first.confiscate(quantity=2, by=world.manager)
    first.refresh_from_db()
    assert (first.released, first.confiscated) == (4, 0)


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_many_settling_at_once_never_give_out_more_than_was_taken(world):
    pk = make_seized_item(world).pk
    outcomes = at_once(*[lambda: SeizedItem.objects.get(pk=pk).release(quantity=2, by=world.manager)] * 4)
    assert outcomes.count(None) == 2
    assert SeizedItem.objects.get(pk=pk).released == 4


def test_things_are_seized_from_a_person_without_an_entity(world):
    seizure = make_seizure(world, entity=None, person_name="张三", region=world.county)
    assert str(seizure) == "2024-09-02 · 张三" and seizure.entity_kind == ""


def test_a_seizure_at_a_visit_takes_its_place_from_the_visit(world):
    seizure = make_seizure(world, inspection=make_inspection(world))
    assert (seizure.region, seizure.campaign, seizure.entity_kind) == (world.county, world.campaign, "seller")
    assert make_seized_item(world, seizure=seizure).region == world.county
