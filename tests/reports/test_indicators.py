"""What each figure counts, and that a figure is always the length of its drill-down."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from inspections.models import Case, Interview, InterviewedEntity, JointTeam, Listing, ListingCheck, Operation, Penalty
from reports.indicators import INDICATORS, Indicator, Rate, indicator, totals, totals_by
from reports.ledgers import BY_NAME
from reports.scope import FigureScope
from tests.factories import make_entity, make_hazard, make_inspection, make_return, make_self_check, rectify


@pytest.fixture
def scope(world):
    return FigureScope(campaign=world.campaign)


def figure(key, scope):
    return indicator(key).total(scope)


def test_keys_are_unique_and_parents_exist():
    keys = [i.key for i in INDICATORS]
    assert len(keys) == len(set(keys))
    assert {i.parent for i in INDICATORS} - {""} <= set(keys)


def test_every_ledger_and_date_field_exists(scope):
    for declared in INDICATORS:
        if isinstance(declared, Indicator):
            model = declared.select(scope).model
            assert model == BY_NAME[declared.ledger].model
            declared.rows(FigureScope(scope.campaign, scope.campaign.region, since=date(2024, 5, 1))).exists()


def test_a_visit_to_a_repair_shop_is_no_inspection_of_producers_and_sellers(world, scope):
    make_inspection(world, entity=world.repair_shop)
    make_inspection(world)
    assert figure("inspections", scope) == 1


def test_drafts_voided_and_unsuccessful_visits_count_nowhere(world, scope):
    make_inspection(world, submitted=False)
    make_inspection(world, outcome="closed", remarks="卷闸门关闭")
    voided = make_inspection(world)
    hazard = make_hazard(world, inspection=voided)
    assert figure("inspections", scope) == 1
    voided.void(by=world.manager, reason="重复录入")
    assert figure("inspections", scope) == 0
    assert figure("hazards_found", scope) == 0
    assert hazard.status == "open"


def test_a_visit_led_by_the_fire_department_is_not_ours(world, scope):
    make_inspection(world, by=world.firefighter, officers=[world.firefighter, world.inspector])
    assert figure("inspections", scope) == 0


def test_withdrawn_hazards_do_not_count_and_ended_ones_stay_found(world, scope):
    make_hazard(world).withdraw(by=world.manager, reason="误录")
    make_hazard(world).end(by=world.manager, proof="已注销")
    rectify(world, make_hazard(world))
    assert (figure("hazards_found", scope), figure("hazards_rectified", scope)) == (2, 1)
    assert figure("rectification_rate", scope) == Decimal("50.0")


def test_overdue_counts_what_is_pending_after_its_deadline(world, scope):
    make_hazard(world, inspection=make_inspection(world, inspected_on=date(2024, 7, 1)), deadline=date(2024, 7, 22))
    make_hazard(world)
    assert figure("hazards_overdue", scope) == 1
    assert figure("hazards_pending", scope) == 2


def test_an_entity_counts_once_at_its_first_self_check(world, scope):
    make_self_check(world, number=1, checked_on=date(2024, 5, 20))
    make_self_check(world, number=2, checked_on=date(2024, 8, 1))
    make_self_check(world, number=3, entity=world.repair_shop)
    assert figure("self_check_entities", scope) == 1
    assert figure("self_check_entities", scope.during(date(2024, 5, 1), date(2024, 5, 31))) == 1
    assert figure("self_check_entities", scope.during(date(2024, 8, 1), date(2024, 8, 31))) == 0


def test_an_interview_counts_each_entity_once_wherever_the_session_was(world, scope):
    for day in (date(2024, 6, 1), date(2024, 7, 1)):
        session = Interview(campaign=world.campaign, region=world.city, held_on=day, reason="整改不力")
        session.store(by=world.leader)
        for entity in (world.shop, world.other_shop):
            InterviewedEntity(interview=session, entity=entity).store(by=world.leader)
    assert figure("entities_interviewed", scope) == 2
    assert figure("entities_interviewed", scope.at(world.county)) == 1
    assert date(2024, 7, 1) not in totals_by(scope, "month")


def test_cases_of_crackdowns_are_counted_apart(world, scope):
    crackdown = Operation(
        campaign=world.campaign, region=world.county, key="c1", kind="crackdown", name="行动",
        starts_on=world.today, ends_on=world.today,
    )  # fmt: skip
    crackdown.store(by=world.manager)
    visits = [make_inspection(world), make_inspection(world, operation=crackdown, mode="crackdown")]
    for number, visit in enumerate(visits):
        case = Case(inspection=visit, came_from="inspection", cause="改装", proposed_on=world.today)
        case.store(by=world.manager)
        case.file(by=world.manager, number=f"零市监案〔2024〕{number}号")
        case.investigate(by=world.manager)
        case.decide(by=world.manager)
        fine = Penalty(kind="fine", amount=Decimal("3000.50"), number="1", decided_on=world.today)
        case.impose(fine, by=world.manager)
    assert figure("cases_filed", scope) == 1
    assert figure("crackdown_cases", scope) == 1
    assert figure("fines_amount", scope) == Decimal("3000.50")


def test_joint_supervision_counts_places_not_visits(world, scope):
    joint = Operation(
        campaign=world.campaign, region=world.county, key="j1", kind="joint_supervision", name="联合督导",
        starts_on=date(2024, 8, 1), ends_on=world.today,
    )  # fmt: skip
    joint.store(by=world.manager)
    first = make_inspection(world, operation=joint, inspected_on=date(2024, 8, 5))
    make_inspection(world, operation=joint)
    make_inspection(world, operation=joint, entity=world.repair_shop)
    for _ in range(2):
        make_hazard(world, inspection=first, category="illegal_modification")
    assert figure("joint_outlets_visited", scope) == 1
    assert figure("joint_repair_shops_visited", scope) == 1
    assert figure("illegal_modification_entities", scope) == 1


def test_departments_joined_is_not_additive_and_is_counted_for_itself(world, scope):
    for name, region in (("一组", world.county), ("二组", world.other_county)):
        team = JointTeam(campaign=world.campaign, region=region, name=name, formed_on=world.today)
        team.store(by=world.manager)
        team.departments.set([world.market, world.fire])
    by_region = totals_by(scope, "region")
    assert [by_region[code]["departments_joined"] for code in ("431102", "431103")] == [2, 2]
    assert figure("departments_joined", scope) == 2
    assert not indicator("departments_joined").additive


def test_a_listing_counts_by_its_latest_check(world, scope):
    listing = Listing(
        campaign=world.campaign, entity=world.shop, platform="示例平台", title="示例车", url="https://shop.example/1",
        found_on=date(2024, 6, 1),
    )  # fmt: skip
    listing.store(by=world.clerk)
    assert figure("listing_notice_rate", scope) is None
    for day, shown in ((date(2024, 6, 1), False), (date(2024, 7, 1), True)):
        ListingCheck(listing=listing, checked_on=day, shows_notice=shown).store(by=world.clerk)
    assert figure("listing_notice_rate", scope) == Decimal("100.0")
    assert figure("listings_checked", scope.during(None, date(2024, 6, 30))) == 0


def test_the_place_is_the_one_at_the_time_of_the_record(world, scope):
    make_inspection(world)
    world.shop.region = world.other_county
    world.shop.store(by=world.administrator)
    assert figure("inspections", scope.at(world.county)) == 1
    assert figure("inspections", scope.at(world.other_county)) == 0


def test_the_citys_own_records_have_their_own_row(world, scope):
    make_inspection(world)
    own = make_entity(world, 7, region=world.city)
    make_inspection(world, entity=own, by=world.administrator, officers=[world.administrator, world.inspector])
    assert figure("inspections", scope) == 2
    assert figure("inspections", scope.at(world.city, own=True)) == 1


def test_a_unit_counts_with_those_under_it(world, scope):
    make_inspection(world)
    make_inspection(world, entity=world.other_shop, by=world.stranger)
    assert figure("inspections", replace(scope, unit=world.inspector.unit)) == 1
    assert figure("inspections", replace(scope, unit=world.leader.unit)) == 2


def test_counted_from_records_totals_take_one_query_for_each_indicator_and_two_more(
    world, scope, django_assert_num_queries
):
    declared = [i for i in INDICATORS if isinstance(i, Indicator)]
    make_inspection(world)
    make_return(world).check_off(by=world.manager)
    # One for all returns, and one that looks for kept figures.
    with django_assert_num_queries(len(declared) + 2):
        totals(scope)
    with django_assert_num_queries(len(declared) + 2):
        totals_by(scope, "region")


def test_parts_of_additive_figures_add_up(world, scope):
    make_inspection(world, inspected_on=date(2024, 6, 3))
    make_inspection(world, entity=world.other_shop, by=world.stranger)
    for axis in ("region", "month"):
        groups = totals_by(scope, axis)
        for declared in INDICATORS:
            if axis in declared.additive:
                assert sum(figures[declared.key] for figures in groups.values()) == declared.total(scope)


def test_rates_name_two_indicators():
    for declared in INDICATORS:
        if isinstance(declared, Rate):
            assert isinstance(indicator(declared.part), Indicator)
            assert isinstance(indicator(declared.whole), Indicator)
