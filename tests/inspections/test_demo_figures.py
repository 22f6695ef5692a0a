"""The published figures of the demonstration, counted here once more by hand, and the records that must not count."""

from collections import Counter
from decimal import Decimal

import pytest

from inspections.models import (
    Case,
    Hazard,
    Inspection,
    InterviewedEntity,
    JointTeam,
    ListingCheck,
    Penalty,
    Publicity,
    SamplingBatch,
    SeizedItem,
    SelfCheck,
    Training,
)

TRADE = {"producer", "parts_producer", "seller"}


@pytest.fixture
def visits(demo_city):
    """The visits of the bulletin, picked one by one."""
    return [
        visit
        for visit in Inspection.objects.select_related("unit", "operation")
        if visit.status == "submitted"
        and visit.outcome == "inspected"
        and visit.unit.department_id == "market"
        and visit.entity_kind in TRADE
    ]


@pytest.fixture
def joint(demo_city):
    """Visits under a joint supervision that really took place."""
    submitted = Inspection.objects.filter(status="submitted", outcome="inspected").select_related("operation")
    return [visit for visit in submitted if visit.operation and visit.operation.kind == "joint_supervision"]


@pytest.fixture
def cases(visits):
    """Cases filed from those visits, apart from the crackdowns."""
    of_visits = {visit.pk for visit in visits}
    return [
        case
        for case in Case.objects.select_related("inspection__operation")
        if case.filed_on and case.came_from == "inspection" and case.inspection_id in of_visits and not crackdown(case)
    ]


def crackdown(case):
    operations = [case.operation, case.inspection and case.inspection.operation]
    return any(operation and operation.kind == "crackdown" for operation in operations)


def test_visits_count_only_what_market_supervision_inspected_in_the_trade(visits):
    assert len(visits) == 817
    every = Inspection.objects.all()
    assert every.filter(entity_kind="repair_shop", status="submitted").count() > 100
    assert every.filter(unit__department="fire").count() == 10
    assert every.filter(status="voided").count() == 3
    assert every.filter(status="awaiting_confirmation").count() == 2
    assert every.filter(status="draft").count() == 1
    assert every.exclude(outcome="inspected").count() > 30
    assert every.exclude(transcribed_by=None).filter(status="submitted").count() == 20
    assert {visit.mode for visit in visits} == {"routine", "crackdown", "joint", "cross_county"}


def test_hazards_of_those_visits_but_not_the_withdrawn(visits):
    of_visits = {visit.pk for visit in visits}
    found = [h for h in Hazard.objects.all() if h.inspection_id in of_visits and h.status != "withdrawn"]
    assert len(found) == 154
    assert Counter(h.status for h in found) == {
        "rectified": 118, "open": 20, "submitted": 8, "handed_over": 5, "ended": 3,
    }  # fmt: skip
    assert round(Decimal(118) / 154 * 100, 1) == Decimal("76.6")
    assert Hazard.objects.filter(status="withdrawn").count() == 3
    assert Hazard.objects.filter(inspection__status="voided").exists()
    assert Hazard.objects.filter(inspection__unit__department="fire").exists()
    assert Hazard.objects.exclude(lead=None).exists()


def test_self_checks_count_each_entity_of_the_trade_once_and_all_their_hazards_are_rectified(demo_city):
    checks = [check for check in SelfCheck.objects.all() if check.entity_kind in TRADE]
    assert len({check.entity_id for check in checks}) == 536 < len(checks) < SelfCheck.objects.count()
    declared = Hazard.objects.filter(self_check__in=checks)
    assert [h.status for h in declared] == ["rectified"] * 157


def test_interviews_count_each_entity_once(demo_city):
    talked_to = InterviewedEntity.objects.values_list("entity", flat=True)
    assert len(set(talked_to)) == 92 < len(talked_to)


def test_cases_come_from_those_visits_and_not_from_a_crackdown(cases):
    assert len(cases) == 46
    assert {case.status for case in cases} == {"closed", "decided", "investigating", "filed", "police", "revoked"}
    others = Case.objects.exclude(pk__in=[case.pk for case in cases])
    assert {"proposed", "not_filed"} <= {case.status for case in others}
    assert {"sampling", "lead", "transfer"} <= {case.came_from for case in others if case.filed_on}


def test_fines_and_goods_are_those_of_the_same_cases(cases):
    counted = Penalty.objects.filter(case__in=cases)
    fines = sum(penalty.amount for penalty in counted if penalty.kind == "fine")
    assert 130_000 <= fines < 140_000
    assert fines < sum(penalty.amount for penalty in Penalty.objects.filter(kind="fine"))
    assert sum(penalty.quantity for penalty in counted if penalty.kind == "goods") == 93
    assert {"warning", "gains"} <= {penalty.kind for penalty in counted}


def test_crackdown_cases_include_those_that_came_through_a_visit(demo_city):
    filed = [case for case in Case.objects.select_related("operation", "inspection__operation") if case.filed_on]
    raids = [case for case in filed if crackdown(case)]
    assert len(raids) == 25
    assert {case.came_from for case in raids} == {"operation", "inspection"}
    assert [case.closes_illegal_workshop for case in filed].count(True) == 1


def test_sampling_counts_city_and_county_but_no_void_and_no_open_objection(demo_city):
    batches = [b for b in SamplingBatch.objects.all() if b.level in ("city", "county") and b.status != "voided"]
    assert len(batches) == 81 < SamplingBatch.objects.count()
    failed = {"failed", "transferred", "ordered", "reinspected", "handled"}
    assert len([b for b in batches if b.level == "city" and b.status in failed]) == 4
    assert len([b for b in batches if b.level == "city" and b.transferred_on]) == 4
    assert len([b for b in batches if b.level == "county" and b.status in failed]) == 3
    assert {"objection", "sampled"} <= {b.status for b in batches}


def test_joint_supervision_counts_places_not_visits(joint):
    outlets = [visit.entity_id for visit in joint if visit.entity_kind == "seller"]
    shops = [visit.entity_id for visit in joint if visit.entity_kind == "repair_shop"]
    assert len(set(outlets)) == 176 < len(outlets)
    assert len(set(shops)) == 110 < len(shops)


def test_illegal_modification_counts_entities_found_by_joint_supervision(joint):
    modified = Hazard.objects.filter(category="illegal_modification").exclude(status="withdrawn")
    found = [h.entity_id for h in modified if h.inspection_id in {visit.pk for visit in joint}]
    assert len(set(found)) == 26 < len(found) < modified.count()


def test_seized_vehicles_and_batteries_but_no_parts(demo_city):
    seized = Counter()
    for item in SeizedItem.objects.all():
        seized[item.kind] += item.quantity
    assert (seized["vehicle"], seized["battery"]) == (12, 23)
    assert seized["part"]


def test_teams_of_six_departments(demo_city):
    teams = JointTeam.objects.prefetch_related("departments")
    assert len(teams) == 58
    assert {d.pk for team in teams for d in team.departments.all()} == {
        "market", "fire", "police", "urban", "transport", "housing",
    }  # fmt: skip


def test_training_and_publicity_count_the_kinds_of_the_bulletin(demo_city):
    trained = [(t.directors + t.quality_officers, t.others) for t in Training.objects.all()]
    assert (len(trained), sum(people for people, _others in trained)) == (5, 168)
    assert sum(others for _people, others in trained)
    kinds = {"leaflet", "poster", "diagram", "video"}
    printed = sum(item.quantity for item in Publicity.objects.all() if item.kind in kinds)
    assert 24_000 <= printed < 25_000
    assert {item.kind for item in Publicity.objects.all()} > kinds


def test_every_checked_page_shows_the_notice_by_now(demo_city):
    latest = {check.listing_id: check for check in ListingCheck.objects.order_by("checked_on", "pk")}
    assert all(check.shows_notice for check in latest.values())
    assert ListingCheck.objects.filter(shows_notice=False).exists()
