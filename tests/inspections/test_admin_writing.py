"""What is entered and changed in the admin: places copied, rules kept, nobody overwritten."""

from datetime import date

import pytest
from django.urls import reverse

from entities.models import Grant
from entities.stored import Stored
from inspections.models import (
    Campaign,
    Case,
    ChecklistItem,
    ChecklistVersion,
    Hazard,
    HazardStatus,
    Interview,
    Seizure,
    Training,
)
from tests.admin_pages import OURS, SEEN_ONLY, errors, filled, line, one_of, save, url
from tests.factories import (
    MAKERS,
    make_case,
    make_hazard,
    make_inspection,
    make_interview,
    make_lead,
    make_rectification,
    make_seized_item,
    make_training,
    rectify,
)
from tests.world import TODAY


@pytest.mark.parametrize("name", [n for n, m in OURS.items() if n not in SEEN_ONLY | {"officer"}])
def test_every_form_can_be_saved_as_it_stands(client, world, name):
    record = one_of(name, world)
    if name == "grant":
        record = Grant.objects.create(officer=world.second, region=world.county, starts_on=TODAY)
    if name == "jointteam":
        record.departments.set([world.market, world.fire])
    client.force_login(world.administrator)
    answer = save(client, type(record), record.pk)
    assert answer.status_code == 302, errors(answer)
    if isinstance(record, Stored):
        record.refresh_from_db()
        assert record.version == 2 and record.history.first().history_user == world.administrator


ENTERED = {
    "case": {"came_from": "transfer", "cause": "无照经营", "proposed_on": "2024-09-02", "officers": []},
    "coordinationevent": {"kind": "plan", "held_on": "2024-09-02", "title": "方案"},
    "exposure": {"kind": "fire", "exposed_on": "2024-09-02", "title": "火灾案例"},
    "interview": {"held_on": "2024-09-02", "reason": "未建台账", "level": "county"},
    "jointteam": {"formed_on": "2024-09-02", "name": "第三组", "departments": ["market"], "headcount": "4"},
    "lead": {"came_from": "complaint", "received_on": "2024-09-02", "text": "举报"},
    "listing": {"platform": "平台", "title": "电动车", "url": "https://shop.invalid/9", "found_on": "2024-09-02"},
    "operation": {
        "key": "joint-1", "kind": "crackdown", "name": "打击行动", "starts_on": "2024-09-02", "ends_on": "2024-09-03",
    },
    "publicity": {"kind": "leaflet", "title": "单页", "produced_on": "2024-09-02", "quantity": "100"},
    "samplingbatch": {
        "number": "CJ-9", "maker": "厂", "product": "ebike", "model_name": "型号", "level": "city",
        "sampled_on": "2024-09-02",
    },
    "seizure": {"seized_on": "2024-09-02", "reason": "非法改装", "department": "market"},
    "selfcheck": {"checked_on": "2024-09-02", "answered_by": "店主", "receipt_number": "ZC-9"},
    "task": {"purpose": "inspect", "due_on": "2024-09-20"},
    "training": {"title": "培训", "held_on": "2024-09-02", "directors": "3"},
}  # fmt: skip
OF_ENTITY = {"case", "lead", "listing", "samplingbatch", "seizure", "selfcheck", "task"}


@pytest.mark.parametrize("name", ENTERED)
def test_the_county_enters_its_records_and_their_place_is_copied(client, world, name):
    # The office types in the ledgers; what it may not add, the manager does.
    officer = next(o for o in (world.clerk, world.manager) if o.has_perm(f"inspections.add_{name}"))
    client.force_login(officer)
    values = dict(ENTERED[name])
    if name in OF_ENTITY:
        values["entity"] = str(world.shop.pk)
    else:
        values["region"] = world.county.pk
    if name == "task":
        values["assignee"] = str(world.inspector.pk)
    answer = save(client, OURS[name], **values)
    assert answer.status_code == 302, errors(answer)
    record = OURS[name].objects.get()
    assert (record.region, record.unit, record.campaign) == (world.county, officer.unit, world.campaign)
    assert record.created_by == officer and record.history.last().history_user == officer


def test_what_a_rule_refuses_is_said_at_its_field_and_keeps_what_was_typed(client, world):
    client.force_login(world.clerk)
    answer = save(
        client, Training, title="未来的培训", held_on="2024-09-03", directors="3", region=world.county.pk
    )  # fmt: skip
    assert answer.status_code == 200 and "held_on" in errors(answer)
    assert "未来的培训" in answer.content.decode() and not Training.objects.exists()


def test_what_cannot_be_copied_is_asked_for(client, world):
    client.force_login(world.clerk)
    answer = save(client, OURS["lead"], came_from="complaint", received_on="2024-09-02", text="举报", region="")
    assert answer.status_code == 200 and "region" in errors(answer)


def test_an_officer_without_a_unit_gets_a_message(client, world):
    world.administrator.unit = None
    world.administrator.is_superuser = True
    world.administrator.save()
    client.force_login(world.administrator)
    answer = save(client, Training, title="培训", held_on="2024-09-02", directors="3", region=world.county.pk)
    assert answer.status_code == 200 and errors(answer)["__all__"]


def test_the_second_of_two_editors_is_told_and_loses_nothing(client, world):
    training = make_training(world)
    client.force_login(world.clerk)
    page = url(Training, "change", training.pk)
    mine = filled(client.get(page), title="我的标题")
    training.title = "别人的标题"
    training.store(by=world.manager)
    answer = client.post(page, mine)
    assert answer.status_code == 200
    assert "Manager" in errors(answer)["__all__"][0] and "别人的标题" in errors(answer)["__all__"][0]
    assert "我的标题" in answer.content.decode()
    training.refresh_from_db()
    assert training.title == "别人的标题"


@pytest.mark.parametrize("version", ["", "x", "999"])
def test_a_form_that_lost_its_version_writes_nothing(client, world, version):
    training = make_training(world)
    client.force_login(world.clerk)
    answer = save(client, Training, training.pk, title="其他", seen_version=version)
    assert answer.status_code == 200
    training.refresh_from_db()
    assert training.version == 1


def test_status_and_its_dates_are_not_taken_from_a_form(client, world):
    case = make_case(world, status="filed")
    client.force_login(world.administrator)
    answer = save(
        client, Case, case.pk, status="closed", decided_on="2024-09-02", number="伪造", region="431103", cause="新案由"
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.status, case.decided_on, case.region, case.cause) == ("filed", None, world.county, "新案由")
    assert case.number == "零市监立〔2024〕1号"


@pytest.mark.parametrize("name", sorted(SEEN_ONLY))
def test_what_is_made_on_the_pages_of_the_work_is_only_seen_here(client, world, name):
    record = one_of(name, world)
    client.force_login(world.administrator)
    assert client.get(url(type(record), "add")).status_code == 403
    assert client.post(url(type(record), "change", record.pk), {"remarks": "x"}).status_code == 403


def test_closed_hazards_and_those_of_voided_visits_are_only_seen(client, world):
    rectified, withdrawn, of_voided, still_open = (make_hazard(world) for _ in range(4))
    rectify(world, rectified)
    withdrawn.withdraw(by=world.manager, reason="误录")
    of_voided.inspection.void(by=world.manager, reason="重复录入")
    client.force_login(world.manager)
    for hazard, expected in [(rectified, 403), (withdrawn, 403), (of_voided, 403), (still_open, 200)]:
        assert client.post(url(Hazard, "change", hazard.pk), {}).status_code == expected


def test_the_deadline_of_a_hazard_moves_only_with_a_reason(client, world):
    hazard = make_hazard(world)
    client.force_login(world.manager)
    save(client, Hazard, hazard.pk, deadline="2025-01-01", description="补充说明")
    hazard.refresh_from_db()
    assert (hazard.deadline, hazard.description) == (date(2024, 9, 24), "补充说明")


def test_a_hazard_shows_its_rectifications_but_no_verdict_is_given_here(client, world):
    attempt = make_rectification(world)
    client.force_login(world.manager)
    page = client.get(url(Hazard, "change", attempt.hazard_id))
    lines = page.context["inline_admin_formsets"][0]
    assert not lines.has_add_permission and not lines.has_change_permission
    assert attempt.measures in page.content.decode()


def test_a_seizure_is_entered_with_its_items(client, world):
    client.force_login(world.administrator)
    answer = save(
        client, Seizure, entity=str(world.shop.pk), seized_on="2024-09-02", reason="非法改装", department="market",
        **line("items", 0, 1, kind="vehicle", quantity="3", description="两轮"),
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    item = Seizure.objects.get().items.get()
    assert (item.quantity, item.region, item.campaign) == (3, world.county, world.campaign)
    assert item.history.get().history_user == world.administrator


def test_a_wrong_line_is_said_and_nothing_is_written(client, world):
    client.force_login(world.administrator)
    answer = save(
        client, Seizure, entity=str(world.shop.pk), seized_on="2024-09-02", reason="非法改装", department="market",
        **line("items", 0, 1, kind="vehicle", quantity="0"),
    )  # fmt: skip
    assert answer.status_code == 200 and not Seizure.objects.exists()
    assert answer.context["inline_admin_formsets"][0].formset.total_error_count()


def test_an_item_that_was_released_meanwhile_is_not_overwritten(client, world):
    item = make_seized_item(world)
    client.force_login(world.administrator)
    page = url(Seizure, "change", item.seizure_id)
    mine = filled(client.get(page), **{"items-0-quantity": "4"})
    item.release(quantity=5, by=world.manager)
    answer = client.post(page, mine)
    assert answer.status_code == 200
    item.refresh_from_db()
    assert item.quantity == 5


def test_an_interview_is_entered_with_those_who_came(client, world):
    client.force_login(world.clerk)
    answer = save(
        client, Interview, held_on="2024-09-02", reason="未建台账", level="county", region="431102",
        **line("interviewed", 0, 1, entity=str(world.shop.pk), person="店主"),
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    assert Interview.objects.get().interviewed.get().entity_kind == "seller"


def test_the_same_entity_comes_once_to_a_session(client, world):
    interview = make_interview(world)
    client.force_login(world.clerk)
    twice = line("interviewed", 0, 2, entity=str(world.shop.pk)) | line("interviewed", 1, 2, entity=str(world.shop.pk))
    answer = save(client, Interview, interview.pk, **twice)
    assert answer.status_code == 200 and not interview.interviewed.exists()


def test_penalties_are_entered_once_a_case_is_decided(client, world):
    client.force_login(world.clerk)
    proposed = make_case(world)
    assert not client.get(url(Case, "change", proposed.pk)).context["inline_admin_formsets"]
    decided = make_case(world, status="decided")
    fine = line("penalties", 0, 1, kind="fine", amount="500.00", number="1号", decided_on="2024-09-02")
    answer = save(client, Case, decided.pk, **fine)
    assert answer.status_code == 302, errors(answer)
    assert decided.penalties.get().region == world.county


def test_choices_hold_only_what_the_officer_may_see(client, world):
    client.force_login(world.clerk)
    answer = save(
        client, OURS["task"], entity=str(world.other_shop.pk), assignee=str(world.stranger.pk), purpose="inspect",
        due_on="2024-09-20",
    )  # fmt: skip
    assert answer.status_code == 200 and {"entity", "assignee"} <= set(errors(answer))
    regions = client.get(url(OURS["lead"], "add")).context["adminform"].form.fields["region"].queryset
    assert list(regions) == [world.county]


def test_a_value_out_of_scope_that_is_already_there_can_stay(client, world):
    case = make_case(world)
    case.officers.set([world.inspector, world.stranger])
    client.force_login(world.manager)
    answer = save(client, Case, case.pk, cause="新案由")
    assert answer.status_code == 302, errors(answer)
    assert set(case.officers.all()) == {world.inspector, world.stranger}


def test_searching_for_a_choice_finds_only_what_the_officer_may_see(client, world):
    client.force_login(world.clerk)
    asked = {"app_label": "inspections", "model_name": "task", "field_name": "entity", "term": "车行"}
    found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [one["text"] for one in found] == ["零陵示例车行"]


def test_the_administrator_opens_and_winds_up_a_campaign(client, world):
    client.force_login(world.administrator)
    answer = save(client, Campaign, world.campaign.pk, status="wrapping_up", inspector_reviews=["general", "serious"])
    assert answer.status_code == 302, errors(answer)
    world.campaign.refresh_from_db()
    assert not world.campaign.takes_inspections and world.campaign.inspector_reviews == ["general", "serious"]
    assert world.campaign.history.first().history_user == world.administrator
    client.force_login(world.manager)
    assert client.post(url(Campaign, "change", world.campaign.pk), {"status": "closed"}).status_code == 403


def test_points_that_a_visit_was_answered_by_stay_as_they_were(client, world):
    version = make_inspection(world).checklist_version
    unused = ChecklistVersion.objects.exclude(pk=version.pk).first()
    client.force_login(world.administrator)
    for one, may in [(version, False), (unused, True)]:
        lines = client.get(url(ChecklistVersion, "change", one.pk)).context["inline_admin_formsets"][0]
        assert lines.has_change_permission is may
    assert client.post(url(ChecklistItem, "change", version.items.first().pk), {}).status_code == 403


def test_a_file_is_opened_through_the_scoped_page(client, world):
    evidence = MAKERS["evidence"](world)
    client.force_login(world.manager)
    for page in (url(type(evidence)), url(type(evidence), "change", evidence.pk)):
        html = client.get(page).content.decode()
        assert f'href="{reverse("evidence", args=[evidence.pk])}"' in html and evidence.file.name not in html


def test_the_history_names_who_changed_what(client, world):
    lead = make_lead(world)
    lead.text = "补充线索"
    lead.store(by=world.manager, reason="核实")
    client.force_login(world.discipline)
    html = client.get(url(type(lead), "history", lead.pk)).content.decode()
    assert "Manager" in html and "补充线索" in html and "核实" in html


def test_the_history_tells_what_a_verb_changed(client, world):
    hazard = make_hazard(world)
    rectify(world, hazard)
    client.force_login(world.discipline)
    html = client.get(url(Hazard, "history", hazard.pk)).content.decode()
    for label in (HazardStatus.SUBMITTED.label, HazardStatus.RECTIFIED.label, "2024-09-02"):
        assert str(label) in html


def test_only_readers_of_history_are_offered_it(client, world):
    lead = make_lead(world)
    page = url(type(lead), "change", lead.pk)
    for who, offered in [("manager", False), ("discipline", True), ("administrator", True)]:
        client.force_login(getattr(world, who))
        assert ("historylink" in client.get(page).content.decode()) is offered
