"""Lists of entities handed out: shared evenly, neighbours together, what needs none left out, all or nothing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from entities.models import Entity
from inspections import tasks as tasks_module
from inspections.models import Campaign, Task
from inspections.tasks import ListChanged, as_seen, assign_tasks, plan_tasks, reassign_tasks, withdraw_tasks
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import make_entity, make_hazard, make_inspection, make_task, rectify

DUE = date(2024, 9, 20)


def shops(world, count, **changes):
    """So many sellers, from the first house of a street to the last."""
    made = [
        make_entity(world, number, address=f"零陵区长街{number:03d}号", **changes) for number in range(1, count + 1)
    ]
    return Entity.objects.filter(pk__in=[entity.pk for entity in made])


def terms(world, *assignees, **changes):
    values = {
        "by": world.manager, "campaign": world.campaign, "assignees": list(assignees) or [world.inspector],
        "due_on": DUE, "purpose": "inspect",
    }  # fmt: skip
    return values | changes


def refused(message, call, *args, **kwargs):
    """The call raises ValidationError with that message, and writes no task."""
    with translation.override("en"), pytest.raises(ValidationError, match=message) as error:
        call(*args, **kwargs)
    assert not Task.objects.exists()
    return error.value


def test_every_entity_gets_a_task_with_name_date_and_history(world):
    assign_tasks(shops(world, 2), note="重点", **terms(world))
    for task in Task.objects.all():
        assert (task.assignee, task.due_on, task.purpose, task.note) == (world.inspector, DUE, "inspect", "重点")
        assert (task.campaign, task.region, task.unit) == (world.campaign, world.county, world.manager.unit)
        assert (task.created_by, task.entity_kind, task.version) == (world.manager, "seller", 1)
        assert [version.history_user for version in task.history.all()] == [world.manager]
    assert Task.objects.count() == 2


def test_several_officers_share_evenly_and_get_neighbours(world):
    plan = plan_tasks(shops(world, 8), **terms(world, world.second, world.inspector, world.trainee))
    given = {}
    for job in plan.jobs:
        given.setdefault(job.officer, []).append(job.entity.address)
    assert sorted(len(addresses) for addresses in given.values()) == [2, 3, 3]
    assert set(given) == {world.inspector, world.second, world.trainee}
    for addresses in given.values():  # an unbroken stretch of the street
        numbers = [int(address[-4:-1]) for address in addresses]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_the_same_list_is_shared_the_same_way_again(world):
    entities = shops(world, 5)
    first = plan_tasks(entities, **terms(world, world.inspector, world.second))
    again = plan_tasks(entities.order_by("-name"), **terms(world, world.second, world.inspector))
    assert first.digest == again.digest


@pytest.mark.parametrize("change", [{"due_on": date(2024, 9, 21)}, {"purpose": "revisit"}])
def test_another_day_or_purpose_is_another_plan(world, change):
    entities = shops(world, 2)
    assert plan_tasks(entities, **terms(world)).digest != plan_tasks(entities, **terms(world, **change)).digest


def test_each_entity_goes_to_somebody_who_sees_it(world):
    """A list of the whole city, shared among officers of both counties."""
    shops(world, 4)
    everything = Entity.objects.filter(merged_into=None)
    plan = plan_tasks(everything, **terms(world, world.inspector, world.second, world.stranger, by=world.administrator))
    assert len(plan.jobs) == everything.count()
    for job in plan.jobs:
        assert (job.officer == world.stranger) == (job.entity == world.other_shop)


def test_who_sees_more_places_does_not_get_more_than_the_others(world):
    everywhere = Entity.objects.filter(pk__in=[world.shop.pk, world.other_shop.pk])
    for others in ([world.inspector, world.stranger], [world.inspector]):
        who = terms(world, world.administrator, *others, by=world.administrator)
        assert [count for _officer, count in plan_tasks(everywhere, **who).loads] == [1, 1]


def test_an_entity_with_such_a_task_is_left_out_and_it_is_said_with_whom(world):
    entities = shops(world, 3)
    there = make_task(world, entity=entities.first(), assignee=world.second)
    make_task(world, entity=entities.last(), purpose="self_check")
    with translation.override("en"):
        plan = assign_tasks(entities, **terms(world))
    assert [(skipped.entity, "Second" in skipped.why) for skipped in plan.skipped] == [(there.entity, True)]
    assert Task.objects.filter(purpose="inspect").count() == 3


def test_a_task_that_is_done_or_of_another_campaign_stands_in_nobodys_way(world):
    entities = shops(world, 1)
    make_task(world, entity=entities[0]).fulfil(make_inspection(world, entity=entities[0]), by=world.inspector, on=DUE)
    other = Campaign.objects.create(
        code="OLD", name="上次", region=world.city, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31)
    )
    make_task(world, entity=entities[0], campaign=other)
    assert len(plan_tasks(entities, **terms(world)).jobs) == 1


def test_closed_and_merged_entities_are_left_out_but_for_a_revisit(world):
    closed, twin = make_entity(world, 1), make_entity(world, 2)
    closed.change_state("closed", by=world.manager, reason="注销", on=world.today)
    twin.merge_into(world.shop, by=world.manager)
    entities = Entity.objects.filter(pk__in=[closed.pk, twin.pk])
    assert {one.entity for one in plan_tasks(entities, **terms(world)).skipped} == {closed, twin}
    assert [job.entity for job in plan_tasks(entities, **terms(world, purpose="revisit")).jobs] == [closed]


def test_a_re_inspection_is_made_for_each_open_hazard(world):
    visit = make_inspection(world)
    first, second, done = (make_hazard(world, inspection=visit) for _number in range(3))
    rectify(world, done)
    entities = Entity.objects.filter(pk__in=[world.shop.pk, world.repair_shop.pk])
    plan = assign_tasks(entities, **terms(world, purpose="reinspect"))
    assert {task.hazard for task in Task.objects.all()} == {first, second}
    assert [skipped.entity for skipped in plan.skipped] == [world.repair_shop]
    assert not plan_tasks(entities, **terms(world, purpose="reinspect")).jobs


@pytest.mark.parametrize(("status", "allowed"), [("running", True), ("wrapping_up", False), ("closed", False)])
def test_only_a_running_campaign_takes_tasks_to_inspect(world, status, allowed):
    entities = shops(world, 1)
    world.campaign.status = status
    if allowed:
        assert plan_tasks(entities, **terms(world)).jobs
    else:
        refused("choose a running campaign", plan_tasks, entities, **terms(world))


def test_rectifications_go_on_while_the_campaign_wraps_up(world):
    make_hazard(world)
    world.campaign.status = "wrapping_up"
    shop = Entity.objects.filter(pk=world.shop.pk)
    assert plan_tasks(shop, **terms(world, purpose="reinspect")).jobs


def test_a_past_day_is_refused(world):
    error = refused("This day is past", assign_tasks, shops(world, 1), **terms(world, due_on=date(2024, 9, 1)))
    assert list(error.error_dict) == ["due_on"]


def test_nobody_is_no_assignee(world):
    refused("at least one officer", assign_tasks, shops(world, 1), **terms(world, assignees=[]))


@pytest.mark.parametrize(("name", "by"), [("stranger", "manager"), ("leader", "administrator")])
def test_who_is_out_of_sight_or_never_sent_is_refused_by_name(world, name, by):
    officer = getattr(world, name)
    who = terms(world, world.inspector, officer, by=getattr(world, by))
    refused(f"not sent out: {officer}", assign_tasks, shops(world, 1), **who)


def test_who_left_is_refused_by_name(world):
    world.second.is_active = False
    world.second.save()
    refused("Second", assign_tasks, shops(world, 1), **terms(world, world.second))


def test_who_sees_none_of_the_entities_is_refused_by_name(world):
    who = terms(world, world.inspector, world.stranger, by=world.administrator)
    refused("see none of the entities: Stranger", assign_tasks, shops(world, 1), **who)


def test_entities_that_none_of_the_officers_sees_are_named(world):
    both = Entity.objects.filter(pk__in=[world.shop.pk, world.other_shop.pk])
    refused(world.other_shop.name, assign_tasks, both, **terms(world, by=world.administrator))


def test_entities_outside_the_assigners_scope_are_not_assigned(world):
    everything = Entity.objects.all()
    assert world.other_shop not in [job.entity for job in plan_tasks(everything, **terms(world)).jobs]


def test_too_many_at_once_are_refused_with_words(world, monkeypatch):
    monkeypatch.setattr(tasks_module, "MOST_AT_ONCE", 2)
    refused("2 entities at most", assign_tasks, shops(world, 3), **terms(world))


def test_nobody_assigns_what_they_did_not_see(world):
    entities = Entity.objects.filter(kind="seller", region=world.county)
    seen = plan_tasks(entities, **terms(world)).digest
    make_entity(world, 9)
    with pytest.raises(ListChanged):
        assign_tasks(entities, seen=seen, **terms(world))
    assert not Task.objects.exists()
    assign_tasks(entities, seen=plan_tasks(entities, **terms(world)).digest, **terms(world))
    assert Task.objects.count() == 2


def test_thirty_entities_take_as_many_queries_as_two(world):
    everything = shops(world, 32).order_by("pk")
    who = terms(world, world.inspector, world.second)

    def queries(first, last):
        keys = [entity.pk for entity in everything[first:last]]
        with CaptureQueriesContext(connection) as captured:
            assert len(assign_tasks(Entity.objects.filter(pk__in=keys), **who).jobs) == len(keys)
        return len(captured)

    plan_tasks(everything, **who)  # the grants of each officer are asked once
    assert queries(0, 2) == queries(2, 32)


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_two_who_assign_the_same_list_at_once_double_nothing(world):
    shops(world, 5)
    everything = Entity.objects.filter(region=world.county)
    at_once(*[lambda: assign_tasks(everything, **terms(world)) for _number in range(2)])
    assert Task.objects.count() == everything.count()


# --- many at once


def test_all_ticked_tasks_change_hands_or_none(world):
    tasks = [make_task(world), make_task(world, entity=world.repair_shop)]
    assert reassign_tasks(tasks, by=world.manager, to=world.second, reason="调岗") == 2
    assert set(Task.objects.values_list("assignee", flat=True)) == {world.second.pk}
    elsewhere = make_task(world, entity=world.other_shop, assignee=world.stranger, by=world.administrator)
    with translation.override("en"), pytest.raises(ValidationError, match="does not see"):
        reassign_tasks([*tasks, elsewhere], by=world.administrator, to=world.inspector, reason="调岗")
    assert set(Task.objects.values_list("assignee", flat=True)) == {world.second.pk, world.stranger.pk}


@pytest.mark.parametrize(("name", "by"), [("stranger", "manager"), ("leader", "administrator")])
def test_nobody_is_given_tasks_who_is_out_of_sight_or_never_sent(world, name, by):
    officer, task = getattr(world, name), make_task(world)
    with translation.override("en"), pytest.raises(ValidationError, match=f"not sent out: {officer}"):
        reassign_tasks([task], by=getattr(world, by), to=officer, reason="调岗")


def test_tasks_that_changed_since_they_were_looked_at_stay(world):
    task = make_task(world)
    seen = as_seen([task])
    task.reassign(to=world.second, by=world.manager, reason="调岗")
    with pytest.raises(ListChanged):
        withdraw_tasks([task], by=world.manager, reason="重复", seen=seen)
    assert Task.objects.pending().exists()
    assert withdraw_tasks([task], by=world.manager, reason="重复", seen=as_seen([task])) == 1
