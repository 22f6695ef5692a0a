"""The change history of everything: searched, scoped, with what was before and after."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from entities.models import AuditEvent, Officer
from entities.stored_many import store_new
from entities.structured import told, told_apart
from inspections.models import Lead, Training
from inspections.workflow import discard_draft
from reports.columns import named
from reports.details import Details
from reports.history import kinds
from reports.models import RoundReport
from reports.rounds.sheet import KEYS, Sheet
from tests.factories import (
    make_case,
    make_entity,
    make_exposure,
    make_hazard,
    make_inspection,
    make_lead,
    make_order,
    make_task,
    rectify,
)
from tests.ledger_records import make_one_of_each
from tests.office import make_round
from tests.world import TODAY

PAGE = reverse("history")


@pytest.fixture
def look(client, world):
    client.cookies["django_language"] = "en"

    def get(reader=world.discipline, **query):
        client.force_login(reader)
        return client.get(PAGE, query)

    return get


def entries(answer):
    return answer.context["found"].entries


def test_it_says_who_changed_what_from_what_to_what(look, world):
    world.shop.phone = "0746-1111111"
    world.shop.store(by=world.clerk)
    first = entries(look(kind="entity", record=world.shop.pk))[0]
    assert (first.who, first.kind, first.what, first.way) == ("Clerk", "entity", "changed", "command line")
    assert [(change.old, change.new) for change in first.changes] == [("0746-0000000", "0746-1111111")]


def test_it_is_searched_by_officer_way_and_day(look, world):
    make_lead(world, by=world.clerk)
    assert {entry.who for entry in entries(look(officer=world.clerk.pk))} == {"Clerk"}
    assert not entries(look(way="api"))
    assert not entries(look(until="2020-01-01")) and entries(look(since="2020-01-01"))
    assert look(address="nonsense").status_code == 422


def test_log_ins_and_exports_are_there(look, client, world):
    client.force_login(world.manager)
    client.get(reverse("ledger_export", args=["entity"]))
    told = entries(look(kind="events", officer=world.manager.pk))
    assert any(entry.kind == "taken out" and "/ledgers/entity/export/" in entry.what for entry in told)


def test_only_of_the_own_scope(look, world):
    world.discipline.appoint(role="discipline", unit=world.stranger.unit, on=world.today)
    seen = {entry.record for entry in entries(look(kind="entity"))}
    assert seen == {str(world.other_shop.pk)}


def test_page_after_page(look, world):
    for number in range(10, 70):
        make_entity(world, number)
    first = look(kind="entity")
    rest = look(kind="entity", before=first.context["found"].next)
    one, other = [{entry.record for entry in entries(page)} for page in (first, rest)]
    assert len(one) == 50 and other and not one & other


@pytest.mark.parametrize("name", ["manager", "clerk", "leader", "inspector"])
def test_closed_to_all_others(look, world, name):
    assert look(getattr(world, name)).status_code == 403


def change_everything(world, numbers):
    """For each number, changes of all kinds of links: of a hazard, an attempt, a task, a case and its officers, an exposure."""
    for number in numbers:
        shop = make_entity(world, number)
        shop.responsible_officer = world.inspector if number % 2 else world.second
        shop.store(by=world.clerk)
        visit = make_inspection(world, entity=shop)
        hazard = make_hazard(world, inspection=visit)
        order = make_order(world, inspection=visit, number=f"零市监改〔2024〕{number}号")
        order.hazards.add(hazard)
        rectify(world, hazard)
        make_hazard(world, inspection=visit, repeats=hazard).extend(
            by=world.manager, deadline=world.today + timedelta(days=40), reason="等待配件"
        )
        make_task(world, entity=shop).reassign(to=world.second, by=world.manager, reason="换人")
        case = make_case(world, number=f"零市监立〔2024〕{number}号", entity=shop, status="filed")
        case.officers.add(world.manager)
        make_exposure(world).cases.add(case)


def queries(look, **query):
    with CaptureQueriesContext(connection) as asked:
        found = entries(look(**query))
    return len(asked), len(found)


@pytest.mark.parametrize(
    "kind", ["", "entity", "inspection", "hazard", "rectification", "order", "task", "case", "exposure"]
)
def test_as_many_queries_for_few_entries_as_for_many(look, world, kind):
    change_everything(world, [100])
    look(kind=kind)
    few, shown = queries(look, kind=kind)
    change_everything(world, range(101, 106))
    many, now_shown = queries(look, kind=kind)
    assert few == many and (now_shown > shown or now_shown == 50)


def test_the_names_of_whatever_is_linked_are_said_without_asking_again(world):
    make_one_of_each(world)
    linked = {field.related_model for model in kinds().values() for field in model._meta.fields if field.is_relation}
    linked |= {field.related_model for model in kinds().values() for field in model.history.model._history_m2m_fields}
    found = [record for model in linked for record in named(model)[:1]]
    with CaptureQueriesContext(connection) as asked:
        assert all(str(record) for record in found) and len(found) > 25
    assert [query["sql"] for query in asked] == []


def test_what_was_written_at_one_moment_is_split_by_no_page(look, world, monkeypatch):
    """As an import writes it, of two kinds."""
    moment = timezone.now()
    monkeypatch.setattr("entities.stored_many.timezone.now", lambda: moment)
    of = {"campaign": world.campaign, "region": world.county}
    leads = [Lead(came_from="complaint", received_on=TODAY, text=str(number), **of) for number in range(80)]
    courses = [Training(title=str(number), held_on=TODAY, directors=1, **of) for number in range(60)]
    store_new(leads, by=world.clerk)
    store_new(courses, by=world.clerk)
    seen, query = [], {"officer": world.clerk.pk}
    while query is not None:
        page = look(**query)
        seen += [(entry.kind, entry.record) for entry in entries(page)]
        following = page.context["found"].next
        query = query | {"before": following} if following else None
    assert len(seen) == len(set(seen)) == 140


def test_log_ins_hide_no_change_behind_them(look, client, world):
    world.clerk.name = "新名"
    world.clerk.save()
    for _time in range(60):
        world.clerk.last_login = timezone.now()
        world.clerk.save(update_fields=["last_login"])
    assert Officer.history.filter(id=world.clerk.pk).count() > 60
    first = entries(look(kind="officer", record=world.clerk.pk))[0]
    assert [(change.old, change.new) for change in first.changes] == [("Clerk", "新名")]


@pytest.mark.parametrize(
    "before",
    [
        "nonsense",
        "2024-13-01T00:00:00.000000_1_1",
        "2024-01-01T00:00:00.000000_1_" + "9" * 30,
        "0001-01-01T00:00:00.000000+14:00",
        "2024-01-01_1",
    ],
)
def test_a_place_that_is_none_is_refused(look, world, before):
    assert look(before=before).status_code == 422


def test_what_was_before_a_moment_is_found_without_what_was_written_at_it(look, world):
    make_lead(world, by=world.clerk)
    (last,) = entries(look(kind="lead"))
    assert not entries(look(kind="lead", before=last.at.isoformat(timespec="microseconds")))
    assert entries(look(kind="lead", before=(last.at + timedelta(microseconds=1)).isoformat()))


def test_frozen_figures_are_told_in_words(look, client, world):
    report = make_round(world).reports.get(unit=world.clerk.unit)
    report.submit(by=world.clerk, person_in_charge="张科长", compiler="李办事员", phone="0746-1234567")
    report.approve(by=world.administrator, figures=Sheet(report.round).figures_of(report))
    page = look(kind="roundreport", record=report.pk)
    told_of = {change.field: (change.old, change.new) for change in entries(page)[0].changes}
    assert told_of["frozen figures"] == ("—", f"{2 * len(KEYS)} values")
    assert "{'" not in page.content.decode() and "{&#x27;" not in page.content.decode()


def test_of_figures_that_differ_those_are_told_by_their_labels(look, world):
    report = make_round(world).reports.get(unit=world.clerk.unit)
    report.submit(by=world.clerk, person_in_charge="张科长", compiler="李办事员", phone="0746-1234567")
    report.approve(by=world.administrator, figures=Sheet(report.round).figures_of(report))
    figures = report.figures | {"week": report.figures["week"] | {"orders_issued": "7"}}
    last = report.history.first()
    last.pk, last.figures = None, figures
    last.save(force_insert=True)
    (change,) = entries(look(kind="roundreport", record=report.pk))[0].changes
    assert RoundReport.objects.get(pk=report.pk).figures != figures
    assert change.old.endswith(": 0") and change.new.startswith("this period · ") and change.new.endswith(": 7")


def test_a_record_says_its_lists_and_answers_in_words(world):
    others = [{"name": "吴思源", "unit": "祁阳市公安局", "certificate_number": "湘D000125"}]
    visit = make_inspection(world, submitted=False, others_present=others)
    visit.answers = {"XS-01": "na"}
    visit.store(by=world.inspector)
    with translation.override("en"):
        details = Details(visit, world.discipline)
        lines = {str(line.label): line.text for line in details.lines}
        _version, changes = details.versions[0]
    assert lines["others present"] == "吴思源 祁阳市公安局 湘D000125"
    assert [(change.field, change.old, change.new) for change in changes] == [("answers", "—", "XS-01: not applicable")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "—"),
        ([], "—"),
        (None, "—"),
        ({"a": 1, "b": None}, "a: 1, b: —"),
        ({"a": {"b": 2}}, "a · b: 2"),
        (["x", "", "y"], "x, y"),
        ([{"name": "n", "unit": ""}], "n"),
        ({str(number): number for number in range(7)}, "7 values"),
    ],
)
def test_no_structure_is_shown_as_it_is_kept(value, words):
    with translation.override("en"):
        assert told(value) == words


def test_of_many_values_only_how_many_differ():
    old = {str(number): 0 for number in range(20)}
    with translation.override("en"):
        assert told_apart(None, old, old | {"3": 1}) == ("3: 0", "3: 1")
        assert told_apart(None, old, dict.fromkeys(old, 1)) == ("20 values", "20 values · 20 of them different")


def test_a_removed_record_stays_in_the_history_of_its_county(look, world):
    draft = make_inspection(world, by=world.second, submitted=False)
    key = draft.pk
    discard_draft(draft, by=world.second)
    told = entries(look(kind="inspection", record=key))
    assert [entry.what for entry in told][0] == "removed" and told[0].url == ""
    world.discipline.appoint(role="discipline", unit=world.stranger.unit, on=world.today)
    assert not entries(look(kind="inspection", record=key))


def refused(look, **query):
    return [entry.who for entry in entries(look(kind="events", **query)) if entry.kind == "log-in refused"]


def test_refused_log_ins_are_told_to_who_watches_over_the_account_or_the_city(look, client, world):
    for name in ("manager", "stranger", "nobody-at-all"):
        client.post(reverse("login"), {"username": name, "password": "wrong"})
    assert sorted(refused(look)) == ["manager", "no…", "stranger"]
    assert refused(look, officer=world.manager.pk) == ["manager"]
    world.discipline.appoint(role="discipline", unit=world.stranger.unit, on=world.today)
    assert refused(look) == ["stranger"]
    world.discipline.disable()
    assert not AuditEvent.objects.visible_to(world.discipline).exists()
