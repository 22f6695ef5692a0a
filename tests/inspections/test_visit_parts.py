"""What a visit brings with it: signatures, measures on the spot, a corrected register, the next visit planned."""

import base64
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageDraw

from entities.models import EntityState
from inspections.models import (
    Case,
    Hazard,
    Inspection,
    InterviewedEntity,
    NumberBlock,
    Order,
    SeizedItem,
    Seizure,
    Task,
)
from tests.factories import failed_point, make_hazard, make_inspection, make_photo, make_self_check, make_sheet


@pytest.fixture
def inspector(client, world):
    """A client signed in as the county's inspector, its messages in English."""
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def form_url(world):
    return reverse("inspection_create", args=[world.shop.pk])


def drawn(stroke=True, size=(300, 100)):
    """A signature as the canvas of a phone hands it over."""
    image = Image.new("RGBA", size)
    if stroke:
        ImageDraw.Draw(image).line([(20, 20), (200, 70)], fill="black", width=4)
    written = BytesIO()
    image.save(written, "PNG")
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()


def signed(world, **changes):
    """What the form adds when all three sign on the screen."""
    values = {
        "signing": "screen",
        "signer_name": "王店主",
        "signer_relation": "representative",
        "signature-entity": drawn(),
        f"signature-{world.inspector.pk}": drawn(),
        f"signature-{world.second.pk}": drawn(),
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def problems(page):
    assert page.status_code == 422
    return " ".join(message for _place, message in page.context["form"].summary())


# Signatures


def test_three_signatures_are_kept_with_the_visit_and_shown(inspector, world):
    page = inspector.post(form_url(world), make_sheet(world) | signed(world), follow=True)
    visit = Inspection.objects.get()
    assert visit.evidence.filter(slot__startswith="signature-").count() == 3
    assert page.content.decode().count("Signature of") == 3
    assert "王店主" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"signature-entity": None}, "The entity's person has not signed"),
        ({"signer_name": ""}, "Enter who signed for the entity."),
        ({"signer_relation": ""}, "Say what this person is to the entity."),
        ({"signature-entity": "data:image/png;base64,AAAA"}, "did not arrive whole"),
        ({"signature-entity": "hello"}, "did not arrive whole"),
        ({"signing": ""}, "Say how the record was signed."),
        ({"signing": "refused"}, "enter the reason, the witness and the number of the recording"),
        ({"signing": "refused", "refusal_reason": "不认可", "refusal_witness": "李四"}, "the number of the recording"),
    ],
)
def test_a_missing_or_unreadable_signature_is_said_and_nothing_is_written(inspector, world, changes, message):
    page = inspector.post(form_url(world), make_sheet(world) | signed(world, **changes))
    assert message in problems(page)
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("size", [(300, 100), (4000, 3000)])
def test_a_blank_or_giant_signature_counts_as_none(inspector, world, size):
    blank = drawn(stroke=size != (300, 100), size=size)
    page = inspector.post(form_url(world), make_sheet(world) | signed(world, **{"signature-entity": blank}))
    assert "sign" in problems(page)
    assert blank in page.content.decode()  # and what was drawn is still in the form
    assert not Inspection.objects.exists()


def test_one_officer_alone_does_not_sign_for_two(inspector, world):
    page = inspector.post(form_url(world), make_sheet(world) | signed(world, **{f"signature-{world.second.pk}": None}))
    assert "still missing: Second" in problems(page)


def test_a_refusal_to_sign_is_kept_with_reason_witness_and_recording(inspector, world):
    refused = {
        "signing": "refused",
        "refusal_reason": "不认可",
        "refusal_witness": "李四",
        "recording_number": "ZFJL-7",
    }
    inspector.post(form_url(world), make_sheet(world) | signed(world, **refused, **{"signature-entity": None}))
    visit = Inspection.objects.get()
    assert (visit.refusal_witness, visit.recording_number) == ("李四", "ZFJL-7")


# Measures on the spot


def measures(**changes):
    return {
        "m-order": "on",
        "m-order_due_on": "2024-09-24",
        "m-interview": "on",
        "m-interview_person": "王店主",
        "m-interview_reason": "未建立台账",
        "m-seizure": "on",
        "m-seizure_reason": "非法改装",
        "m-item1_kind": "vehicle",
        "m-item1_quantity": "2",
        "m-item3_kind": "battery",
        "m-item3_description": "60V",
        "m-item3_quantity": "4",
        "m-case": "on",
        "m-case_cause": "销售改装电动自行车",
    } | changes


def test_each_measure_makes_its_record_at_the_place_of_the_visit(inspector, world):
    NumberBlock.objects.create(
        unit=world.inspector.unit,
        series="order",
        year=2024,
        pattern="责改〔{year}〕{number}号",
        first=7,
        last=9,
        following=7,
    )
    page = inspector.post(form_url(world), make_sheet(world) | failed_point() | measures(), follow=True)
    visit, hazard = Inspection.objects.get(), Hazard.objects.get()
    order, part, seizure, case = (m.objects.get() for m in (Order, InterviewedEntity, Seizure, Case))
    assert (order.inspection, order.number, list(order.hazards.all())) == (visit, "责改〔2024〕7号", [hazard])
    assert (part.interview.inspection, part.person, part.entity) == (visit, "王店主", world.shop)
    assert list(seizure.items.values_list("kind", "quantity")) == [("vehicle", 2), ("battery", 4)]
    assert (case.inspection, case.status, case.cause) == (visit, "proposed", "销售改装电动自行车")
    assert {record.unit for record in (order, seizure, case)} == {world.inspector.unit}
    assert "Papers" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"m-order_due_on": "2024-08-01"}, "order_due_on"),
        ({"m-order_due_on": ""}, "order_due_on"),
        ({"m-interview_person": ""}, "interview_person"),
        ({"m-interview_reason": ""}, "interview_reason"),
        ({"m-seizure_reason": ""}, "seizure_reason"),
        ({"m-item1_kind": "", "m-item1_quantity": "", "m-item3_kind": "", "m-item3_quantity": "", "m-item3_description": ""}, "item1_kind"),
        ({"m-item1_quantity": "0"}, "item1_quantity"),
        ({"m-item1_quantity": ""}, "item1_quantity"),
        ({"m-case_cause": ""}, "case_cause"),
    ],
)  # fmt: skip
def test_a_measure_that_lacks_something_says_so_beside_its_field(inspector, world, changes, field):
    page = inspector.post(form_url(world), make_sheet(world) | failed_point() | measures(**changes))
    assert page.status_code == 422
    assert field in page.context["form"].measures.errors
    assert not any(model.objects.exists() for model in (Inspection, Order, Seizure, Case, SeizedItem))


def test_a_number_that_was_used_is_refused_beside_its_field(inspector, world):
    sent = measures(**{"m-order_number": "责改1号"})
    inspector.post(form_url(world), make_sheet(world) | failed_point() | sent)
    page = inspector.post(form_url(world), make_sheet(world) | failed_point() | sent)
    assert "order_number" in page.context["form"].measures.errors


def test_measures_of_a_visit_that_inspected_nothing_are_left_alone(inspector, world):
    inspector.post(form_url(world), make_sheet(world, outcome="closed", photos=make_photo()) | measures())
    assert Inspection.objects.get().outcome == "closed"
    assert not Order.objects.exists()


# The register and the next visit


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("closed", EntityState.CLOSED),
        ("not_found", EntityState.NOT_FOUND),
        ("wrong_address", EntityState.MOVED),
        ("changed_trade", EntityState.CHANGED_TRADE),
        ("refused", EntityState.OPEN),
    ],
)
def test_a_visit_without_inspection_corrects_the_register_and_plans_the_next(inspector, world, outcome, state):
    inspector.post(form_url(world), make_sheet(world, outcome=outcome, photos=make_photo()))
    world.shop.refresh_from_db()
    task = Task.objects.get()
    assert world.shop.state == state
    assert (task.purpose, task.assignee, task.due_on) == ("revisit", world.inspector, date(2024, 9, 9))
    assert task.follows == Inspection.objects.get()


def test_a_second_closed_door_does_not_plan_two_visits(inspector, world):
    for _time in range(2):
        inspector.post(form_url(world), make_sheet(world, outcome="closed", photos=make_photo()))
    assert (Inspection.objects.count(), Task.objects.count()) == (2, 1)


def test_found_elsewhere_the_register_gets_the_address(inspector, world):
    sent = make_sheet(world, outcome="wrong_address", found_at="零陵区新址路9号", photos=make_photo())
    inspector.post(form_url(world), sent)
    world.shop.refresh_from_db()
    assert (world.shop.address, world.shop.state) == ("零陵区新址路9号", EntityState.OPEN)


def test_the_planned_visit_is_done_by_the_inspection_that_finds_them_open(inspector, world):
    inspector.post(form_url(world), make_sheet(world, outcome="closed", photos=make_photo()))
    inspector.post(form_url(world), make_sheet(world))
    world.shop.refresh_from_db()
    assert world.shop.state == EntityState.OPEN
    assert Task.objects.get().inspection.outcome == "inspected"


def test_a_visit_that_arrives_late_does_not_undo_what_was_recorded_since(inspector, world):
    world.shop.change_state(EntityState.CLOSED, by=world.manager, reason="已注销", on=date(2024, 9, 1))
    inspector.post(form_url(world), make_sheet(world, inspected_on="2024-08-30"))
    world.shop.refresh_from_db()
    assert world.shop.state == EntityState.CLOSED


# What the inspector is told at each point


def test_earlier_failures_and_the_self_check_stand_at_the_point(inspector, world):
    earlier = make_inspection(world, inspected_on=date(2024, 6, 1))
    item = earlier.checklist_version.items.get(code="XS-02")
    make_hazard(world, inspection=earlier, item=item, description="台账空白")
    make_self_check(world, answers={"XS-03": "pass"})
    page = inspector.get(form_url(world)).content.decode()
    assert "Failed before, 2024-06-01: 台账空白" in page
    assert "Self-check: pass" in page


def test_a_visit_of_others_in_the_last_thirty_days_is_told(inspector, world):
    make_inspection(world, by=world.second, officers=[world.second, world.manager], inspected_on=date(2024, 8, 20))
    assert "in the last 30 days" in inspector.get(form_url(world)).content.decode()


def test_the_officers_of_the_last_visit_are_ticked_again(inspector, world):
    inspector.post(form_url(world), make_sheet(world))
    form = inspector.get(form_url(world)).context["form"]
    assert [officer for officer, is_chosen in form.people() if is_chosen] == [world.inspector, world.second]


def test_others_present_are_read_line_by_line(inspector, world):
    inspector.post(form_url(world), make_sheet(world, others="李四 公安局 GA-1\n\n王五，消防"))
    assert Inspection.objects.get().others_present == [
        {"name": "李四", "unit": "公安局", "certificate_number": "GA-1"},
        {"name": "王五", "unit": "消防", "certificate_number": ""},
    ]


@pytest.mark.parametrize("words", ["🛵" * 5000, "𠮷" * 10_000, "备注\r\n" * 1000])
def test_long_and_rare_remarks_are_kept_as_typed(inspector, world, words):
    inspector.post(form_url(world), make_sheet(world, remarks=words))
    assert Inspection.objects.get().remarks.replace("\r", "") == words.strip().replace("\r", "")
