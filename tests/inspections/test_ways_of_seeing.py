"""A list of a scope is put together from what each way of seeing finds: it has the same rows, in the same order, each once."""

import datetime

import pytest
from django.apps import apps
from django.db import connection

from entities.models import Entity, Grant, Officer, Region, Unit
from entities.models.entity import RISK_RANK
from entities.paging import Count, KeyPage, terms_of
from inspections.models import (
    Case,
    Evidence,
    Hazard,
    Inspection,
    InterviewedEntity,
    Rectification,
    SamplingBatch,
    Task,
)
from tests.factories import MAKERS, make_entity, make_evidence, make_hazard, make_inspection, make_many_like
from tests.reports.test_paging import walk

MODELS = [Entity, Inspection, Hazard, Rectification, Case, Task, SamplingBatch, InterviewedEntity, Evidence]
DAY = datetime.date(2024, 9, 2)


@pytest.fixture
def reached_on_many_ways(world):
    """Of every kind a record; visits at which strangers were present; a shop that moved away after its records were made."""
    for name in ("entity", "case", "task", "samplingbatch", "interviewedentity", "rectification", "evidence"):
        MAKERS[name](world)
    make_hazard(world, inspection=make_inspection(world, officers=[world.inspector, world.stranger]))
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    for number in range(4):
        make_inspection(world, entity=make_entity(world, 70 + number))
    moved = make_hazard(world, inspection=make_inspection(world, entity=make_entity(world, 80)))
    Entity.objects.filter(pk=moved.entity_id).update(region="431103")
    return world


def lent(officer, code, department=None):
    """The officer with this grant alone, as the next request sees them."""
    officer.grants.all().delete()
    region = Region.objects.get(code=code)
    Grant.objects.create(officer=officer, region=region, department_id=department, starts_on=datetime.date(2024, 1, 1))
    return Officer.objects.get(pk=officer.pk)


@pytest.mark.parametrize("code", ["43", "4311", "431102", "431103"])
@pytest.mark.parametrize("department", [None, "market"])
@pytest.mark.parametrize("is_only_root", [True, False])
def test_pages_counts_and_single_records_agree_with_the_condition(reached_on_many_ways, code, department, is_only_root):
    if not is_only_root:
        Region.objects.create(code="44", name="别省", level="province")
    officer = lent(reached_on_many_ways.stranger, code, department)
    for model in MODELS:
        rows = model.objects.visible_to(officer, on=DAY)
        terms = terms_of(model, model._meta.ordering)
        order = [term.expression(backwards=False) for term in terms]
        wanted = list(rows.order_by(*order).values_list("pk", flat=True))
        assert len(set(wanted)) == len(wanted), model
        for size in (1, 3):
            pages, back = walk(rows, terms, size)
            assert [pk for page in pages for pk in page] == [pk for page in back for pk in page] == wanted, model
        assert Count.of(rows) == Count(len(wanted)), model
        assert set(rows.one_by_one().values_list("pk", flat=True)) == set(wanted), model
        assert sorted(rows.gathered().order_by().values_list("pk", flat=True)) == sorted(wanted), model
        assert set(model._base_manager.filter(pk__in=rows.values_in_scope("pk")).values_list("pk", flat=True)) == set(
            wanted
        ), model
        for record in model._base_manager.all():
            assert rows.filter(pk=record.pk).exists() == (record.pk in wanted)
            if record.pk in wanted:
                assert rows.get(pk=record.pk) == record


def test_narrowed_rows_are_put_together_as_well(reached_on_many_ways):
    officer = lent(reached_on_many_ways.stranger, "431103")
    rows = Hazard.objects.visible_to(officer).pending().select_related("entity")
    assert rows.count() > 1
    pages, _back = walk(rows, terms_of(Hazard, ["entity__name"]), 1)
    assert sorted(pk for page in pages for pk in page) == sorted(rows.values_list("pk", flat=True))


def test_whoever_sees_every_region_is_asked_for_none(reached_on_many_ways):
    officer = lent(reached_on_many_ways.stranger, "43")
    assert "region_id" not in str(Task.objects.visible_to(officer).values("pk").query)
    assert Task.objects.visible_to(officer).count() == Task.objects.count() > 0
    assert Entity.objects.visible_to(officer).count() == Entity.objects.count()


def test_an_entity_of_another_province_is_not_everything(world):
    far = Region.objects.create(code="44", name="别省", level="province")
    there = make_entity(world, 90)
    Entity.objects.filter(pk=there.pk).update(region=far, unit=None)
    officer = lent(world.leader, "43")
    assert there not in Entity.objects.visible_to(officer)
    assert world.shop in Entity.objects.visible_to(officer)


def test_neither_a_department_nor_an_operation_opens_everything(world):
    inspection = make_inspection(world)
    assert inspection not in Inspection.objects.visible_to(lent(world.stranger, "43", "fire"))
    grant = Grant.objects.with_bounds().get(officer=world.stranger)
    assert not grant.opens_everything
    grant.department_id = None
    assert grant.opens_everything
    grant.operation_key = "x"
    assert not grant.opens_everything


def test_an_officer_without_a_unit_lies_nowhere(world):
    nobody = Officer.objects.create(username="nobody", name="Nobody")
    assert nobody not in Officer.objects.visible_to(lent(world.leader, "43"))
    assert Unit.objects.visible_to(lent(world.leader, "43")).count() == Unit.objects.count()


def test_a_search_counts_to_one_thousand_but_of_entities_to_ten(world, monkeypatch):
    monkeypatch.setattr("entities.paging.MOST_FOUND", 1)
    found = Count.of(Region.objects.all(), is_search=True)
    assert (found.number, found.is_exact) == (1, False)
    assert Count.of(Region.objects.all()).is_exact
    assert Count.of(Entity.objects.all(), is_search=True).number == 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans of PostgreSQL")
def test_the_register_of_a_county_is_read_from_the_index_of_its_list(world):
    for shop in (world.shop, world.other_shop):
        make_many_like(shop)
    rows = Entity.objects.visible_to(world.inspector)
    page = KeyPage(rows, terms_of(Entity, Entity._meta.ordering), {}, size=2)
    assert "entity_list" in page._first_beyond(3).explain()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans of PostgreSQL")
@pytest.mark.parametrize(
    ("rows", "order", "index"),
    [
        (lambda: Entity.objects.annotate(risk_rank=RISK_RANK), ["risk_rank", "name", "pk"], "entity_by_risk"),
        (lambda: Task.objects.all(), ["assignee__name", "due_on"], "officer_by_name"),
        (lambda: Hazard.objects.filter(campaign=1), ["region", "deadline", "pk"], "hazard_by_place"),
    ],
)
def test_an_order_that_needs_an_index_has_it(world, rows, order, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    found = KeyPage(rows(), terms_of(rows().model, order), {}, size=2)._first_beyond(3)
    assert index in found.explain()


@pytest.mark.parametrize("code", ["43", "431102", "431103"])
@pytest.mark.parametrize("who", ["stranger", "inspector"])
def test_what_an_officer_or_their_unit_made_is_part_of_what_they_see(reached_on_many_ways, code, who):
    officer = lent(getattr(reached_on_many_ways, who), code)
    for model in MODELS:
        made = set()
        for way in model.scope.made_ways(officer):
            made |= set(model._base_manager.filter(way).values_list("pk", flat=True))
        rows = model.objects.visible_to(officer)
        wanted = sorted(made & set(rows.values_list("pk", flat=True)))
        found = rows.made_by(officer)
        assert sorted(found.values_list("pk", flat=True)) == wanted, model
        assert Count.of(found) == Count(len(wanted)), model


@pytest.mark.parametrize("code", ["43", "4311", "431102", "431103"])
@pytest.mark.parametrize("department", [None, "market"])
@pytest.mark.parametrize("who", ["stranger", "second"])
def test_evidence_is_seen_by_just_those_who_see_its_record(reached_on_many_ways, code, department, who):
    world = reached_on_many_ways
    Region.objects.create(code="44", name="别省", level="province")
    moved = Hazard.objects.get(entity__region="431103", region="431102")
    lent_visit = make_inspection(world, officers=[world.inspector, world.stranger])
    draft = make_inspection(world, submitted=False)
    for record in (moved, moved.inspection, lent_visit, draft, Case.objects.first(), SamplingBatch.objects.first()):
        make_evidence(world, record=record)
    officer = lent(getattr(world, who), code, department)
    owners = {evidence.pk: evidence.owner for evidence in Evidence.objects.all()}
    expected = {
        pk
        for pk, owner in owners.items()
        if type(owner).objects.visible_to(officer, on=DAY).filter(pk=owner.pk).exists()
    }
    assert {e.pk for e in Evidence.objects.visible_to(officer, on=DAY)} == expected
    assert len(owners) > 6 and len(expected) < len(owners)


SCOPED = [model for model in apps.get_models() if hasattr(model, "scope") and hasattr(model.objects, "visible_to")]


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("code", ["43", "431103"])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_scope_means_its_own_rows_inside_of_another_query_as_well(reached_on_many_ways, model, code, one_by_one):
    world = reached_on_many_ways
    Region.objects.create(code="44", name="别省", level="province")
    Case.objects.get().officers.add(world.inspector)
    MAKERS["case"](world).officers.add(world.stranger)
    officer = lent(world.stranger, code)

    def rows():  # asked anew each time: rows that were read once have their names already
        visible = model.objects.visible_to(officer)
        return visible.one_by_one() if one_by_one else visible

    inside = sorted(model._base_manager.filter(pk__in=rows()).values_list("pk", flat=True))
    outside = sorted(model._base_manager.exclude(pk__in=rows()).values_list("pk", flat=True))
    assert inside == sorted(record.pk for record in rows())
    assert sorted([*inside, *outside]) == sorted(model._base_manager.values_list("pk", flat=True))


def test_the_scope_of_one_kind_of_record_is_never_asked_of_another(reached_on_many_ways):
    (child,) = (
        child for child in Entity.objects.visible_to(lent(reached_on_many_ways.stranger, "431103")).query.where.children
    )
    with pytest.raises(RuntimeError, match="asked of another"):
        list(Hazard.objects.filter(child.lhs))
