"""What an officer sees is the same however it is asked for: row by row in a large area, gathered through indexes in a small one."""

import datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.choices import offer, placed_near, regions_near
from entities.forms import EntityFilterForm
from entities.models import Entity, Grant, Region, Unit
from entities.paging import KeyPage, terms_of
from inspections.models import Case, Hazard, Inspection, InterviewedEntity, Rectification, SamplingBatch, Task
from tests.factories import make_entity, make_hazard, make_inspection

MODELS = [Entity, Inspection, Hazard, Rectification, Case, Task, SamplingBatch, InterviewedEntity]


def ways_of(model, officer):
    """The conditions of the officer, joined as one: how it was asked before, and what both ways must equal."""
    seen = model._base_manager.none()
    for way in model.scope.ways(officer, officer.grants_in_force(datetime.date(2024, 9, 2))):
        seen |= model._base_manager.filter(way)
    return set(seen.values_list("pk", flat=True))


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(["43", "4311", "431102", "431103"]),
    department=st.sampled_from([None, "market", "fire"]),
    who=st.sampled_from(["inspector", "stranger", "firefighter", "leader"]),
    moved=st.booleans(),
)
def test_both_ways_find_what_the_conditions_say(world, code, department, who, moved):
    hazard = make_hazard(world)
    make_inspection(world, officers=[world.stranger, world.stranger2])
    if moved:  # the record stays where it was made; who is responsible for the place where the shop is now sees it, too
        Entity.objects.filter(pk=hazard.entity_id).update(region="431103")
    officer = getattr(world, who)
    officer._grants = [
        Grant(
            officer=officer,
            region=Region.objects.get(code=code),
            department_id=department,
            starts_on=datetime.date(2024, 1, 1),
        )
    ]
    for model in MODELS:
        rows = model._base_manager.all()
        queryset = model.objects.all()
        here, elsewhere = queryset.ways_to_see(officer, officer._grants)
        wanted = ways_of(model, officer)
        for seen in (queryset._row_by_row(here, elsewhere), queryset._gathered(here, elsewhere)):
            found = list(rows.filter(seen).values_list("pk", flat=True))
            assert len(found) == len(set(found)) and set(found) == wanted, model
    officer.__dict__.pop("_grants")


@pytest.mark.django_db
def test_a_province_is_large_and_a_city_is_not(world):
    assert [region.is_large for region in Region.objects.filter(code__in=["43", "4311", "431102"])] == [
        True,
        False,
        False,
    ]


def index_of(rows, *, size=5) -> str:
    """The plan of one page in the middle of the rows, with so many of them that reading all would be dearer."""
    key = rows.order_by("pk").values_list("pk", flat=True)[rows.count() // 2]
    page = KeyPage(rows, terms_of(rows.model, rows.model._meta.ordering), {"after": str(key)}, size=size)
    ordered = page._beyond().order_by(*(term.expression(backwards=False) for term in page.terms))[:size]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    return ordered.explain()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans of PostgreSQL")
@pytest.mark.parametrize(
    ("model", "index", "condition"),
    [
        (Inspection, "inspection_list", "ROW(inspected_on, id) <"),
        (Hazard, "hazard_list", "ROW(deadline, id) >"),
    ],
)
def test_a_page_is_read_from_the_index_where_the_last_one_ended(world, model, index, condition):
    for _nth in range(5):
        make_hazard(world)
    rows = model._base_manager.filter(campaign=world.campaign)
    plan = index_of(rows)
    assert index in plan
    assert condition in plan.split("Index Cond:")[1].splitlines()[0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans of PostgreSQL")
def test_the_conditions_on_other_tables_are_not_reached_by_rows_of_the_own_region(world):
    province = Region.objects.get(code="43")
    world.leader._grants = [Grant(officer=world.leader, region=province, starts_on=datetime.date(2024, 1, 1))]
    make_hazard(world)
    plan = Hazard.objects.visible_to(world.leader).explain(analyze=True)
    assert "SubPlan" in plan and "never executed" in plan


@pytest.fixture
def many_counties(world):
    for number in range(4, 99):
        for city in ("4312", "4313", "4314", "4315", "4316"):
            Region.objects.get_or_create(code=city, defaults={"name": f"市{city}", "level": "city", "parent_id": "43"})
            Region.objects.create(code=f"{city}{number:02}", name=f"县{city}{number}", level="county", parent_id=city)
    world.leader._grants = [
        Grant(officer=world.leader, region=Region.objects.get(code="43"), starts_on=datetime.date(2024, 1, 1))
    ]
    return world


def codes(form):
    return [value for value, _label in form.fields["region"].choices if value]


def test_of_thousands_of_regions_those_near_are_offered_and_any_is_taken(many_counties):
    by = many_counties.leader
    assert {len(code) for code in codes(EntityFilterForm({}, by=by))} == {2, 4}
    form = EntityFilterForm({"region": "4312"}, by=by)
    assert [code for code in codes(form) if len(code) == 6] == [f"4312{number:02}" for number in range(4, 99)]
    assert EntityFilterForm({"region": "431650"}, by=by).is_valid()
    assert not EntityFilterForm({"region": "999999"}, by=by).is_valid()


def test_few_are_offered_as_ever(world):
    regions = Region.objects.all()
    assert regions_near(regions) is regions
    units = Unit.objects.all()
    assert placed_near(units) is units
    form = EntityFilterForm({}, by=world.leader)
    offer(form.fields["region"], regions, regions)
    assert codes(form) == [region.code for region in regions]


def test_the_list_of_entities_is_paged_as_offset_would(world):
    for number in range(7):
        make_entity(world, number)
    rows = Entity.objects.order_by("region", "name", "pk")
    terms, found, query = terms_of(Entity, ["region", "name", "pk"]), [], {}
    for first in range(0, rows.count(), 3):
        page = KeyPage(Entity.objects.all(), terms, query, size=3)
        assert [entity.pk for entity in page] == list(rows.values_list("pk", flat=True)[first : first + 3])
        found += page.records
        query = {"after": page.next}
    assert len(found) == rows.count()
