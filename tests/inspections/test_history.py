"""Who changed what, when: history of every record, and the second of two who change one."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from entities.history import changes_between
from entities.stored import Stale
from tests.factories import MAKERS, make_case, make_hazard, make_inspection, make_interview, make_operation, make_order
from tests.models import own_models

OURS = own_models()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_keeps_its_history(model):
    assert hasattr(model, "history")


@pytest.mark.parametrize("name", MAKERS)
def test_storing_leaves_a_history_row_with_its_officer(world, name):
    record = MAKERS[name](world)
    entries = record.history.count()
    assert entries >= 1
    record.store(by=world.administrator, reason="更正")
    last = record.history.first()
    assert record.history.count() == entries + 1
    assert (last.history_user, last.history_change_reason, last.version) == (
        world.administrator, "更正", record.version,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_inspection, "officers"),
        (make_interview, "officers"),
        (make_case, "officers"),
        (make_operation, "officers"),
    ],
)
def test_who_took_part_is_in_the_history_too(world, make, field):
    record = make(world)
    getattr(record, field).add(world.manager)
    assert getattr(record.history.first(), field).filter(officer=world.manager).exists()


def test_the_hazards_of_an_order_are_in_its_history(world):
    hazard = make_hazard(world)
    order = make_order(world, inspection=hazard.inspection)
    order.hazards.add(hazard)
    assert order.history.first().hazards.filter(hazard=hazard).exists()


def test_the_second_of_two_is_told_who_changed_what(world):
    hazard = make_hazard(world)
    seen = hazard.version
    hazard.extend(by=world.manager, deadline=date(2024, 10, 8), reason="等待配件")
    mine = type(hazard).objects.get(pk=hazard.pk)
    mine.description = "我的说明"
    with translation.override("en"), pytest.raises(Stale) as refused:
        mine.store(by=world.inspector, version=seen)
    message = refused.value.messages[0]
    assert "Manager changed this record" in message and "2024-10-08" in message and "to be rectified by" in message
    assert mine.description == "我的说明"  # nothing typed is lost
    hazard.refresh_from_db()
    assert hazard.description != "我的说明"


def test_storing_with_the_last_version_succeeds(world):
    hazard = make_hazard(world)
    hazard.description = "补充说明"
    hazard.store(by=world.manager, version=hazard.version)
    hazard.refresh_from_db()
    assert hazard.description == "补充说明" and hazard.version == 2 and hazard.changed_by == world.manager
    assert hazard.created_by == world.inspector


def test_a_refused_write_leaves_version_and_history_alone(world):
    hazard = make_hazard(world)
    hazard.places = 0
    with pytest.raises(ValidationError):
        hazard.store(by=world.manager)
    hazard.refresh_from_db()
    assert (hazard.version, hazard.places, hazard.history.count()) == (1, 1, 1)


def test_checking_alone_writes_nothing(world):
    hazard = make_hazard(world)
    hazard.description = "只检查"
    hazard.check_for(by=world.manager, version=1)
    hazard.refresh_from_db()
    assert hazard.version == 1 and hazard.description != "只检查"


def test_the_second_is_told_of_a_verb_too(world):
    """Status and its dates are on no form, and just they are what a verb changes."""
    hazard = make_hazard(world)
    seen = hazard.version
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号")
    mine = type(hazard).objects.get(pk=hazard.pk)
    with translation.override("en"), pytest.raises(Stale) as refused:
        mine.store(by=world.inspector, version=seen)
    message = refused.value.messages[0]
    for part in ("status: open → handed over", "回执1号", "responsible department: 市场监管 → 消防"):
        assert part in message


def test_those_who_joined_are_told_by_name(world):
    inspection = make_inspection(world)
    before = inspection.history.first()
    inspection.officers.add(world.manager)
    (change,) = changes_between(inspection.history.first(), before)
    assert "Manager" in change.new and "Manager" not in change.old


def test_what_serves_the_machine_is_not_told(world):
    world.shop.set_identity_card("11010519491231002X")
    world.shop.store(by=world.manager)
    assert changes_between(*world.shop.history.all()[:2]) == []
