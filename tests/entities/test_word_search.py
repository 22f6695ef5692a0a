"""Words in a record's own texts are found alike with the index of their pieces and without, and that index answers."""

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Entity
from entities.word_search import words_in

SIGNS = st.sampled_from("零陵冷水滩车維aAＡkKsſzK1②ßẞéÉΣσςıİi%_\\'\" -🛵𠮷\u0301")
INDEXED = [model for model in apps.get_models() if getattr(model, "words_index", None)]
FIELDS = list(Entity.words_index)


def found(part, *, by_index):
    rows = Entity.objects.filter(words_in(Entity, FIELDS, part, by_index=by_index))
    return set(rows.values_list("pk", flat=True))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(SIGNS, min_size=1, max_size=12), min_size=4, max_size=4),
    asked=st.text(SIGNS, min_size=1, max_size=5),
)
def test_the_index_leaves_nothing_out(world, texts, asked):
    first, second, third, fourth = texts
    Entity.objects.filter(pk=world.shop.pk).update(legal_representative=first, contact=second)
    Entity.objects.filter(pk=world.other_shop.pk).update(legal_representative=third + asked, contact=fourth)
    for part in (asked, texts[0][1:5]):
        if part:
            assert found(part, by_index=True) == found(part, by_index=False)


@pytest.mark.parametrize(
    ("asked", "is_there"), [("张三", True), ("LI si", True), ("张", True), ("三L", False), ("李四", False)]
)
def test_a_part_stands_in_one_text_in_any_case(world, asked, is_there):
    Entity.objects.filter(pk=world.shop.pk).update(legal_representative="张三", contact="Li Si")
    assert found(asked, by_index=True) == ({world.shop.pk} if is_there else set())


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's own index")
@pytest.mark.parametrize("model", INDEXED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("asked", ["零陵", "零陵示例", "IMG_20240501"])
def test_the_index_of_words_answers(db, request, model, asked):
    if request.config.option.nomigrations:
        pytest.skip("made by a migration")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of three rows it would read all
    rows = model._base_manager.filter(words_in(model, model.words_index, asked)).order_by()
    assert f"{model._meta.model_name}_words" in rows.explain()


def test_what_grows_to_a_nation_names_its_texts():
    assert {model.__name__ for model in INDEXED} == {"Entity", "Evidence", "Hazard", "Rectification", "SelfCheck"}
