"""What the server gives to a phone without a connection, and takes from it piece by piece."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.models import Evidence, Inspection
from tests.factories import failed_point, make_entity, make_hazard, make_photo, make_sheet, make_task

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def inspector(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def form_url(world):
    return reverse("inspection_create", args=[world.shop.pk])


def photo_url(client_uuid):
    return reverse("inspection_photo", args=[client_uuid])


def luggage(client):
    return client.get(reverse("offline_luggage")).json()


def test_the_luggage_is_the_officers_own_county(inspector, world):
    make_task(world)
    make_hazard(world, description="台账空白")
    taken = luggage(inspector)
    shop = next(entity for entity in taken["entities"] if entity["id"] == world.shop.pk)
    assert {entity["region"] for entity in taken["entities"]} == {"零陵区"}
    assert (shop["initials"], shop["hazards"][0]["what"]) == ("llslch", "台账空白")
    assert taken["tasks"][0]["entity"] == world.shop.pk
    assert taken["deadlines"]["2024-09-02"]["major"] == "2024-09-05"
    assert 'name="answer-XS-01"' in taken["forms"]["seller"]
    assert 'name="answer-WX-01"' in taken["forms"]["repair_shop"]


def test_a_phone_that_has_it_already_gets_nothing_again(inspector, world):
    first = inspector.get(reverse("offline_luggage"))
    again = inspector.get(reverse("offline_luggage"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_hazard(world)
    changed = inspector.get(reverse("offline_luggage"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_the_luggage_costs_the_same_for_three_entities_and_for_thirty(inspector, world):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            inspector.get(reverse("offline_luggage"))
        return len(captured)

    few = queries()
    for number in range(27):
        make_entity(world, number)
    assert queries() == few


def test_who_is_signed_out_gets_401_and_no_luggage(client, world):
    assert client.get(reverse("offline_session")).status_code == 401
    assert client.get(reverse("offline_luggage")).status_code == 302


def test_the_session_tells_who_and_gives_a_token(inspector, world):
    told = inspector.get(reverse("offline_session")).json()
    assert told["officer"] == world.inspector.pk
    assert told["token"]


def test_the_shell_names_nobody(inspector, client, world):
    signed_in = inspector.get(reverse("offline_shell")).content
    client.logout()
    client.cookies["django_language"] = "en"
    assert client.get(reverse("offline_shell")).content == signed_in
    assert world.inspector.name.encode() not in signed_in
    assert b"csrfmiddlewaretoken" not in signed_in


def test_worker_and_manifest_name_our_own_files(client, db):
    worker = client.get(reverse("service_worker"))
    assert worker["Content-Type"].startswith("text/javascript")
    assert "no-cache" in worker["Cache-Control"]
    assets = json.loads(worker.content.decode().split("const ASSETS = ")[1].split(";\n")[0])
    assert all(name.startswith("/static/") for name in assets)
    manifest = client.get(reverse("manifest")).json()
    assert (manifest["start_url"], len(manifest["icons"])) == ("/", 2)


# Piece by piece


def keep(inspector, world, **changes):
    """The draft as the phone sends it before its photos; answers the UUID."""
    sheet = make_sheet(world, action="draft", **changes) | failed_point()
    answer = inspector.post(form_url(world), sheet, headers=FETCH)
    assert answer.json()["draft"] == Inspection.objects.get(client_uuid=sheet["client_uuid"]).pk
    return sheet


def test_a_visit_arrives_in_pieces_and_each_piece_once(inspector, world):
    sheet = keep(inspector, world)
    for _time in range(2):
        photo = {"field": "h-XS-02-photos", "photo": make_photo(), "original": json.dumps({"sha256": "a" * 64})}
        assert inspector.post(photo_url(sheet["client_uuid"]), photo).status_code == 201
    for status in (201, 200, 200):
        answer = inspector.post(form_url(world), sheet | {"action": "submit"}, headers=FETCH)
        assert answer.status_code == status
    # the draft sent again after the answer was lost says where the visit is
    late = inspector.post(form_url(world), sheet, headers=FETCH)
    visit = Inspection.objects.get()
    assert late.json() == {"location": visit.get_absolute_url()}
    assert visit.hazards.get().evidence.get().original_sha256 == "a" * 64


@pytest.mark.parametrize(
    "original", ["", "nonsense", "[" * 100_000, "[]", "{}", '{"sha256": 3, "taken_at": "yesterday", "latitude": "x"}']
)
def test_what_the_phone_says_of_the_original_is_taken_with_care(inspector, world, original):
    sheet = keep(inspector, world)
    photo = {"field": "photos", "photo": make_photo(), "original": original}
    assert inspector.post(photo_url(sheet["client_uuid"]), photo).status_code == 201
    assert len(Evidence.objects.get().original_sha256) == 64


def test_a_piece_that_is_no_photo_or_has_no_place_is_refused_with_words(inspector, world):
    sheet = keep(inspector, world)
    for piece in (
        {"field": "photos", "photo": make_photo("page.html").__class__("page.html", b"<html>")},
        {"field": "photos"},
        {"field": "h-XS-99-photos", "photo": make_photo()},
        {"field": "remarks", "photo": make_photo()},
    ):
        answer = inspector.post(photo_url(sheet["client_uuid"]), piece)
        assert answer.status_code == 422
        assert answer.json()["problems"][0][1]
    assert not Evidence.objects.exists()


def test_nobody_adds_photos_to_a_colleagues_draft(inspector, client, world):
    sheet = keep(inspector, world)
    client.force_login(world.second)
    assert client.post(photo_url(sheet["client_uuid"]), {"field": "photos", "photo": make_photo()}).status_code == 404
    client.force_login(world.leader)
    assert client.post(photo_url(sheet["client_uuid"])).status_code == 403
    client.logout()
    assert client.post(photo_url(uuid.uuid4())).status_code == 302


def test_what_is_wrong_comes_as_data_for_the_script(inspector, world):
    sent = make_sheet(world) | failed_point(description="", deadline="2024-08-01")
    answer = inspector.post(form_url(world), sent, headers=FETCH)
    told = answer.json()
    assert answer.status_code == 422
    assert set(told["fields"]) == {"h-XS-02-description", "h-XS-02-deadline"}
    assert [place for place, _message in told["problems"]] == ["id_h-XS-02-description", "id_h-XS-02-deadline"]
    assert not Inspection.objects.exists()


def test_other_content_under_the_same_uuid_names_the_first(inspector, world):
    sheet = make_sheet(world)
    inspector.post(form_url(world), sheet)
    answer = inspector.post(form_url(world), sheet | {"remarks": "改过"}, headers=FETCH)
    assert answer.status_code == 409
    assert answer.json()["first"] == Inspection.objects.get().get_absolute_url()


def test_a_visit_stays_in_the_campaign_in_which_it_was_begun(inspector, world):
    from inspections.models import Campaign

    other = Campaign.objects.create(
        code="LATER", name="下一次行动", region=world.city, is_synthetic=True, status="running",
        starts_on="2024-08-01", ends_on="2025-08-01",
    )  # fmt: skip
    session = inspector.session
    session["campaign"] = other.code
    session.save()
    inspector.post(form_url(world), make_sheet(world, campaign=world.campaign.code))
    assert Inspection.objects.get().campaign == world.campaign


@pytest.mark.parametrize("day", ["2024-09-04", "2030-01-01"])
def test_a_phone_whose_clock_is_ahead_is_told_the_day(inspector, world, day):
    answer = inspector.post(form_url(world), make_sheet(world, inspected_on=day), headers=FETCH)
    assert answer.status_code == 422
    assert "2024-09-02" in json.dumps(answer.json()["problems"])
