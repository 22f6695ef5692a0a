"""The pages of the tasks: the list, handing out with a look first, giving to others, taking back, progress."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import Region
from inspections.models import Task
from inspections.tasks import as_seen
from inspections.views import task as task_views
from tests.factories import make_entity, make_hazard, make_inspection, make_task

LIST, ASSIGN, PROGRESS = reverse("task_list"), reverse("task_assign"), reverse("task_progress")
REASSIGN, WITHDRAW = reverse("task_reassign"), reverse("task_withdraw")


@pytest.fixture
def signed_in(client, world):
    """The county's manager, at a page in English."""
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def elsewhere(world):
    """A task of the other county."""
    return make_task(world, entity=world.other_shop, assignee=world.stranger, by=world.administrator)


def listed(response):
    return list(response.context["listing"].page)


@pytest.mark.parametrize("url", [LIST, ASSIGN, PROGRESS, REASSIGN, WITHDRAW])
def test_anonymous_is_sent_to_log_in(client, world, url):
    assert client.get(url).url.startswith(reverse("login"))
    assert client.post(url).url.startswith(reverse("login"))


@pytest.mark.parametrize("url", [ASSIGN, REASSIGN, WITHDRAW])
@pytest.mark.parametrize("role", ["inspector", "leader", "discipline"])
def test_only_who_hands_out_tasks_may_hand_out(client, world, url, role):
    task = make_task(world)
    client.force_login(getattr(world, role))
    assert client.get(url, {"task": task.pk}).status_code == 403
    assert client.post(f"{url}?task={task.pk}", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["inspector", "manager", "clerk", "leader", "discipline", "administrator"])
def test_everyone_sees_list_and_progress(client, world, role):
    make_task(world)
    client.force_login(getattr(world, role))
    for url in (LIST, PROGRESS):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(("role", "there"), [("manager", True), ("clerk", True), ("inspector", False)])
def test_the_navigation_has_tasks_for_who_hands_them_out_and_not_on_the_phone_bar(client, world, role, there):
    client.force_login(getattr(world, role))
    menus = client.get(LIST).context["frame"].menus
    shown = {menu: re.findall(rf'<a href="{LIST}"[^>]*>', html) for menu, html in menus.items()}
    assert shown["bottom_bar"] == [] and len(shown["navigation"]) == len(shown["further_places"]) == there
    assert all('aria-current="page"' in link for links in shown.values() for link in links)


def test_a_menu_says_what_holds_now_in_the_language_of_now(client, world):
    client.force_login(world.manager)
    assert ">任务<" in client.get(LIST).context["frame"].menus["navigation"]
    client.cookies["django_language"] = "en"
    english = client.get(LIST).context["frame"].menus["navigation"]
    assert ">Tasks<" in english and "任务" not in english
    world.manager.groups.clear()
    assert ">Tasks<" not in client.get(LIST).context["frame"].menus["navigation"]
    client.cookies["django_language"] = "zh-hans"
    assert ">任务<" not in client.get(LIST).context["frame"].menus["navigation"]


# --- the list


def test_the_list_begins_with_what_is_first_due(signed_in, world, elsewhere):
    later, sooner = make_task(world), make_task(world, due_on=date(2024, 9, 5), entity=world.repair_shop)
    make_task(world).fulfil(make_inspection(world), by=world.inspector, on=world.today)
    assert listed(signed_in.get(LIST)) == [sooner, later]


def test_inspectors_find_only_their_own(client, world):
    mine = make_task(world)
    make_task(world, assignee=world.second)
    client.force_login(world.inspector)
    assert listed(client.get(LIST, {"state": "any"})) == [mine]


def test_filters_narrow_and_count(signed_in, world, elsewhere):
    late = make_task(world, due_on=date(2024, 9, 1))
    seconds = make_task(world, assignee=world.second, entity=world.repair_shop, purpose="revisit")
    done, withdrawn = make_task(world), make_task(world)
    done.fulfil(make_inspection(world), by=world.inspector, on=world.today)
    withdrawn.withdraw(by=world.manager, reason="已注销")
    for query, found in [
        ({"state": "overdue"}, [late]),
        ({"state": "done"}, [done]),
        ({"state": "withdrawn"}, [withdrawn]),
        ({"state": "any"}, [late, seconds, done]),
        ({"officer": world.second.pk}, [seconds]),
        ({"purpose": "revisit"}, [seconds]),
        ({"q": "llslwxb"}, [seconds]),
        ({"region": "431102"}, [late, seconds]),
        ({"region": "43"}, [late, seconds]),
        ({"region": "43", "itself": "on"}, []),
        ({"region": "nowhere"}, None),
        ({"state": "nonsense"}, None),
        ({"officer": world.stranger.pk}, None),
        ({"q": "x" * 10_000}, None),
        ({"q": "\0"}, None),
    ]:
        response = signed_in.get(LIST, query)
        assert response.status_code == 200
        assert listed(response) == (found or []), query
        assert response.context["form"].is_valid() == (found is not None), query


def test_fifty_rows_take_as_many_queries_as_one(signed_in, world):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(url).status_code == 200
        return len(captured)

    first = make_task(world)
    changed = f"{REASSIGN}?all=on"
    for url in (LIST, PROGRESS, changed):
        queries(url)
    few = [queries(url) for url in (LIST, PROGRESS, changed)]
    for number in range(49):
        make_task(world, entity=make_entity(world, number), assignee=[world.second, first.assignee][number % 2])
    assert [queries(url) for url in (LIST, PROGRESS, changed)] == few


# --- handing out


def entries(world, *assignees, **changes):
    keys = [officer.pk for officer in assignees or (world.inspector, world.second)]
    return {"purpose": "inspect", "due_on": "2024-09-20", "assignees": keys, "note": "重点"} | changes


def test_the_register_offers_to_assign_its_list(signed_in, world):
    page = signed_in.get(reverse("entity_list"), {"kind": "seller"}).content.decode()
    assert f"{ASSIGN}?kind=seller" in page
    assert "Assign the 1 entity of this list" in page


def test_first_it_is_shown_who_would_get_what(signed_in, world):
    response = signed_in.post(ASSIGN, entries(world))
    assert response.status_code == 200
    assert {job.entity for job in response.context["plan"].jobs} == {world.shop, world.repair_shop}
    assert {(officer, count) for officer, count in response.context["plan"].loads} == {
        (world.inspector, 1), (world.second, 1),
    }  # fmt: skip
    assert not Task.objects.exists()


def test_then_just_that_is_assigned(signed_in, world):
    seen = signed_in.post(ASSIGN, entries(world)).context["plan"].digest
    response = signed_in.post(ASSIGN, entries(world, seen=seen))
    assert response.url == LIST
    assert Task.objects.filter(due_on=date(2024, 9, 20), note="重点", created_by=world.manager).count() == 2


def test_the_filter_of_the_register_holds(signed_in, world):
    url = f"{ASSIGN}?kind=repair_shop"
    seen = signed_in.post(url, entries(world, world.inspector)).context["plan"].digest
    signed_in.post(url, entries(world, world.inspector, seen=seen))
    assert [task.entity for task in Task.objects.all()] == [world.repair_shop]


def test_a_list_that_changed_meanwhile_is_shown_again_and_nothing_is_assigned(signed_in, world):
    seen = signed_in.post(ASSIGN, entries(world)).context["plan"].digest
    new = make_entity(world)
    response = signed_in.post(ASSIGN, entries(world, seen=seen))
    assert response.status_code == 409
    assert new in [job.entity for job in response.context["plan"].jobs]
    assert "changed since you looked" in response.content.decode()
    assert not Task.objects.exists()
    assert signed_in.post(ASSIGN, entries(world, seen=response.context["plan"].digest)).status_code == 302


def test_what_was_typed_after_the_look_is_looked_at_first(signed_in, world):
    seen = signed_in.post(ASSIGN, entries(world)).context["plan"].digest
    assert signed_in.post(ASSIGN, entries(world, due_on="2024-10-20", seen=seen)).status_code == 409
    assert not Task.objects.exists()


def test_what_has_such_a_task_is_left_out_in_words(signed_in, world):
    make_task(world, assignee=world.second)
    response = signed_in.post(ASSIGN, entries(world, world.inspector))
    assert [one.entity for one in response.context["plan"].skipped] == [world.shop]
    assert "with Second already, until 2024-09-20" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": "2024-09-01"}, "due_on"), ({"due_on": "x"}, "due_on"), ({"due_on": ""}, "due_on"),
        ({"assignees": []}, "assignees"), ({"assignees": ["x"]}, "assignees"), ({"purpose": "x"}, "purpose"),
        ({"note": "长" * 201}, "note"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("seen", [{}, {"seen": "x"}])
def test_a_wrong_entry_is_said_at_its_field_and_assigns_nothing(signed_in, world, changes, field, seen):
    response = signed_in.post(ASSIGN, entries(world) | changes | seen)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'value="{changes.get("note", "重点")}"' in response.content.decode()
    assert not Task.objects.exists()


def test_officers_of_other_counties_can_not_be_chosen(signed_in, world):
    response = signed_in.post(ASSIGN, entries(world, world.stranger))
    assert response.status_code == 422
    assert world.stranger not in response.context["form"].fields["assignees"].queryset


def test_entities_of_other_counties_are_not_in_the_list(signed_in, world):
    response = signed_in.post(f"{ASSIGN}?q={world.other_shop.name}", entries(world))
    assert response.context["count"] == 0
    assert "The list is empty" in response.content.decode()
    assert not Task.objects.exists()


def test_too_many_are_told_before_anything_is_filled_in(signed_in, world, monkeypatch):
    monkeypatch.setattr(task_views, "MOST_AT_ONCE", 1)
    page = signed_in.get(ASSIGN).content.decode()
    assert "1 entities at most" in page and '<form method="post"' not in page.split("<main")[1]


def test_in_a_campaign_that_ended_nothing_is_assigned(signed_in, world):
    world.campaign.status = "closed"
    world.campaign.save()
    response = signed_in.post(ASSIGN, entries(world))
    assert response.status_code == 422
    assert "choose a running campaign" in response.content.decode()


# --- giving to others, taking back


def change(client, url, tasks, **values):
    query = "&".join(f"task={task.pk}" for task in tasks)
    return client.post(f"{url}?{query}", {name: value for name, value in values.items() if value is not None})


def test_ticked_tasks_change_hands_after_a_look(signed_in, world):
    tasks = [make_task(world), make_task(world, entity=world.repair_shop)]
    values = {"to": world.second.pk, "reason": "调岗", "due_on": "2024-09-30"}
    shown = change(signed_in, REASSIGN, tasks, **values)
    assert shown.status_code == 200 and shown.context["is_shown"]
    assert set(Task.objects.values_list("assignee", "version")) == {(world.inspector.pk, 1)}
    done = change(signed_in, REASSIGN, tasks, seen=shown.context["seen"], **values)
    assert done.url == LIST
    assert set(Task.objects.values_list("assignee", "due_on")) == {(world.second.pk, date(2024, 9, 30))}


def test_ticked_tasks_are_taken_back_after_a_look(signed_in, world):
    task = make_task(world)
    shown = change(signed_in, WITHDRAW, [task], reason="已注销")
    assert Task.objects.pending().exists()
    assert change(signed_in, WITHDRAW, [task], reason="已注销", seen=shown.context["seen"]).url == LIST
    assert list(Task.objects.withdrawn()) == [task]


def test_the_page_shows_the_ticked_tasks_first(signed_in, world):
    task = make_task(world)
    for url in (REASSIGN, WITHDRAW):
        response = signed_in.get(url, {"task": task.pk})
        assert response.context["tasks"] == [task]
        assert not response.context["is_shown"]


def test_all_of_a_filtered_list_can_be_given_at_once(signed_in, world):
    make_task(world, assignee=world.second)
    mine = make_task(world)
    assert signed_in.get(REASSIGN, {"all": "on", "officer": world.inspector.pk}).context["tasks"] == [mine]


def test_too_many_at_once_are_told_and_none_is_changed(signed_in, world, monkeypatch):
    monkeypatch.setattr(task_views, "MOST_CHANGED_AT_ONCE", 1)
    tasks = [make_task(world), make_task(world, entity=world.repair_shop)]
    values = {"to": world.second.pk, "reason": "调岗"}
    response = change(signed_in, REASSIGN, tasks, seen=as_seen(tasks), **values)
    assert "1 tasks at most" in response.content.decode()
    assert not Task.objects.filter(assignee=world.second).exists()


@pytest.mark.parametrize("url", [REASSIGN, WITHDRAW])
def test_tasks_elsewhere_done_or_unknown_are_none_of_the_ticked(signed_in, world, elsewhere, url):
    done = make_task(world)
    done.fulfil(make_inspection(world), by=world.inspector, on=world.today)
    values = {"to": world.second.pk, "reason": "调岗", "seen": ""}
    for key in (elsewhere.pk, done.pk, "x", "9" * 30, "²", ""):
        assert signed_in.get(url, {"task": key}).url == LIST
        assert signed_in.post(f"{url}?task={key}", values).url == LIST
    elsewhere.refresh_from_db()
    assert (elsewhere.assignee, elsewhere.version) == (world.stranger, 1)


@pytest.mark.parametrize("seen", [None, "x"])
def test_a_wrong_reassignment_is_said_at_its_field_and_keeps_what_was_typed(signed_in, world, seen):
    task = make_task(world)
    good = {"to": world.second.pk, "reason": "调岗", "due_on": "", "seen": seen}
    for changes, field in [
        ({"to": ""}, "to"), ({"to": world.stranger.pk}, "to"), ({"reason": ""}, "reason"),
        ({"due_on": "x"}, "due_on"), ({"due_on": "2024-09-01"}, "due_on"), ({"to": world.inspector.pk}, "to"),
    ]:  # fmt: skip
        if seen and changes in ({"due_on": "2024-09-01"}, {"to": world.inspector.pk}):
            continue  # what was not looked at is refused for that
        response = change(signed_in, REASSIGN, [task], **good | changes)
        assert response.status_code == 422, changes
        assert list(response.context["form"].errors) == [field]
        assert ('value="调岗"' in response.content.decode()) == (field != "reason")
    task.refresh_from_db()
    assert task.version == 1


def test_tasks_that_changed_since_the_look_are_shown_again(signed_in, world):
    task = make_task(world)
    values = {"to": world.second.pk, "reason": "调岗"}
    seen = change(signed_in, REASSIGN, [task], **values).context["seen"]
    task.reassign(to=world.manager, by=world.manager, reason="先给我")
    clash = change(signed_in, REASSIGN, [task], seen=seen, **values)
    assert clash.status_code == 409 and clash.context["is_shown"]
    assert "Manager → Second" in clash.content.decode()
    task.refresh_from_db()
    assert task.assignee == world.manager
    assert change(signed_in, REASSIGN, [task], seen=clash.context["seen"], **values).url == LIST


# --- progress


def test_every_number_leads_to_just_the_tasks_that_it_counts(client, world, elsewhere):
    make_task(world, due_on=date(2024, 9, 1))
    make_task(world, assignee=world.second, purpose="reinspect", hazard=make_hazard(world))
    make_task(world).fulfil(make_inspection(world), by=world.inspector, on=world.today)
    make_task(world).withdraw(by=world.manager, reason="已注销")
    make_task(world, entity=make_entity(world, 5, region=world.city), assignee=world.leader, by=world.administrator)
    client.force_login(world.administrator)
    counted = {str(row["whose"]): (row["total"], row["done"], row["overdue"], row["share"]) for row in lines(client)}
    assert counted == {
        str(world.city): (1, 0, 0, 0), str(world.county): (3, 1, 1, 33), str(world.other_county): (1, 0, 0, 0),
        "Inspector": (2, 1, 1, 50), "Second": (1, 0, 0, 0), "Stranger": (1, 0, 0, 0), "Leader": (1, 0, 0, 0),
    }  # fmt: skip
    for_each_line_its_list(client, lines(client))
    inside = lines(client, region=world.county.pk)
    assert [str(row["whose"]) for row in inside] == [str(world.county), "Inspector", "Second"]
    for_each_line_its_list(client, inside)


def lines(client, **query):
    """Every line of the page, those of places first."""
    context = client.get(PROGRESS, query).context
    return [*context["places"], *context["officers"]]


def for_each_line_its_list(client, rows):
    for row in rows:
        for state, number in [("any", "total"), ("done", "done"), ("overdue", "overdue")]:
            found = client.get(f"{LIST}?state={state}&{row['query']}")
            assert found.context["listing"].count.number == row[number], (row, state)


def test_a_large_area_leads_down_step_by_step(client, world, elsewhere, monkeypatch):
    monkeypatch.setattr("inspections.progress.MOST_PLACES", 1)
    make_task(world)
    make_task(world, entity=make_entity(world, 5, region=world.city), assignee=world.leader, by=world.administrator)
    client.force_login(world.administrator)
    page = client.get(PROGRESS)
    shown = lines(client)
    assert [str(row["whose"]) for row in shown] == [str(world.city), str(world.county), str(world.other_county)]
    assert page.context["officers"] == [] and "请在上面选择地区" in page.content.decode()
    for_each_line_its_list(client, shown)
    assert ["page" in row for row in shown] == [False, True, True]
    below = client.get(shown[1]["page"])
    assert [str(row["whose"]) for row in below.context["officers"]] == ["Inspector"]
    assert [str(label) for label, _url in below.context["trail"]][-2:] == [str(world.city), str(world.county)]


def test_the_progress_of_other_counties_stays_out(signed_in, world, elsewhere):
    make_task(world)
    assert [row["whose"] for row in lines(signed_in)] == [Region.objects.get(pk=world.county.pk), world.inspector]


def test_without_a_task_the_pages_say_what_they_are_for(signed_in, world):
    assert "Here stands who goes where by when" in signed_in.get(LIST).content.decode()
    assert "None is assigned yet" in signed_in.get(PROGRESS).content.decode()
