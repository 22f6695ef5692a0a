"""A hazard's pages: found, put right, judged, given more time, closed otherwise."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from inspections.models import Evidence, HazardStatus, Rectification, Verdict
from tests.factories import attach_photo, make_hazard, make_inspection, make_photo, rectify


@pytest.fixture
def signed_in(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def managing(client, world):
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def hazard(world):
    return make_hazard(world)


@pytest.fixture
def foreign(world):
    inspection = make_inspection(world, by=world.stranger, entity=world.other_shop)
    return make_hazard(world, by=world.stranger, inspection=inspection)


def at(name, record):
    return reverse(name, args=[record.pk])


def attempt_on(hazard, world, *, photo=True, by=None):
    attempt = hazard.submit_rectification(by=by or world.inspector, measures="已张贴告知", on=world.today)
    if photo:
        attach_photo(attempt, by=by or world.inspector)
    return attempt


def texts(response):
    return str(response.context["form"].errors)


HAZARD_PAGES = ["hazard_detail", "hazard_rectify", "hazard_extend", "hazard_close", "hazard_reopen"]
VERDICT_PAGES = ["rectification_accept", "rectification_reject"]


# Who gets in


@pytest.mark.parametrize("name", HAZARD_PAGES)
def test_anonymous_is_sent_to_log_in(client, hazard, name):
    assert client.get(at(name, hazard)).url.startswith(reverse("login"))


@pytest.mark.parametrize("name", VERDICT_PAGES)
def test_anonymous_judges_nothing(client, world, hazard, name):
    assert client.post(at(name, attempt_on(hazard, world))).url.startswith(reverse("login"))


@pytest.mark.parametrize("name", HAZARD_PAGES)
def test_other_counties_get_404(managing, foreign, name):
    assert managing.get(at(name, foreign)).status_code == 404
    if name != "hazard_detail":
        assert managing.post(at(name, foreign)).status_code == 404


@pytest.mark.parametrize("name", VERDICT_PAGES)
def test_verdicts_of_other_counties_are_404(signed_in, world, foreign, name):
    attempt = attempt_on(foreign, world, by=world.stranger)
    assert signed_in.get(at(name, attempt)).status_code == 404
    assert signed_in.post(at(name, attempt)).status_code == 404


@pytest.mark.parametrize("name", ["hazard_rectify", "hazard_extend", "hazard_close", "hazard_reopen"])
@pytest.mark.parametrize("role", ["leader", "clerk"])
def test_without_the_right_403(client, world, hazard, name, role):
    client.force_login(getattr(world, role))
    assert client.get(at(name, hazard)).status_code == 403
    assert client.post(at(name, hazard)).status_code == 403
    assert client.get(at("hazard_detail", hazard)).status_code == 200


@pytest.mark.parametrize("name", VERDICT_PAGES)
@pytest.mark.parametrize("role", ["leader", "clerk", "discipline"])
def test_without_the_right_to_judge_403(client, world, hazard, name, role):
    client.force_login(getattr(world, role))
    assert client.post(at(name, attempt_on(hazard, world))).status_code == 403


# One hazard


def test_the_page_shows_photos_before_and_after_and_who_did_what(signed_in, world, hazard):
    before = attach_photo(hazard, by=world.inspector)
    attempt = attempt_on(hazard, world)
    after = attempt.evidence.get()
    attempt.reject(by=world.manager, deadline=date(2024, 9, 20), comment="仍未张贴", on=world.today)
    hazard.refresh_from_db()
    hazard.extend(by=world.manager, deadline=date(2024, 9, 30), reason="店主住院")
    response = signed_in.get(at("hazard_detail", hazard))
    page = response.content.decode()
    for words in (
        before.get_absolute_url(), after.get_absolute_url(), "已张贴告知", "仍未张贴", "店主住院",
        "2024-09-20 → 2024-09-30", "Manager", hazard.inspection.get_absolute_url(), world.shop.get_absolute_url(),
    ):  # fmt: skip
        assert words in page, words
    titles = [event.title for event in response.context["events"]]
    assert sorted(titles) == sorted(
        ["Found", "Rectification recorded", "Rejected after re-inspection", "New deadline", "New deadline"]
    )


def test_more_attempts_take_no_more_queries(signed_in, world, hazard):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            signed_in.get(at("hazard_detail", hazard))
        return len(captured)

    def rejected():
        attempt = attempt_on(hazard, world)
        attempt.reject(by=world.manager, deadline=date(2024, 9, 20), comment="否", on=world.today)
        hazard.refresh_from_db()

    rejected()
    signed_in.get(at("hazard_detail", hazard))
    few = queries()
    for _number in range(5):
        rejected()
    assert queries() == few


@pytest.mark.parametrize(
    ("role", "severity", "ways"),
    [
        ("inspector", "general", {"judge", "extend", "close"}),
        ("inspector", "major", {"extend", "close"}),
        ("manager", "major", {"judge", "extend", "close"}),
        ("leader", "general", set()),
    ],
)
def test_only_what_i_may_do_is_offered(client, world, role, severity, ways):
    hazard = make_hazard(world, severity=severity)
    attempt_on(hazard, world)
    client.force_login(getattr(world, role))
    may = client.get(at("hazard_detail", hazard)).context["may"]
    assert {way for way, allowed in may.items() if allowed} - {"anything"} == ways


def test_a_rectified_hazard_offers_an_inspector_nothing_and_a_manager_to_open_it_again(client, world, hazard):
    rectify(world, hazard)
    client.force_login(world.inspector)
    assert not client.get(at("hazard_detail", hazard)).context["may"]["anything"]
    client.force_login(world.manager)
    may = client.get(at("hazard_detail", hazard)).context["may"]
    assert {way for way, allowed in may.items() if allowed} == {"anything", "reopen"}


@pytest.mark.parametrize("name", ["hazard_rectify", "hazard_extend", "hazard_close", "hazard_reopen"])
def test_a_hazard_of_a_voided_visit_is_shown_and_nothing_can_be_done_with_it(managing, world, hazard, name):
    hazard.inspection.void(by=world.manager, reason="录错")
    assert managing.get(at(name, hazard)).url == hazard.get_absolute_url()
    assert not managing.get(at("hazard_detail", hazard)).context["may"]["anything"]


def test_photos_are_small_in_the_page_and_lead_to_the_whole_with_when_where_and_what_proves_them(
    signed_in, world, hazard
):
    original = {"sha256": "ab" * 32, "taken_at": "2024-09-01T10:11:00+08:00", "latitude": 26.2225, "longitude": 111.615}
    photo = attach_photo(hazard, by=world.inspector, original=original)
    page = signed_in.get(at("hazard_detail", hazard)).content.decode()
    assert f'<img src="{photo.thumbnail_url}"' in page and photo.thumbnail_url != photo.get_absolute_url()
    for words in (
        f'href="{photo.get_absolute_url()}"',
        "2024-09-01 10:11",
        "26.22250, 111.61500",
        photo.sha256,
        "ab" * 32,
    ):
        assert words in page, words


def test_a_point_that_failed_again_and_the_earlier_hazard_name_each_other(signed_in, world):
    item = make_inspection(world).checklist_version.items.first()
    earlier = make_hazard(world, item=item, inspection=make_inspection(world, inspected_on=date(2024, 8, 1)))
    later = make_hazard(world, item=item)
    assert earlier.get_absolute_url() in signed_in.get(at("hazard_detail", later)).content.decode()
    assert later.get_absolute_url() in signed_in.get(at("hazard_detail", earlier)).content.decode()
    later.inspection.void(by=world.manager, reason="录错")
    assert later.get_absolute_url() not in signed_in.get(at("hazard_detail", earlier)).content.decode()


# Putting it right


def picture_file(form):
    content = BytesIO()
    Image.new("RGB", (400, 300), "orange").save(content, form)
    return content.getvalue()


def work(**changes):
    return {"measures": "已张贴告知书", "submitted_on": "2024-09-02", "photos": [make_photo()]} | changes


def test_a_rectification_is_recorded_with_its_photos(signed_in, world, hazard):
    response = signed_in.post(at("hazard_rectify", hazard), work(photos=[make_photo(), make_photo("b.png", "red")]))
    assert response.url == hazard.get_absolute_url()
    attempt = hazard.rectifications.get()
    assert (attempt.measures, attempt.submitted_on, attempt.created_by) == (
        "已张贴告知书",
        world.today,
        world.inspector,
    )
    assert attempt.evidence.count() == 2
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.SUBMITTED


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"measures": ""}, "measures", "Say what was done"),
        ({"submitted_on": "2024-09-03"}, "submitted_on", "in the future"),
        ({"submitted_on": "2024-08-30"}, "submitted_on", "before it was found"),
        ({"submitted_on": "yesterday"}, "submitted_on", "2024-05-01"),
        ({"photos": [SimpleUploadedFile("bill.txt", b"text")]}, "photos", "neither a photo nor a PDF"),
        ({"photos": [SimpleUploadedFile("cut.jpg", picture_file("JPEG")[:-200])]}, "photos", "is damaged"),
        ({"photos": [SimpleUploadedFile("moving.jpg", picture_file("GIF"))]}, "photos", "neither a photo nor a PDF"),
        ({"photos": [make_photo(), SimpleUploadedFile("empty.jpg", b"")]}, "photos", "is empty"),
    ],
)
def test_a_wrong_entry_keeps_what_was_typed_and_writes_nothing(signed_in, hazard, changes, field, message):
    response = signed_in.post(at("hazard_rectify", hazard), work(**changes))
    assert response.status_code == 422
    assert message in response.context["form"].errors[field][0]
    if field != "measures":
        assert "已张贴告知书" in response.content.decode()
    hazard.refresh_from_db()
    assert (hazard.status, Rectification.objects.count(), Evidence.objects.count()) == ("open", 0, 0)


def test_a_photo_straight_from_an_iphone_is_kept_for_every_browser(signed_in, hazard):
    signed_in.post(at("hazard_rectify", hazard), work(photos=[SimpleUploadedFile("IMG_1.HEIC", picture_file("HEIF"))]))
    photo = hazard.rectifications.get().evidence.get()
    assert (photo.media_type, photo.original_name) == ("image/jpeg", "IMG_1.HEIC")
    response = signed_in.get(photo.get_absolute_url())
    assert response["Content-Disposition"] == 'inline; filename="IMG_1.jpg"'


def test_a_photo_over_20_mb_is_refused_by_name(signed_in, settings, hazard):
    settings.EVIDENCE_MAX_BYTES = 50
    response = signed_in.post(at("hazard_rectify", hazard), work())
    assert "“photo.png” is over 20 MB" in response.context["form"].errors["photos"][0]


def test_a_stale_page_is_told_what_is_possible(signed_in, world, hazard):
    attempt_on(hazard, world, by=world.second)
    response = signed_in.post(at("hazard_rectify", hazard), work())
    assert "already has a rectification that waits for its verdict" in texts(response)
    assert "已张贴告知书" in response.content.decode()
    assert Rectification.objects.count() == 1
    assert signed_in.get(at("hazard_rectify", hazard)).url == hazard.get_absolute_url()


def test_what_another_department_put_right_is_recorded_too(managing, world, hazard):
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号", on=world.today)
    managing.post(at("hazard_rectify", hazard), work())
    attempt = hazard.rectifications.get()
    assert managing.post(at("rectification_accept", attempt), verdict()).status_code == 302
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.RECTIFIED


# Judging


def verdict(**changes):
    return {"method": "on_site", "comment": ""} | changes


def rejection(**changes):
    return {"method": "documents", "comment": "照片看不清", "deadline": "2024-09-20"} | changes


def test_an_accepted_rectification_closes_the_hazard(signed_in, world, hazard):
    attempt = attempt_on(hazard, world)
    assert "已张贴告知" in signed_in.get(at("rectification_accept", attempt)).content.decode()
    signed_in.post(at("rectification_accept", attempt), verdict(comment="属实"))
    hazard.refresh_from_db()
    attempt.refresh_from_db()
    assert (hazard.status, hazard.rectified_on) == (HazardStatus.RECTIFIED, world.today)
    assert (attempt.verdict, attempt.reviewer, attempt.comment) == (Verdict.ACCEPTED, world.inspector, "属实")


def test_a_rejected_one_is_open_again_until_the_new_deadline(managing, world, hazard):
    attempt = attempt_on(hazard, world)
    form = managing.get(at("rectification_reject", attempt)).context["form"]
    assert form["deadline"].value() == world.campaign.deadline("general", world.today)
    managing.post(at("rectification_reject", attempt), rejection())
    hazard.refresh_from_db()
    attempt.refresh_from_db()
    assert (hazard.status, hazard.deadline) == (HazardStatus.OPEN, date(2024, 9, 20))
    assert (attempt.verdict, attempt.method) == (Verdict.REJECTED, "documents")


@pytest.mark.parametrize(
    ("changes", "field"), [({"comment": ""}, "comment"), ({"deadline": ""}, "deadline"), ({"deadline": "2024-09-01"}, "deadline")]
)  # fmt: skip
def test_a_rejection_needs_its_comment_and_a_new_deadline(managing, world, hazard, changes, field):
    response = managing.post(at("rectification_reject", attempt_on(hazard, world)), rejection(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.SUBMITTED


@pytest.mark.parametrize("name", VERDICT_PAGES)
def test_an_inspector_does_not_judge_a_major_hazard(signed_in, world, name):
    hazard = make_hazard(world, severity="major")
    attempt = attempt_on(hazard, world)
    page = signed_in.get(at(name, attempt)).content.decode()
    assert "judged by a manager" in page
    assert 'name="method"' not in page
    assert "judged by a manager" in texts(signed_in.post(at(name, attempt), rejection()))
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.SUBMITTED


@pytest.mark.parametrize("name", VERDICT_PAGES)
def test_what_stands_in_the_way_of_a_verdict_is_said_once(signed_in, world, name):
    attempt = attempt_on(make_hazard(world, severity="major"), world)
    for response in (signed_in.get(at(name, attempt)), signed_in.post(at(name, attempt), rejection())):
        assert response.content.decode().count("judged by a manager") == 1


def test_an_inspector_does_not_accept_without_a_photo(signed_in, world, hazard):
    response = signed_in.post(at("rectification_accept", attempt_on(hazard, world, photo=False)), verdict())
    assert "a word alone does not close a hazard" in texts(response)
    assert response.context["hazard"].status == HazardStatus.SUBMITTED


@pytest.mark.parametrize("name", VERDICT_PAGES)
def test_a_second_verdict_is_told_of_the_first(managing, world, hazard, name):
    attempt = attempt_on(hazard, world)
    Rectification.objects.get(pk=attempt.pk).accept(by=world.inspector, on=world.today)
    response = managing.post(at(name, attempt), rejection())
    assert "already been judged" in texts(response)
    assert "Inspector" in response.content.decode()
    assert Rectification.objects.get(pk=attempt.pk).reviewer == world.inspector
    assert managing.get(at(name, attempt)).url == hazard.get_absolute_url()


# More time


def test_more_time_needs_a_later_day_and_a_reason(signed_in, hazard):
    url = at("hazard_extend", hazard)
    for data, field in [
        ({"deadline": "2024-09-24", "reason": "停业"}, "deadline"),
        ({"deadline": "2024-10-24", "reason": " "}, "reason"),
    ]:
        assert list(signed_in.post(url, data).context["form"].errors) == [field]
    signed_in.post(url, {"deadline": "2024-10-24", "reason": "停业"})
    hazard.refresh_from_db()
    assert hazard.deadline == date(2024, 10, 24)
    assert hazard.history.first().history_change_reason == "停业"


def test_a_rectified_hazard_gets_no_more_time(signed_in, world, hazard):
    rectify(world, hazard)
    assert signed_in.get(at("hazard_extend", hazard)).url == hazard.get_absolute_url()
    response = signed_in.post(at("hazard_extend", hazard), {"deadline": "2024-10-24", "reason": "停业"})
    assert "still to be put right" in texts(response)


def test_a_deadline_that_somebody_else_moved_meanwhile_is_told_first(client, world):
    hazard = make_hazard(world)
    page = reverse("hazard_extend", args=[hazard.pk])
    client.force_login(world.inspector)
    seen = client.get(page).context["form"]["version"].value()
    hazard.extend(by=world.second, deadline=date(2024, 10, 15), reason="配件未到")
    sent = {"deadline": "2024-10-20", "reason": "店主外出", "version": seen}
    clash = client.post(page, sent)
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "2024-10-15" in text
    assert "店主外出" in text
    hazard.refresh_from_db()
    assert hazard.deadline == date(2024, 10, 15)
    again = client.post(page, sent | {"version": clash.context["form"]["version"].value()})
    assert again.status_code == 302
