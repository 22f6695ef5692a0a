"""The pages of an inspection: choosing the entity, the form, the record, voiding."""

import html
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import EntityState, Officer
from inspections.models import (
    Campaign,
    ChecklistVersion,
    Evidence,
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


def nothing_was_written():
    return not (
        Inspection.objects.exists() or Hazard.objects.exists() or Evidence.objects.exists() or Task.objects.exists()
    )


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


# What is refused: 422, nothing written, everything kept


REFUSALS = {
    "future": ({"inspected_on": "2024-09-03"}, "This date is in the future"),
    "before the campaign": ({"inspected_on": "2024-04-30"}, "The campaign began on 2024-05-01"),
    "no date": ({"inspected_on": ""}, "Enter the date."),
    "unreadable date": ({"inspected_on": "2024-13-45"}, "Enter the date as 2024-05-01."),
    "times": ({"started_at": "15:00", "ended_at": "14:00"}, "The visit ends after it starts"),
    "deadline before the finding": (failed_point(deadline="2024-09-01"), "The deadline is before the day the hazard"),
    "no deadline": (failed_point(deadline=""), "Enter until when it must be put right."),
    "no description": (failed_point(description=" "), "Say what is wrong, or tap a suggestion."),
    "no place": (failed_point(places="0"), "A hazard is in at least one place."),
    "hazard form never opened": ({"answer-XS-02": "fail"}, "XS-02 fails: say what is wrong."),
    "tampered department": (failed_point(responsible_department="moon"), "Select a valid choice"),
    "one officer": ({"officers": ["inspector"]}, "add the second one"),
    "no officer": ({"officers": []}, "Choose the officers who were present."),
    "second without certificate": ({"officers": ["inspector", "trainee"]}, "Only officers with a law-enforcement"),
    "stranger as second": ({"officers": ["inspector", "stranger"]}, "Only officers with a law-enforcement"),
    "unanswered": ({"rest": "", "answer-XS-01": "pass"}, "3 points have no answer"),
    "unknown answer": ({"answer-XS-01": "maybe"}, "do not belong to the checklist"),
    "unknown point": ({"answer-XS-99": "pass"}, "do not belong to the checklist"),
    "point of a later rule": ({"answer-XS-05": "pass"}, "do not belong to the checklist"),
    "unknown outcome": ({"outcome": "eaten"}, "Select a valid choice"),
    "closed without photo": ({"outcome": "closed", "remarks": "关门"}, "Take at least one photo"),
    "closed without remarks": ({"outcome": "closed", "photos": "photo"}, "Say in the remarks"),
    "refused without witness": (
        {"outcome": "refused", "remarks": "拒绝", "photos": "photo", "refusal_reason": "不配合"},
        "Enter who witnessed the refusal.",
    ),
    "refused without reason": (
        {"outcome": "refused", "remarks": "拒绝", "photos": "photo", "refusal_witness": "村干部"},
        "Enter the reason that was given for refusing.",
    ),
    "on the spot without a photo before": (
        failed_point(rectified="on", measures="已改", photos_after="photo"),
        "Take a photo of the hazard before it was put right.",
    ),
    "on the spot without a photo after": (
        failed_point(rectified="on", measures="已改", photos="photo"),
        "Take a photo that shows it put right.",
    ),
    "on the spot without measures": (failed_point(rectified="on"), "Say what was done to put it right."),
    "no image": ({"photos": "text"}, "is not a photo"),
    "no image at a hazard": (failed_point(photos="text"), "is not a photo"),
    "damaged photo": ({"photos": "damaged"}, "is damaged"),
    "over 20 MB": ({"photos": "large"}, "is over 20 MB"),
    "empty file": ({"photos": "empty"}, "is not a photo"),
}  # fmt: skip


def upload(kind):
    """A file as somebody might choose it by mistake."""
    photo = make_photo("店门.png").read()
    content = {
        "photo": photo, "text": b"not a picture at all", "damaged": photo[:-20], "empty": b"",
        "large": photo + b"\0" * (20 * 1024 * 1024),
    }[kind]  # fmt: skip
    return SimpleUploadedFile("店门.png", content, content_type="image/png")


def as_sent(world, changes):
    """The changes with names of officers and files put in the place of their names."""
    sent = {}
    for name, value in changes.items():
        if name == "officers":
            value = [getattr(world, username).pk for username in value]
        elif "photos" in name:
            value = upload(value)
        sent[name] = value
    return sent


@pytest.mark.parametrize("what", REFUSALS)
def test_a_wrong_form_says_what_to_do_writes_nothing_and_keeps_what_was_typed(inspector, world, what):
    changes, message = REFUSALS[what]
    page = inspector.post(
        form_url(world), make_sheet(world, notice_number="零市监〔2024〕8号") | as_sent(world, changes)
    )
    text = page.content.decode()
    assert page.status_code == 422
    summary = text.split('id="error-summary"')[1].split("<form")[0]
    assert message in html.unescape(summary)
    assert "零市监〔2024〕8号" in text
    assert nothing_was_written()


def test_all_that_is_wrong_is_said_at_once_each_with_a_link_to_its_field(inspector, world):
    wrong = make_sheet(world, inspected_on="2024-09-03", officers=[world.inspector.pk], rest="") | failed_point(
        description=""
    )
    page = inspector.post(form_url(world), wrong)
    places = [place for place, _message in page.context["form"].summary()]
    assert places == ["id_inspected_on", "id_officers", "item-XS-01", "id_h-XS-02-description"]
    text = page.content.decode()
    assert all(f'id="{place}"' in text for place in places)


def test_a_point_that_fails_opens_its_form_prefilled_without_a_script(inspector, world):
    page = inspector.post(form_url(world), make_sheet(world) | {"answer-XS-04": "fail"})
    form = next(row.hazard for row in page.context["form"].rows if row.item.code == "XS-04")
    assert (form["severity"].value(), form["category"].value()) == ("major", "illegal_modification")
    assert form["deadline"].value() == world.campaign.deadline("major", TODAY)
    assert 'name="h-XS-04-description"' in page.content.decode()


@pytest.mark.parametrize("status", [Campaign.Status.WRAPPING_UP, Campaign.Status.CLOSED])
def test_a_campaign_that_is_not_running_takes_no_new_inspection(inspector, world, status):
    Campaign.objects.update(status=status)
    page = inspector.get(form_url(world))
    assert "choose a running campaign" in page.content.decode().lower()
    page = inspector.post(form_url(world), make_sheet(world, notice_number="8"))
    assert page.status_code == 422
    assert 'value="8"' in page.content.decode()
    assert inspector.post(form_url(world), make_sheet(world, action="draft")).status_code == 422
    assert nothing_was_written()


def test_an_entity_that_is_not_open_is_refused_with_the_way_to_reopen_it(inspector, world):
    world.shop.change_state(EntityState.CLOSED, by=world.inspector, reason="已搬空")
    page = inspector.get(form_url(world)).content.decode()
    assert "set it to open on its page" in page
    assert reverse("entity_state", args=[world.shop.pk]) in page
    assert inspector.post(form_url(world), make_sheet(world)).status_code == 422
    assert nothing_was_written()


def test_a_duplicate_entity_sends_to_the_one_it_was_merged_into(inspector, world):
    other = make_entity(world)
    world.shop.merge_into(other, by=world.administrator)
    assert reverse("inspection_create", args=[other.pk]) in inspector.get(form_url(world)).content.decode()


def test_an_operation_outside_the_scope_is_refused(inspector, world):
    elsewhere = Operation(
        key="far", kind="crackdown", name="外县夜查", starts_on=TODAY, ends_on=TODAY, campaign=world.campaign,
        region=world.other_county, unit=world.stranger.unit,
    )  # fmt: skip
    elsewhere.store(by=world.stranger)
    page = inspector.post(form_url(world), make_sheet(world, operation=elsewhere.pk))
    assert page.status_code == 422
    assert "This operation is outside your scope" in page.content.decode()
    assert "外县夜查" not in page.content.decode()
    assert nothing_was_written()


def test_another_day_asks_for_its_own_points_and_deadlines(inspector, world, settings):
    settings.DEMO_TODAY = "2025-09-02"
    assert "XS-05" in inspector.get(form_url(world)).content.decode()
    page = inspector.get(form_url(world) + "?date=2025-08-29")
    assert "XS-05" not in page.content.decode()
    assert page.context["form"].deadlines["general"] == world.campaign.deadline("general", date(2025, 8, 29))
    assert inspector.get(form_url(world) + "?date=nonsense").status_code == 200


def test_an_officer_without_unit_is_told_whom_to_ask(inspector, world):
    world.inspector.unit = None
    world.inspector.save()
    page = inspector.post(form_url(world), make_sheet(world))
    assert page.status_code == 422
    assert "Your account has no unit" in page.content.decode()


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


def test_an_entity_that_is_not_open_leads_to_its_page(inspector, world):
    world.shop.change_state(EntityState.CLOSED, by=world.inspector, reason="已搬空")
    page = inspector.get(reverse("inspection_start"), {"q": "车行"}).content.decode()
    assert form_url(world) not in page
    assert world.shop.get_absolute_url() in page


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
