"""Hazards: deadlines, extensions, handing over, ending, withdrawing, opening again, counting."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inspections.models import ChecklistItem, ChecklistVersion, Hazard, Rectification
from tests.factories import make_entity, make_hazard, make_inspection, make_lead, make_self_check, rectify
from tests.world import TODAY

LATER = date(2024, 10, 8)


def test_entity_campaign_and_region_come_from_the_source(world):
    for source in ({"self_check": make_self_check(world)}, {"lead": make_lead(world)}):
        hazard = make_hazard(world, **source)
        assert (hazard.entity, hazard.campaign, hazard.region) == (world.shop, world.campaign, world.county)


def test_a_hazard_is_overdue_from_the_day_after_its_deadline(world):
    hazard = make_hazard(world)
    assert not hazard.is_overdue(on=date(2024, 9, 24)) and hazard.is_overdue(on=date(2024, 9, 25))
    assert not Hazard.objects.overdue(on=date(2024, 9, 24)).exists()
    assert Hazard.objects.overdue(on=date(2024, 9, 25)).get() == hazard


@pytest.mark.parametrize("leave", ["hand_over", "end", "withdraw", "rectify"])
def test_what_is_no_longer_pending_is_never_overdue(world, leave):
    hazard = make_hazard(world)
    {
        "hand_over": lambda: hazard.hand_over(by=world.manager, department=world.fire, receipt="回执"),
        "end": lambda: hazard.end(by=world.manager, proof="注销通知"),
        "withdraw": lambda: hazard.withdraw(by=world.manager, reason="误录"),
        "rectify": lambda: rectify(world, hazard),
    }[leave]()
    hazard.refresh_from_db()
    assert not hazard.is_overdue(on=date(2025, 1, 1))
    assert not Hazard.objects.overdue(on=date(2025, 1, 1)).exists()


def test_an_extension_gives_more_time_with_a_reason(world):
    hazard = make_hazard(world)
    hazard.extend(by=world.manager, deadline=LATER, reason="等待配件")
    hazard.refresh_from_db()
    assert (hazard.deadline, hazard.status) == (LATER, "open")
    assert hazard.history.first().history_change_reason == "等待配件"
    assert hazard.history.last().deadline == date(2024, 9, 24)


@pytest.mark.parametrize(
    ("deadline", "reason", "field"),
    [(LATER, " ", "reason"), (date(2024, 9, 24), "等待配件", "deadline"), (date(2024, 9, 20), "等待配件", "deadline")],
)
def test_an_extension_without_reason_or_time_is_refused(world, deadline, reason, field):
    hazard = make_hazard(world)
    with pytest.raises(ValidationError) as refused:
        hazard.extend(by=world.manager, deadline=deadline, reason=reason)
    assert field in refused.value.message_dict
    hazard.refresh_from_db()
    assert hazard.version == 1


def test_handing_over_names_the_department_and_its_receipt(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.inspector, department=world.fire, receipt=" 回执1号 ", on=TODAY)
    hazard.refresh_from_db()
    assert (hazard.responsible_department, hazard.closing_note) == (world.fire, "回执1号")


@pytest.mark.parametrize(
    "leave",
    [
        lambda h, w: h.hand_over(by=w.manager, department=w.fire, receipt=""),
        lambda h, w: h.end(by=w.manager, proof=" "),
        lambda h, w: h.withdraw(by=w.manager, reason=""),
        lambda h, w: h.reopen(by=w.manager, reason=" ", deadline=LATER),
    ],
    ids=["hand_over", "end", "withdraw", "reopen"],
)
def test_leaving_the_list_says_why(world, leave):
    hazard = make_hazard(world)
    with pytest.raises(ValidationError):
        leave(hazard, world)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.version) == ("open", 1)


@pytest.mark.parametrize("who", ["inspector", "firefighter", "clerk", "leader", "discipline"])
def test_only_a_manager_ends_withdraws_or_opens_again(world, who):
    hazard = make_hazard(world)
    for leave in (
        lambda: hazard.end(by=getattr(world, who), proof="注销通知"),
        lambda: hazard.withdraw(by=getattr(world, who), reason="误录"),
        lambda: hazard.reopen(by=getattr(world, who), reason="抽查", deadline=LATER),
    ):
        with translation.override("en"), pytest.raises(ValidationError, match="Only a manager may end, withdraw"):
            leave()


def test_a_withdrawn_hazard_counts_nowhere_and_an_ended_one_stays_found(world):
    withdrawn, ended = make_hazard(world), make_hazard(world)
    withdrawn.withdraw(by=world.manager, reason="误录")
    ended.end(by=world.manager, proof="注销通知")
    assert list(Hazard.objects.counted()) == [ended]
    assert not Hazard.objects.counted().rectified().exists()


def test_hazards_of_voided_visits_do_not_count(world):
    voided, counted = make_inspection(world), make_inspection(world)
    for inspection in (voided, counted):
        make_hazard(world, inspection=inspection)
    voided.void(by=world.manager, reason="重复录入")
    assert [hazard.inspection for hazard in Hazard.objects.counted()] == [counted]
    assert Hazard.objects.pending().count() == 1


def test_a_spot_recheck_opens_a_rectified_hazard_again(world):
    hazard = make_hazard(world)
    rectify(world, hazard)
    hazard.reopen(by=world.manager, reason="抽查发现未整改", deadline=LATER, on=TODAY)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.deadline, hazard.rectified_on, hazard.accepted_rectification) == (
        "open", LATER, None, None,
    )  # fmt: skip
    rectify(world, hazard)
    assert hazard.status == "rectified"


def test_another_department_may_send_a_hazard_back(world):
    hazard = make_hazard(world)
    hazard.hand_over(by=world.manager, department=world.fire, receipt="回执1号")
    hazard.reopen(by=world.manager, reason="不属消防职责", deadline=LATER)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.closing_note) == ("open", "")


def test_a_hazard_with_an_attempt_that_waits_is_judged_not_reopened(world):
    hazard = make_hazard(world)
    hazard.submit_rectification(by=world.inspector, measures="已张贴", on=TODAY)
    with translation.override("en"), pytest.raises(ValidationError, match="waits for its verdict"):
        hazard.reopen(by=world.manager, reason="重来", deadline=LATER)


def test_a_new_deadline_is_not_in_the_past(world):
    hazard = make_hazard(world)
    rectify(world, hazard)
    with translation.override("en"), pytest.raises(ValidationError, match="choose a later day"):
        hazard.reopen(by=world.manager, reason="抽查发现未整改", deadline=date(2024, 9, 1), on=TODAY)


# What fails again

AUGUST = date(2024, 8, 1)


def failing(world, item, day, **changes):
    """A hazard found on that day at that point of the checklist."""
    visit = make_inspection(world, inspected_on=day, entity=changes.pop("entity", None))
    return make_hazard(world, inspection=visit, item=item, **changes)


@pytest.fixture
def items(world):
    return list(make_inspection(world).checklist_version.items.order_by("pk")[:2])


@pytest.mark.parametrize("then", ["open", "submitted", "rectified"])
def test_what_fails_again_repeats_the_last_one_of_that_point(world, items, then):
    failing(world, items[0], date(2024, 7, 1))
    last = failing(world, items[0], AUGUST)
    failing(world, items[1], date(2024, 8, 15))
    if then == "submitted":
        last.submit_rectification(by=world.inspector, measures="已张贴", on=TODAY)
    if then == "rectified":
        rectify(world, last)
    assert failing(world, items[0], TODAY).repeats == last


@pytest.mark.parametrize("leave", ["hand_over", "end", "withdraw", "void"])
def test_what_is_no_longer_ours_or_never_counted_is_not_repeated(world, items, leave):
    earlier = failing(world, items[0], AUGUST)
    {
        "hand_over": lambda: earlier.hand_over(by=world.manager, department=world.fire, receipt="回执"),
        "end": lambda: earlier.end(by=world.manager, proof="注销通知"),
        "withdraw": lambda: earlier.withdraw(by=world.manager, reason="误录"),
        "void": lambda: earlier.inspection.void(by=world.manager, reason="重复录入"),
    }[leave]()
    assert failing(world, items[0], TODAY).repeats is None


def test_a_visit_that_arrives_late_repeats_nothing_that_was_found_after_it(world, items):
    failing(world, items[0], TODAY)
    assert failing(world, items[0], AUGUST).repeats is None


def test_two_visits_of_one_day_find_the_same_not_again(world, items):
    failing(world, items[0], TODAY)
    assert failing(world, items[0], TODAY).repeats is None


def test_the_neighbours_failing_point_is_not_repeated_but_that_of_a_merged_duplicate_is(world, items):
    duplicate = make_entity(world, 7)
    known = failing(world, items[0], AUGUST, entity=duplicate)
    assert failing(world, items[0], date(2024, 8, 20)).repeats is None
    duplicate.merge_into(world.shop, by=world.administrator)
    again = failing(world, items[0], TODAY)
    assert again.repeats.found_on == date(2024, 8, 20)
    assert list(Hazard.objects.found_before(again))[-1] == known


def test_the_same_point_in_a_new_version_of_the_checklist_is_the_same_point(world, items):
    first = items[0]
    earlier = failing(world, first, AUGUST)
    version = ChecklistVersion.objects.create(checklist=first.version.checklist, number=9, in_force_from=TODAY)
    renewed = ChecklistItem.objects.get(pk=first.pk)
    renewed.pk, renewed._state.adding, renewed.version = None, True, version
    renewed.save()
    assert failing(world, renewed, TODAY).repeats == earlier


def test_what_a_self_check_declares_repeats_nothing_by_itself(world, items):
    failing(world, items[0], date(2024, 5, 20))
    assert make_hazard(world, self_check=make_self_check(world), item=items[0]).repeats is None


def test_selections_by_source_and_category(world):
    inspection, self_check = make_inspection(world), make_self_check(world)
    found = make_hazard(world, inspection=inspection, category="illegal_modification")
    declared = make_hazard(world, self_check=self_check)
    assert list(Hazard.objects.from_inspections([inspection])) == [found]
    assert list(Hazard.objects.from_self_checks([self_check])) == [declared]
    assert list(Hazard.objects.illegal_modification()) == [found]


def test_a_hazard_belongs_to_the_entity_of_its_source(world):
    visit = make_inspection(world)
    with translation.override("en"), pytest.raises(ValidationError, match="belongs to the entity of its source"):
        make_hazard(world, inspection=visit, entity=world.repair_shop)
    assert not Hazard.objects.exists()


@pytest.mark.parametrize("state", ["draft", "voided"])
def test_no_hazard_is_added_to_a_visit_that_does_not_count(world, state):
    visit = make_inspection(world, submitted=state != "draft")
    if state == "voided":
        visit.void(by=world.manager, reason="重复录入")
    with pytest.raises(ValidationError):
        make_hazard(world, inspection=visit)
    assert not Hazard.objects.exists()


def test_a_hazard_of_a_voided_visit_moves_no_more(world):
    visit = make_inspection(world)
    hazard = make_hazard(world, inspection=visit)
    attempt = hazard.submit_rectification(by=world.inspector, measures="已张贴", on=world.today)
    visit.void(by=world.manager, reason="重复录入")
    attempt = Rectification.objects.get(pk=attempt.pk)
    with pytest.raises(ValidationError):
        attempt.accept(by=world.manager, on=world.today)
    hazard.refresh_from_db()
    attempt.refresh_from_db()
    assert (hazard.status, attempt.verdict) == ("submitted", "pending")


@pytest.mark.parametrize(("places", "fits"), [(32767, True), (32768, False), (10**12, False)])
def test_a_hazard_is_in_as_many_places_as_every_database_holds(world, places, fits):
    hazard = make_hazard(world)
    hazard.places = places
    if fits:
        hazard.full_clean()
    else:
        with pytest.raises(ValidationError) as refused:
            hazard.full_clean()
        assert "places" in refused.value.error_dict
