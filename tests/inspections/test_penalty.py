"""Penalties: only of a decided case, and each kind with what belongs to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from inspections.models import Penalty
from tests.factories import make_case, make_penalty
from tests.world import TODAY


def a_fine(**changes):
    values = {"kind": "fine", "amount": Decimal("500"), "number": "1", "decided_on": TODAY}
    return Penalty(**values | changes)


@pytest.mark.parametrize("status", ["decided", "closed"])
def test_a_decided_case_imposes_penalties(world, status):
    case = make_case(world, status=status)
    penalty = case.impose(a_fine(), by=world.manager)
    assert (penalty.region, penalty.campaign, penalty.entity_kind) == (case.region, case.campaign, "seller")
    case.impose(a_fine(kind="goods", amount=None, quantity=3, goods_kind="ebike"), by=world.manager)
    assert case.penalties.count() == 2


@pytest.mark.parametrize("status", ["proposed", "filed", "investigating"])
def test_an_undecided_case_imposes_none(world, status):
    with translation.override("en"), pytest.raises(ValidationError, match="needs a decided case"):
        make_case(world, status=status).impose(a_fine(), by=world.manager)
    assert not Penalty.objects.exists()


def test_a_case_decided_without_penalty_imposes_none(world):
    case = make_case(world, status="investigating")
    case.decide(by=world.manager, no_penalty=True)
    with translation.override("en"), pytest.raises(ValidationError, match="decided without a penalty"):
        case.impose(a_fine(), by=world.manager)


def test_a_revoked_case_imposes_none(world):
    case = make_case(world, status="decided")
    case.revoke(by=world.manager, reason="复议撤销")
    with pytest.raises(ValidationError):
        case.impose(a_fine(), by=world.manager)


def test_a_penalty_is_not_decided_before_its_case(world):
    with pytest.raises(ValidationError) as refused:
        make_penalty(world, decided_on=date(2024, 9, 1))
    assert "decided_on" in refused.value.message_dict


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "fine", "amount": Decimal("-1")},
        {"kind": "fine", "amount": None},
        {"kind": "gains", "amount": Decimal("0")},
        {"kind": "goods", "amount": None, "quantity": 1},
        {"kind": "goods", "amount": None, "goods_kind": "ebike"},
        {"kind": "goods", "amount": Decimal("1"), "goods_kind": "ebike", "quantity": 1},
        {"kind": "closure", "amount": None, "quantity": 1},
    ],
)
def test_each_kind_has_exactly_what_belongs_to_it(world, values):
    case = make_case(world, status="decided")
    with pytest.raises(ValidationError):
        case.impose(a_fine(**values), by=world.manager)


@pytest.mark.parametrize("kind", ["warning", "closure"])
def test_a_warning_or_closure_has_neither_amount_nor_quantity(world, kind):
    assert make_penalty(world, kind=kind, amount=None).pk


def test_money_has_two_places(world):
    penalty = make_penalty(world, amount=Decimal("1234.50"))
    penalty.refresh_from_db()
    assert penalty.amount == Decimal("1234.50")
    with pytest.raises(ValidationError):
        make_penalty(world, case=penalty.case, amount=Decimal("0.001"))


@pytest.mark.parametrize(
    "nothing", [{"kind": "fine", "amount": None}, {"kind": "goods", "amount": None, "goods_kind": "ebike"}]
)
def test_the_database_does_not_take_nothing_for_an_amount_or_a_quantity(world, nothing):
    penalty = make_penalty(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Penalty.objects.filter(pk=penalty.pk).update(**nothing)
