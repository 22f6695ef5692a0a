"""The change history of everything: searched, scoped, with what was before and after."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import AuditEvent
from inspections.workflow import discard_draft
from tests.factories import make_entity, make_inspection, make_lead

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


def test_as_many_queries_for_one_entry_as_for_fifty(look, world):
    with CaptureQueriesContext(
        connection,
    ) as few:
        look(kind="lead")
    for _number in range(50):
        make_lead(world)
    with CaptureQueriesContext(connection) as many:
        assert len(entries(look(kind="lead"))) == 50
    assert len(many) <= len(few) + 1


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
