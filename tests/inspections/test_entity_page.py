"""The entity's page with everything that was done there, and the change of its state."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import EntityState
from inspections.models import (
    Campaign,
    Case,
    ChecklistItem,
    Hazard,
    Interview,
    InterviewedEntity,
    Order,
    SamplingBatch,
    Seizure,
    Task,
)
from tests.factories import make_entity, make_hazard, make_inspection, make_self_check, make_task, rectify


@pytest.fixture
def signed_in(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def page_of(entity):
    return reverse("entity_detail", args=[entity.pk])


def state_of(entity):
    return reverse("entity_state", args=[entity.pk])


def one_of_each(world, number=1):
    """A record of every kind that the timeline shows."""
    make_self_check(world, number=number)
    inspection = make_inspection(world)
    make_hazard(world, inspection=inspection)
    interview = Interview(campaign=world.campaign, region=world.county, held_on=world.today, reason="销售改装车")
    interview.store(by=world.manager)
    InterviewedEntity(interview=interview, entity=world.shop).store(by=world.manager)
    Order(
        inspection=inspection, number=f"永市监责改〔2024〕{number}号", issued_on=world.today, due_on=world.today
    ).store(by=world.inspector)
    Case(
        campaign=world.campaign, entity=world.shop, inspection=inspection, came_from="inspection",
        cause="销售不合格产品", proposed_on=world.today,
    ).store(by=world.inspector)  # fmt: skip
    Seizure(entity=world.shop, inspection=inspection, seized_on=world.today, reason="改装电池").store(
        by=world.inspector
    )
    SamplingBatch(
        campaign=world.campaign, entity=world.shop, number=f"CC-{number}", maker="某厂", product="ebike",
        model_name="A1", level="city", sampled_on=world.today,
    ).store(by=world.manager)  # fmt: skip
    Task(campaign=world.campaign, entity=world.shop, assignee=world.second, due_on=date(2024, 9, 1)).store(
        by=world.manager
    )


KINDS = {
    "self-check", "inspection", "hazard", "interviewed entity", "order to correct", "case", "seizure",
    "sampling batch", "task",
}  # fmt: skip


def test_anonymous_is_sent_to_log_in(client, world):
    for url in (page_of(world.shop), state_of(world.shop)):
        assert client.get(url).url.startswith(reverse("login"))


def test_the_timeline_has_every_kind_of_record(signed_in, world):
    one_of_each(world)
    response = signed_in.get(page_of(world.shop))
    assert {str(entry.kind) for entry in response.context["timeline"]} == KINDS
    assert [entry.on for entry in response.context["timeline"]] == sorted(
        (entry.on for entry in response.context["timeline"]), reverse=True
    )


def test_every_line_of_the_timeline_leads_to_its_record(signed_in, world):
    one_of_each(world)
    for entry in signed_in.get(page_of(world.shop)).context["timeline"]:
        assert signed_in.get(entry.url).status_code == 200, entry


def test_fifty_records_take_as_many_queries_as_one(signed_in, world):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(page_of(world.shop)).status_code == 200
        return len(captured)

    one_of_each(world)
    signed_in.get(page_of(world.shop))
    few = queries()
    for number in range(2, 8):
        one_of_each(world, number)
    assert queries() == few


def test_open_hazards_stand_on_top_and_rectified_ones_do_not(signed_in, world):
    hazard = make_hazard(world)
    rectify(world, make_hazard(world))
    assert list(signed_in.get(page_of(world.shop)).context["open_hazards"]) == [hazard]


def test_somebody_elses_draft_is_not_shown(signed_in, world):
    make_inspection(world, by=world.second, officers=[world.second, world.inspector], submitted=False)
    mine = make_inspection(world, submitted=False)
    timeline = signed_in.get(page_of(world.shop)).context["timeline"]
    assert [entry.url for entry in timeline] == [reverse("inspection_edit", args=[mine.pk])]


def test_records_outside_the_scope_stay_out_of_the_timeline(client, world):
    """A shop that moved into another county takes its past along, but not what a foreign unit sees of others."""
    make_inspection(world)
    moved = world.shop
    moved.region = world.other_county
    moved.store(by=world.administrator)
    client.force_login(world.firefighter)
    assert client.get(page_of(moved)).status_code == 404
    client.force_login(world.stranger)
    assert len(client.get(page_of(moved)).context["timeline"]) == 1


def test_a_merged_duplicate_shows_its_records_with_the_other(signed_in, world):
    twin = make_entity(world)
    make_inspection(world, entity=twin)
    twin.merge_into(world.shop, by=world.manager)
    response = signed_in.get(page_of(world.shop))
    assert len(response.context["timeline"]) == 1
    assert twin.name in response.content.decode()
    assert "its records are shown with" in signed_in.get(page_of(twin)).content.decode()


def test_other_counties_get_404(signed_in, world):
    assert signed_in.get(page_of(world.other_shop)).status_code == 404
    assert signed_in.get(state_of(world.other_shop)).status_code == 404
    assert signed_in.post(state_of(world.other_shop), closing()).status_code == 404
    world.other_shop.refresh_from_db()
    assert world.other_shop.is_open


def test_a_leader_sees_but_may_not_change(client, world):
    client.force_login(world.leader)
    page = client.get(page_of(world.shop))
    assert page.status_code == 200
    assert reverse("inspection_create", args=[world.shop.pk]) not in page.content.decode()
    assert client.get(state_of(world.shop)).status_code == 403


def test_an_inspector_can_inspect_edit_and_change_the_state(signed_in, world):
    page = signed_in.get(page_of(world.shop)).content.decode()
    for name in ("inspection_create", "entity_edit", "entity_state"):
        assert reverse(name, args=[world.shop.pk]) in page


# --- what was found before, and who was here lately


def an_item(code="XS-02"):
    return ChecklistItem.objects.get(code=code)


def test_points_that_failed_here_stand_with_those_first_that_failed_most_often(signed_in, world):
    visits = [make_inspection(world, inspected_on=day) for day in (date(2024, 6, 3), date(2024, 8, 5), world.today)]
    once = make_hazard(world, inspection=visits[0], item=an_item("XS-01"))
    twice = [make_hazard(world, inspection=visit, item=an_item(), deadline=date(2024, 9, 24)) for visit in visits[1:]]
    response = signed_in.get(page_of(world.shop))
    assert response.context["failures"] == [(an_item(), twice[::-1]), (an_item("XS-01"), [once])]
    assert "2 times" in response.content.decode()


def test_what_fails_again_says_so(signed_in, world):
    first = make_hazard(world, inspection=make_inspection(world, inspected_on=date(2024, 6, 3)), item=an_item())
    assert "again" not in [
        entry.title.split(" · ")[0] for entry in signed_in.get(page_of(world.shop)).context["timeline"]
    ]
    make_hazard(world, item=an_item())
    response = signed_in.get(page_of(world.shop))
    hazards = [entry.title for entry in response.context["timeline"] if str(entry.kind) == "hazard"]
    assert [title.startswith("again · ") for title in hazards] == [True, False]
    assert response.content.decode().count(">again</span>") == 1
    assert first.repeats is None


def test_previous_failures_are_counted_ones_of_earlier_days_by_point(world):
    earlier = make_inspection(world, inspected_on=date(2024, 6, 3))
    old = make_hazard(world, inspection=earlier, item=an_item())
    older = make_hazard(world, self_check=make_self_check(world, checked_on=date(2024, 5, 20)), item=an_item(),
                        found_on=date(2024, 5, 20))  # fmt: skip
    make_hazard(world, inspection=earlier)  # of no point
    make_hazard(world, item=an_item())  # of the day itself
    voided = make_inspection(world, inspected_on=date(2024, 6, 4))
    make_hazard(world, inspection=voided, item=an_item("XS-01"))
    voided.void(by=world.manager, reason="录错")
    make_hazard(world, inspection=earlier, item=an_item("XS-01")).withdraw(by=world.manager, reason="误录")
    elsewhere = make_inspection(world, entity=world.repair_shop, inspected_on=date(2024, 6, 3))
    make_hazard(world, inspection=elsewhere, item=an_item())
    assert Hazard.objects.previous_failures(world.shop, on=world.today) == {"XS-02": [old, older]}


def test_previous_failures_are_of_any_campaign_and_of_merged_duplicates(world):
    before = Campaign.objects.create(
        code="OLD", name="上次", region=world.city, starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31)
    )
    twin = make_entity(world)
    visit = make_inspection(world, entity=twin)
    old = make_inspection(world, campaign=before, inspected_on=date(2024, 1, 9))
    hazards = [make_hazard(world, inspection=found, item=an_item()) for found in (visit, old)]
    twin.merge_into(world.shop, by=world.manager)
    assert Hazard.objects.previous_failures(world.shop, on=date(2024, 9, 3)) == {"XS-02": hazards}


def test_a_visit_of_others_in_the_last_month_is_warned_of(signed_in, world):
    def warned():
        return list(signed_in.get(page_of(world.shop)).context["recent"])

    make_inspection(world)  # the inspector was there
    make_inspection(world, by=world.stranger, inspected_on=date(2024, 8, 2))  # 31 days ago
    make_inspection(world, by=world.stranger, outcome="closed", answers={})
    make_inspection(world, by=world.stranger, submitted=False)
    assert warned() == []
    last, first = (
        make_inspection(world, by=world.stranger, inspected_on=day) for day in (world.today, date(2024, 8, 3))
    )
    assert warned() == [last, first]
    assert "Inspected by others in the last 30 days" in signed_in.get(page_of(world.shop)).content.decode()


def test_the_warning_is_for_those_who_inspect(client, world):
    make_inspection(world)
    client.force_login(world.leader)
    client.cookies["django_language"] = "en"
    assert "Inspected by others" not in client.get(page_of(world.shop)).content.decode()


def test_papers_of_the_timeline_lead_to_their_documents(signed_in, world):
    one_of_each(world)
    timeline = signed_in.get(page_of(world.shop)).context["timeline"]
    papers = {str(entry.kind): entry.url for entry in timeline}
    for kind, key, record in [
        ("order to correct", "order", Order), ("seizure", "seizure", Seizure), ("interviewed entity", "interview", Interview),
    ]:  # fmt: skip
        assert papers[kind] == reverse("document", args=[key, record.objects.get().pk])


def test_a_withdrawn_task_says_so_in_the_timeline(signed_in, world):
    make_task(world).withdraw(by=world.manager, reason="已注销")
    assert [str(entry.status) for entry in signed_in.get(page_of(world.shop)).context["timeline"]] == ["withdrawn"]


def closing(**changes):
    return {"to": "closed", "on": "2024-08-30", "reason": "门店拆除"} | changes


def test_a_closed_entity_keeps_day_reason_and_author(signed_in, world):
    assert signed_in.post(state_of(world.shop), closing()).status_code == 302
    world.shop.refresh_from_db()
    assert (world.shop.state, world.shop.state_on, world.shop.state_reason) == (
        EntityState.CLOSED, date(2024, 8, 30), "门店拆除",
    )  # fmt: skip
    response = signed_in.get(page_of(world.shop))
    assert [version.history_user for version in response.context["states"]] == [world.inspector]
    assert "门店拆除" in response.content.decode()
    # Whoever finds it in business again inspects it at once, and that opens it.
    assert reverse("inspection_create", args=[world.shop.pk]) in response.content.decode()


def test_open_again_is_recorded_too(signed_in, world):
    world.shop.change_state("not_found", by=world.inspector, reason="查无此店", on=date(2024, 8, 1))
    signed_in.post(state_of(world.shop), closing(to="open", reason="换了招牌"))
    states = signed_in.get(page_of(world.shop)).context["states"]
    assert [version.state for version in states] == ["open", "not_found"]


def test_the_page_says_what_happens_to_hazards(signed_in, world):
    make_hazard(world)
    assert "1 pending hazard stays pending" in signed_in.get(state_of(world.shop)).content.decode()
    signed_in.post(state_of(world.shop), closing())
    assert Hazard.objects.pending().count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": ""}, "reason"), ({"on": "2024-09-03"}, "on"), ({"on": "x"}, "on"), ({"to": ""}, "to"), ({"to": "open"}, "to")],
)  # fmt: skip
def test_a_wrong_entry_is_said_at_its_field_and_writes_nothing(signed_in, world, changes, field):
    response = signed_in.post(state_of(world.shop), closing(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    world.shop.refresh_from_db()
    assert world.shop.is_open


def test_a_state_that_somebody_else_recorded_meanwhile_is_told_first(client, world):
    page = reverse("entity_state", args=[world.shop.pk])
    client.force_login(world.inspector)
    seen = client.get(page).context["form"]["version"].value()
    world.shop.change_state("moved", by=world.manager, reason="搬到新址", on=date(2024, 8, 20))
    clash = client.post(page, {"to": "closed", "on": "2024-08-30", "reason": "卷闸门关闭", "version": seen})
    assert clash.status_code == 409
    assert "搬到新址" in clash.content.decode()
    assert "卷闸门关闭" in clash.content.decode()
    world.shop.refresh_from_db()
    assert world.shop.state == "moved"


@pytest.mark.parametrize("day", ["2024-08-19", "2024-09-03"])
def test_a_state_begins_neither_before_the_present_one_nor_in_the_future(client, world, day):
    world.shop.change_state("moved", by=world.manager, reason="搬到新址", on=date(2024, 8, 20))
    client.force_login(world.inspector)
    page = reverse("entity_state", args=[world.shop.pk])
    refused = client.post(page, {"to": "closed", "on": day, "reason": "卷闸门关闭"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["on"]
