"""Putting a hazard right: who may judge it, with what, and what a verdict does."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import Campaign, Rectification
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import attach_photo, make_hazard, make_rectification, rectify
from tests.world import TODAY

LATER = date(2024, 10, 8)


def attempt_on(world, severity="general", photo=True, **changes):
    attempt = make_rectification(world, hazard=make_hazard(world, severity=severity), **changes)
    if photo:
        attach_photo(attempt, by=world.inspector)
    return attempt


def test_an_attempt_waits_for_its_verdict(world):
    attempt = make_rectification(world)
    attempt.hazard.refresh_from_db()
    assert attempt.verdict == "pending" and attempt.hazard.status == "submitted"
    assert attempt.hazard.pending_rectification() == attempt


def test_acceptance_closes_the_hazard_on_its_day(world):
    attempt = rectify(world, make_hazard(world))
    attempt.refresh_from_db()
    assert (attempt.verdict, attempt.reviewer, attempt.reviewed_on) == ("accepted", world.manager, TODAY)
    hazard = attempt.hazard
    hazard.refresh_from_db()
    assert (hazard.status, hazard.rectified_on, hazard.accepted_rectification) == ("rectified", TODAY, attempt)
    assert hazard.pending_rectification() is None


# who may judge: general hazards an inspector of the scope, the others a manager
JUDGES = [
    ("inspector", "general", True),
    ("inspector", "serious", False),
    ("inspector", "major", False),
    ("firefighter", "serious", False),
    ("manager", "general", True),
    ("manager", "serious", True),
    ("manager", "major", True),
    ("administrator", "major", True),
    ("clerk", "general", False),
    ("leader", "general", False),
    ("discipline", "general", False),
]


@pytest.mark.parametrize(("who", "severity", "allowed"), JUDGES)
def test_who_may_accept_follows_severity_and_role(world, who, severity, allowed):
    attempt = attempt_on(world, severity)
    officer = getattr(world, who)
    assert attempt.hazard.may_be_reviewed_by(officer) is allowed
    if allowed:
        attempt.accept(by=officer, on=TODAY)
        assert attempt.hazard.status == "rectified"
    else:
        with translation.override("en"), pytest.raises(ValidationError, match="judged by a manager"):
            attempt.accept(by=officer, on=TODAY)
        assert Rectification.objects.get(pk=attempt.pk).verdict == "pending"


@pytest.mark.parametrize(("who", "severity", "allowed"), JUDGES)
def test_who_may_reject_follows_severity_and_role(world, who, severity, allowed):
    attempt = attempt_on(world, severity)
    if allowed:
        attempt.reject(by=getattr(world, who), deadline=LATER, comment="仍未张贴", on=TODAY)
        assert attempt.hazard.status == "open"
    else:
        with pytest.raises(ValidationError):
            attempt.reject(by=getattr(world, who), deadline=LATER, comment="仍未张贴", on=TODAY)


def test_a_campaign_may_leave_serious_hazards_to_inspectors(world):
    Campaign.objects.filter(pk=world.campaign.pk).update(inspector_reviews=["general", "serious"])
    attempt_on(world, "serious").accept(by=world.inspector, on=TODAY)
    with pytest.raises(ValidationError):
        attempt_on(world, "major").accept(by=world.inspector, on=TODAY)


def test_a_campaign_may_leave_nothing_to_inspectors(world):
    Campaign.objects.filter(pk=world.campaign.pk).update(inspector_reviews=[])
    with pytest.raises(ValidationError):
        attempt_on(world).accept(by=world.inspector, on=TODAY)


def test_an_inspectors_word_alone_does_not_close_a_hazard(world):
    attempt = attempt_on(world, photo=False)
    with translation.override("en"), pytest.raises(ValidationError, match="Attach a photo or document"):
        attempt.accept(by=world.inspector, on=TODAY)
    assert attempt.verdict == "pending"  # what the page shows beside the refusal
    attach_photo(attempt, by=world.inspector)
    attempt.accept(by=world.inspector, on=TODAY)
    assert attempt.hazard.status == "rectified"


def test_a_manager_may_close_on_what_they_saw(world):
    attempt_on(world, photo=False).accept(by=world.manager, on=TODAY)


def test_rejection_opens_the_hazard_again_with_a_new_deadline(world):
    attempt = attempt_on(world)
    attempt.reject(by=world.manager, deadline=LATER, comment="仍未张贴", on=TODAY)
    hazard = attempt.hazard
    hazard.refresh_from_db()
    assert (hazard.status, hazard.deadline, attempt.verdict) == ("open", LATER, "rejected")
    rectify(world, hazard)
    assert [a.verdict for a in hazard.rectifications.all()] == ["rejected", "accepted"]


def test_rejection_says_what_is_still_wrong(world):
    attempt = attempt_on(world)
    with translation.override("en"), pytest.raises(ValidationError, match="Say what is still wrong"):
        attempt.reject(by=world.manager, deadline=LATER, comment="  ", on=TODAY)
    assert Rectification.objects.get(pk=attempt.pk).verdict == "pending"


def test_the_new_deadline_is_not_in_the_past(world):
    attempt = attempt_on(world)
    with translation.override("en"), pytest.raises(ValidationError, match="choose a later day"):
        attempt.reject(by=world.manager, deadline=date(2024, 9, 1), comment="仍未张贴", on=TODAY)
    assert attempt.verdict == "pending"


def test_a_verdict_is_given_once(world):
    attempt = attempt_on(world)
    same = Rectification.objects.get(pk=attempt.pk)
    attempt.accept(by=world.manager, on=TODAY)
    for again in (
        lambda: same.accept(by=world.manager, on=TODAY),
        lambda: same.reject(by=world.manager, deadline=LATER, comment="否", on=TODAY),
    ):
        with translation.override("en"), pytest.raises(ValidationError, match="already been judged"):
            again()
    assert attempt.history.count() == 2


def test_a_hazard_has_one_attempt_at_a_time(world):
    attempt = make_rectification(world)
    with pytest.raises(ValidationError):
        attempt.hazard.submit_rectification(by=world.second, measures="再次提交", on=TODAY)
    assert attempt.hazard.rectifications.count() == 1


def test_nothing_is_put_right_before_it_was_found(world):
    hazard = make_hazard(world)
    with pytest.raises(ValidationError):
        hazard.submit_rectification(by=world.inspector, measures="已张贴", on=date(2024, 9, 1))
    hazard.refresh_from_db()
    assert hazard.status == "open"  # the refused attempt took the move back with it


def test_serious_hazards_put_right_on_the_spot_still_wait_for_the_manager(world):
    attempt = attempt_on(world, "major", on_the_spot=True)
    assert attempt.verdict == "pending"
    with pytest.raises(ValidationError):
        attempt.accept(by=world.inspector, on=TODAY)
    attempt.accept(by=world.manager, on=TODAY)
    assert attempt.hazard.status == "rectified"


def test_a_handed_over_hazard_closes_through_an_accepted_rectification(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号", on=TODAY)
    attempt = hazard.submit_rectification(by=world.firefighter, measures="已更换线路", on=TODAY)
    hazard.refresh_from_db()
    assert hazard.status == "handed_over"
    attempt.accept(by=world.manager, on=TODAY)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.rectified_on) == ("rectified", TODAY)


def test_a_handed_over_hazard_stays_so_when_the_attempt_is_rejected(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号", on=TODAY)
    attempt = hazard.submit_rectification(by=world.firefighter, measures="已更换线路", on=TODAY)
    attempt.reject(by=world.manager, deadline=LATER, comment="未更换", on=TODAY)
    hazard.refresh_from_db()
    assert hazard.status == "handed_over"


def test_a_hazard_sent_back_meanwhile_takes_the_attempt_as_an_open_one(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号", on=TODAY)
    seen_by_the_fire_officer = type(hazard).objects.get(pk=hazard.pk)
    hazard.reopen(by=world.manager, reason="退回", deadline=LATER, on=TODAY)
    seen_by_the_fire_officer.submit_rectification(by=world.firefighter, measures="已更换", on=TODAY)
    hazard.refresh_from_db()
    assert hazard.status == "submitted"


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_two_officers_accepting_at_once_make_one_verdict_and_one_refusal(world):
    pk = attempt_on(world).pk
    first, second = (
        lambda attempt=attempt, officer=officer: attempt.accept(by=officer, on=TODAY)
        for attempt, officer in [
            (Rectification.objects.get(pk=pk), world.manager),
            (Rectification.objects.get(pk=pk), world.administrator),
        ]
    )
    outcomes = at_once(first, second)
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    attempt = Rectification.objects.get(pk=pk)
    assert attempt.history.count() == 2
    assert attempt.reviewer == [world.manager, world.administrator][outcomes.index(None)]
    assert attempt.hazard.history.filter(status="rectified").count() == 1


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_accepting_and_rejecting_at_once_leave_hazard_and_attempt_agreed(world):
    pk = attempt_on(world).pk
    outcomes = at_once(
        lambda: Rectification.objects.get(pk=pk).accept(by=world.manager, on=TODAY),
        lambda: Rectification.objects.get(pk=pk).reject(by=world.administrator, deadline=LATER, comment="否", on=TODAY),
    )
    attempt = Rectification.objects.get(pk=pk)
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    assert (attempt.verdict, attempt.hazard.status) in {("accepted", "rectified"), ("rejected", "open")}
