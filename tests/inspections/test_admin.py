"""The admin of every model: who gets in, what they see, what is written, at which cost."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from entities.models import Department, Grant, Officer, Region, Unit
from inspections.models import Campaign, Cause, DeadlineRule, Holiday, NumberBlock
from reports.indicators import INDICATORS
from reports.models import Bulletin, ChosenIndicator, OwnIndicator, RankingRule, Round, RoundReport
from tests.admin_pages import OURS, SEEN_ONLY, one_of, url
from tests.factories import MAKERS, make_entity
from tests.world import TODAY


def many_more(name, world, first, count=30):
    """As many more records beside the first, with everything they point to."""
    if name in (
        "region",
        "unit",
        "officer",
        "grant",
        "department",
        "campaign",
        "holiday",
        "numberblock",
        "deadlinerule",
        "cause",
        "ownindicator",
        "chosenindicator",
        "rankingrule",
        "bulletin",
        "round",
        "roundreport",
    ):
        by = {"created_by": world.clerk, "changed_by": world.clerk}
        here = {"campaign": world.campaign, "region": world.county}
        week = {"since": TODAY, "cut_off": timezone.now()} | here | by

        new = {
            "region": lambda n: Region(code=f"431102{n:03d}", name=f"镇{n}", level="county", parent=world.county),
            "unit": lambda n: Unit(
                code=f"u{n}", name=f"所{n}", kind="station", parent=first, department=world.market, region=world.county
            ),
            "officer": lambda n: Officer(username=f"o{n}", name=f"人{n}", unit=world.inspector.unit),
            "grant": lambda n: Grant(officer=world.second, region=world.county, starts_on=TODAY + timedelta(days=n)),
            "department": lambda n: Department(code=f"d{n}", name=f"部门{n}"),
            "campaign": lambda n: Campaign(
                code=f"C{n}", name=f"行动{n}", region=world.city, starts_on=TODAY, ends_on=TODAY
            ),
            "holiday": lambda n: Holiday(day=TODAY + timedelta(days=60 + n), name="假日"),
            "ownindicator": lambda n: OwnIndicator(campaign=world.campaign, key=f"own-{n}", name="自设", unit="次"),
            "chosenindicator": lambda n: ChosenIndicator(
                campaign=world.campaign, key=INDICATORS[n].key, chapter="visits"
            ),
            "rankingrule": lambda n: RankingRule(campaign=world.campaign, key=INDICATORS[n].key),
            "bulletin": lambda n: Bulletin(
                kind="bulletin", number=n + 1, unit=world.clerk.unit, since=TODAY, until=TODAY, as_of=TODAY, **here, **by
            ),
            "round": lambda n: Round(until=TODAY + timedelta(days=n), **week),
            "roundreport": lambda n: RoundReport(
                unit=world.clerk.unit, round=Round.objects.create(until=TODAY + timedelta(days=n), **week), due_on=TODAY,
                **here, **by,
            ),
            "cause": lambda n: Cause(code=f"X{n}", name=f"案由{n}", penalised="某法", group="other", in_force_from=TODAY),
            "deadlinerule": lambda n: DeadlineRule(kind="filing", days=n, in_force_from=TODAY + timedelta(days=n)),
            "numberblock": lambda n: NumberBlock(
                unit=first.unit, series="order", year=2024, pattern="〔{year}〕{number}", first=n + 9, last=n + 9, following=n + 9
            ),
        }[name]  # fmt: skip
        return type(first).objects.bulk_create([new(n + 1) for n in range(count)])
    copies = []
    for n in range(count):
        copy = type(first).objects.get(pk=first.pk)
        copy.pk, copy._state.adding = None, True
        for field in ("number", "key", "name", "code", "receipt_number", "address", "cell"):
            if hasattr(copy, field) and isinstance(getattr(copy, field), str):
                setattr(copy, field, f"{getattr(copy, field)[:10]}-{n}")
        if name == "checklistversion":
            copy.number = n + 10
        if hasattr(copy, "url"):
            copy.url = f"https://shop.invalid/many/{n}"
        if hasattr(copy, "client_uuid"):
            copy.client_uuid = copy._meta.get_field("client_uuid").get_default()
        if name == "interviewedentity":
            copy.entity = make_entity(world, n + 500)
        if name == "suspension":
            copy.ended_on = TODAY
        if name == "deadline":
            copy.met_on = TODAY
        if name == "return":
            copy.since -= timedelta(days=n + 1)
        if name == "rectification":
            copy.verdict, copy.reviewer, copy.reviewed_on = "accepted", world.manager, TODAY
        copies.append(copy)
    return type(first)._base_manager.bulk_create(copies)


def test_every_model_has_its_page_and_no_history_table_has():
    registered = set(admin.site._registry)
    assert set(OURS.values()) <= registered
    assert not [model for model in registered if model.__name__.startswith("Historical")]
    assert not [model for model in registered if model.__name__ == "Group"]


@pytest.mark.parametrize("name", OURS)
def test_nobody_deletes_here(rf, world, name):
    page = admin.site._registry[OURS[name]]
    request = rf.get("/")
    request.user = Officer(username="chief", is_superuser=True, is_staff=True)
    assert not page.has_delete_permission(request) and "delete_selected" not in page.get_actions(request)


@pytest.mark.parametrize("name", OURS)
def test_the_administrator_opens_list_form_record_and_history(client, world, name):
    record = one_of(name, world)
    model = type(record)
    client.force_login(world.administrator)
    pages = [url(model), url(model, "change", record.pk), url(model, "history", record.pk)]
    if name not in SEEN_ONLY:
        pages.append(url(model, "add"))
    for page in pages:
        assert client.get(page).status_code == 200, page
    version = record.history.first()
    if version is not None:
        answer = client.get(url(model, "simple_history", record.pk, version.pk))
        assert answer.status_code == 200
        assert client.post(url(model, "simple_history", record.pk, version.pk), {"_save": "1"}).status_code == 403
    assert client.get(url(model) + "?q=x").status_code == 200


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("who", ["manager", "clerk", "discipline"])
def test_staff_open_what_their_role_allows(client, world, name, who):
    record = one_of(name, world)
    model, officer = type(record), getattr(world, who)
    client.force_login(officer)
    label = model._meta.app_label

    def may(verb):
        return officer.has_perm(f"{label}.{verb}_{name}")

    for page, allowed in [
        (url(model), may("view")),
        (url(model, "change", record.pk), may("view")),
        (url(model, "add"), may("add") and name not in SEEN_ONLY),
        (url(model, "history", record.pk), may("view") and officer.has_perm("inspections.read_history")),
    ]:
        assert client.get(page).status_code == (200 if allowed else 403), page


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("who", ["inspector", "leader", None])
def test_others_do_not_get_in(client, world, name, who):
    record = one_of(name, world)
    if who:
        client.force_login(getattr(world, who))
    for page in (url(type(record)), url(type(record), "change", record.pk), url(type(record), "add")):
        assert client.get(page).status_code in (302, 403), page


@pytest.mark.parametrize("name", MAKERS)
def test_another_countys_record_is_as_if_it_did_not_exist(client, world, name):
    record = MAKERS[name](world)
    world.stranger.appoint(role="administrator", unit=world.stranger.unit, on=TODAY)
    client.force_login(world.stranger)
    listed = client.get(url(type(record)))
    assert listed.status_code == 200 and record not in listed.context["cl"].result_list
    for page in (
        url(type(record), "change", record.pk),
        url(type(record), "history", record.pk),
        url(type(record), "simple_history", record.pk, record.history.first().pk),
    ):
        assert client.get(page).status_code in (302, 404), page


@pytest.mark.parametrize("name", OURS)
def test_a_list_costs_the_same_for_one_row_and_for_thirty(client, world, name):
    first = one_of(name, world)
    client.force_login(world.administrator)
    page = url(OURS[name])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    many_more(name, world, first)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(page)
    assert len(answer.context["cl"].result_list) > 20
    assert len(many) == len(few), [q["sql"][:150] for q in many.captured_queries][-12:]


@pytest.mark.parametrize("name", OURS)
def test_pages_carry_the_strict_policy_and_nothing_inline(client, world, name):
    record = one_of(name, world)
    model = type(record)
    client.force_login(world.administrator)
    pages = [url(model), url(model, "change", record.pk), url(model, "history", record.pk)]
    if name not in SEEN_ONLY:
        pages.append(url(model, "add"))
    if record.history.first():
        pages.append(url(model, "simple_history", record.pk, record.history.first().pk))
    for page in pages:
        answer = client.get(page)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        html = answer.content.decode()
        assert not re.findall(r'<style|\sstyle="|\son[a-z]+="|javascript:', html), page
        assert not [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "json" not in tag], page
