"""The search of the register: by part of the name, pinyin initials, code, address, phone; nothing that is typed breaks it."""

import pytest
from django.urls import reverse

from entities.models import Entity
from entities.pinyin import initials
from tests.factories import make_entity

LIST, START, TASKS = reverse("entity_list"), reverse("inspection_start"), reverse("task_list")
ADMIN = reverse("admin:entities_entity_changelist")


def found(text):
    return {entity.name for entity in Entity.objects.matching(text)}


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("冷水滩", "lst"), ("零陵示例车行", "llslch"), ("重庆路車行", "cqlch"), ("ABC Ebike 3号店", "abcebike3hd"),
        ("江永自行车行", "jyzxch"), ("摩托车行", "mtch"), ("🛵电动车", "🛵ddc"), ("", ""),
        ("㼆村车行", None), ("𠮷野车行", None), ("İ", None),
    ],
)  # fmt: skip
def test_initials_are_the_first_letters_and_keep_what_has_none(name, letters):
    found = initials(name)
    assert found == letters if letters is not None else found and found == found.lower()


@pytest.mark.parametrize(
    "text", ["维修", "llslwxb", "LLSL wxb", "92431102ma4l0002", "示例路2号", "零陵 维修", "　维修部　"]
)
def test_every_part_that_is_typed_is_found_somewhere(world, text):
    assert found(text) == {"零陵示例维修部"}


def test_the_initials_of_a_place_find_its_entities(world):
    assert found("lst") == {"冷水滩示例车行"}


@pytest.mark.parametrize("text", ["7463", "0746-3-88", "张三"])
def test_phone_by_any_part_and_people_not(world, text):
    make_entity(world, phone="0746-3-88888")
    assert found(text) == (set() if text in ("7463", "张三") else {"零陵车行1"})


def test_a_new_name_is_found_by_its_new_initials(world):
    world.shop.name = "江永新风车行"
    world.shop.store(by=world.manager)
    assert (found("jyxf"), found("llslch")) == ({"江永新风车行"}, set())


@pytest.mark.parametrize(
    "name", ["𠮷野🛵车行", "㼆村②号店", "İ" * 120, "車" * 120, "\N{ZERO WIDTH SPACE}车行", "%_\\'\""]
)
def test_rare_characters_and_emoji_are_entered_and_found(world, name):
    entity = make_entity(world, name=name)
    entity.refresh_from_db()
    assert entity.name == name and len(entity.initials) <= 120
    assert name in found(name[:50])


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"; DROP TABLE', "[a-z]", "*"])
def test_signs_mean_themselves(world, text):
    assert found(text) == set()


HOSTILE = [
    "\0",
    "车行\0",
    "车" * 10_000,
    "a " * 5_000,
    "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
]


@pytest.mark.parametrize("text", HOSTILE, ids=["nul", "nul inside", "10,000 characters", "5,000 words", "half a sign"])
def test_what_no_entity_can_hold_finds_none(world, text):
    assert found(text) == set()


@pytest.mark.parametrize("text", HOSTILE, ids=["nul", "nul inside", "10,000 characters", "5,000 words", "half a sign"])
@pytest.mark.parametrize("url", [LIST, START, TASKS, ADMIN, reverse("task_assign")])
def test_no_page_breaks_on_it(client, world, url, text):
    client.force_login(world.manager)
    response = client.get(url, {"q": text})
    assert response.status_code in (200, 302)
    if url != ADMIN or "\0" not in text:  # the admin says itself that it can't search for that, above its whole list
        assert world.shop.name not in response.content.decode()


def test_the_admin_searches_like_the_register(client, world):
    client.force_login(world.manager)
    page = client.get(ADMIN, {"q": "llslwxb"}).content.decode()
    assert world.repair_shop.name in page and world.shop.name not in page
    asked = {"app_label": "inspections", "model_name": "task", "field_name": "entity", "term": "llslwxb"}
    answer = client.get(reverse("admin:autocomplete"), asked).json()
    assert [row["text"] for row in answer["results"]] == [world.repair_shop.name]


def test_an_inspection_begins_with_initials(client, world):
    client.force_login(world.inspector)
    response = client.get(START, {"q": "llslwxb"})
    assert [entity.name for entity in response.context["found"]] == ["零陵示例维修部"]


def test_the_search_says_what_can_be_typed(client, world):
    client.force_login(world.inspector)
    client.cookies["django_language"] = "en"
    for url in (LIST, START, TASKS, reverse("home")):
        assert "Name, initials, credit code, address or phone" in client.get(url).content.decode()
