"""The pages of an inspection: choosing the entity, the form, the record, voiding."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import EntityState, Officer
from inspections.models import (
    ChecklistVersion,
    Hazard,
    HazardStatus,
    Inspection,
    InspectionStatus,
    JointTeam,
    Operation,
    Task,
    Verdict,
)
from tests.factories import (
    attach_photo,
    failed_point,
    make_case,
    make_entity,
    make_hazard,
    make_inspection,
    make_photo,
    make_sheet,
    rectify,
)
from tests.world import TODAY

POINTS = ["XS-01", "XS-02", "XS-03", "XS-04"]


@pytest.fixture
def inspector(client, world):
    """A client signed in as the county's inspector, its messages in English."""
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def form_url(world, entity=None):
    return reverse("inspection_create", args=[(entity or world.shop).pk])


# The path that works


def test_the_form_has_the_points_in_force_and_a_fresh_uuid(inspector, world):
    page = inspector.get(form_url(world))
    assert page.status_code == 200
    text = page.content.decode()
    assert all(f'name="answer-{code}"' in text for code in POINTS)
    assert "XS-05" not in text  # rests on a rule of 2025
    assert 'value="2024-09-02"' in text
    assert inspector.get(form_url(world)).context["form"].client_uuid != page.context["form"].client_uuid


def test_a_clean_shop_is_one_inspection(inspector, world):
    answer = inspector.post(form_url(world), make_sheet(world))
    inspection = Inspection.objects.get()
    assert answer.url == inspection.get_absolute_url()
    assert inspection.status == InspectionStatus.SUBMITTED
    assert inspection.answers == dict.fromkeys(POINTS, "pass")
    assert inspection.certified_officers == 2
    assert set(inspection.officers.all()) == {world.inspector, world.second}
    assert (inspection.region_id, inspection.unit, inspection.entity_kind) == ("431102", world.inspector.unit, "seller")
    assert inspection.history.count() >= 1


def test_a_failed_point_is_a_hazard_with_its_photo(inspector, world):
    inspector.post(
        form_url(world),
        make_sheet(world) | failed_point() | {"h-XS-02-photos": [make_photo(), make_photo("b.png", "red")]},
    )
    hazard = Hazard.objects.get()
    assert (hazard.item.code, hazard.status, hazard.found_on) == ("XS-02", HazardStatus.OPEN, TODAY)
    assert hazard.inspection.answers["XS-02"] == "fail"
    assert hazard.evidence.count() == 2
    assert hazard.region_id == "431102"


def test_a_general_hazard_rectified_on_the_spot_closes_at_once(inspector, world):
    spot = failed_point(rectified="on", measures="当场张贴") | {
        "h-XS-02-photos": make_photo(),
        "h-XS-02-photos_after": make_photo("after.png", "green"),
    }
    inspector.post(form_url(world), make_sheet(world) | spot)
    hazard = Hazard.objects.get()
    assert hazard.status == HazardStatus.RECTIFIED
    assert hazard.accepted_rectification.on_the_spot
    assert hazard.accepted_rectification.evidence.count() == 1


def test_a_major_hazard_rectified_on_the_spot_waits_for_the_manager(inspector, world):
    spot = failed_point("XS-04", severity="major", rectified="on", measures="当场拆除") | {
        "h-XS-04-photos": make_photo(),
        "h-XS-04-photos_after": make_photo("after.png", "green"),
    }
    inspector.post(form_url(world), make_sheet(world) | spot)
    hazard = Hazard.objects.get()
    assert hazard.status == HazardStatus.SUBMITTED
    assert hazard.pending_rectification().verdict == Verdict.PENDING


def test_the_short_form_stores_other_points_as_not_checked_but_keeps_what_was_answered(inspector, world):
    inspector.post(form_url(world), make_sheet(world, length="short") | {"answer-XS-03": "na"})
    answers = Inspection.objects.get().answers
    assert answers == {"XS-01": "pass", "XS-02": "unchecked", "XS-03": "na", "XS-04": "pass"}


def test_the_rest_can_be_not_checked(inspector, world):
    inspector.post(form_url(world), make_sheet(world, rest="unchecked") | {"answer-XS-01": "pass"})
    assert list(Inspection.objects.get().answers.values()).count("unchecked") == 3


def test_a_closed_shop_is_recorded_with_photo_and_remarks_and_without_checklist(inspector, world):
    inspector.post(
        form_url(world), make_sheet(world, outcome="closed", remarks="门口贴有转让告示", photos=make_photo())
    )
    inspection = Inspection.objects.get()
    assert (inspection.outcome, inspection.answers, inspection.checklist_version) == ("closed", {}, None)
    assert inspection.evidence.count() == 1


def test_operation_team_and_departments_are_kept(inspector, world):
    common = {"campaign": world.campaign, "region": world.county, "unit": world.inspector.unit}
    operation = Operation(key="night", kind="crackdown", name="夜查", starts_on=TODAY, ends_on=TODAY, **common)
    operation.store(by=world.manager)
    team = JointTeam(name="联合一组", formed_on=TODAY, **common)
    team.store(by=world.manager)
    changes = {"operation": operation.pk, "joint_team": team.pk, "departments": ["fire"], "mode": "joint"}
    inspector.post(form_url(world), make_sheet(world, **changes))
    inspection = Inspection.objects.get()
    assert (inspection.operation, inspection.joint_team) == (operation, team)
    assert [department.pk for department in inspection.departments.all()] == ["fire"]


def test_the_pending_task_of_an_officer_present_is_done(inspector, world):
    task = Task(campaign=world.campaign, entity=world.shop, assignee=world.second, due_on=TODAY)
    task.store(by=world.manager)
    inspector.post(form_url(world), make_sheet(world))
    task.refresh_from_db()
    assert (task.inspection, task.done_on) == (Inspection.objects.get(), TODAY)


def test_a_second_visit_of_that_day_is_warned_of_and_not_forbidden(inspector, world):
    make_inspection(world)
    assert "already inspected this entity on 2024-09-02" in inspector.get(form_url(world)).content.decode()
    page = inspector.post(form_url(world), make_sheet(world), follow=True)
    assert Inspection.objects.count() == 2
    assert "another inspection of this entity on the same day" in page.content.decode()


def test_the_script_is_told_where_to_go_so_that_messages_show_once(inspector, world):
    answer = inspector.post(form_url(world), make_sheet(world), headers={"X-Requested-With": "fetch"})
    assert answer.json() == {"location": Inspection.objects.get().get_absolute_url()}


def make_officer(world, number):
    officer = Officer(username=f"extra{number}", name=f"Extra{number}", certificate_number=f"LX-{number}")
    officer.set_unusable_password()
    officer.appoint(role="inspector", unit=world.inspector.unit, on=date(2024, 1, 1))
    return officer


# Choosing the entity


def test_entities_are_found_by_part_of_the_name_within_the_scope(inspector, world):
    page = inspector.get(reverse("inspection_start"), {"q": "示例车"}).content.decode()
    assert form_url(world) in page
    assert "冷水滩" not in page


def test_due_tasks_of_mine_come_without_a_search(inspector, world):
    Task(campaign=world.campaign, entity=world.repair_shop, assignee=world.inspector, due_on=TODAY).store(
        by=world.manager
    )
    Task(campaign=world.campaign, entity=world.shop, assignee=world.second, due_on=TODAY).store(by=world.manager)
    page = inspector.get(reverse("inspection_start")).content.decode()
    assert form_url(world, world.repair_shop) in page
    assert form_url(world) not in page


def test_an_entity_recorded_as_closed_can_be_chosen_and_says_so(inspector, world):
    world.shop.change_state(EntityState.CLOSED, by=world.inspector, reason="已搬空")
    page = inspector.get(reverse("inspection_start"), {"q": "零陵示例车"}).content.decode()
    assert form_url(world) in page
    assert "closed down" in page


def test_the_choice_costs_the_same_for_one_entity_and_for_thirty(inspector, world):
    url = reverse("inspection_start")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert inspector.get(url, {"q": "车行"}).status_code == 200
        return len(captured)

    queries()  # content types are read once per process
    few = queries()
    for number in range(10):
        entity = make_entity(world, number)
        Task(campaign=world.campaign, entity=entity, assignee=world.inspector, due_on=TODAY).store(by=world.manager)
    assert queries() == few


# The record


def test_the_record_shows_everything_of_the_visit(inspector, world):
    spot = failed_point(rectified="on", measures="当场张贴") | {
        "h-XS-02-photos": make_photo("before.png"),
        "h-XS-02-photos_after": make_photo("after.png", "green"),
    }
    kept = make_sheet(
        world, remarks="店主配合", notice_number="责改1号", vehicles_checked="7", photos=make_photo("front.png", "red")
    )
    page = inspector.post(form_url(world), kept | spot, follow=True)
    text = page.content.decode()
    for expected in ["店主配合", "责改1号", "LL-001", "LL-002", "未张贴告知", "before.png", "after.png", "front.png"]:
        assert expected in text
    assert [(answer, len(rows)) for answer, rows in page.context["answers"]] == [
        ("fail", 1), ("unchecked", 0), ("na", 0), ("pass", 3),
    ]  # fmt: skip


def test_the_record_costs_the_same_for_one_hazard_and_for_ten(client, world):
    client.force_login(world.discipline)
    inspection = make_inspection(world)

    def add_hazard():
        hazard = make_hazard(world, inspection=inspection)
        attach_photo(hazard, by=world.inspector)
        rectify(world, hazard)
        attach_photo(inspection, by=world.inspector)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(inspection.get_absolute_url()).status_code == 200
        return len(captured)

    add_hazard()
    queries()
    few = queries()
    for _number in range(9):
        add_hazard()
    assert queries() == few


def test_the_form_costs_the_same_for_four_points_and_for_forty(inspector, world):
    def queries(entity):
        with CaptureQueriesContext(connection) as captured:
            assert inspector.get(form_url(world, entity)).status_code == 200
        return len(captured)

    queries(world.shop)
    few = queries(world.shop)
    version = ChecklistVersion.objects.for_visit("seller", TODAY)
    for number in range(10, 50):
        version.items.create(position=number, code=f"XS-{number}", section="三、其他", text="要点", severity="general")
    for number in range(9):
        make_officer(world, number)
    assert queries(world.shop) == few


def test_history_is_for_those_with_the_right(client, world):
    inspection = make_inspection(world)
    for officer, sees in [(world.inspector, False), (world.discipline, True)]:
        client.force_login(officer)
        assert (client.get(inspection.get_absolute_url()).context["history"] is not None) == sees


def test_a_draft_is_shown_to_its_author_only(client, world):
    draft = make_inspection(world, submitted=False)
    client.force_login(world.inspector)
    assert reverse("inspection_edit", args=[draft.pk]) in client.get(draft.get_absolute_url()).content.decode()
    client.force_login(world.second)
    assert client.get(draft.get_absolute_url()).status_code == 404


# Voiding


def test_a_manager_voids_with_a_reason_and_the_record_says_so(client, world):
    inspection = make_inspection(world)
    client.force_login(world.manager)
    url = reverse("inspection_void", args=[inspection.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"void_reason": "  "}).status_code == 422
    inspection.refresh_from_db()
    assert inspection.status == InspectionStatus.SUBMITTED
    page = client.post(url, {"void_reason": "录入重复"}, follow=True)
    inspection.refresh_from_db()
    assert inspection.status == InspectionStatus.VOIDED
    assert "录入重复" in page.content.decode()
    assert client.get(url).status_code == 404  # nothing left to void


# Who may


PAGES = ["inspection_create", "inspection_edit", "inspection_detail", "inspection_void", "inspection_discard"]


@pytest.fixture
def pages(world):
    """Each page's address, with a record that it is about."""
    record, draft = make_inspection(world), make_inspection(world, submitted=False)
    pks = {"inspection_create": world.shop.pk, "inspection_edit": draft.pk, "inspection_discard": draft.pk}
    return {name: reverse(name, args=[pks.get(name, record.pk)]) for name in PAGES} | {
        "inspection_start": reverse("inspection_start")
    }


@pytest.mark.parametrize("name", [*PAGES, "inspection_start"])
def test_a_visitor_is_sent_to_the_login(client, pages, name):
    answer = client.get(pages[name])
    assert answer.status_code == 302
    assert answer.url.startswith("/login/")


@pytest.mark.parametrize("name", PAGES)
def test_other_counties_get_404(client, world, pages, name):
    manager = world.stranger
    manager.groups.set(world.manager.groups.all())
    client.force_login(manager)
    assert client.get(pages[name]).status_code == 404
    assert client.post(pages[name], {}).status_code in (404, 405)


@pytest.mark.parametrize(
    ("name", "officer"),
    [
        ("inspection_create", "leader"), ("inspection_edit", "leader"), ("inspection_start", "clerk"),
        ("inspection_discard", "leader"), ("inspection_void", "inspector"),
    ],
)  # fmt: skip
def test_without_the_right_it_is_403(client, world, pages, name, officer):
    client.force_login(getattr(world, officer))
    assert client.get(pages[name]).status_code == 403
    assert client.post(pages[name], {}).status_code in (403, 405)


def test_a_draft_of_a_colleague_is_not_there(client, world, pages):
    client.force_login(world.second)
    assert client.get(pages["inspection_edit"]).status_code == 404
    assert client.get(pages["inspection_discard"]).status_code == 404


def test_a_partner_at_the_visit_sees_neither_cases_nor_papers_of_the_others(client, world):
    visit = make_inspection(world)
    visit.departments.add("fire")
    make_case(world, inspection=visit)
    page = reverse("inspection_detail", args=[visit.pk])
    client.force_login(world.inspector)
    assert len(client.get(page).context["cases"]) == 1
    client.force_login(world.firefighter)
    assert client.get(page).context["cases"] == []
