"""Handovers against a receipt, bulletins read by three, things to do by a day, and the register that follows duties."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from entities.models import Entity
from inspections.due import ASSIGNMENTS
from inspections.models import Assignment, CoordinationEvent, Duty, Handover, Hazard
from reports.indicators import indicator
from reports.scope import FigureScope
from tests.factories import make_assignment, make_hazard, make_inspection
from tests.world import TODAY


def handed_over(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="移送函1号", on=TODAY)
    return hazard


def test_a_partner_sees_its_hazards_alone_and_gives_its_receipt(client, world):
    theirs, ours = handed_over(world), make_hazard(world, inspection=make_inspection(world, entity=world.repair_shop))
    handover = Handover.objects.get(hazard=theirs)
    assert handover in Handover.objects.unacknowledged()
    assert theirs in Hazard.objects.visible_to(world.firefighter)
    assert ours not in Hazard.objects.visible_to(world.firefighter)
    client.force_login(world.firefighter)
    assert client.get(handover.get_absolute_url()).status_code == 200
    assert client.get(ours.get_absolute_url()).status_code == 404
    handover.acknowledge(by=world.firefighter, receipt="消接1号", on=TODAY)
    assert not Handover.objects.unacknowledged().exists()


def test_a_bulletin_is_read_by_three_others_before_it_counts(world):
    bulletin = CoordinationEvent(
        campaign=world.campaign, region=world.county, kind="bulletin", title="简报", held_on=TODAY
    ).begin(by=world.clerk)
    figure = indicator("bulletins_issued")
    bulletin.pass_on(by=world.clerk)
    with pytest.raises(ValidationError):
        bulletin.pass_on(by=world.clerk)
    for reader in (world.manager, world.inspector, world.administrator):
        assert figure.total(FigureScope(world.campaign)) == 0
        bulletin.pass_on(by=reader)
    assert bulletin.status == "final" and figure.total(FigureScope(world.campaign)) == 1
    with pytest.raises(ValidationError):
        bulletin.pass_on(by=world.manager)


def test_a_bulletin_goes_back_with_the_reason(world):
    bulletin = CoordinationEvent(
        campaign=world.campaign, region=world.county, kind="bulletin", title="简报", held_on=TODAY
    ).begin(by=world.clerk)
    bulletin.pass_on(by=world.clerk)
    with pytest.raises(ValidationError):
        bulletin.send_back(by=world.manager, reason=" ")
    bulletin.send_back(by=world.manager, reason="数字有误")
    assert bulletin.status == "draft"


def test_an_assignment_is_seen_by_its_unit_followed_up_and_due(world):
    given = make_assignment(world, due_on=TODAY)
    assert given in Assignment.objects.visible_to(world.inspector)
    assert given not in Assignment.objects.visible_to(world.stranger)
    assert given in ASSIGNMENTS.concerning(world.inspector, on=TODAY)
    assert given in Assignment.objects.overdue(on=date(2024, 9, 3))
    given.report(by=world.inspector, feedback="已核实", on=TODAY)
    given.send_back(by=world.clerk, reason="请附清单")
    given.report(by=world.inspector, feedback="清单附后", on=TODAY)
    given.accept(by=world.clerk, on=TODAY)
    assert (given.status, given.done_on) == ("done", TODAY)
    assert not Assignment.objects.pending().exists()


def test_duties_go_into_the_register(world):
    def record(kind, **values):
        Duty(campaign=world.campaign, entity=world.shop, kind=kind, done_on=TODAY, **values).record(by=world.clerk)

    record("pledge")
    record("director", person="李四")
    record("officer", person="王五")
    shop = Entity.objects.get(pk=world.shop.pk)
    assert (shop.pledged_on, shop.quality_director, shop.quality_officer) == (TODAY, "李四", "王五")
    with pytest.raises(ValidationError):
        record("officer")


def test_what_went_back_is_read_anew_by_the_same_readers(world):
    bulletin = CoordinationEvent(
        campaign=world.campaign, region=world.county, kind="bulletin", title="简报", held_on=TODAY
    ).begin(by=world.clerk)
    bulletin.pass_on(by=world.clerk)
    bulletin.pass_on(by=world.manager)
    bulletin.send_back(by=world.inspector, reason="数字有误")
    bulletin.pass_on(by=world.clerk)
    bulletin.pass_on(by=world.manager)
    assert bulletin.status == "second"
    with pytest.raises(ValidationError):
        bulletin.pass_on(by=world.manager)


def test_nobody_accepts_what_they_reported_unless_they_gave_it(world):
    given = make_assignment(world)
    given.report(by=world.manager, feedback="已核实", on=TODAY)
    with pytest.raises(ValidationError):
        given.accept(by=world.manager, on=TODAY)
    given.accept(by=world.clerk, on=TODAY)
    own = make_assignment(world, what="自记事项")
    own.report(by=world.clerk, feedback="已核实", on=TODAY)
    own.accept(by=world.clerk, on=TODAY)
    assert (given.status, own.status) == ("done", "done")
