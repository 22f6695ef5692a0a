"""Many records are made, judged and inserted as single ones are."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entities.among import Among
from entities.inserting import insert
from entities.making import Maker
from entities.models import Entity, Officer, Region
from inspections.models import Certificate, SelfCheck, Task
from tests.world import valid_credit_code

SET_BY_THE_CLOCK = {"created_at", "changed_at"}


def shop(world, number, **changes):
    code = valid_credit_code(f"92431102MA6M{number:04d}X0")
    return {
        "name": f"零陵示例车行{number}", "kind": "seller", "credit_code": code, "region": world.county, "address": f"人民路{number}号",
    } | changes  # fmt: skip


def held(record):
    return {name: value for name, value in vars(record).items() if name not in SET_BY_THE_CLOCK | {"_state"}}


@pytest.mark.parametrize("model", [Entity, Task, SelfCheck, Certificate])
def test_a_record_is_made_as_by_its_constructor(model):
    assert held(Maker(model).make({})) == held(model())


@pytest.mark.django_db
def test_values_and_what_it_points_to_are_held_as_by_the_constructor(world):
    values = shop(world, 1, pledged_on=date(2024, 5, 1))
    made, single = Maker(Entity).make(values), Entity(**values)
    assert held(made) == held(single)
    with CaptureQueriesContext(connection) as queries:
        assert made.region.name == single.region.name
    assert not queries
    assert made._state.adding


@pytest.mark.django_db
def test_defaults_are_not_shared_by_two_records():
    maker = Maker(Entity)
    first, second = maker.make({}), maker.make({})
    first.goods.append("ebike")
    assert second.goods == []


WRONG = [
    {"name": ""}, {"name": "长" * 121}, {"kind": "鱼"}, {"kind": None}, {"phone": "1" * 31}, {"pledged_on": "soon"}, {"region": None},
    {"longitude": "1000.5"}, {"version": -1},
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", WRONG)
def test_fields_are_judged_as_the_record_judges_them(world, wrong):
    values = shop(world, 1) | wrong | {"created_by": world.manager, "changed_by": world.manager}
    maker = Maker(Entity)
    # What was found right before answers for the same value only.
    maker.clean_fields(maker.make(shop(world, 2) | {"created_by": world.manager, "changed_by": world.manager}))
    with pytest.raises(ValidationError) as alone:
        Entity(**values).clean_fields()
    with pytest.raises(ValidationError) as among_many:
        maker.clean_fields(maker.make(values))
    assert among_many.value.message_dict == alone.value.message_dict
    assert set(alone.value.message_dict) == set(wrong)


def judged(record, clean_fields):
    """What became of each value, or what is wrong with it."""
    try:
        clean_fields(record)
    except ValidationError as error:
        return error.message_dict
    return {name: repr(value) for name, value in held(record).items()}


EQUAL = [
    ("longitude", Decimal("111.5"), Decimal("111.50000000000")), ("name", 1, True), ("name", 1, 1.0), ("name", 0.0, -0.0),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "first", "then"), EQUAL)
def test_what_only_equals_a_value_that_was_right_is_judged_in_itself(name, first, then, world):
    maker, by = Maker(Entity), {"created_by": world.manager, "changed_by": world.manager}
    for value in (first, then, first):
        values = shop(world, 1) | by | {name: value}
        alone = judged(Entity(**values), Entity.clean_fields)
        assert judged(maker.make(values), maker.clean_fields) == alone


@pytest.mark.django_db
def test_a_value_is_kept_as_the_field_understands_it_each_time(world):
    maker = Maker(Entity)
    for _again in range(2):
        made = maker.make(shop(world, 1, pledged_on="2024-05-01"))
        maker.clean_fields(made, exclude={"created_by", "changed_by"})
        assert made.pledged_on == date(2024, 5, 1)


@pytest.mark.django_db
def test_what_many_point_to_is_asked_for_once(world):
    maker = Maker(Entity)
    records = [
        maker.make(shop(world, number, created_by=world.manager, changed_by=world.manager)) for number in range(5)
    ]
    with CaptureQueriesContext(connection) as queries:
        for record in records:
            maker.clean_fields(record)
    # The region, and the officer as author of the entry and of the change.
    assert len(queries) == 3


@pytest.mark.django_db
def test_what_is_not_there_is_told_of_each_record(world):
    maker = Maker(Entity)
    for number in range(2):
        made = maker.make(shop(world, number, region=Region(code="999999", name="无"), created_by=world.manager,
                               changed_by=world.manager))  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            maker.clean_fields(made)
        assert set(refused.value.message_dict) == {"region"}


def test_a_model_with_defaults_of_the_database_is_left_alone():
    with pytest.raises(NotImplementedError):
        Maker(Officer)


@pytest.mark.django_db
def test_inserted_records_have_their_keys_and_read_back_as_they_were(world):
    by = {"created_by": world.manager, "changed_by": world.manager}
    odd = "制表\t换行\n反斜杠\\N \\. “引号”"
    records = [
        Entity(**shop(world, 1, registered_address=odd, goods=["ebike"], longitude="111.612345"), **by),
        Entity(**shop(world, 2, pledged_on=date(2024, 5, 1), unit=world.manager.unit), **by),
    ]
    for record in records:
        record.clean_fields()
    insert(records)
    assert not any(record._state.adding for record in records)
    for record in records:
        stored = Entity.objects.get(pk=record.pk)
        for field in Entity._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(record, field.attname), field.name


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "then"), [({"a": 1}, {"a": True}), ([0], [False]), ([1], [1.0])])
def test_what_only_equals_the_value_of_another_record_is_inserted_as_it_is(first, then, world):
    by = {"created_by": world.manager, "changed_by": world.manager}
    records = [Entity(**shop(world, number, goods=goods), **by) for number, goods in enumerate((first, then))]
    insert(records)
    kept = [repr(Entity.objects.get(pk=record.pk).goods) for record in records]
    assert kept == [repr(first), repr(then)]


@pytest.mark.django_db
def test_what_the_database_refuses_is_an_error_of_django(world):
    by = {"created_by": world.manager, "changed_by": world.manager}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([Entity(**shop(world, 1), **by), Entity(**shop(world, 1), **by)])
    assert not Entity.objects.filter(address="人民路1号").exists()


@pytest.mark.django_db
def test_rows_are_found_by_many_values_in_one_parameter(world):
    codes = [f"nobody{number}" for number in range(40_000)]
    assert list(Entity.objects.filter(Among("credit_code", [*codes, world.shop.credit_code]))) == [world.shop]
    assert not Entity.objects.filter(Among("credit_code", codes[:3])).exists()
    assert not Entity.objects.filter(Among("credit_code", [])).exists()
