"""Visits: two certified officers, answers of the checklist of the day, voiding, drafts."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import Inspection
from tests.factories import attach_photo, make_inspection
from tests.world import TODAY


def test_two_certified_officers_make_a_visit(world):
    inspection = make_inspection(world)
    assert inspection.certified_officers == 2 and list(Inspection.objects.inspected()) == [inspection]


@pytest.mark.parametrize("present", [["inspector"], ["inspector", "trainee"], ["trainee"], []])
def test_fewer_than_two_certified_officers_are_refused(world, present):
    inspection = make_inspection(world)
    inspection.count_officers([getattr(world, name) for name in present])
    with translation.override("en"), pytest.raises(ValidationError, match="At least two officers with certificate"):
        inspection.store(by=world.inspector)


def test_others_present_do_not_count_towards_the_two(world):
    inspection = make_inspection(world)
    inspection.count_officers([world.inspector])
    inspection.others_present = [{"name": "李四", "unit": "公安", "certificate_number": "GA-1"}]
    with pytest.raises(ValidationError):
        inspection.store(by=world.inspector)


@pytest.mark.parametrize("outcome", ["closed", "not_found", "wrong_address", "changed_trade", "refused"])
def test_a_visit_without_an_inspection_needs_no_second_officer_and_counts_nowhere(world, outcome):
    inspection = make_inspection(world, outcome=outcome, officers=[world.inspector])
    assert inspection.status == "submitted" and not Inspection.objects.inspected().exists()


def test_a_disabled_officer_cannot_be_present(world):
    world.second.is_active = False
    with translation.override("en"), pytest.raises(ValidationError, match="no longer works here"):
        make_inspection(world, officers=[world.inspector, world.second])


def test_every_point_of_the_day_needs_an_answer(world):
    with translation.override("en"), pytest.raises(ValidationError, match="3 points have no answer"):
        make_inspection(world, answers={"XS-01": "pass"})


@pytest.mark.parametrize("answers", [{"XS-05": "pass"}, {"WX-01": "pass"}, {"XS-01": "perhaps"}])
def test_answers_of_another_day_or_list_are_refused(world, answers):
    good = {f"XS-0{n}": "pass" for n in range(1, 5)}
    with translation.override("en"), pytest.raises(ValidationError, match="do not belong to the checklist"):
        make_inspection(world, answers=good | answers)


def test_not_checked_and_not_applicable_are_answers(world):
    answers = {"XS-01": "fail", "XS-02": "na", "XS-03": "unchecked", "XS-04": "pass"}
    assert make_inspection(world, answers=answers).failed_codes() == ["XS-01"]


def test_a_draft_may_be_as_empty_as_it_likes(world):
    draft = make_inspection(world, submitted=False, officers=[world.inspector])
    assert draft.is_draft and list(Inspection.objects.drafts_of(world.inspector)) == [draft]
    assert not Inspection.objects.submitted().exists()


def test_voiding_takes_a_visit_out_of_every_count_and_keeps_it(world):
    inspection = make_inspection(world)
    inspection.void(by=world.manager, reason=" 重复录入 ", on=TODAY)
    inspection.refresh_from_db()
    assert (inspection.status, inspection.void_reason) == ("voided", "重复录入")
    assert not Inspection.objects.inspected().exists()
    assert inspection.history.first().history_user == world.manager


@pytest.mark.parametrize("who", ["inspector", "clerk", "leader", "discipline"])
def test_only_a_manager_voids(world, who):
    inspection = make_inspection(world)
    with translation.override("en"), pytest.raises(ValidationError, match="Only a manager may void"):
        inspection.void(by=getattr(world, who), reason="重复录入")


def test_voiding_says_why(world):
    with pytest.raises(ValidationError) as refused:
        make_inspection(world).void(by=world.manager, reason="  ")
    assert "void_reason" in refused.value.message_dict


def test_a_voided_visit_stays_voided(world):
    inspection = make_inspection(world)
    inspection.void(by=world.manager, reason="重复录入")
    with pytest.raises(ValidationError):
        inspection.void(by=world.manager, reason="再次")


def test_ones_own_draft_can_be_thrown_away_with_its_photos(world):
    draft = make_inspection(world, submitted=False)
    attach_photo(draft, by=world.inspector)
    draft.discard(by=world.inspector)
    assert not Inspection.objects.exists()


def test_a_submitted_visit_and_a_colleagues_draft_are_not_thrown_away(world):
    for inspection, officer in [
        (make_inspection(world), world.inspector),
        (make_inspection(world, submitted=False), world.second),
    ]:
        with translation.override("en"), pytest.raises(ValidationError, match="Only your own draft"):
            inspection.discard(by=officer)
    assert Inspection.objects.count() == 2


def test_drafts_may_leave_a_queryset_but_nothing_else_with_them(world):
    make_inspection(world, submitted=False)
    make_inspection(world)
    with pytest.raises(ValidationError):
        Inspection.objects.all().delete()
    Inspection.objects.filter(status="draft").delete()
    assert Inspection.objects.count() == 1


def test_the_same_client_uuid_makes_one_inspection(world):
    first = make_inspection(world)
    with pytest.raises(ValidationError) as refused:
        make_inspection(world, client_uuid=first.client_uuid)
    assert "client_uuid" in refused.value.message_dict


def test_a_second_visit_of_the_day_is_known_and_not_forbidden(world):
    first, second = make_inspection(world), make_inspection(world)
    other_day = make_inspection(world, inspected_on=date(2024, 8, 30))
    assert list(second.others_of_that_day()) == [first] and not other_day.others_of_that_day().exists()
    first.void(by=world.manager, reason="重复录入")
    assert not second.others_of_that_day().exists()


def test_selections_by_leading_department_and_trade(world):
    market = make_inspection(world)
    fire = make_inspection(world, by=world.firefighter, officers=[world.firefighter, world.inspector])
    repair = make_inspection(world, entity=world.repair_shop)
    assert set(Inspection.objects.led_by_market_supervision()) == {market, repair}
    assert set(Inspection.objects.of_trade()) == {market, fire}
