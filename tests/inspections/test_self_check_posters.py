"""The posters with the codes of the links: one, and a zip of all that a filter lets through."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from entities.models import Entity
from inspections import posters
from inspections.models import Campaign
from tests.factories import make_entity
from tests.world import TODAY


@pytest.fixture
def signed_in(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    return client


def read_zip(response):
    return ZipFile(BytesIO(response.content))


def words_of(content):
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)


@pytest.fixture
def posters_address():
    return reverse("self_check_posters")


def test_the_poster_of_one_entity_is_a_page_and_a_word_file(signed_in, world):
    page = reverse("self_check_poster", args=[world.shop.pk])
    assert "data:image/svg+xml" in signed_in.get(page).content.decode()
    words = words_of(signed_in.get(page + "?word=1").content)
    for expected in (world.shop.name, world.shop.address, world.campaign.name, "2024-10-02", str(world.inspector.unit)):
        assert expected in words, expected
    assert "@@" not in words
    assert "{{" not in words


def test_names_are_no_markup_in_the_word_file(signed_in, world):
    entity = make_entity(world, name="甲 & 乙 <车行> 𠮷🚲")
    assert entity.name in words_of(signed_in.get(reverse("self_check_poster", args=[entity.pk]) + "?word=1").content)


def test_the_zip_holds_a_poster_for_each_open_entity_that_the_filter_lets_through(signed_in, world, posters_address):
    make_entity(world, 1)
    gone = make_entity(world, 2)
    gone.change_state(to="closed", reason="注销", by=world.manager)
    make_entity(world, 3, kind="online_seller")  # there is no checklist for it
    response = signed_in.post(posters_address + "?kind=seller")
    archive = read_zip(response)
    names = [name for name in archive.namelist() if name.endswith(".docx")]
    assert [name.split("-")[1] for name in names] == ["零陵示例车行", "零陵车行1"]
    assert "零陵车行1" in words_of(archive.read(names[1]))
    rows = list(csv.DictReader(StringIO(archive.read("list.csv").decode("utf-8-sig"))))
    assert [row["entity"] for row in rows] == ["零陵示例车行", "零陵车行1"]
    signed_in.logout()
    for row in rows:
        assert row["entity"] in signed_in.get(row["link"]).content.decode()


def test_every_poster_has_its_own_code(signed_in, world, posters_address):
    make_entity(world, 1)
    archive = read_zip(signed_in.post(posters_address))
    pictures = {
        ZipFile(BytesIO(archive.read(name))).read("word/media/image1.png")
        for name in archive.namelist()
        if name.endswith(".docx")
    }
    assert len(pictures) == 3


def test_the_list_holds_nothing_that_a_spreadsheet_would_calculate(signed_in, world, posters_address):
    make_entity(world, name="=1+1", address="@SUM(A1)", phone="+86")
    archive = read_zip(signed_in.post(posters_address))
    assert "'=1+1,'@SUM(A1),'+86" in archive.read("list.csv").decode("utf-8-sig")


def test_file_names_hold_nothing_that_a_file_system_refuses(world):
    entity = Entity(pk=7, name='甲/乙\\丙:"*?<>|' + "长" * 100, region=world.county)
    name = posters.Poster(entity, world.campaign, world.inspector, "u", TODAY).file_name
    assert not set(name) & set('/\\:"*?<>|')
    assert len(name) < 90


def test_more_than_the_limit_is_refused_in_words(signed_in, world, posters_address, monkeypatch):
    monkeypatch.setattr(posters, "POSTERS_AT_ONCE", 1)
    monkeypatch.setattr("inspections.views.self_check.POSTERS_AT_ONCE", 1)
    response = signed_in.post(posters_address)
    assert response.status_code == 422
    assert "narrow the list" in response.content.decode()
    assert "narrow the list" in signed_in.get(posters_address).content.decode()
    assert signed_in.post(posters_address + "?kind=seller").status_code == 200


def test_an_empty_list_has_no_zip(signed_in, posters_address):
    assert signed_in.post(posters_address + "?q=nobody").status_code == 422
    assert "No entity of the list is open" in signed_in.get(posters_address + "?q=nobody").content.decode()


def test_a_finished_campaign_has_no_posters(signed_in, posters_address):
    Campaign.objects.update(status=Campaign.Status.CLOSED)
    response = signed_in.post(posters_address)
    assert response.context["obstacle"]
    assert response["Content-Type"].startswith("text/html")


def test_the_register_leads_to_the_posters_of_its_list(signed_in, posters_address):
    page = signed_in.get(reverse("entity_list") + "?kind=seller").content.decode()
    assert f"{posters_address}?kind=seller" in page


def test_posters_cost_the_same_queries_for_any_number(signed_in, world, posters_address):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            signed_in.post(posters_address)
        return len(caught)

    queries()
    few = queries()
    for number in range(1, 6):
        make_entity(world, number)
    assert queries() == few


def test_posters_are_for_those_who_hand_out_links(client, world, posters_address):
    assert client.get(posters_address).url.startswith(reverse("login"))
    client.force_login(world.leader)
    assert client.get(posters_address).status_code == 403
    assert client.post(posters_address).status_code == 403


def test_posters_are_of_the_officers_scope_alone(client, world, posters_address):
    client.force_login(world.stranger)
    names = read_zip(client.post(posters_address)).namelist()
    assert [world.other_shop.name in name for name in names if name.endswith(".docx")] == [True]
