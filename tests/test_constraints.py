"""Every named constraint twice: the message before the write, and the database's own refusal of a write around the model."""

from datetime import date, time, timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation

from entities.models import ApiToken, Grant, KnownPlace, Officer, Region
from inspections.models import (
    BulkChange,
    BulkRow,
    Campaign,
    ChecklistItem,
    ChecklistVersion,
    DeadlineRule,
    Digest,
    NumberBlock,
)
from reports.models import ApiAnswer, Cell, ChosenIndicator, Job, OwnIndicator, RankingRule, SavedFilter
from tests.factories import (
    make_assignment,
    make_batch,
    make_case,
    make_cause,
    make_certificate,
    make_deadline,
    make_disposal,
    make_duty,
    make_entity,
    make_evidence,
    make_handover,
    make_hazard,
    make_inspection,
    make_interview,
    make_interviewed_entity,
    make_joint_team,
    make_lead,
    make_listing,
    make_operation,
    make_order,
    make_penalty,
    make_publicity,
    make_recall,
    make_rectification,
    make_return,
    make_sampling_plan,
    make_seized_item,
    make_seizure,
    make_self_check,
    make_suspension,
    make_task,
    make_training,
    rectify,
)
from tests.office import (
    make_bulletin,
    make_bulletin_version,
    make_form_binding,
    make_import,
    make_imported_row,
    make_round,
    make_round_report,
    make_snapshot,
    make_snapshot_line,
    make_superior_form,
)
from tests.world import TODAY

YESTERDAY = TODAY - timedelta(days=1)


def a_new_region(world):
    return Region.objects.create(code="431104", name="测试区", level="county", parent_id="4311")


def a_rectified_hazard(world):
    hazard = make_hazard(world)
    rectify(world, hazard)
    return hazard


def a_failed_batch(world):
    batch = make_batch(world)
    batch.record_result(by=world.manager, passed=False, failed_items="尺寸限值", on=TODAY)
    return batch


def a_first_version(world):
    return ChecklistVersion.objects.order_by("pk").first()


def a_second_version(world):
    first = a_first_version(world)
    return ChecklistVersion.objects.create(checklist=first.checklist, number=2, in_force_from=TODAY)


def a_second_interviewed(world):
    first = make_interviewed_entity(world)
    return make_interviewed_entity(world, interview=first.interview, entity=world.repair_shop)


def a_second(make, **changes):
    """A maker of a record beside a first one of its kind."""

    def make_both(world):
        make(world)
        return make(world, **changes)

    return make_both


def two_numbered(make, field="number"):
    """A maker of two records that carry a document number; the second is returned, and the number of the first breaks it."""

    def make_both(world):
        make(world, **{field: "1号"})
        return make(world, **{field: "2号"})

    return make_both, {field: "1号"}


def a_block(world, first=10):
    """A block of numbers as an administrator reserves it."""
    block = NumberBlock(unit=world.inspector.unit, series="order", year=2024, pattern="{number}号", first=first)
    block.last = first + 9
    block.full_clean()
    block.save()
    return block


def a_second_block(world):
    a_block(world)
    return a_block(world, first=30)


def a_cell(world, **changes):
    values = {"campaign": world.campaign, "place": "431102", "own": True, "month": TODAY, "figures": {"cases_all": 1}}
    return Cell.objects.create(**values | changes)


def a_rule(world, **changes):
    values = {"kind": "filing", "days": 15, "in_force_from": date(2024, 1, 1)} | changes
    return DeadlineRule.objects.create(**values)


def a_closed_lead(world):
    lead = make_lead(world)
    lead.find_unfounded(by=world.manager, reason="查无实据", on=TODAY)
    return lead


def own_indicator(world, key="own-nights"):
    return OwnIndicator.objects.create(campaign=world.campaign, key=key, name="夜间检查", unit="次")


def bulk_row(world, number=1):
    change = BulkChange.objects.first() or BulkChange.objects.create(label="批量", by=world.clerk, count=1)
    kind = ContentType.objects.get_for_model(Campaign)
    return BulkRow.objects.create(change=change, content_type=kind, object_id=number, version_after=1)


def saved_filter(world, name="甲"):
    return SavedFilter.objects.create(officer=world.clerk, ledger="hazard", name=name)


def ranking_rule(world, **changes):
    return RankingRule.objects.create(**{"campaign": world.campaign, "key": "visits_all"} | changes)


def chosen_indicator(world, key="visits_all"):
    return ChosenIndicator.objects.create(campaign=world.campaign, key=key, chapter="enterprises")


def a_job(world):
    return Job.objects.create(kind="ledger_export", label="导出", by=world.clerk, language="zh-hans", rights="0" * 64)


def two_digests(world):
    Digest.objects.create(officer=world.inspector, day=TODAY)
    return Digest.objects.create(officer=world.inspector, day=YESTERDAY)


def two_deadlines(world):
    first = make_deadline(world)
    return make_deadline(world, owner=first.owner, kind="filing")


def two_suspensions(world):
    first = make_suspension(world)
    return make_suspension(world, deadline=first.deadline, ended_on=TODAY)


# constraint: (the record to break, the values that break it). Values may ask for the world.
def known_place(world, **changes):
    return KnownPlace.objects.create(**{"officer": world.clerk, "address": "192.0.2.1"} | changes)


def api_answer(world, **changes):
    values = {
        "officer": world.clerk,
        "key": "a",
        "asked": "0" * 64,
        "status": 201,
        "headers": {"ETag": "1"},
        "body": "{}",
    }
    return ApiAnswer.objects.create(**values | changes)


BREAKERS = {
    "officer_certificate_number_once": (lambda w: w.second, {"certificate_number": "LL-001"}),
    "grant_ends_after_it_starts": (
        lambda w: Grant.objects.first(),
        {"starts_on": date(2024, 5, 2), "ends_on": date(2024, 5, 1)},
    ),
    "region_code_is_digits": (a_new_region, {"code": "43-11"}),
    "region_tile_is_free": (a_new_region, {"tile_row": 1, "tile_column": 1}),
    "entity_credit_code_once_per_address": (
        make_entity,
        lambda w: {"credit_code": w.shop.credit_code, "address": w.shop.address},
    ),
    "entity_credit_code_form": (make_entity, {"credit_code": "I" * 18}),
    "entity_identified_as_it_says": (make_entity, {"identity_kind": "old_licence"}),
    "entity_state_has_its_date": (make_entity, {"state": "closed"}),
    "campaign_ends_after_it_starts": (lambda w: w.campaign, {"ends_on": date(2024, 4, 30)}),
    "campaign_deadlines_are_positive": (lambda w: w.campaign, {"major_days": 0}),
    "checklist_version_number_once": (a_second_version, {"number": 1}),
    "checklist_version_ends_after_it_starts": (a_first_version, {"in_force_to": date(2023, 12, 31)}),
    "checklist_item_code_once": (lambda w: ChecklistItem.objects.get(code="XS-02"), {"code": "XS-01"}),
    "inspection_has_two_certified_officers": (make_inspection, {"certified_officers": 1}),
    "inspection_void_iff_reason": (make_inspection, {"status": "voided"}),
    "inspection_submitted_at_iff_submitted": (make_inspection, {"submitted_at": None}),
    "inspection_ends_after_it_starts": (make_inspection, {"started_at": time(10), "ended_at": time(9, 59)}),
    "inspection_without_visit_has_no_answers": (make_inspection, {"outcome": "refused"}),
    "hazard_has_one_source": (make_hazard, lambda w: {"lead": make_lead(w)}),
    "hazard_deadline_not_before_found": (make_hazard, {"deadline": YESTERDAY}),
    "hazard_rectified_on_iff_rectified": (make_hazard, {"rectified_on": TODAY}),
    "hazard_rectified_not_before_found": (a_rectified_hazard, {"rectified_on": YESTERDAY}),
    "hazard_rectified_through_acceptance": (make_hazard, {"status": "rectified", "rectified_on": TODAY}),
    "hazard_closed_with_note": (make_hazard, {"status": "ended"}),
    "hazard_places_positive": (make_hazard, {"places": 0}),
    "rectification_one_pending_per_hazard": (
        lambda w: rectify(w, make_hazard(w)),
        lambda w: {
            "hazard": make_rectification(w).hazard, "verdict": "pending", "reviewer": None, "reviewed_on": None,
        },
    ),
    "rectification_reviewed_iff_verdict": (make_rectification, {"verdict": "accepted"}),
    "rectification_reviewed_not_before_submitted": (
        lambda w: rectify(w, make_hazard(w)),
        {"reviewed_on": YESTERDAY},
    ),
    "rectification_rejected_with_comment": (lambda w: rectify(w, make_hazard(w)), {"verdict": "rejected"}),
    "interviewed_entity_once_per_session": (a_second_interviewed, lambda w: {"entity": w.shop}),
    "order_number_once_per_unit": (a_second(make_order, number="2"), {"number": "零市监责改〔2024〕1号"}),
    "inspection_refusal_to_sign_is_explained": (make_inspection, {"signing": "refused"}),
    "inspection_record_number_once_per_unit": two_numbered(make_inspection, "record_number"),
    "interview_number_once_per_unit": two_numbered(make_interview),
    "seizure_number_once_per_unit": two_numbered(make_seizure),
    "number_block_is_in_order": (a_block, {"last": 9}),
    "number_block_begins_once": (a_second_block, {"first": 10, "pattern": "其他{number}号"}),
    "order_due_not_before_issued": (make_order, {"due_on": YESTERDAY}),
    "cause_code_begins_once": (
        a_second(make_cause, in_force_from=TODAY), {"in_force_from": date(2018, 12, 29)},
    ),
    "cause_ends_after_it_begins": (make_cause, {"in_force_to": date(2018, 12, 28)}),
    "case_proposed_after_the_act": (lambda w: make_case(w, on=YESTERDAY), {"acted_on": TODAY}),
    "case_suspects_are_with_the_police": (make_case, {"suspects": 1}),
    "case_abnormal_is_an_entity": (
        lambda w: make_case(w, person_name="张三", region=w.county), {"abnormal_on": TODAY},
    ),
    "case_workshop_value_of_a_workshop": (make_case, {"workshop_value": 1}),
    "lead_closed_on_iff_closed": (make_lead, {"closed_on": TODAY}),
    "lead_closed_not_before_received": (a_closed_lead, {"closed_on": YESTERDAY}),
    "lead_passed_on_names_receiver": (a_closed_lead, {"passed_to": "消防救援大队"}),
    "disposal_quantity_positive": (make_disposal, {"quantity": 0}),
    "sampling_plan_has_batches": (make_sampling_plan, {"planned": 0}),
    "sampling_plan_ends_after_it_starts": (make_sampling_plan, {"ends_on": YESTERDAY}),
    "handover_acknowledged_with_receipt": (make_handover, {"acknowledged_on": TODAY}),
    "handover_acknowledged_after_handing_over": (make_handover, {"acknowledged_on": YESTERDAY, "receipt": "1号"}),
    "assignment_due_not_before_given": (make_assignment, {"due_on": YESTERDAY}),
    "assignment_done_with_its_day": (make_assignment, {"done_on": TODAY}),
    "duty_appointment_names_person": (make_duty, {"person": ""}),
    "duty_ends_after_it_begins": (make_duty, {"ended_on": YESTERDAY}),
    "listing_removed_iff_status": (make_listing, {"status": "removed"}),
    "certificate_number_once": (a_second(make_certificate, number="2"), {"number": "2024010101000001"}),
    "certificate_expires_after_issue": (make_certificate, {"expires_on": date(2024, 5, 5)}),
    "recall_has_items": (make_recall, {"items": 0}),
    "return_period_in_order": (make_return, {"since": date(2024, 9, 1)}),
    "return_quantity_not_negative": (make_return, {"quantity": -1}),
    "return_checked_by_somebody": (make_return, {"status": "checked"}),
    "cell_once": (a_second(a_cell, place="431103"), {"place": "431102"}),
    "return_once": (a_second(make_return, until=date(2024, 8, 30)), {"until": date(2024, 8, 31)}),
    "own_indicator_key_once": (a_second(own_indicator, key="own-days"), {"key": "own-nights"}),
    "superior_form_sha256_form": (make_superior_form, {"sha256": "A" * 64}),
    "form_binding_cell_once": (a_second(make_form_binding, cell="B3"), {"cell": "B4"}),
    "form_binding_figure_names_indicator": (make_form_binding, {"indicator": ""}),
    "form_binding_one_place": (make_form_binding, lambda w: {"of_unit": w.manager.unit}),
    "snapshot_signed_by_somebody": (make_snapshot, {"signed_on": TODAY}),
    "snapshot_line_once": (make_snapshot_line, {"own": False}),
    "import_applied_at_some_time": (make_import, {"status": "applied"}),
    "imported_row_once": (a_second(make_imported_row, number=3), {"number": 2}),
    "imported_change_has_version_before": (make_imported_row, {"outcome": "changed"}),
    "bulletin_number_once": (a_second(make_bulletin), {"number": 1}),
    "bulletin_number_positive": (make_bulletin, {"number": 0}),
    "bulletin_period_in_order": (make_bulletin, {"until": date(2024, 4, 1)}),
    "bulletin_as_of_after_period": (make_bulletin, {"as_of": YESTERDAY}),
    "bulletin_version_once": (make_bulletin_version, {"number": 1}),
    "ranking_rule_once": (a_second(ranking_rule, key="cases_all"), {"key": "visits_all"}),
    "ranking_rule_weight": (ranking_rule, {"weight": 101}),
    "known_place_once": (a_second(known_place, address="192.0.2.2"), {"address": "192.0.2.1"}),
    "token_expires_after_it_is_made": (
        lambda w: ApiToken.issue(w.clerk, name="x", scopes=["read"], days=1)[0],
        {"expires_at": timezone.now() - timedelta(days=1)},
    ),
    "api_answer_once": (a_second(api_answer, key="b"), {"key": "a"}),
    "saved_filter_name_once": (a_second(saved_filter, name="乙"), {"name": "甲"}),
    "bulk_row_once": (a_second(bulk_row, number=2), {"object_id": 1}),
    "round_once": (
        a_second(make_round, since=TODAY - timedelta(days=13), until=TODAY - timedelta(days=7)),
        {"since": TODAY - timedelta(days=6), "until": TODAY},
    ),
    "round_period_in_order": (make_round, {"until": date(2024, 8, 1)}),
    "round_report_once": (make_round_report, lambda w: {"unit": w.stranger.unit}),
    "round_report_approved_with_figures": (make_round_report, {"status": "approved"}),
    "chosen_indicator_once": (a_second(chosen_indicator, key="cases_all"), {"key": "visits_all"}),
    "job_ended_at_some_time": (a_job, {"status": "done"}),
    "job_done_within_total": (a_job, {"done": 1}),
    "deadline_rule_has_days": (a_rule, {"days": 0}),
    "deadline_rule_ends_after_it_begins": (a_rule, {"in_force_to": date(2023, 12, 31)}),
    "deadline_rule_begins_once": (a_second(a_rule, in_force_from=TODAY), {"in_force_from": date(2024, 1, 1)}),
    "deadline_runs_once": (two_deadlines, {"kind": "decision"}),
    "deadline_due_after_it_begins": (make_deadline, {"due_on": TODAY}),
    "deadline_met_or_dropped": (make_deadline, {"met_on": TODAY, "dropped_on": TODAY}),
    "deadline_extended_within_limit": (make_deadline, {"extended_by": 31}),
    "suspension_ends_after_it_begins": (make_suspension, {"ended_on": YESTERDAY}),
    "suspension_open_once": (two_suspensions, {"ended_on": None}),
    "digest_once_a_day": (two_digests, {"day": TODAY}),
    "case_against_entity_or_person": (make_case, {"person_name": "张三"}),
    "case_origin_names_its_record": (make_case, {"came_from": "lead"}),
    "case_dates_follow_each_other": (
        lambda w: make_case(w, status="decided"),
        {"decided_on": YESTERDAY},
    ),
    "case_status_has_its_dates": (make_case, {"status": "filed"}),
    "case_number_once_per_unit": (
        lambda w: (make_case(w, status="filed"), make_case(w, status="filed", number="2"))[1],
        {"number": "零市监立〔2024〕1号"},
    ),
    "penalty_fine_is_positive": (make_penalty, {"amount": 0}),
    "penalty_goods_have_quantity": (make_penalty, {"kind": "goods", "amount": None, "quantity": 0}),
    "penalty_amounts_fit_kind": (make_penalty, {"kind": "warning"}),
    "seizure_from_entity_or_person": (make_seizure, {"entity": None}),
    "seized_item_quantity_positive": (make_seized_item, {"quantity": 0}),
    "seized_item_adds_up": (make_seized_item, {"released": 3, "confiscated": 3}),
    "evidence_sha256_form": (make_evidence, {"sha256": "A" * 64}),
    "evidence_original_sha256_form": (make_evidence, {"original_sha256": "A" * 64}),
    "batch_number_once": (a_second(make_batch, number="2"), {"number": "CJ-2024-001"}),
    "batch_result_not_before_sampled": (a_failed_batch, {"result_on": YESTERDAY}),
    "batch_transfer_names_its_region": (a_failed_batch, {"transferred_on": TODAY}),
    "batch_failed_names_items": (make_batch, {"status": "failed"}),
    "task_done_by_one_record": (make_task, {"done_on": TODAY}),
    "task_withdrawn_with_reason": (make_task, {"withdrawn_on": TODAY}),
    "task_reinspects_its_hazard": (make_task, {"purpose": "reinspect"}),
    "operation_ends_after_it_starts": (make_operation, {"ends_on": YESTERDAY}),
    "joint_team_name_once": (a_second(make_joint_team, name="第二组"), {"name": "第一联合检查组"}),
    "training_has_participants": (make_training, {"directors": 0}),
    "publicity_quantity_positive": (make_publicity, {"quantity": 0}),
    "listing_url_once": (
        a_second(make_listing, url="https://shop.invalid/2"),
        {"url": "https://shop.invalid/1"},
    ),
}  # fmt: skip

# Where the field's own check speaks first, or Django's sentence about uniqueness is the message.
OTHER_MESSAGES = {
    "entity_credit_code_form": "The credit code's check character is wrong: compare it with the licence.",
    "checklist_version_number_once": "Checklist version with this Checklist and Version already exists.",
    "cell_once": "Cell with this Campaign, Own, Place and Month already exists.",
    "digest_once_a_day": "Daily digest with this Officer and Day already exists.",
    "checklist_item_code_once": "Checklist item with this Version and Code already exists.",
}

CONSTRAINTS = {
    constraint.name: (model, constraint)
    for label in ("entities", "inspections", "reports")
    for model in apps.get_app_config(label).get_models()
    for constraint in model._meta.constraints
}


def broken(name, world):
    """A good record, and the values that would break the constraint."""
    make, changes = BREAKERS[name]
    record = make(world)
    return record, changes(world) if callable(changes) else changes


def test_every_constraint_has_a_breaker_and_every_breaker_a_constraint():
    assert set(BREAKERS) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_message_says_what_is_wrong_before_anything_is_written(world, name):
    record, changes = broken(name, world)
    record.full_clean(exclude=["password"] if isinstance(record, Officer) else None)  # it was good before
    for field, value in changes.items():
        setattr(record, field, value)
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            record.full_clean(exclude=["password"] if isinstance(record, Officer) else None)
        expected = OTHER_MESSAGES.get(name) or str(CONSTRAINTS[name][1].violation_error_message)
        assert expected in refused.value.messages


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_a_write_around_the_model(world, name):
    model, constraint = CONSTRAINTS[name]
    record, changes = broken(name, world)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model._base_manager.filter(pk=record.pk).update(**changes)
    if isinstance(constraint, models.CheckConstraint):
        assert name in str(refused.value)
    else:
        assert "unique" in str(refused.value).lower()


def test_the_same_credit_code_may_stand_at_two_addresses(world):
    other = make_entity(world, credit_code=world.shop.credit_code)
    assert other.address != world.shop.address


def test_entities_without_a_credit_code_do_not_collide(world):
    for number in (1, 2):
        make_entity(world, number, credit_code="", identity_kind="convenience_trade", address="同一地址")


def test_cases_without_a_number_do_not_collide(world):
    make_case(world)
    make_case(world)


def test_a_hazard_may_come_from_each_single_source(world):
    make_hazard(world)
    make_hazard(world, self_check=make_self_check(world))
    make_hazard(world, lead=make_lead(world))


def test_officers_without_a_certificate_do_not_collide(world):
    assert world.clerk.certificate_number == world.trainee.certificate_number == ""


def test_a_session_may_be_held_with_many_entities(world):
    session = make_interview(world)
    make_interviewed_entity(world, interview=session)
    make_interviewed_entity(world, interview=session, entity=world.repair_shop)
    assert session.interviewed.count() == 2


def test_a_campaign_of_one_day_is_possible(world):
    Campaign(code="ONE", name="一日行动", region=world.city, starts_on=TODAY, ends_on=TODAY).full_clean()
