"""When a search finds nothing, it says what was perhaps meant: mistyped, or another character of the same sound; in scope only."""

import pytest
from django.urls import reverse

from entities import suggestions
from entities.models import Entity
from tests.factories import make_entity

LIST, START = reverse("entity_list"), reverse("inspection_start")


@pytest.fixture
def shop(world):
    return make_entity(world, name="永福飞驰电动车行", address="建设路88号", phone="13574612345")


def meant(text, rows=None):
    return [entity.name for entity in (Entity.objects.all() if rows is None else rows).suggested(text)]


@pytest.mark.parametrize(
    "text",
    [
        "永富飞驰电动车行", "永福飞池", "永福飞驰电车行", "永福飞飞驰电动", "永飞福驰电动车行", "永富 飞驰", "永负飞迟",
        "13574612346", "13574162345", "yffcdach", "１３５７４６１２３４６",
    ],
)  # fmt: skip
def test_one_slip_of_the_hand_or_of_the_sound_is_forgiven(shop, text):
    assert not Entity.objects.matching(text).exists()
    assert meant(text)[0] == shop.name


def test_the_nearest_comes_first(world, shop):
    make_entity(world, name="永福飞驰自行车行")
    assert meant("永富飞驰电动车行")[0] == shop.name
    assert meant("永富飞驰自行车行")[0] == "永福飞驰自行车行"


@pytest.mark.parametrize("text", ["", "  ", "鑫", "彗星鲸鱼", "zzzzqq", "\0", "车" * 5_000, "99999999999"])
def test_what_is_like_nothing_has_no_suggestion(shop, text):
    assert meant(text) == []


def test_nothing_outside_the_scope_is_told(world, shop, client):
    strangers = Entity.objects.visible_to(world.stranger)
    assert meant("永富飞驰电动车行", strangers) == []
    client.force_login(world.stranger)
    for url in (LIST, START):
        assert shop.name not in client.get(url, {"q": "永富飞驰电动车行"}).content.decode()
    answer = client.get("/api/v1/entity/", {"q": "永富飞驰电动车行"}).json()
    assert answer["suggestions"] == []


def test_the_register_links_what_was_meant(client, world, shop):
    client.force_login(world.manager)
    page = client.get(LIST, {"q": "永富飞驰电动车行"}).content.decode()
    assert f'href="{shop.get_absolute_url()}"' in page and shop.name in page


def test_the_finder_begins_an_inspection_of_what_was_meant(client, world, shop):
    client.force_login(world.inspector)
    response = client.get(START, {"q": "永富飞驰电动车行"})
    assert list(response.context["meant"]) == [shop]
    assert f'href="{reverse("inspection_create", args=[shop.pk])}"' in response.content.decode()


def test_the_ledger_of_entities_links_it_too(client, world, shop):
    client.force_login(world.manager)
    page = client.get(reverse("ledger", args=["entity"]), {"q": "永富飞驰电动车行"}).content.decode()
    assert f'href="{shop.get_absolute_url()}"' in page


def test_the_api_names_what_was_meant(client, world, shop):
    client.force_login(world.manager)
    answer = client.get("/api/v1/entity/", {"q": "永富飞驰电动车行"}).json()
    assert answer["results"] == []
    assert answer["suggestions"][0] == {
        "id": shop.pk, "name": shop.name, "address": shop.address, "region": shop.region_id,
    }  # fmt: skip
    assert client.get("/api/v1/entity/", {"q": "永福飞驰"}).json()["suggestions"] == []
    assert "suggestions" not in client.get("/api/v1/hazard/", {"q": "永富飞驰"}).json()


def test_a_merged_duplicate_is_no_suggestion_of_the_register(client, world, shop):
    shop.merge_into(world.shop, by=world.manager)
    client.force_login(world.manager)
    assert shop.name not in client.get(LIST, {"q": "永富飞驰电动车行"}).content.decode()


def test_a_form_names_what_was_meant_and_takes_none_of_it_by_itself(client, world, shop):
    from inspections.desk.fields import EntityField

    field = EntityField()
    field.by = world.manager
    with pytest.raises(Exception, match="永福飞驰电动车行"):
        field.clean("永富飞驰电动车行")


def test_pieces_that_many_have_tell_nothing(world, shop, monkeypatch):
    monkeypatch.setattr(suggestions, "FEW", 0)
    assert meant("永富飞驰电动车行") == []


def test_without_an_index_a_large_scope_has_none(shop, monkeypatch):
    monkeypatch.setattr(suggestions, "MOST_UNINDEXED", 2)
    monkeypatch.setattr(suggestions.HasPieces, "answers", staticmethod(lambda using: False))
    assert meant("永富飞驰电动车行") == []


def test_it_takes_no_more_queries_for_more_entities(world, shop, django_assert_max_num_queries):
    for number in range(20):
        make_entity(world, name="永福飞驰电动车行", address=f"建设路{number}号")
    with django_assert_max_num_queries(15):
        assert len(meant("永富飞驰电动车行加长再加长的名称有限公司")) in (0, 5)
    with django_assert_max_num_queries(10):
        assert len(meant("永富飞驰电动车行")) == 5
