"""Entities: how they are identified, found, closed, opened again, merged."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from entities.models import Entity
from tests.factories import make_entity, make_inspection
from tests.world import TODAY, valid_credit_code


def test_a_wrong_check_character_is_named(world):
    code = world.shop.credit_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with translation.override("en"), pytest.raises(ValidationError, match="check character is wrong"):
        make_entity(world, credit_code=wrong)


def test_a_credit_code_may_be_typed_in_small_letters(world):
    code = valid_credit_code("92431102MA4L9999X9")
    assert make_entity(world, credit_code=code.lower()).credit_code == code


@pytest.mark.parametrize(
    "identity",
    [
        {"identity_kind": "old_licence", "licence_number": "431102600123456"},
        {"identity_kind": "convenience_trade"},
    ],
)
def test_an_entity_may_be_known_by_another_number(world, identity):
    assert make_entity(world, credit_code="", **identity).pk


def test_an_unlicensed_operator_is_known_by_a_masked_identity_card(world):
    entity = Entity(
        name="无照修理点", kind="repair_shop", region=world.county, address="零陵区示例路9号",
        identity_kind="identity_card",
    )  # fmt: skip
    with pytest.raises(ValidationError):
        entity.store(by=world.inspector)
    entity.set_identity_card("11010519491231002X")
    entity.store(by=world.inspector)
    assert entity.identity == "110105********002X"


@pytest.mark.parametrize(("field", "value"), [("further_kinds", ["bank"]), ("goods", ["scooter"])])
def test_kinds_and_goods_are_chosen_from_the_list(world, field, value):
    with pytest.raises(ValidationError) as refused:
        make_entity(world, **{field: value})
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    ("text", "found"),
    [("零陵", 2), ("示例车行", 2), ("零陵 维修", 1), ("示例路3", 1), ("0746", 3), ("X9X9", 0), ("ma4l0001", 1)],
)
def test_entities_are_found_by_any_part_of_what_is_known(world, text, found):
    assert Entity.objects.matching(text).count() == found


def test_a_shop_closes_and_opens_again_with_its_history(world):
    shop = world.shop
    shop.change_state("closed", by=world.inspector, reason="已注销", on=date(2024, 9, 1))
    assert not shop.is_open and shop not in Entity.objects.in_business()
    shop.change_state("open", by=world.second, on=TODAY)
    shop.refresh_from_db()
    assert shop.is_open and shop in Entity.objects.in_business()
    assert [(h.state, h.history_user) for h in shop.history.all()[:2]] == [
        ("open", world.second), ("closed", world.inspector),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["closed", "moved", "not_found", "changed_trade"])
def test_leaving_business_says_why(world, state):
    with translation.override("en"), pytest.raises(ValidationError, match="Say since when and why"):
        world.shop.change_state(state, by=world.inspector)
    assert Entity.objects.get(pk=world.shop.pk).is_open


def test_a_duplicate_is_merged_and_its_records_stay(world):
    duplicate = make_entity(world)
    inspection = make_inspection(world, entity=duplicate)
    duplicate.merge_into(world.shop, by=world.clerk)
    inspection.refresh_from_db()
    assert inspection.entity == duplicate and duplicate not in Entity.objects.in_business()


def test_an_entity_is_not_merged_into_itself_or_into_a_duplicate(world):
    first, second = make_entity(world, 1), make_entity(world, 2)
    first.merge_into(world.shop, by=world.clerk)
    for target in (second, first):
        with pytest.raises(ValidationError):
            second.merge_into(target, by=world.clerk)


def test_a_new_entity_belongs_to_the_unit_that_entered_it(world):
    assert make_entity(world).unit == world.administrator.unit
