"""Records keep the region in which they were made; whoever is responsible for where their entity is now sees them, too."""

import pytest
from django.db import connection
from django.db.models import F, Q

from entities.models import Entity, Relocation
from entities.relocating import TRIGGER, install
from inspections.models import Case, Inspection
from inspections.models.record import Record
from tests.factories import make_case, make_hazard, make_inspection
from tests.models import own_models

ABOUT_ENTITIES = [model for model in own_models("inspections") if issubclass(model, Record) and model.scope.entities]


def relocated():
    return set(Relocation.objects.values_list("entity", flat=True))


def move_by_store(entity, region, world):
    entity.region_id = region
    entity.store(by=world.administrator)


def move_by_queryset(entity, region, world):
    Entity.objects.filter(pk=entity.pk).update(region=region)


def move_by_hand(entity, region, world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE entities_entity SET region_id = %s WHERE id = %s", [region, entity.pk])


@pytest.mark.parametrize("move", [move_by_store, move_by_queryset, move_by_hand])
def test_whatever_moves_an_entity_it_is_noted_for_good(world, move):
    assert relocated() == set()
    move(world.shop, "431103", world)
    assert relocated() == {world.shop.pk}
    visit = make_inspection(world, by=world.administrator, entity=Entity.objects.get(pk=world.shop.pk))
    assert visit.region_id == "431103"
    move(world.shop, "431102", world)
    assert relocated() == {world.shop.pk}
    assert visit in Inspection.objects.visible_to(world.inspector, on=world.today)  # made while it was elsewhere


def test_other_changes_are_no_relocation(world):
    Entity.objects.filter(pk=world.shop.pk).update(region=world.shop.region_id, township="别处")
    assert relocated() == set()


def test_a_case_begun_where_the_entity_does_not_lie_is_seen_where_it_does(world):
    case = make_case(world, entity=world.other_shop, inspection=make_inspection(world))
    assert (case.region_id, case.entity.region_id) == ("431102", "431103")
    assert relocated() == {world.other_shop.pk}
    assert case in Case.objects.visible_to(world.stranger, on=world.today)


def test_what_was_moved_before_there_was_a_trigger_is_told_by_the_history(world):
    make_hazard(world)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {TRIGGER}" + (" ON entities_entity" if connection.vendor == "postgresql" else ""))
    move_by_store(world.shop, "431103", world)
    move_by_store(world.shop, "431102", world)
    assert relocated() == set()
    install()
    assert relocated() == {world.shop.pk}
    install()  # asked after each migrate


def test_of_the_demonstration_no_record_lies_outside_of_its_entity_but_of_one_that_was_relocated(demo_city):
    for model in ABOUT_ENTITIES:
        (path,) = model.scope.entities
        outside = model.objects.filter(~Q(region=F(f"{path}__region")), **{f"{path}__relocation": None})
        assert not outside.exists(), model
