"""Interviews at the desk: one session with one or many entities, and who came for each."""

import pytest
from django.urls import reverse

from entities.models import Entity
from inspections.desk.fields import EntitiesField, entity_label
from inspections.models import Interview, InterviewedEntity
from tests.factories import make_entity, make_hazard, make_inspection, make_interview, make_interviewed_entity
from tests.world import TODAY

NEW = "/desk/interview/new/"


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager)
    client.cookies["django_language"] = "en"
    return client


def session(world, *entities, **changes):
    return {
        "held_on": TODAY.isoformat(), "level": "county", "reason": "存在改装隐患", "officers": [world.inspector.pk],
        "region": "431102", "entities": "\n".join(entity.name for entity in entities),
    } | changes  # fmt: skip


def test_many_entities_share_one_session_each_with_who_came(manager, world):
    answer = manager.post(NEW, session(world, world.shop, world.repair_shop, persons="张三\n\n"))
    talk = Interview.objects.get()
    assert answer.url == talk.get_absolute_url()
    assert list(talk.interviewed.order_by("pk").values_list("entity", "person")) == [
        (world.shop.pk, "张三"), (world.repair_shop.pk, ""),
    ]  # fmt: skip
    assert {part.unit for part in talk.interviewed.all()} == {world.manager.unit}
    assert talk.history.first().history_user == world.manager


def test_a_hazard_tells_entity_and_reason(manager, world):
    hazard = make_hazard(world, description="门店存在拆除限速器的工具")
    form = manager.get(f"{NEW}?hazard={hazard.pk}").context["form"]
    assert form.initial["reason"] == hazard.description and world.shop.name in form["entities"].value()
    assert "region" not in form.fields
    manager.post(f"{NEW}?hazard={hazard.pk}", session(world, world.shop))
    talk = Interview.objects.get()
    assert (talk.hazard, talk.region, talk.campaign) == (hazard, world.county, world.campaign)


def test_the_minutes_may_follow_later(manager, world):
    part = make_interviewed_entity(world)
    url = reverse("desk_change", args=["interview", part.interview.pk])
    form = manager.get(url).context["form"]
    assert "entities" not in form.fields
    values = session(world, minutes="已告知整改要求", version=form.initial["version"])
    assert manager.post(url, values).status_code == 302
    part.interview.refresh_from_db()
    assert part.interview.minutes == "已告知整改要求" and part.interview.interviewed.count() == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("persons", {"persons": "张三\n李四"}),
        ("persons", {"persons": "长" * 51}),
        ("entities", {"entities": "没有这家店"}),
        ("entities", {"entities": ""}),
        ("held_on", {"held_on": "2030-01-01"}),
        ("reason", {"reason": ""}),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(manager, world, field, changes):
    answer = manager.post(NEW, session(world, world.shop, minutes="写了很多") | changes)
    assert answer.status_code == 422 and answer.context["form"].errors[field]
    assert "写了很多" in answer.content.decode()
    assert not Interview.objects.exists() and not InterviewedEntity.objects.exists()


def test_a_number_is_used_once_in_a_unit(manager, world):
    make_interview(world, number="约〔2024〕1号")
    answer = manager.post(NEW, session(world, world.shop, number="约〔2024〕1号"))
    assert answer.context["form"].errors["number"]


def test_one_more_entity_and_a_name_corrected(manager, world):
    part = make_interviewed_entity(world, person="张三")
    url = f"/desk/interviewedentity/new/?interview={part.interview.pk}"
    assert (
        manager.post(url, {"entity": world.repair_shop.name, "person": "李四"}).url == part.interview.get_absolute_url()
    )
    assert part.interview.interviewed.count() == 2
    again = manager.post(url, {"entity": world.shop.name})
    assert again.context["form"].errors["entity"] and part.interview.interviewed.count() == 2
    lost = manager.post("/desk/interviewedentity/new/", {"entity": world.shop.name})
    assert "Begin at the interview" in lost.content.decode()
    change = reverse("desk_change", args=["interviewedentity", part.pk])
    manager.post(change, {"person": "王五", "version": part.version})
    part.refresh_from_db()
    assert part.person == "王五"


def test_entities_and_hazards_of_another_county_do_not_exist(client, world):
    hazard = make_hazard(world)
    client.force_login(world.stranger)
    assert client.get(f"{NEW}?hazard={hazard.pk}").status_code == 404
    assert client.get(f"{NEW}?entity={world.shop.pk}").status_code == 404
    assert client.post(NEW, session(world, world.shop, officers=[])).context["form"].errors["entities"]


def test_a_visit_offers_an_interview_once_it_is_submitted(manager, world):
    visit = make_inspection(world)
    assert f"{NEW}?inspection={visit.pk}" in manager.get(visit.get_absolute_url()).content.decode()
    manager.post(f"{NEW}?inspection={visit.pk}", session(world, world.shop))
    paper = reverse("document", args=["interview", Interview.objects.get().pk])
    assert manager.get(paper).status_code == 200


def test_thirty_entities_by_their_keys_in_the_address(manager, world):
    shops = [make_entity(world, number) for number in range(30)]
    query = "&".join(f"entity={shop.pk}" for shop in shops)
    lines = manager.get(f"{NEW}?{query}").context["form"]["entities"].value().splitlines()
    assert len(lines) == 30


def test_entities_named_in_full_are_found_in_one_query(world, django_assert_num_queries):
    shops = [make_entity(world, number) for number in range(30)]
    list(Entity.objects.visible_to(world.manager))  # the grants are read once
    field = EntitiesField()
    field.by = world.manager
    lines = [(shop.name, shop.credit_code, entity_label(shop))[shop.pk % 3] for shop in shops]
    with django_assert_num_queries(1):
        assert field.clean("\n".join(lines)) == shops


def test_a_name_that_two_places_share_is_asked_for_with_its_address(manager, world):
    twin = make_entity(world, 1, name=world.shop.name)
    refused = manager.post(NEW, session(world, world.shop))
    assert refused.context["form"].errors["entities"]
    manager.post(NEW, session(world) | {"entities": entity_label(twin)})
    assert InterviewedEntity.objects.get().entity == twin
