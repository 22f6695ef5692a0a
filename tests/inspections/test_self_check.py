"""The verbs of an entity: handing in a self-check once, whole and in time, and saying how a hazard was put right."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from inspections.models import ChecklistVersion, Evidence, Hazard, Inspection, Rectification, SelfCheck, Verdict
from inspections.self_checks import (
    HANDED_IN_A_DAY,
    Shortcoming,
    compare_with_self_check,
    hand_in_rectification,
    hand_in_self_check,
    latest_self_check_answers,
    self_check_beside,
)
from inspections.workflow import SubmittedOtherwise
from tests.at_once import at_once, needs_waiting_writers
from tests.factories import make_hazard, make_inspection, make_photo, make_self_check, make_task, rectify
from tests.world import TODAY, read_world

WRONG = "XS-02"


def points(world, on=TODAY):
    version = ChecklistVersion.objects.for_visit("seller", on)
    return version, {item.code: item for item in version.items_on(on, "seller")}


def a_check(world, *, wrong=(), **changes):
    version, items = points(world)
    values = {
        "campaign": world.campaign, "entity": world.shop, "checked_on": TODAY, "answered_by": "店主",
        "phone": "13800000000", "answers": {code: "fail" if code in wrong else "pass" for code in items},
        "checklist_version": version, "client_uuid": uuid.uuid4(), "content_digest": "a" * 64, "by_link": True,
    }  # fmt: skip
    return SelfCheck(**values | changes)


def wrong_point(world, **changes):
    return Shortcoming(points(world)[1][WRONG], "未张贴告知", **changes)


def hand_in(world, check=None, shortcomings=(), **changes):
    check = check or a_check(world, **changes)
    return hand_in_self_check(check, shortcomings, by=world.inspector)


def test_a_self_check_is_written_in_the_name_of_who_issued_the_link(world):
    check, is_new = hand_in(world)
    check.refresh_from_db()
    assert is_new
    assert (check.created_by, check.unit, check.region) == (world.inspector, world.inspector.unit, world.county)
    assert check.by_link
    assert check.history.get().history_user == world.inspector


def test_the_receipt_number_names_the_day_and_can_not_be_guessed(world):
    numbers = {hand_in(world)[0].receipt_number for _time in range(HANDED_IN_A_DAY)}
    assert len(numbers) == HANDED_IN_A_DAY
    for number in numbers:
        day, suffix = number.split("-")
        assert day == "ZC20240902"
        assert len(suffix) == 6
        assert not set(suffix) & set("01IO")


def test_a_failed_point_becomes_a_hazard_with_the_points_severity_and_the_campaigns_deadline(world):
    item = points(world)[1][WRONG]
    check, _is_new = hand_in(world, wrong=[WRONG], shortcomings=[wrong_point(world, photos=[make_photo()])])
    hazard = Hazard.objects.get(self_check=check)
    assert (hazard.item, hazard.severity, hazard.category) == (item, item.severity, item.category or "other")
    assert (hazard.entity, hazard.found_on, hazard.status) == (world.shop, TODAY, "open")
    assert hazard.deadline == world.campaign.deadline(item.severity, TODAY)
    assert hazard.evidence.count() == 1


def test_what_was_put_right_waits_for_an_inspector(world):
    found = wrong_point(world, measures="已张贴", photos_after=[make_photo()])
    check, _is_new = hand_in(world, wrong=[WRONG], shortcomings=[found])
    attempt = Rectification.objects.get(hazard__self_check=check)
    assert (attempt.verdict, attempt.measures, attempt.submitted_on) == (Verdict.PENDING, "已张贴", TODAY)
    assert attempt.hazard.status == "submitted"
    assert attempt.evidence.count() == 1


def test_it_does_the_reminders_of_that_entity_and_campaign_alone(world):
    reminder = make_task(world, purpose="self_check")
    visit = make_task(world, purpose="inspect")
    elsewhere = make_task(world, purpose="self_check", entity=world.repair_shop)
    check, _is_new = hand_in(world)
    for task in (reminder, visit, elsewhere):
        task.refresh_from_db()
    assert (reminder.self_check, reminder.done_on) == (check, TODAY)
    assert visit.done_on is None
    assert elsewhere.done_on is None


def test_the_same_form_twice_makes_one_self_check(world):
    check = a_check(world, wrong=[WRONG])
    first, is_new = hand_in(world, check, [wrong_point(world)])
    again = a_check(world, wrong=[WRONG], client_uuid=check.client_uuid)
    second, is_new_again = hand_in(world, again, [wrong_point(world)])
    assert (is_new, is_new_again) == (True, False)
    assert second == first
    assert SelfCheck.objects.count() == Hazard.objects.count() == 1


def test_the_same_form_a_week_later_answers_the_first_even_when_the_days_limit_is_reached(world):
    check = a_check(world)
    for number in range(HANDED_IN_A_DAY):
        hand_in(world, check if number == 0 else None)
    again = a_check(world, client_uuid=check.client_uuid, checked_on=TODAY + timedelta(days=7))
    assert hand_in(world, again) == (SelfCheck.objects.get(client_uuid=check.client_uuid), False)


@pytest.mark.parametrize("change", ["content", "entity"])
def test_the_same_form_with_other_content_or_for_another_entity_writes_nothing(world, change):
    check = a_check(world)
    hand_in(world, check)
    changes = {"content_digest": "b" * 64} if change == "content" else {"entity": world.repair_shop}
    with pytest.raises(SubmittedOtherwise) as refused:
        hand_in(world, a_check(world, client_uuid=check.client_uuid, **changes))
    assert (refused.value.first is None) == (change == "entity")  # nothing is told about another's
    assert SelfCheck.objects.count() == 1


def test_an_entity_hands_in_three_a_day_and_the_office_types_in_what_it_has(world):
    for _time in range(HANDED_IN_A_DAY):
        hand_in(world)
    with pytest.raises(ValidationError, match="3"):
        hand_in(world)
    assert hand_in(world, by_link=False)[1]
    assert SelfCheck.objects.filter(by_link=True).count() == HANDED_IN_A_DAY


def test_when_one_part_is_refused_nothing_is_written_and_no_file_stays(world, monkeypatch):
    kept = set(default_storage.listdir("evidence")[1]) if default_storage.exists("evidence") else set()
    task = make_task(world, purpose="self_check")

    def refuse(*args, **kwargs):
        raise ValidationError("no")

    monkeypatch.setattr(type(task), "fulfil", refuse)
    found = wrong_point(world, photos=[make_photo()], measures="已张贴", photos_after=[make_photo()])
    with pytest.raises(ValidationError):
        hand_in(world, wrong=[WRONG], shortcomings=[found])
    assert not SelfCheck.objects.exists()
    assert not Hazard.objects.exists()
    assert not Evidence.objects.exists()
    assert set(default_storage.listdir("evidence")[1]) == kept


@pytest.mark.parametrize(
    "answers",
    [{}, {"XS-01": "pass"}, {"XX-01": "pass"}, {"XS-02": "unchecked"}],
    ids=["none", "some", "other", "unchecked"],
)
def test_every_point_of_the_day_is_answered_and_nothing_else(world, answers):
    check = a_check(world)
    check.answers = check.answers | answers if "XS-02" in answers or "XX-01" in answers else answers
    with pytest.raises(ValidationError):
        hand_in(world, check)
    assert not SelfCheck.objects.exists()


@pytest.mark.parametrize("status", ["draft", "closed"])
def test_a_campaign_that_is_not_on_takes_none(world, status):
    type(world.campaign).objects.update(status=status)
    world.campaign.refresh_from_db()
    with pytest.raises(ValidationError):
        hand_in(world)


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_the_same_moment_makes_one_self_check(world):
    client_uuid = uuid.uuid4()

    def send():
        here = read_world()
        hand_in(here, a_check(here, wrong=[WRONG], client_uuid=client_uuid), [wrong_point(here)])

    assert at_once(send, send, send) == [None, None, None]
    assert SelfCheck.objects.count() == Hazard.objects.count() == 1


@needs_waiting_writers
@pytest.mark.django_db(transaction=True)
def test_the_days_limit_holds_at_the_same_moment(world):
    outcomes = at_once(*[lambda: hand_in(read_world())] * (HANDED_IN_A_DAY + 2))
    assert sum(outcome is None for outcome in outcomes) == HANDED_IN_A_DAY
    assert SelfCheck.objects.count() == HANDED_IN_A_DAY


# How a hazard was put right


def put_right(world, hazard, **changes):
    values = {"measures": "已张贴", "name": "张三", "photos": [make_photo()]} | changes
    return hand_in_rectification(hazard, by=world.inspector, **values)


def test_the_entity_puts_a_hazard_right_under_its_own_name(world):
    attempt = put_right(world, make_hazard(world))
    assert attempt.measures.startswith("已张贴\n")
    assert "张三" in attempt.measures
    assert (attempt.created_by, attempt.verdict, attempt.evidence.count()) == (world.inspector, "pending", 1)
    assert attempt.hazard.status == "submitted"


def test_a_second_one_is_refused_while_the_first_waits(world):
    hazard = make_hazard(world)
    put_right(world, hazard)
    with pytest.raises(ValidationError):
        put_right(world, Hazard.objects.get(pk=hazard.pk))
    assert Rectification.objects.count() == Evidence.objects.count() == 1


def test_a_rejected_one_can_be_followed_by_another(world):
    hazard = make_hazard(world)
    put_right(world, hazard).reject(by=world.manager, deadline=date(2024, 9, 20), comment="仍未张贴", on=TODAY)
    assert put_right(world, Hazard.objects.get(pk=hazard.pk)).verdict == "pending"


@pytest.mark.parametrize("state", ["rectified", "handed_over", "ended"])
def test_what_is_settled_or_with_another_department_takes_none(world, state):
    hazard = make_hazard(world)
    if state == "rectified":
        rectify(world, hazard)
    elif state == "handed_over":
        hazard.hand_over(by=world.manager, department=world.fire, receipt="回执")
    else:
        hazard.end(by=world.manager, proof="注销")
    before = Rectification.objects.count()
    with pytest.raises(ValidationError):
        put_right(world, Hazard.objects.get(pk=hazard.pk))
    assert Rectification.objects.count() == before


# Beside an inspection


def test_a_visit_is_set_beside_the_last_self_check_before_it(world):
    make_self_check(world, number=1, checked_on=date(2024, 6, 3), answers={WRONG: "fail"})
    make_self_check(world, number=2, checked_on=TODAY, answers={WRONG: "pass"})
    make_self_check(world, number=3, checked_on=TODAY, entity=world.repair_shop, answers={WRONG: "na"})
    visit = make_inspection(world, inspected_on=date(2024, 7, 1))
    assert self_check_beside(visit) == {WRONG: "fail"}
    assert self_check_beside(make_inspection(world)) == {WRONG: "pass"}
    assert latest_self_check_answers(world.shop, world.campaign) == {WRONG: "pass"}


def test_without_a_self_check_before_it_there_is_nothing_beside(world):
    make_self_check(world, checked_on=TODAY)
    visit = make_inspection(world, inspected_on=date(2024, 7, 1))
    assert self_check_beside(visit) == {}
    assert compare_with_self_check(visit, world.inspector) is None
    assert latest_self_check_answers(world.repair_shop, world.campaign) == {}


def test_what_differs_is_told_and_what_was_not_checked_differs_from_nothing(world):
    codes = list(points(world)[1])
    make_self_check(world, answers=dict.fromkeys(codes, "pass"))
    found = dict.fromkeys(codes, "pass") | {codes[0]: "unchecked", codes[1]: "fail"}
    comparison = compare_with_self_check(make_inspection(world, answers=found), world.inspector)
    assert [pair.item.code for pair in comparison.pairs] == codes
    assert [pair.item.code for pair in comparison.differences] == [codes[1]]


def test_codes_that_only_one_of_them_knows_are_left_out(world):
    make_self_check(world, answers={"XX-99": "pass", WRONG: "strange"})
    assert compare_with_self_check(make_inspection(world), world.inspector) is None


def test_a_refused_visit_is_compared_with_nothing(world):
    make_self_check(world, answers={WRONG: "pass"})
    refused = make_inspection(world, outcome="refused")
    assert compare_with_self_check(Inspection.objects.get(pk=refused.pk), world.inspector) is None
