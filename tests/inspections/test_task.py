"""Tasks: done by one record of the same entity."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import Task
from tests.factories import make_inspection, make_self_check, make_task
from tests.world import TODAY


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
    assert task.done_on is None


def test_a_task_is_not_done_twice(world):
    task = make_task(world)
    task.fulfil(make_inspection(world), by=world.inspector, on=TODAY)
    with pytest.raises(ValidationError):
        task.fulfil(make_self_check(world), by=world.inspector, on=TODAY)
    task.refresh_from_db()
    assert task.self_check is None


def test_pending_tasks_are_overdue_after_their_day(world):
    task = make_task(world)
    assert not Task.objects.overdue(on=date(2024, 9, 20)).exists()
    assert list(Task.objects.overdue(on=date(2024, 9, 21))) == [task]
    task.fulfil(make_inspection(world), by=world.inspector, on=TODAY)
    assert not Task.objects.pending().exists()
