"""Past visits are imported with their hazards: each visit once, whole, on its own day."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.models import Hazard, Inspection, Task
from reports.imports.dry_run import Outcome
from reports.imports.nouns import NOUNS
from tests.factories import make_entity, make_inspection, make_task
from tests.reports.import_lists import columns, outcomes

KIND = "inspections"
VISIT = {
    "inspected_on": "2024-08-01",
    "officers": "LL-001、Second",
    "outcome": "inspected",
    "record_number": "检〔2024〕7号",
}
HAZARD = {"point": "XS-02", "description": "未张贴告知"}
OTHER = {"category": "fire", "severity": "major", "description": "店内充电"}
DONE = {"measures": "已整改", "rectified_on": "2024-08-10"}
MISTAKES = [
    ({"officers": "LL-001"}, "officers"),
    ({"officers": "LL-001、Trainee"}, "officers"),
    ({"officers": "LL-001、Nobody"}, "officers"),
    ({"inspected_on": "2024-12-01"}, "inspected_on"),
    ({"inspected_on": "2024-01-05"}, "inspected_on"),
    ({"vehicles_checked": "-3"}, "vehicles_checked"),
    ({"vehicles_checked": "2.5"}, "vehicles_checked"),
    ({"vehicles_checked": "三"}, "vehicles_checked"),
    ({"mode": "鱼"}, "mode"),
    ({"record_number": "长" * 51}, "record_number"),
    (HAZARD | {"point": "XX-99"}, "point"),
    (HAZARD | {"deadline": "2024-07-31"}, "deadline"),
    (HAZARD | DONE | {"rectified_on": "2024-07-31"}, "rectified_on"),
    (HAZARD | DONE | {"rectified_on": "2024-12-01"}, "rectified_on"),
    (HAZARD | DONE | {"measures": ""}, "measures"),
    (HAZARD | {"outcome": "closed"}, "outcome"),
    (OTHER | {"category": ""}, "category"),
    (OTHER | {"severity": "", "point": ""}, "severity"),
]


def of(entity, **changes):
    return {"credit_code": entity.credit_code, "name": entity.name} | VISIT | changes


def test_a_visit_is_written_with_all_its_hazards_and_never_twice(world, check_rows, write_rows):
    rows = [of(world.shop, **HAZARD), of(world.shop, **OTHER)]
    assert outcomes(check_rows(KIND, *rows)) == [Outcome.NEW, Outcome.NEW]
    assert not Inspection.objects.exists()
    write_rows(KIND, *rows)
    visit = Inspection.objects.get()
    assert (str(visit.inspected_on), visit.status, visit.unit) == ("2024-08-01", "submitted", world.inspector.unit)
    assert set(visit.officers.all()) == {world.inspector, world.second}
    assert (visit.transcribed_by, visit.record_number) == (world.administrator, "检〔2024〕7号")
    assert visit.answers == {"XS-01": "unchecked", "XS-02": "fail", "XS-03": "unchecked", "XS-04": "unchecked"}
    known = {one.description: (one.severity, one.category, str(one.found_on)) for one in visit.hazards.all()}
    assert known == {
        "未张贴告知": ("general", "responsibility", "2024-08-01"), "店内充电": ("major", "fire", "2024-08-01"),
    }  # fmt: skip
    assert outcomes(check_rows(KIND, *rows)) == [Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_a_visit_that_the_officers_logged_themselves_is_found(world, check_rows):
    make_inspection(world, inspected_on="2024-08-01")
    assert outcomes(check_rows(KIND, of(world.shop))) == [Outcome.UNCHANGED]
    assert outcomes(check_rows(KIND, of(world.shop, officers="LL-001、LL-003"))) == [Outcome.NEW]


@pytest.mark.parametrize(("wrong", "column"), MISTAKES)
def test_a_wrong_value_is_told_at_its_column(wrong, column, world, check_rows):
    run = check_rows(KIND, of(world.shop, **wrong))
    assert (outcomes(run), columns(KIND, run)) == ([Outcome.WRONG], {column})


@pytest.mark.parametrize("written", ["1e20000", "-1e20000", "1e-20000", "0e20000", "9" * 20_000, "NaN", "Infinity"])
def test_a_number_of_thousands_of_digits_is_none(written, world, check_rows):
    """To work it out would take a worker hours, were it longer by some zeros."""
    run = check_rows(KIND, of(world.shop, vehicles_checked=written))
    assert [found.reason for found in run.findings] == ["这不是数字。"]


def test_a_visit_is_entered_as_a_whole(world, check_rows):
    run = check_rows(KIND, of(world.shop, **HAZARD), of(world.shop, **OTHER, deadline="2024-07-31"))
    assert outcomes(run) == [Outcome.WRONG, Outcome.WRONG]
    assert columns(KIND, run) == {"inspected_on", "deadline"}
    run = check_rows(KIND, of(world.shop, **HAZARD), of(world.shop, **OTHER, mode="joint"))
    assert columns(KIND, run) == {"inspected_on", "mode"}


def test_an_entity_out_of_sight_is_not_found(world, check_rows):
    run = check_rows(KIND, of(world.other_shop), officer=world.manager)
    assert columns(KIND, run) == {"credit_code"}


def test_a_hazard_that_was_put_right_is_closed_on_its_day(world, check_rows, write_rows):
    write_rows(KIND, of(world.shop, **HAZARD))
    row = of(world.shop, **HAZARD, **DONE)
    assert outcomes(check_rows(KIND, row)) == [Outcome.CHANGED]
    write_rows(KIND, row, of(world.shop, **HAZARD | DONE, officers="LL-001、LL-003", record_number="8"))
    assert [(one.status, str(one.rectified_on)) for one in Hazard.objects.all()] == [("rectified", "2024-08-10")] * 2
    assert outcomes(check_rows(KIND, row)) == [Outcome.UNCHANGED]


def test_a_visit_gets_another_hazard_but_its_answers_stay(world, check_rows, write_rows):
    write_rows(KIND, of(world.shop, **HAZARD))
    (made,) = write_rows(KIND, of(world.shop, **OTHER))
    assert made == Hazard.objects.get(description="店内充电")
    assert columns(KIND, check_rows(KIND, of(world.shop, point="XS-03"))) == {"point"}
    NOUNS[KIND].take_back_new(made, by=world.administrator, reason="导入错误")
    assert Hazard.objects.counted().count() == 1


def test_a_visit_does_the_task_and_taken_back_leaves_it_to_do(world, write_rows):
    task = make_task(world)
    rows = [of(world.shop, **HAZARD | DONE), of(world.shop, **OTHER)]
    made = write_rows(KIND, *rows)
    assert Task.objects.done().get() == task
    for record in reversed(made):
        NOUNS[KIND].take_back_new(record, by=world.administrator, reason="导入错误")
    assert (Inspection.objects.get().status, Hazard.objects.counted().count()) == ("voided", 0)
    assert Task.objects.pending().get() == task


def test_a_shop_that_was_closed_is_recorded_and_nobody_is_sent_again(world, write_rows):
    write_rows(KIND, of(world.shop, outcome="closed"))
    world.shop.refresh_from_db()
    assert world.shop.state == "closed"
    assert not Task.objects.pending().exists()


def test_a_list_of_any_length_takes_the_same_queries(world, check_rows):
    rows = [of(make_entity(world, number), **HAZARD, record_number="") for number in range(1, 9)]
    check_rows(KIND, rows[0])
    with CaptureQueriesContext(connection) as one:
        check_rows(KIND, rows[0])
    with CaptureQueriesContext(connection) as many:
        check_rows(KIND, *rows)
    assert len(many) == len(one)
