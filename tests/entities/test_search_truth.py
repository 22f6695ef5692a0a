"""The search finds what a plain look through the folded texts finds, on both databases, whichever way the texts were written."""

import json
import unicodedata

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simple_history.utils import bulk_update_with_history

from entities.models import Entity, Officer
from tests.factories import make_entity, make_many_like
from tests.world import valid_credit_code

on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's own column and index")

SIGNS = st.sampled_from("零陵冷水滩车車行电动維修ａＡaAzＺ1１2②㈱（(％%_\\'　 -İßéÉΣσ🛵𠮷ｶﾞ\u0301\u200b㍿ﷺ")
NAMES = st.text(SIGNS, min_size=1, max_size=12)
ASKED = st.text(SIGNS, min_size=1, max_size=5)


def found(text):
    return set(Entity.objects.matching(text).values_list("pk", flat=True))


def folded(text):
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign.lower() if "A" <= sign <= "Z" else sign for sign in plain)


def looked_through(text):
    """What is found by reading every entity, field by field, without the database."""
    told = {
        entity.pk: folded(
            "\x1f".join(
                [entity.name, entity.initials, entity.credit_code, entity.licence_number, entity.address, entity.phone]
            )
        )
        for entity in Entity.objects.all()
    }
    return {pk for pk, text_of in told.items() if all(part in text_of for part in folded(text).split())}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NAMES, min_size=3, max_size=3), asked=ASKED, cut=st.tuples(st.integers(0, 11), st.integers(1, 9)))
def test_it_finds_what_the_texts_contain(world, names, asked, cut):
    for pk, name in zip(Entity.objects.values_list("pk", flat=True), names, strict=True):
        Entity.objects.filter(pk=pk).update(name=name, address=name[::-1])
    start, length = cut
    for text in (asked, names[0][start : start + length], f"{names[1][:2]} {names[1][-3:]}"):
        assert found(text) == looked_through(text), (text, names)


@pytest.mark.parametrize("text", ["０７４６", "ＬＬＳＬＣＨ", "92431102ＭＡ4l0001", "示例路１号", "零陵示例车行"])
def test_full_width_and_capital_letters_find_the_plain_ones(world, text):
    assert world.shop.pk in found(text)


@pytest.mark.parametrize("text", ["行", "示", "0", "x"])
def test_one_character_is_enough(world, text):
    assert found(text) == looked_through(text) != set()


def rename_by_model(world):
    world.shop.name = "江永新风"
    world.shop.store(by=world.manager)


def rename_by_bare_save(world):
    world.shop.name = "江永新风"
    world.shop.save()


def rename_by_queryset(world):
    Entity.objects.filter(pk=world.shop.pk).update(name="江永新风")


def rename_by_expression(world):
    Entity.objects.filter(pk=world.shop.pk).update(name=Concat(Value("江永"), Value("新风")))


def rename_in_bulk(world):
    world.shop.name = "江永新风"
    bulk_update_with_history([world.shop], Entity, ["name"])


def rename_by_hand(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE entities_entity SET name = '江永新风' WHERE id = %s", [world.shop.pk])
    assert found("新风") == {world.shop.pk}  # at once; only the initials need the command
    call_command("mend_initials")


def rename_on_the_page(world, client):
    client.force_login(world.manager)
    url = reverse("entity_edit", args=[world.shop.pk])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    response = client.post(url, sent | {"name": "江永新风"})
    assert response.status_code == 302, response.context["form"].errors


def rename_in_the_admin(world, client):
    boss = Officer.objects.get(username="administrator")
    client.force_login(boss)
    url = reverse("admin:entities_entity_change", args=[world.shop.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    for name, value in sent.items():
        sent[name] = json.dumps(value) if isinstance(value, dict) else value
    response = client.post(url, sent | {"name": "江永新风"})
    assert response.status_code == 302, response.context["adminform"].form.errors


def rename_by_api(world, client):
    client.force_login(world.manager)
    url = f"/api/v1/entity/{world.shop.pk}/"
    etag = client.get(url)["ETag"]
    response = client.patch(url, {"name": "江永新风"}, content_type="application/json", HTTP_IF_MATCH=etag)
    assert response.status_code == 200, response.content.decode()


WAYS = [rename_by_model, rename_by_bare_save, rename_by_queryset, rename_by_expression, rename_in_bulk, rename_by_hand]


@pytest.mark.parametrize("rename", WAYS, ids=lambda rename: rename.__name__)
def test_no_way_of_writing_leaves_the_search_behind(world, rename):
    rename(world)
    assert found("新风") == found("jyxf") == {world.shop.pk}
    assert found("llslch") == set()


@pytest.mark.parametrize("rename", [rename_on_the_page, rename_in_the_admin, rename_by_api], ids=lambda r: r.__name__)
def test_neither_does_page_admin_or_api(world, client, rename):
    rename(world, client)
    assert found("新风") == found("jyxf") == {world.shop.pk}
    assert found("llslch") == set()


def test_new_entities_in_bulk_are_found_by_name_and_initials(world):
    old = Entity.objects.get(pk=world.shop.pk)
    old.pk, old.name, old.credit_code = None, "江永新风", valid_credit_code("92431102MA4L0777X")
    Entity.objects.bulk_create([old])
    assert len(found("江永新风")) == len(found("jyxf")) == 1


@on_postgres
def test_nobody_writes_the_column_past_the_trigger(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE entities_entity SET search_text = 'nonsense'")
        cursor.execute("SELECT count(*) FROM entities_entity WHERE search_text LIKE '%%nonsense%%'")
        assert cursor.fetchone() == (0,)
    assert found("零陵示例车行") == {world.shop.pk}


def plan(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of three rows it would read all
    return rows.explain()


@on_postgres
@pytest.mark.parametrize("text", ["冷水", "冷水滩", "零陵示例车行", "92431102ma4l", "零陵 0746-00"])
def test_the_index_of_pieces_answers(world, request, text):
    if request.config.option.nomigrations:
        pytest.skip("made by a migration")
    assert "entity_search" in plan(Entity.objects.matching(text).order_by())


@on_postgres
def test_the_county_of_an_officer_is_found_in_the_same_plan(world, request):
    if request.config.option.nomigrations:
        pytest.skip("made by a migration")
    make_many_like(world.other_shop)
    assert "((region_id)::text >= '431102'::text)" in plan(
        Entity.objects.matching("行").visible_to(world.inspector).order_by()
    )


def test_the_name_fits_better_than_the_address_and_its_beginning_better_than_its_end(world):
    there = make_entity(world, name="某某商店", address="冷水路1号")
    end = make_entity(world, name="零陵冷水店", address="某路1号")
    begin = make_entity(world, name="冷水车行", address="某路2号")
    best = Entity.objects.filter(region="431102").matching("冷水").best_first("冷水")
    assert list(best) == [begin, end, there]


def test_a_search_is_one_query(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(Entity.objects.matching("零陵 车行"))
    with django_assert_num_queries(1):
        list(Entity.objects.matching("零陵 车行").best_first("零陵 车行"))
    with django_assert_num_queries(1):
        Entity.objects.filter(pk=world.shop.pk).update(phone=F("phone"))
