"""Submitting an inspection: at once or from a draft, once however often it is sent, all or nothing."""

import re
import threading
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from inspections import workflow
from inspections.models import Campaign, Evidence, Hazard, HazardStatus, Inspection, InspectionStatus, Rectification
from tests.factories import failed_point, make_inspection, make_photo, make_sheet


@pytest.fixture
def inspector(client, world):
    """A client signed in as the county's inspector, its messages in English."""
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def form_url(world):
    return reverse("inspection_create", args=[world.shop.pk])


def edit_url(draft):
    return reverse("inspection_edit", args=[draft.pk])


def files_kept():
    folder = Path(settings.MEDIA_ROOT) / "evidence"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def rows():
    return [model.objects.count() for model in (Inspection, Hazard, Evidence, Rectification)]


# The same form sent again


def test_the_same_form_sent_twice_makes_one_inspection(inspector, world):
    sent = make_sheet(world) | failed_point()
    first = inspector.post(form_url(world), sent | {"h-XS-02-photos": make_photo()})
    before = rows()
    second = inspector.post(form_url(world), sent | {"h-XS-02-photos": make_photo()}, follow=True)
    assert second.redirect_chain == [(first.url, 302)]
    assert "was not entered a second time" in second.content.decode()
    assert rows() == before == [1, 1, 1, 0]


def test_it_is_still_the_same_a_week_later_when_a_new_one_would_be_refused(inspector, world, settings):
    sent = make_sheet(world)
    first = inspector.post(form_url(world), sent)
    settings.DEMO_TODAY = "2024-09-09"
    Campaign.objects.update(status=Campaign.Status.WRAPPING_UP)
    world.shop.change_state("closed", by=world.inspector, reason="搬空")
    assert inspector.post(form_url(world), sent).url == first.url


@pytest.mark.parametrize(
    "changes", [{"remarks": "另有说明"}, {"photos": "another"}, {"rest": "unchecked"}, {"answer-XS-03": "na"}]
)
def test_the_same_uuid_with_other_content_is_a_conflict_and_writes_nothing(inspector, world, changes):
    sent = make_sheet(world, photos=make_photo())
    inspector.post(form_url(world), sent)
    before, files = rows(), files_kept()
    photo = make_photo(colour="red") if "photos" in changes else make_photo()
    page = inspector.post(form_url(world), sent | changes | {"photos": photo, "notice_number": "零市监8号"})
    assert page.status_code == 409
    text = page.content.decode()
    assert "already submitted with other content" in text
    assert Inspection.objects.get().get_absolute_url() in text
    assert "零市监8号" in text
    assert (rows(), files_kept()) == (before, files)


def test_a_draft_of_another_entity_is_another_form(inspector, world):
    draft = make_inspection(world, submitted=False)
    sent = make_sheet(world, client_uuid=str(draft.client_uuid))
    assert inspector.post(reverse("inspection_create", args=[world.repair_shop.pk]), sent).status_code == 409
    draft.refresh_from_db()
    assert (draft.status, draft.entity, Inspection.objects.count()) == ("draft", world.shop, 1)


def test_the_uuid_of_somebody_else_is_a_conflict_that_tells_nothing(inspector, world):
    other = make_inspection(world, by=world.stranger, entity=world.other_shop)
    page = inspector.post(form_url(world), make_sheet(world, client_uuid=str(other.client_uuid)))
    assert page.status_code == 409
    assert other.get_absolute_url() not in page.content.decode()
    assert Inspection.objects.count() == 1


def test_a_form_without_a_readable_uuid_gets_one(inspector, world):
    inspector.post(form_url(world), make_sheet(world, client_uuid="nonsense"))
    assert isinstance(Inspection.objects.get().client_uuid, uuid.UUID)


def test_one_that_came_first_by_a_moment_answers_the_second(world, monkeypatch):
    """The look before the write finds nothing, the constraint refuses: the first one is the answer."""
    first = make_inspection(world, content_digest="a" * 64)
    late = Inspection(
        client_uuid=first.client_uuid, entity=world.shop, campaign=world.campaign, inspected_on=first.inspected_on
    )
    answers, officers = first.answers, [world.inspector, world.second]
    late.signing = "paper"
    drawn_up = {"answers": answers, "checklist": first.checklist_version, "signatures": {}}
    workflow.draw_up(late, by=world.inspector, officers=officers, **drawn_up)
    monkeypatch.setattr(workflow, "_first_locked", lambda same: None)
    same, other = (workflow.Submission(digest=digest * 64, officers=officers) for digest in "ab")
    assert workflow.submit_inspection(late, same, by=world.inspector) == (first, False)
    with pytest.raises(workflow.SubmittedOtherwise):
        workflow.submit_inspection(late, other, by=world.inspector)
    assert Inspection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="the test database of SQLite lives in memory, where threads lock each other out",
)
def test_two_requests_at_once_make_one_inspection(world):
    sent = make_sheet(world) | failed_point()
    clients, answers = [Client(), Client(), Client()], []
    start = threading.Barrier(len(clients), timeout=20)
    url = form_url(world)
    for client in clients:
        client.force_login(world.inspector)

    def send(client):
        start.wait()
        try:
            answers.append(client.post(url, sent | {"h-XS-02-photos": make_photo()}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(clients)
    inspection = Inspection.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {inspection.get_absolute_url()}
    assert rows() == [1, 1, 1, 0]


# All or nothing


def test_a_refusal_half_way_leaves_no_row_and_no_file(inspector, world, monkeypatch):
    def refuse(*args, **kwargs):
        raise ValidationError({"inspected_on": "no"})

    monkeypatch.setattr(workflow, "plan_revisit", refuse)
    files = files_kept()
    sent = make_sheet(world, photos=make_photo()) | failed_point(photos=make_photo(colour="red"))
    page = inspector.post(form_url(world), sent)
    assert page.status_code == 422
    assert page.context["form"].visit.errors["inspected_on"] == ["no"]
    assert rows() == [0, 0, 0, 0]
    assert files_kept() == files


def test_a_campaign_closed_meanwhile_is_noticed_inside_the_transaction(inspector, world, monkeypatch):
    """The form was fine when asked; the campaign ended before it was written."""
    monkeypatch.setattr("inspections.forms.inspection.why_no_inspection", lambda entity, campaign: "")
    Campaign.objects.update(status=Campaign.Status.WRAPPING_UP)
    page = inspector.post(form_url(world), make_sheet(world))
    assert page.status_code == 422
    assert "takes no new inspection" in page.content.decode()
    assert rows() == [0, 0, 0, 0]


# Drafts


@pytest.fixture
def draft(inspector, world):
    """A draft with nonsense in it, one failed point and photos in three places."""
    sent = make_sheet(world, action="draft", inspected_on="2024-13-45", rest="", officers=[world.inspector.pk])
    sent |= {"remarks": "  半句话", "answer-XS-01": "pass", "started_at": "half past"}
    sent |= failed_point(description="", deadline="soon", rectified="on")
    photos = {
        "photos": make_photo("front.png", "red"),
        "h-XS-02-photos": make_photo("before.png", "blue"),
        "h-XS-02-photos_after": make_photo("after.png", "green"),
    }
    answer = inspector.post(form_url(world), sent | photos)
    draft = Inspection.objects.get()
    assert answer.url == edit_url(draft)
    return draft


def finished(world, draft, **changes):
    """The draft put in order and sent."""
    draft.refresh_from_db()
    sent = make_sheet(world, client_uuid=str(draft.client_uuid), version=str(draft.version))
    return sent | failed_point(rectified="on", measures="当场张贴") | changes


def test_a_draft_keeps_everything_as_typed_and_counts_nowhere(inspector, world, draft):
    assert draft.status == InspectionStatus.DRAFT
    assert draft.inspected_on == date(2024, 9, 2)
    assert rows() == [1, 0, 3, 0]
    assert not Inspection.objects.submitted().exists()
    text = inspector.get(edit_url(draft)).content.decode()
    for typed in ["半句话", "half past", "2024-13-45", "soon", 'id="a-XS-02-fail" value="fail" checked']:
        assert typed in text
    assert re.search(r'<input type="checkbox" name="h-XS-02-rectified"[^>]* checked', text)
    for photo in draft.evidence.all():
        assert photo.get_absolute_url() in text
    assert "Nothing was submitted" not in text


def test_a_draft_keeps_its_good_photos_and_says_which_is_none(inspector, world):
    bad = make_photo("notes.png")
    bad.file.seek(0)
    bad.file.write(b"no picture" * 5)
    bad.file.seek(0)
    sent = make_sheet(world, action="draft", photos=[make_photo(), bad])
    page = inspector.post(form_url(world), sent, follow=True)
    assert "“notes.png” is not a photo" in page.content.decode()
    assert rows() == [1, 0, 1, 0]


def test_a_draft_sent_twice_is_one_draft_with_each_photo_once(inspector, world):
    sent = make_sheet(world, action="draft")
    for _time in range(2):
        inspector.post(form_url(world), sent | {"photos": make_photo()})
    assert rows() == [1, 0, 1, 0]


def test_submitting_a_draft_hands_its_photos_to_what_they_show(inspector, world, draft):
    answer = inspector.post(edit_url(draft), finished(world, draft))
    assert answer.url == draft.get_absolute_url()
    draft.refresh_from_db()
    hazard = Hazard.objects.get()
    assert (draft.status, draft.draft_form) == (InspectionStatus.SUBMITTED, {})
    assert hazard.status == HazardStatus.RECTIFIED
    owners = {photo.original_name: photo.owner for photo in Evidence.objects.all()}
    assert owners == {"front.png": draft, "before.png": hazard, "after.png": hazard.accepted_rectification}


def test_a_submitted_draft_sent_again_is_answered_with_itself(inspector, world, draft):
    sent = finished(world, draft)
    first = inspector.post(edit_url(draft), sent)
    before = rows()
    assert inspector.post(edit_url(draft), sent).url == first.url
    assert inspector.post(edit_url(draft), sent | {"remarks": "后来"}).status_code == 409
    assert inspector.get(edit_url(draft)).url == first.url
    assert rows() == before


def test_a_removed_photo_is_gone_with_its_file(inspector, world, draft, django_capture_on_commit_callbacks):
    photo = draft.evidence.get(slot="visit")
    with django_capture_on_commit_callbacks(execute=True):
        inspector.post(edit_url(draft), finished(world, draft, action="draft", remove=photo.pk))
    assert set(draft.evidence.values_list("slot", flat=True)) == {"XS-02", "XS-02+after"}
    assert not photo.file.storage.exists(photo.file.name)


def test_a_photo_of_another_record_is_not_removed(inspector, world, draft):
    other = Evidence.attach(make_inspection(world, by=world.second), make_photo(), by=world.second)
    inspector.post(edit_url(draft), finished(world, draft, action="draft", remove=other.pk))
    assert Evidence.objects.filter(pk=other.pk).exists()


def test_photos_required_of_a_closed_shop_may_come_from_the_draft(inspector, world, draft):
    closed = finished(world, draft, outcome="closed", remarks="关门")
    photo = draft.evidence.get(slot="visit")
    assert inspector.post(edit_url(draft), closed | {"remove": photo.pk}).status_code == 422
    assert inspector.post(edit_url(draft), closed).status_code == 302


def test_a_refused_submission_leaves_the_draft_as_last_saved(inspector, world, draft):
    version, form = draft.version, draft.draft_form
    page = inspector.post(edit_url(draft), finished(world, draft, inspected_on="2024-09-03", remarks="新写的"))
    assert page.status_code == 422
    assert "新写的" in page.content.decode()
    draft.refresh_from_db()
    assert (draft.version, draft.draft_form, draft.status) == (version, form, InspectionStatus.DRAFT)
    assert rows() == [1, 0, 3, 0]


@pytest.mark.parametrize("action", ["draft", "submit"])
def test_a_draft_saved_in_another_window_is_told_and_loses_nothing(inspector, world, draft, action):
    old = finished(world, draft, action=action, remarks="旧窗口里写的")
    inspector.post(edit_url(draft), finished(world, draft, action="draft", remarks="新窗口里写的"))
    page = inspector.post(edit_url(draft), old)
    text = page.content.decode()
    assert page.status_code == 409
    assert "saved this draft in another window" in text
    assert "旧窗口里写的" in text
    draft.refresh_from_db()
    assert draft.draft_form["remarks"] == ["新窗口里写的"]
    assert page.context["form"].version == draft.version  # seen now: sending again uses what is on the page
    assert inspector.post(edit_url(draft), old | {"version": draft.version}).status_code == 302


def test_what_no_page_was_ever_opened_with_is_no_version(inspector, world, draft):
    sent = finished(world, draft, action="draft", remarks="照常", version="9" * 5000)
    assert inspector.post(edit_url(draft), sent).status_code == 302


def test_a_draft_is_thrown_away_with_its_photos_after_asking(
    inspector, world, draft, django_capture_on_commit_callbacks
):
    url = reverse("inspection_discard", args=[draft.pk])
    names = [photo.file.name for photo in draft.evidence.all()]
    storage = draft.evidence.first().file.storage
    assert inspector.get(url).status_code == 200
    assert Inspection.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        inspector.post(url)
    assert rows() == [0, 0, 0, 0]
    assert not any(storage.exists(name) for name in names)


def test_a_submitted_inspection_is_not_thrown_away(inspector, world):
    inspection = make_inspection(world)
    assert inspector.post(reverse("inspection_discard", args=[inspection.pk])).status_code == 404
    assert Inspection.objects.exists()


def test_the_digest_ignores_what_differs_between_two_sendings(rf, world):
    def digest(**changes):
        values = make_sheet(world, client_uuid="x", remarks="一\r\n二 ") | changes
        request = rf.post("/", values | {"photos": make_photo(changes.pop("name", "a.png"))})
        return workflow.content_digest(world.shop, request.POST, request.FILES)

    assert digest() == digest(csrfmiddlewaretoken="t", version="3", remarks="一\n二", notice_number=" ")
    assert digest() != digest(remarks="一三")
    assert len(digest()) == 64
