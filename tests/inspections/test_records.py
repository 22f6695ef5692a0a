"""What all records share: where they take their place from, dates, status lines, and that nothing is deleted."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone, translation

from entities.models import Officer
from entities.stored import Stored
from inspections.models import (
    Case,
    Certificate,
    CoordinationEvent,
    Hazard,
    Inspection,
    Listing,
    Rectification,
    SamplingBatch,
)
from tests.factories import MAKERS as FIELD_MAKERS
from tests.factories import make_batch, make_case, make_hazard, make_inspection, make_lead, rectify, write
from tests.office import OFFICE_MAKERS
from tests.world import TODAY

STORED = {model._meta.model_name: model for model in apps.get_models() if issubclass(model, Stored)}
MAKERS = FIELD_MAKERS | {name: maker for name, maker in OFFICE_MAKERS.items() if name in STORED}
WITH_MOVES = {name: model for name, model in STORED.items() if getattr(model, "moves", None)}


def test_every_model_that_officers_write_has_a_maker():
    assert set(MAKERS) == set(STORED)


@pytest.mark.parametrize("name", STORED)
def test_no_record_can_be_deleted(world, name):
    record = MAKERS[name](world)
    with pytest.raises(ValidationError):
        record.delete()
    assert STORED[name].objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("name", STORED)
def test_no_queryset_of_records_can_be_deleted(world, name):
    record = MAKERS[name](world)
    with pytest.raises(ValidationError):
        STORED[name].objects.filter(pk=record.pk).delete()
    assert STORED[name].objects.filter(pk=record.pk).exists()


# --- status lines: every pair of statuses, taken from the declared table and its opposite


def hazard_values(world):
    """What a hazard must carry in each status."""
    accepted = rectify(world, make_hazard(world))
    none = {"rectified_on": None, "accepted_rectification": None, "closing_note": ""}
    return {
        "open": none,
        "submitted": none,
        "rectified": none | {"rectified_on": TODAY, "accepted_rectification": accepted},
        "handed_over": none | {"closing_note": "回执"},
        "ended": none | {"closing_note": "注销"},
        "withdrawn": none | {"closing_note": "误录"},
    }


def inspection_values(_world):
    submitted = {"submitted_at": timezone.now(), "void_reason": ""}
    return {
        "draft": {"submitted_at": None, "void_reason": ""},
        "awaiting_confirmation": {"submitted_at": None, "void_reason": ""},
        "submitted": submitted,
        "voided": submitted | {"void_reason": "重复录入"},
    }


def case_values(_world):
    none = {"filed_on": None, "decided_on": None, "closed_on": None}
    filed = none | {"filed_on": TODAY}
    decided = filed | {"decided_on": TODAY}
    return {
        "proposed": none, "not_filed": none, "filed": filed, "investigating": filed, "police": filed,
        "transferred": filed, "revoked": filed, "decided": decided, "closed": decided | {"closed_on": TODAY},
    }  # fmt: skip


def listing_values(_world):
    return {"online": {"removed_on": None}, "removed": {"removed_on": TODAY}}


def certificate_values(_world):
    return dict.fromkeys(["valid", "suspended", "cancelled", "revoked"], {})


def batch_values(world):
    failed = {"failed_items": "尺寸限值", "handling_region": world.county}
    return dict.fromkeys(dict(SamplingBatch._meta.get_field("status").flatchoices), failed)


def lead_values(_world):
    closed = {"closed_on": TODAY, "passed_to": ""}
    received = {"closed_on": None, "passed_to": ""}
    return {
        "received": received, "handled": closed, "unfounded": closed, "passed_on": closed | {"passed_to": "消防救援大队"},
    }  # fmt: skip


def assignment_values(_world):
    none = {"done_on": None}
    return {"open": none, "reported": none, "done": {"done_on": TODAY}, "withdrawn": none}


def nothing_of(name):
    """A kind of record that carries nothing more in any of its statuses."""
    return lambda _world: {status: {} for status in dict(WITH_MOVES[name]._meta.get_field("status").flatchoices)}


def return_values(world):
    none = {"checked_by": None, "checked_on": None}
    return {"entered": none, "checked": {"checked_by": world.manager, "checked_on": TODAY}, "refused": none}


def round_report_values(world):
    none = {"approved_at": None, "approved_by": None, "figures": {}}
    approved = {"approved_at": timezone.now(), "approved_by": world.manager, "figures": {"week": {}}}
    return {"expected": none, "submitted": none, "returned": none, "approved": approved}


CARRIES = {"hazard": hazard_values, "inspection": inspection_values, "case": case_values, "samplingbatch": batch_values}
CARRIES["lead"] = lead_values
CARRIES |= {"listing": listing_values, "certificate": certificate_values}
CARRIES["assignment"] = assignment_values
CARRIES["coordinationevent"] = nothing_of("coordinationevent")
CARRIES["return"] = return_values
CARRIES["roundreport"] = round_report_values
PAIRS = [
    (name, now, to)
    for name, model in WITH_MOVES.items()
    for now in dict(model._meta.get_field("status").flatchoices)
    for to in dict(model._meta.get_field("status").flatchoices)
]


def test_every_status_line_is_walked_below():
    assert set(CARRIES) == set(WITH_MOVES)
    for model in WITH_MOVES.values():
        known = set(dict(model._meta.get_field("status").flatchoices))
        assert set(model.moves) | set().union(*model.moves.values()) == known


@pytest.mark.parametrize(("name", "now", "to"), PAIRS)
def test_status_moves_only_along_the_declared_lines(world, name, now, to):
    model = WITH_MOVES[name]
    carries = CARRIES[name](world)
    record = MAKERS[name](world)
    model.objects.filter(pk=record.pk).update(status=now, **carries[now])
    record.refresh_from_db()
    entries, version = record.history.count(), record.version
    if to in model.moves.get(now, set()):
        record.advance(to, by=world.manager, on=TODAY, **carries[to])
        record.refresh_from_db()
        assert (record.status, record.version, record.history.count()) == (to, version + 1, entries + 1)
        assert record.changed_by == world.manager
    else:
        with pytest.raises(ValidationError) as refused:
            record.advance(to, by=world.manager, on=TODAY, **carries[to])
        assert refused.value.code == "transition"
        record.refresh_from_db()
        assert (record.status, record.version, record.history.count()) == (now, version, entries)


def test_the_status_lines_are_those_of_the_rules():
    assert Hazard.moves == {
        "open": {"submitted", "handed_over", "ended", "withdrawn"},
        "submitted": {"rectified", "open", "handed_over", "ended", "withdrawn"},
        "handed_over": {"rectified", "open", "ended"},
        "rectified": {"open"},
    }
    assert Inspection.moves == {
        "draft": {"submitted", "awaiting_confirmation"},
        "awaiting_confirmation": {"submitted", "voided", "draft"},
        "submitted": {"voided"},
    }
    assert Case.moves == {
        "proposed": {"filed", "not_filed", "decided"},
        "filed": {"investigating", "police", "transferred", "revoked"},
        "investigating": {"decided", "police", "transferred", "revoked"},
        "decided": {"closed", "revoked"},
    }
    assert SamplingBatch.moves == {
        "sampled": {"passed", "failed", "voided"},
        "failed": {"objection", "transferred", "ordered"},
        "objection": {"passed", "failed"},
        "transferred": {"ordered"},
        "ordered": {"reinspected"},
        "reinspected": {"handled", "ordered"},
    }


def test_the_status_lines_of_pages_and_certificates():
    assert Listing.moves == {"online": {"removed"}, "removed": {"online"}}
    assert Certificate.moves == {
        "valid": {"suspended", "cancelled", "revoked"},
        "suspended": {"valid", "cancelled", "revoked"},
    }


def test_a_refused_move_says_what_is_possible(world):
    hazard = make_hazard(world)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        hazard.advance("rectified", by=world.manager, rectified_on=TODAY)
    message = refused.value.messages[0]
    assert message.startswith("This is “open” and can't become “rectified”")
    assert message.endswith("it can become: awaiting re-inspection, handed over, ended, withdrawn.")  # in their order


def test_a_move_from_an_end_says_that_nothing_more_is_possible(world):
    batch = make_batch(world)
    batch.void(by=world.manager, reason="重复")
    with translation.override("en"), pytest.raises(ValidationError, match="nothing more"):
        batch.record_result(by=world.manager, passed=True)


def test_a_move_that_breaks_a_rule_leaves_the_object_as_it_is_in_the_database(world):
    hazard = make_hazard(world)
    with pytest.raises(ValidationError):
        hazard.hand_over(by=world.manager, department=world.fire, receipt="  ")
    assert (hazard.status, hazard.responsible_department_id) == ("open", "market")


def test_a_stale_object_moves_from_the_status_in_the_database(world):
    first = make_hazard(world)
    second = Hazard.objects.get(pk=first.pk)
    first.withdraw(by=world.manager, reason="误录")
    with pytest.raises(ValidationError) as refused:
        second.submit_rectification(by=world.inspector, measures="已张贴")
    assert refused.value.code == "transition"
    assert not Rectification.objects.filter(hazard=first).exists()


# --- where a record takes its place from


def test_region_unit_and_kind_are_copied_when_the_record_is_made(world):
    hazard = make_hazard(world)
    assert (hazard.region, hazard.unit, hazard.entity_kind) == (world.county, world.inspector.unit, "seller")
    assert hazard.campaign == world.campaign and hazard.entity == world.shop


def test_a_record_stays_where_it_was_when_the_shop_moves(world):
    inspection = make_inspection(world)
    world.shop.region = world.other_county
    world.shop.kind = "repair_shop"
    world.shop.store(by=world.administrator)
    inspection.remarks = "补充"
    inspection.store(by=world.manager)
    inspection.refresh_from_db()
    assert (inspection.region, inspection.entity_kind) == (world.county, "seller")
    # what is found at that visit counts where the visit counts
    assert make_hazard(world, inspection=inspection).region == world.county


def test_the_unit_of_a_case_is_the_one_that_handles_it(world):
    inspection = make_inspection(world)
    case = make_case(world, by=world.firefighter, entity=None, came_from="inspection", inspection=inspection)
    assert (case.entity, case.unit, case.region) == (world.shop, world.firefighter.unit, world.county)


def test_an_officer_without_a_unit_writes_nothing(world):
    loose = Officer.objects.create(username="loose", name="Loose")
    with pytest.raises(ValidationError):
        make_lead(world, by=loose)


PLANNED_AHEAD = {"operation"}
HAPPEN = [n for n, m in STORED.items() if getattr(m, "date_field", "created_at") != "created_at"]


@pytest.mark.parametrize("name", [name for name in HAPPEN if name not in PLANNED_AHEAD])
def test_nothing_happens_in_the_future_or_before_its_campaign(world, name):
    record = MAKERS[name](world)
    field = record.date_field
    for day, sentence in [
        (date(2024, 9, 3), "This date is in the future: today is 2024-09-02."),
        (date(2024, 4, 30), "The campaign began on 2024-05-01: enter that day or a later one."),
    ]:
        setattr(record, field, day)
        with translation.override("en"), pytest.raises(ValidationError) as refused:
            record.store(by=world.manager)
        assert sentence in refused.value.message_dict[field]


def test_the_day_of_judgement_is_given_from_outside(world):
    make_lead(world, received_on=date(2024, 9, 2))
    lead = make_lead(world, received_on=date(2024, 9, 1))
    lead.received_on = date(2024, 9, 3)
    lead.store(by=world.clerk, on=date(2024, 9, 3))
    with pytest.raises(ValidationError):
        lead.store(by=world.clerk, on=TODAY)


def test_first_of_entity_is_the_earliest_visit_wherever_one_looks_from(world):
    later = make_inspection(world, inspected_on=date(2024, 8, 1))
    first = make_inspection(world, inspected_on=date(2024, 7, 1))
    firsts = Inspection.objects.inspected().first_of_entity("inspected_on")
    assert list(firsts) == [first]
    assert not firsts.filter(inspected_on__gte=later.inspected_on).exists()


@pytest.mark.parametrize("name", MAKERS)
def test_every_record_has_words_of_its_own(world, name):
    assert 0 < len(str(MAKERS[name](world))) < 200


def test_children_of_a_record_are_protected_by_the_database_itself(world):
    hazard = make_hazard(world)
    with pytest.raises(models.ProtectedError):
        models.Model.delete(hazard.inspection)


def test_a_record_of_the_city_itself_is_written_without_an_entity(world):
    event = write(CoordinationEvent, world, world.leader, kind="plan", held_on=TODAY, title="方案", region=world.city)
    assert (event.region, event.unit) == (world.city, world.leader.unit)
