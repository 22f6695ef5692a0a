"""Many records at once: all or none, seen before, undone within the hour."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity
from entities.stored import Stale
from inspections.bulk import do_to_all, undo
from inspections.models import Assignment, BulkChange, Task
from inspections.tasks import assign_tasks, reassign_tasks, withdraw_tasks
from tests.factories import make_assignment, make_task

LEDGER = "/ledgers/assignment/"


def reported(world, number):
    task = make_assignment(world, what=f"交办{number}")
    task.report(by=world.inspector, feedback="已办")
    return task


def page(deed="accept", **query):
    return reverse("ledger_bulk", args=["assignment", deed], query=query)


def seen(*records):
    return [f"{record.pk}:{record.version}" for record in records]


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def test_it_is_shown_whom_it_concerns_and_done_to_the_ticked_ones(clerk, world):
    tasks = [reported(world, number) for number in range(3)]
    make_assignment(world, what="还没报")
    assert page() in clerk.get(LEDGER).content.decode()
    shown = clerk.get(page())
    assert {seen for _row, seen, _ticked in shown.context["rows"]} == set(seen(*tasks))
    assert not any(ticked for _row, _seen, ticked in shown.context["rows"])
    assert all(ticked for _row, _seen, ticked in clerk.get(page(all=1)).context["rows"])
    assert shown.context["left_out"] == 1
    assert not Assignment.objects.filter(status="done").exists()
    clerk.post(page(), {"record": seen(*tasks[:2]), "on": "2024-09-02"})
    assert set(Assignment.objects.filter(status="done")) == set(tasks[:2])


def test_all_or_none(clerk, world):
    first, second = reported(world, 1), reported(world, 2)
    stale = seen(first, second)
    second.send_back(by=world.clerk, reason="再补")
    second.report(by=world.inspector, feedback="补了")
    response = clerk.post(page(), {"record": stale, "on": "2024-09-02"})
    assert response.status_code in (409, 422)
    assert not Assignment.objects.filter(status="done").exists()
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"record": ["999:1", "x", "1:x", "1:" + "9" * 5000]}, {"record": [], "on": "2030-01-01"}]
)
def test_nothing_ticked_or_a_wrong_day_is_told(data, clerk, world):
    reported(world, 1)
    assert clerk.post(page(), {"on": "2024-09-02"} | data).status_code == 422
    assert not BulkChange.objects.exists()


def test_it_is_undone_within_the_hour_by_whoever_did_it(clerk, world):
    tasks = [reported(world, number) for number in range(2)]
    clerk.post(page(), {"record": seen(*tasks), "on": "2024-09-02"})
    change = BulkChange.objects.get()
    url = reverse("bulk_undo", args=[change.pk])
    assert url in clerk.get(LEDGER).content.decode()
    clerk.force_login(world.manager)
    assert url not in clerk.get(LEDGER).content.decode()
    assert clerk.post(url).status_code == 404
    clerk.force_login(world.clerk)
    assert clerk.get(url).status_code == 405
    assert clerk.post(url, {"next": LEDGER}).url == LEDGER
    assert clerk.post(url, {"next": "https://elsewhere.invalid/"}).url == "/"
    assert {(task.status, task.done_on) for task in Assignment.objects.all()} == {("reported", None)}
    assert Assignment.history.first().history_change_reason


def test_after_an_hour_or_twice_nothing_is_undone(world):
    task = reported(world, 1)
    change = do_to_all([(task, task.version)], lambda one: one.accept(by=world.clerk), by=world.clerk, label="x")
    BulkChange.objects.update(at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(ValidationError):
        undo(change, by=world.clerk)
    BulkChange.objects.update(at=timezone.now())
    undo(change, by=world.clerk)
    with pytest.raises(ValidationError):
        undo(change, by=world.clerk)


def test_what_was_changed_since_keeps_everything_as_it_is(world):
    tasks = [make_assignment(world, what=f"交办{number}") for number in range(2)]
    withdraw = do_to_all(
        [(task, task.version) for task in tasks],
        lambda one: one.withdraw(by=world.clerk, reason="取消"),
        by=world.clerk,
        label="x",
    )
    tasks[0].refresh_from_db()
    tasks[0].store(by=world.manager)
    with pytest.raises(ValidationError):
        undo(withdraw, by=world.clerk)
    assert Assignment.objects.filter(status="withdrawn").count() == 2


def test_a_refusal_names_its_record(world):
    good, bad = reported(world, 1), make_assignment(world, what="没报的")
    with pytest.raises(ValidationError, match="没报的"):
        do_to_all([(good, None), (bad, None)], lambda one: one.accept(by=world.clerk), by=world.clerk, label="x")
    with pytest.raises(Stale):
        do_to_all([(good, 99)], lambda one: one.accept(by=world.clerk), by=world.clerk, label="x")
    assert not Assignment.objects.filter(status="done").exists()


def test_who_may_not_do_it_to_one_does_it_to_none(clerk, world):
    task = reported(world, 1)
    clerk.force_login(world.inspector)
    assert clerk.post(page(), {"record": seen(task), "on": "2024-09-02"}).status_code == 403
    clerk.force_login(world.clerk)
    for deed in ("report", "send_back", "nothing"):
        assert clerk.get(page(deed)).status_code == 404


def test_handed_out_tasks_are_taken_back_and_given_ones_returned(world, client):
    entities = Entity.objects.filter(pk=world.shop.pk)
    terms = {
        "campaign": world.campaign,
        "assignees": [world.inspector],
        "due_on": date(2024, 9, 20),
        "purpose": "inspect",
    }
    assign_tasks(entities, by=world.manager, **terms)
    client.force_login(world.manager)
    assert client.get("/tasks/").context["undoable"].count == 1
    undo(BulkChange.objects.first(), by=world.manager)
    assert not Task.objects.pending().exists()
    task = make_task(world)
    reassign_tasks([task], by=world.manager, to=world.second, reason="休假")
    undo(BulkChange.objects.first(), by=world.manager)
    task.refresh_from_db()
    assert task.assignee == world.inspector
    withdraw_tasks([task], by=world.manager, reason="重复")
    undo(BulkChange.objects.first(), by=world.manager)
    assert task in Task.objects.pending()


def test_only_whoever_gave_it_decides_on_it(client, world):
    task = make_assignment(world, by=world.administrator, region=world.city)
    client.force_login(world.manager)
    assert client.get(LEDGER).context["count"].number == 1
    assert client.get(page("withdraw"), follow=True).redirect_chain
    assert "withdraw" not in client.get(task.get_absolute_url()).content.decode()
    for deed in (lambda: task.withdraw(by=world.manager, reason="x"), lambda: task.accept(by=world.manager)):
        with pytest.raises(ValidationError):
            deed()
    task.refresh_from_db()
    assert task.status == "open"
    task.withdraw(by=world.administrator, reason="取消")


def test_a_ticked_record_that_left_the_list_is_told(clerk, world):
    first, second = reported(world, 1), reported(world, 2)
    ticked = seen(first, second)
    second.accept(by=world.clerk)
    response = clerk.post(page(), {"record": ticked, "on": "2024-09-02"})
    assert response.status_code == 422
    first.refresh_from_db()
    assert first.status == "reported"
