"""Each kind of record that is imported: a good row makes it, once; a wrong value is told at its column; it can be taken back."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from inspections.models import Certificate, Hazard, Listing, ListingCheck, SelfCheck, Task
from reports.imports.dry_run import Outcome
from reports.imports.nouns import NOUNS
from reports.imports.template import template
from tests.factories import make_batch, make_entity, make_listing_check
from tests.reports.import_lists import columns, outcomes

GOOD = {
    "certificates": {
        "number": "2024010101000009", "product": "ebike", "model_name": "示例牌 T1", "issuer": "示例认证中心",
        "issued_on": "2024-05-06", "expires_on": "2029-05-05",
    },
    "listings": {
        "platform": "示例平台", "title": "电动自行车", "url": "https://shop.invalid/9", "found_on": "2024-08-01",
        "checked_on": "2024-08-02", "shows_notice": "no",
    },
    "tasks": {"purpose": "inspect", "assignee": "LL-001", "due_on": "2024-09-20"},
    "self_checks": {
        "checked_on": "2024-08-01", "answered_by": "店主", "result": "found", "failed": "XS-02、XS-04", "description": "未张贴",
    },
}  # fmt: skip
MODELS = {"certificates": Certificate, "listings": Listing, "tasks": Task, "self_checks": SelfCheck}
# kind, what is wrong in the row, the column that is named
MISTAKES = [
    ("certificates", {"product": "鱼"}, "product"),
    ("certificates", {"issued_on": "2024-13-01"}, "issued_on"),
    ("certificates", {"issued_on": "2024-12-01"}, "issued_on"),
    ("certificates", {"expires_on": "2020-01-01"}, "expires_on"),
    ("certificates", {"number": "9" * 60}, "number"),
    ("listings", {"url": "示例"}, "url"),
    ("listings", {"found_on": "2024-12-01"}, "found_on"),
    ("listings", {"shows_notice": ""}, "shows_notice"),
    ("listings", {"checked_on": "2024-12-01"}, "checked_on"),
    ("tasks", {"assignee": "Nobody"}, "assignee"),
    ("tasks", {"assignee": "LS-001"}, "assignee"),
    ("tasks", {"due_on": "2024-09-01"}, "due_on"),
    ("tasks", {"purpose": "reinspect"}, "purpose"),
    ("self_checks", {"checked_on": "2024-12-01"}, "checked_on"),
    ("self_checks", {"failed": "XX-99"}, "failed"),
    ("self_checks", {"failed": ""}, "failed"),
    ("self_checks", {"result": "clean"}, "result"),
]  # fmt: skip


def of(entity, kind, **changes):
    return {"credit_code": entity.credit_code, "name": entity.name} | GOOD[kind] | changes


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_row_is_written_and_the_second_time_nothing_is(kind, world, check_rows, write_rows):
    row = of(world.shop, kind)
    assert outcomes(check_rows(kind, row)) == [Outcome.NEW]
    assert not MODELS[kind].objects.exists()
    (made,) = write_rows(kind, row)
    assert (made.entity, made.campaign, made.created_by) == (world.shop, world.campaign, world.administrator)
    assert outcomes(check_rows(kind, row)) == [Outcome.UNCHANGED]


@pytest.mark.parametrize("kind", GOOD)
def test_an_entity_out_of_sight_is_not_found(kind, world, check_rows):
    run = check_rows(kind, of(world.other_shop, kind), officer=world.manager)
    assert (outcomes(run), columns(kind, run)) == ([Outcome.WRONG], {"credit_code"})


@pytest.mark.parametrize(("kind", "wrong", "column"), MISTAKES)
def test_a_wrong_value_is_told_at_its_column(kind, wrong, column, world, check_rows):
    run = check_rows(kind, of(world.shop, kind, **wrong))
    assert (outcomes(run), columns(kind, run)) == ([Outcome.WRONG], {column})


def test_all_that_is_wrong_with_a_row_is_told_at_once(world, check_rows):
    wrong = {"credit_code": "NOBODY", "issued_on": "2024-13-01", "number": "9" * 60, "issuer": ""}
    run = check_rows("certificates", of(world.shop, "certificates", **wrong))
    assert columns("certificates", run) == set(wrong)
    assert len(run.findings) == len(wrong)


def test_what_a_wrong_cell_leaves_open_is_not_told(world, check_rows):
    wrong = {"credit_code": "", "name": "=1+1", "issued_on": "2024-13-01"}
    run = check_rows("certificates", of(world.shop, "certificates", **wrong))
    assert columns("certificates", run) == {"name", "issued_on"}


@pytest.mark.parametrize("kind", GOOD)
def test_its_template_can_be_read_again(kind):
    page = load_workbook(BytesIO(template(NOUNS[kind].sheet))).worksheets[0]
    head = [cell.value for cell in page[1]]
    assert NOUNS[kind].sheet.header([head])[0] == 0


@pytest.mark.parametrize("kind", GOOD)
def test_a_list_of_any_length_takes_the_same_queries(kind, world, check_rows):
    entities = [make_entity(world, number) for number in range(1, 9)]
    rows = [
        of(one, kind) | ({"url": f"https://shop.invalid/{one.pk}"} if kind == "listings" else {}) for one in entities
    ]
    check_rows(kind, rows[0])
    with CaptureQueriesContext(connection) as one:
        check_rows(kind, rows[0])
    with CaptureQueriesContext(connection) as many:
        check_rows(kind, *rows)
    assert len(many) == len(one)


@pytest.mark.parametrize("kind", ["certificates", "listings", "self_checks"])
def test_what_nothing_depends_on_is_taken_back_and_its_history_stays(kind, world, write_rows):
    (made,) = write_rows(kind, of(world.shop, kind))
    key = made.pk
    NOUNS[kind].take_back_new(made, by=world.administrator, reason="导入错误")
    assert not MODELS[kind].objects.exists()
    last = MODELS[kind].history.filter(id=key).first()
    assert (last.history_type, last.history_user, last.history_change_reason) == ("-", world.administrator, "导入错误")


def test_an_entity_is_found_by_name_and_by_address_where_the_name_is_not_enough(world, check_rows):
    twin = make_entity(world, 1, name=world.shop.name)
    row = GOOD["certificates"] | {"name": world.shop.name}
    assert columns("certificates", check_rows("certificates", row)) == {"name"}
    run = check_rows("certificates", row | {"address": twin.address})
    assert (outcomes(run), NOUNS["certificates"].values(run.rows[0].row, run.context)["entity"]) == (
        [Outcome.NEW],
        twin,
    )
    assert columns("certificates", check_rows("certificates", GOOD["certificates"])) == {"credit_code"}


def test_a_certificate_is_corrected_and_one_that_was_worked_on_stays(world, check_rows, write_rows):
    (made,) = write_rows("certificates", of(world.shop, "certificates"))
    changed = of(world.shop, "certificates", issuer="别的中心", expires_on="")
    assert outcomes(check_rows("certificates", changed)) == [Outcome.CHANGED]
    write_rows("certificates", changed)
    made.refresh_from_db()
    assert (made.issuer, str(made.expires_on)) == ("别的中心", "2029-05-05")
    with pytest.raises(ValidationError):
        NOUNS["certificates"].take_back_new(made, by=world.administrator, reason="错")
    assert Certificate.objects.get() == made


def test_a_listing_comes_with_its_check_and_gets_the_next_one(world, check_rows, write_rows):
    (page,) = write_rows("listings", of(world.shop, "listings"))
    assert [(str(one.checked_on), one.shows_notice) for one in page.checks.all()] == [("2024-08-02", False)]
    again = of(world.shop, "listings", checked_on="2024-08-20", shows_notice="yes")
    write_rows("listings", again)
    assert outcomes(check_rows("listings", again)) == [Outcome.UNCHANGED]
    assert page.checks.count() == 2
    page.refresh_from_db()
    with pytest.raises(ValidationError):
        NOUNS["listings"].take_back_new(page, by=world.administrator, reason="错")
    assert ListingCheck.objects.count() == 2


def test_a_listing_of_another_entity_is_not_taken_over(world, check_rows, write_rows):
    write_rows("listings", of(world.shop, "listings"))
    assert columns("listings", check_rows("listings", of(world.repair_shop, "listings"))) == {"url"}
    make_listing_check(world, listing=Listing.objects.get())
    elsewhere = check_rows("listings", of(world.other_shop, "listings"), officer=world.stranger)
    assert columns("listings", elsewhere) == {"url"}


def test_a_pending_task_is_given_on_instead_of_doubled(world, check_rows, write_rows):
    (task,) = write_rows("tasks", of(world.shop, "tasks"))
    onward = of(world.shop, "tasks", assignee="LL-002", due_on="2024-09-25")
    assert outcomes(check_rows("tasks", onward)) == [Outcome.CHANGED]
    write_rows("tasks", onward)
    task.refresh_from_db()
    assert (task.assignee, str(task.due_on), Task.objects.count()) == (world.second, "2024-09-25", 1)


def test_a_task_taken_back_is_withdrawn(world, write_rows):
    (task,) = write_rows("tasks", of(world.shop, "tasks"))
    NOUNS["tasks"].take_back_new(task, by=world.administrator, reason="导入错误")
    assert list(Task.objects.withdrawn()) == [task]


def test_a_self_check_has_its_answers_and_its_hazards_and_does_the_reminder(world, check_rows, write_rows):
    write_rows("tasks", of(world.shop, "tasks", purpose="self_check"))
    (made,) = write_rows("self_checks", of(world.shop, "self_checks"))
    assert made.answers == {"XS-01": "pass", "XS-02": "fail", "XS-03": "pass", "XS-04": "fail"}
    assert sorted(made.hazards.values_list("item__code", flat=True)) == ["XS-02", "XS-04"]
    assert Task.objects.get().self_check == made
    with pytest.raises(ValidationError):
        NOUNS["self_checks"].take_back_new(made, by=world.administrator, reason="错")
    assert (SelfCheck.objects.count(), Hazard.objects.count()) == (1, 2)


def test_a_self_check_without_a_result_has_no_answers(world, write_rows):
    (made,) = write_rows("self_checks", of(world.shop, "self_checks", result="", failed=""))
    assert (made.answers, made.checklist_version, made.hazards.count()) == ({}, None, 0)


RESULT = {
    "number": "CJ-2024-001",
    "result": "不合格",
    "failed_items": "车速限值",
    "report_number": "R-1",
    "result_on": "2024-09-02",
}


def test_a_result_is_entered_once(world, check_rows, write_rows):
    batch = make_batch(world)
    write_rows("sampling_results", RESULT)
    batch.refresh_from_db()
    assert (batch.status, batch.failed_items, batch.report_number) == ("failed", "车速限值", "R-1")
    assert outcomes(check_rows("sampling_results", RESULT)) == [Outcome.UNCHANGED]
    other = check_rows("sampling_results", RESULT | {"result": "合格"})
    assert (outcomes(other), columns("sampling_results", other)) == ([Outcome.WRONG], {"number"})


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"number": "CJ-0"}, "number"), ({"result": "好"}, "result"), ({"failed_items": ""}, "failed_items"),
        ({"failed_items": "长" * 301}, "failed_items"), ({"report_number": "9" * 61}, "report_number"),
        ({"result_on": "2024-09-01"}, "result_on"), ({"result_on": "2024-12-01"}, "result_on"),
        ({"result_on": "昨天"}, "result_on"),
    ],
)  # fmt: skip
def test_a_wrong_result_is_told_at_its_column(wrong, column, world, check_rows):
    make_batch(world)
    run = check_rows("sampling_results", RESULT | wrong)
    assert (outcomes(run), columns("sampling_results", run)) == ([Outcome.WRONG], {column})


def test_a_batch_out_of_sight_is_unknown(world, check_rows):
    make_batch(world)
    assert columns("sampling_results", check_rows("sampling_results", RESULT, officer=world.stranger)) == {"number"}


def test_results_of_any_number_take_the_same_queries(world, check_rows):
    rows = [RESULT | {"number": make_batch(world, number=f"CJ-{number}").number} for number in range(8)]
    check_rows("sampling_results", rows[0])
    with CaptureQueriesContext(connection) as one:
        check_rows("sampling_results", rows[0])
    with CaptureQueriesContext(connection) as many:
        check_rows("sampling_results", *rows)
    assert len(many) == len(one)
