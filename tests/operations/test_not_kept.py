"""What an officer reads stays on no disk, so that the next person at the same computer does not find it by going back."""

import pytest
from django.urls import reverse

from tests.factories import attach_photo, make_inspection


@pytest.mark.parametrize("page", ["home", "me", "api_entity_list", "api_me"])
def test_pages_and_answers_are_not_kept(client, world, page):
    client.force_login(world.inspector)
    assert "no-store" in client.get(reverse(page))["Cache-Control"]


def test_the_page_of_a_record_is_not_kept(client, world):
    visit = make_inspection(world)
    client.force_login(world.inspector)
    assert "no-store" in client.get(visit.get_absolute_url())["Cache-Control"]


@pytest.mark.parametrize("page", ["entity_list", "hazard_list", "task_list", "dashboard", "ledger_index"])
def test_lists_are_kept_by_the_own_browser_which_asks_each_time_until_it_signs_out(client, world, page):
    client.force_login(world.inspector)
    client.get(reverse("entity_create"))  # a page with a form gives the browser its secret
    first = client.get(reverse(page))
    assert first["Cache-Control"] == "private, no-cache"
    assert client.get(reverse(page), HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    assert client.post(reverse("logout"))["Clear-Site-Data"] == '"cache"'
    assert client.get(reverse(page), HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 302


def test_a_photo_is_kept_by_the_officers_own_session(client, world):
    photo = attach_photo(make_inspection(world), by=world.inspector)
    client.force_login(world.inspector)
    answer = client.get(reverse("evidence", args=[photo.pk]))
    assert answer["Cache-Control"].startswith("private") and "Cookie" in answer["Vary"]


def test_what_is_open_to_all_may_be_kept(client, db):
    assert "Cache-Control" not in client.get("/no/such/page/")
