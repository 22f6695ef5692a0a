"""A form that is wrong: 422, a message that says what to do, nothing written, everything typed still there."""

import html
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from entities.models import EntityState
from inspections.models import Campaign, Evidence, Hazard, Inspection, Operation, Task
from tests.factories import failed_point, make_entity, make_photo, make_sheet
from tests.world import TODAY


@pytest.fixture
def inspector(client, world):
    """A client signed in as the county's inspector, its messages in English."""
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def form_url(world):
    return reverse("inspection_create", args=[world.shop.pk])


def nothing_was_written():
    return not (
        Inspection.objects.exists() or Hazard.objects.exists() or Evidence.objects.exists() or Task.objects.exists()
    )


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
    "empty file": ({"photos": "empty"}, "is empty"),
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


def test_an_entity_recorded_as_closed_is_in_business_again_once_it_was_inspected(inspector, world):
    world.shop.change_state(EntityState.CLOSED, by=world.inspector, reason="已搬空")
    assert "sets it to in business again" in inspector.get(form_url(world)).content.decode()
    inspector.post(form_url(world), make_sheet(world))
    world.shop.refresh_from_db()
    assert world.shop.state == EntityState.OPEN


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


def test_who_submits_a_visit_was_there(client, world):
    client.force_login(world.trainee)
    sheet = make_sheet(world)
    answer = client.post(reverse("inspection_create", args=[world.shop.pk]), sheet)
    assert answer.status_code == 422 and not Inspection.objects.exists()
    assert "officers" in answer.context["form"].visit.errors
