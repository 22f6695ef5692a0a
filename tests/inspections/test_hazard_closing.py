"""A hazard's pages where it leaves our list without rectification, and where it comes back."""

import errno
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.models import Evidence, Hazard, HazardStatus
from tests.factories import make_hazard, make_photo, rectify


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


def at(name, record):
    return reverse(name, args=[record.pk])


def texts(response):
    return str(response.context["form"].errors)


# Closed otherwise


def test_it_is_handed_over_against_a_receipt(signed_in, world, hazard):
    url = at("hazard_close", hazard)
    assert list(signed_in.post(url, {"way": "hand_over", "note": "回执1号"}).context["form"].errors) == ["department"]
    assert list(signed_in.post(url, {"way": "hand_over", "department": "fire", "note": ""}).context["form"].errors) == [
        "note"
    ]
    signed_in.post(url, {"way": "hand_over", "department": "fire", "note": "回执1号"})
    hazard.refresh_from_db()
    assert (hazard.status, hazard.responsible_department, hazard.closing_note) == ("handed_over", world.fire, "回执1号")


@pytest.mark.parametrize(("way", "status"), [("end", "ended"), ("withdraw", "withdrawn")])
def test_only_a_manager_ends_or_withdraws(client, world, hazard, way, status):
    data = {"way": way, "note": "店已拆除"}
    client.force_login(world.inspector)
    assert list(client.post(at("hazard_close", hazard), data).context["form"].errors) == ["way"]
    client.force_login(world.manager)
    assert client.post(at("hazard_close", hazard), data).status_code == 302
    assert Hazard.objects.get(pk=hazard.pk).status == status
    assert "店已拆除" in client.get(at("hazard_detail", hazard)).content.decode()


def test_the_page_says_what_each_way_means(managing, hazard):
    page = managing.get(at("hazard_close", hazard)).content.decode()
    assert page.count("This can&#x27;t be undone") + page.count("This can't be undone") == 2


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_the_receipt_of_the_other_department_is_kept_beside_the_hazard_and_not_among_its_photos(
    managing, world, hazard
):
    scans = [make_photo(), SimpleUploadedFile("回执.pdf", PDF)]
    sent = {"way": "hand_over", "department": "fire", "note": "回执1号", "scans": scans}
    assert managing.post(at("hazard_close", hazard), sent).status_code == 302
    response = managing.get(at("hazard_detail", hazard))
    assert [item.original_name for item in response.context["proof"]] == ["photo.png", "回执.pdf"]
    assert response.context["before"] == []
    page = response.content.decode()
    assert "回执.pdf" in page
    event = next(event for event in response.context["events"] if "→" in event.title)
    assert event.text == f"{world.fire} · 回执1号"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scans": [SimpleUploadedFile("receipt.txt", b"text")]}, "scans"),
        ({"scans": [SimpleUploadedFile("receipt.pdf", PDF + b"/JavaScript (x)")]}, "scans"),
        ({"note": ""}, "note"),
        ({"department": ""}, "department"),
    ],
)
def test_a_receipt_that_cannot_be_kept_hands_nothing_over_and_keeps_what_was_typed(managing, hazard, changes, field):
    sent = {"way": "hand_over", "department": "fire", "note": "消防回执1号", "scans": [make_photo()]} | changes
    response = managing.post(at("hazard_close", hazard), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    if field != "note":
        assert "消防回执1号" in response.content.decode()
    assert "choose the photos again" in response.content.decode()
    hazard.refresh_from_db()
    assert (hazard.status, Evidence.objects.count()) == ("open", 0)


def test_a_full_disk_hands_nothing_over_and_keeps_what_was_typed(managing, world, hazard, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Evidence, "_write", full)
    sent = {"way": "hand_over", "department": "fire", "note": "回执1号", "scans": [make_photo()]}
    response = managing.post(at("hazard_close", hazard), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "The storage is full, and nothing was written" in page and "回执1号" in page
    hazard.refresh_from_db()
    assert (hazard.status, hazard.responsible_department, Evidence.objects.count()) == ("open", world.market, 0)


# Open again


def test_a_hazard_sent_back_is_open_again_until_its_new_deadline(managing, world, hazard):
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号", on=world.today)
    form = managing.get(at("hazard_reopen", hazard)).context["form"]
    assert form["deadline"].value() == world.campaign.deadline("general", world.today)
    sent = {"reason": "不属消防职责", "deadline": "2024-10-08"}
    assert managing.post(at("hazard_reopen", hazard), sent).url == hazard.get_absolute_url()
    hazard.refresh_from_db()
    assert (hazard.status, hazard.deadline) == (HazardStatus.OPEN, date(2024, 10, 8))
    page = managing.get(at("hazard_detail", hazard)).content.decode()
    assert page.count("不属消防职责") == 1
    assert "回执1号" in page


def test_a_recheck_that_finds_otherwise_takes_the_acceptance_back_and_keeps_it_readable(managing, world, hazard):
    rectify(world, hazard)
    managing.post(at("hazard_reopen", hazard), {"reason": "抽查发现又拆除", "deadline": "2024-10-08"})
    hazard.refresh_from_db()
    assert (hazard.status, hazard.rectified_on) == (HazardStatus.OPEN, None)
    titles = [event.title for event in managing.get(at("hazard_detail", hazard)).context["events"]]
    assert "Accepted after re-inspection" in titles


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": " "}, "reason"), ({"deadline": ""}, "deadline"), ({"deadline": "2024-09-01"}, "deadline")],
)
def test_opening_again_needs_a_reason_and_a_deadline_to_come(managing, world, hazard, changes, field):
    rectify(world, hazard)
    sent = {"reason": "抽查发现又拆除", "deadline": "2024-10-08"} | changes
    response = managing.post(at("hazard_reopen", hazard), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    if field != "reason":
        assert "抽查发现又拆除" in response.content.decode()
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.RECTIFIED


def test_an_inspector_opens_nothing_again(signed_in, world, hazard):
    rectify(world, hazard)
    sent = {"reason": "抽查发现又拆除", "deadline": "2024-10-08"}
    assert signed_in.post(at("hazard_reopen", hazard), sent).status_code == 403
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.RECTIFIED


def test_an_open_hazard_is_not_opened_again(managing, hazard):
    assert managing.get(at("hazard_reopen", hazard)).url == hazard.get_absolute_url()
    response = managing.post(at("hazard_reopen", hazard), {"reason": "抽查", "deadline": "2024-10-08"})
    assert response.status_code == 422
    assert "can&#x27;t become" in texts(response)


def test_a_closed_hazard_is_not_closed_again(managing, world, hazard):
    rectify(world, hazard)
    assert managing.get(at("hazard_close", hazard)).url == hazard.get_absolute_url()
    response = managing.post(at("hazard_close", hazard), {"way": "end", "note": "店已拆除"})
    assert response.status_code == 422
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.RECTIFIED
