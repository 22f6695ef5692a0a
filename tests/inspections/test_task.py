"""Tasks: done by one record of the same entity, opened again, given to others, taken back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import Task, TaskState
from tests.factories import (
    attach_photo,
    make_entity,
    make_hazard,
    make_inspection,
    make_rectification,
    make_self_check,
    make_task,
    rectify,
)
from tests.world import TODAY


def reinspection(world, hazard, **changes):
    """A task to re-inspect the hazard."""
    return make_task(world, purpose="reinspect", hazard=hazard, **changes)


def test_an_inspection_or_a_self_check_fulfils_a_task(world):
    for record, field in [(make_inspection(world), "inspection"), (make_self_check(world), "self_check")]:
        task = make_task(world)
        task.fulfil(record, by=world.inspector, on=TODAY)
        task.refresh_from_db()
        assert getattr(task, field) == record and task.done_on == TODAY


def test_a_record_of_another_entity_does_not(world):
    task = make_task(world)
    with translation.override("en"), pytest.raises(ValidationError, match="another entity"):
        task.fulfil(make_inspection(world, entity=world.repair_shop), by=world.inspector, on=TODAY)
    task.refresh_from_db()
    assert task.done_on is None


def test_a_task_is_not_done_twice(world):
    task = make_task(world)
    first = make_inspection(world)
    task.fulfil(first, by=world.inspector, on=TODAY)
    for second in (make_self_check(world), make_inspection(world)):
        with pytest.raises(ValidationError):
            task.fulfil(second, by=world.inspector, on=TODAY)
    task.refresh_from_db()
    assert (task.self_check, task.inspection) == (None, first)


def test_pending_tasks_are_overdue_after_their_day(world):
    task = make_task(world)
    assert not Task.objects.overdue(on=date(2024, 9, 20)).exists()
    assert list(Task.objects.overdue(on=date(2024, 9, 21))) == [task]
    assert (task.state(on=date(2024, 9, 20)), task.state(on=date(2024, 9, 21))) == (
        TaskState.PENDING, TaskState.OVERDUE,
    )  # fmt: skip
    task.fulfil(make_inspection(world), by=world.inspector, on=TODAY)
    assert not Task.objects.pending().exists()
    assert task.state() == TaskState.DONE


# --- a visit


def fulfil(inspection, officers, by):
    Task.objects.fulfil_by_visit(inspection, officers, by=by)


@pytest.mark.parametrize("purpose", ["inspect", "revisit"])
def test_a_visit_does_the_tasks_of_every_officer_present(world, purpose):
    mine, seconds = make_task(world, purpose=purpose), make_task(world, purpose=purpose, assignee=world.second)
    others = make_task(world, purpose=purpose, assignee=world.manager)
    visit = make_inspection(world)
    fulfil(visit, [world.inspector, world.second], world.inspector)
    assert set(Task.objects.done()) == {mine, seconds}
    assert list(Task.objects.pending()) == [others]


def test_a_visit_that_inspected_nothing_does_no_task(world):
    make_task(world)
    fulfil(make_inspection(world, outcome="closed", answers={}), [world.inspector], world.inspector)
    assert Task.objects.pending().count() == 1


def test_a_visit_does_neither_reminders_nor_re_inspections_nor_tasks_elsewhere(world):
    make_task(world, purpose="self_check")
    reinspection(world, make_hazard(world))
    make_task(world, entity=world.repair_shop)
    fulfil(make_inspection(world), [world.inspector], world.inspector)
    assert Task.objects.pending().count() == 3


def test_a_visit_does_the_task_at_a_duplicate_merged_into_the_entity(world):
    twin = make_entity(world)
    task = make_task(world, entity=twin)
    twin.merge_into(world.shop, by=world.manager)
    fulfil(make_inspection(world), [world.inspector], world.inspector)
    task.refresh_from_db()
    assert task.done_on == TODAY


def test_a_voided_visit_opens_its_tasks_again_and_takes_back_what_followed_from_it(world):
    task = make_task(world)
    visit = make_inspection(world)
    fulfil(visit, [world.inspector], world.inspector)
    follow_up = make_task(world, purpose="revisit", follows=visit)
    visit.void(by=world.manager, reason="录错主体")
    task.refresh_from_db()
    follow_up.refresh_from_db()
    assert (task.done_on, task.inspection) == (None, None)
    assert (task.history.first().history_user, bool(task.history.first().history_change_reason)) == (
        world.manager, True,
    )  # fmt: skip
    assert follow_up.state() == TaskState.WITHDRAWN
    assert follow_up.withdrawal_reason


# --- a re-inspection


def test_accepting_a_rectification_does_the_re_inspection_whoever_judges(world):
    task = reinspection(world, make_hazard(world))
    attempt = rectify(world, task.hazard)
    task.refresh_from_db()
    assert (task.rectification, task.done_on) == (attempt, TODAY)


def test_rejecting_does_it_too(world):
    hazard = make_hazard(world)
    task, attempt = reinspection(world, hazard), make_rectification(world, hazard=hazard)
    attach_photo(attempt, by=world.inspector)
    attempt.reject(by=world.inspector, deadline=date(2024, 9, 30), comment="仍未张贴", on=TODAY)
    task.refresh_from_db()
    assert task.rectification == attempt


def test_the_verdict_on_another_hazard_does_not(world):
    task = reinspection(world, make_hazard(world))
    rectify(world, make_hazard(world))
    task.refresh_from_db()
    assert task.done_on is None


def test_a_re_inspection_is_done_on_the_page_of_its_hazard(world):
    task = reinspection(world, make_hazard(world))
    assert task.place_url == task.hazard.get_absolute_url()
    assert make_task(world).place_url == world.shop.get_absolute_url()


# --- whose it is


def test_a_task_goes_only_to_who_sees_the_entity(world):
    with translation.override("en"), pytest.raises(ValidationError, match="Stranger does not see"):
        make_task(world, assignee=world.stranger)


def test_a_task_does_not_go_to_who_left(world):
    world.second.is_active = False
    world.second.save()
    with translation.override("en"), pytest.raises(ValidationError, match="no longer works here"):
        make_task(world, assignee=world.second)


def test_reassigning_keeps_in_the_history_whose_it_was_and_why(world):
    task = make_task(world)
    task.reassign(to=world.second, by=world.manager, reason="调岗", due_on=date(2024, 9, 30))
    task.refresh_from_db()
    assert (task.assignee, task.due_on) == (world.second, date(2024, 9, 30))
    now, before = task.history.all()
    assert (before.assignee, now.assignee) == (world.inspector, world.second)
    assert (now.history_user, now.history_change_reason) == (world.manager, "调岗")


def test_reassigning_without_a_date_keeps_it(world):
    task = make_task(world)
    task.reassign(to=world.second, by=world.manager, reason="调岗")
    assert task.due_on == date(2024, 9, 20)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "Say why"),
        ({"due_on": date(2024, 9, 1)}, "This day is past"),
        ({"to": "stranger"}, "does not see"),
        ({"to": "inspector"}, "already"),
    ],
)
def test_a_wrong_reassignment_is_refused_and_changes_nothing(world, changes, message):
    task = make_task(world)
    values = {"to": "second", "reason": "调岗"} | changes
    values["to"] = getattr(world, values["to"])
    with translation.override("en"), pytest.raises(ValidationError, match=message):
        task.reassign(by=world.manager, **values)
    task.refresh_from_db()
    assert (task.assignee, task.version) == (world.inspector, 1)


def test_the_same_officer_may_get_another_day(world):
    task = make_task(world)
    task.reassign(to=world.inspector, by=world.manager, reason="请假", due_on=date(2024, 10, 8))
    assert task.due_on == date(2024, 10, 8)


def test_a_withdrawn_task_counts_nowhere_and_says_why(world):
    task = make_task(world)
    task.withdraw(by=world.manager, reason="已注销", on=TODAY)
    assert (task.state(), task.withdrawal_reason) == (TaskState.WITHDRAWN, "已注销")
    assert not Task.objects.pending().exists() and not Task.objects.standing().exists()
    assert list(Task.objects.withdrawn()) == [task]


def test_a_task_is_not_withdrawn_without_a_reason(world):
    task = make_task(world)
    with pytest.raises(ValidationError):
        task.withdraw(by=world.manager, reason="")
    task.refresh_from_db()
    assert task.is_pending


def test_a_task_that_is_done_or_withdrawn_stays_as_it_is(world):
    done, withdrawn = make_task(world), make_task(world)
    done.fulfil(make_inspection(world), by=world.inspector, on=TODAY)
    withdrawn.withdraw(by=world.manager, reason="已注销")
    for task in (done, withdrawn):
        for change in (
            lambda task=task: task.reassign(to=world.second, by=world.manager, reason="调岗"),
            lambda task=task: task.withdraw(by=world.manager, reason="再撤"),
            lambda task=task: task.fulfil(make_inspection(world), by=world.inspector, on=TODAY),
        ):
            with pytest.raises(ValidationError) as refused:
                change()
            assert refused.value.code == "transition"


def test_an_inspectors_work_is_their_own_and_a_managers_the_scopes(world):
    mine, seconds = make_task(world), make_task(world, assignee=world.second)
    assert list(Task.objects.of_work(world.inspector)) == [mine]
    assert set(Task.objects.of_work(world.manager)) == {mine, seconds}
    assert not Task.objects.of_work(world.stranger).exists()
