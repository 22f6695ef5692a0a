"""How cases went on step by step, what became of seized things and of leads, and the numbers that counties hold."""

import copy
import random
from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from inspections.demo.ledger import TODAY
from inspections.models import (
    Case,
    CaseStatus,
    CaseStep,
    Disposal,
    Lead,
    LeadStatus,
    NumberBlock,
    Penalty,
    SeizedItem,
    StepKind,
)

LISTED_AS_ABNORMAL = 4
# How far between the beginning of an investigation and its decision each of these steps lies, in hundredths.
ON_THE_WAY = {StepKind.INVESTIGATION_CLOSED: 50, StepKind.LEGAL_REVIEW: 65, StepKind.NOTICE: 80}
NOTES = {
    StepKind.FILED: "", StepKind.NOT_FILED: "违法行为轻微并及时改正（示例）", StepKind.INVESTIGATING: "现场检查、询问当事人（示例）",
    StepKind.INVESTIGATION_CLOSED: "调查终结报告（示例）", StepKind.LEGAL_REVIEW: "审核同意（示例）",
    StepKind.NOTICE: "当事人未陈述申辩（示例）", StepKind.DECIDED: "", StepKind.SERVED: "直接送达（示例）",
    StepKind.PAID: "缴入财政专户（示例）", StepKind.CLOSED: "执行完毕（示例）", StepKind.POLICE: "涉嫌犯罪，随案移送（示例）",
    StepKind.REVOKED: "违法事实不能成立（示例）", StepKind.ABNORMAL: "通过登记的住所无法联系（示例）",
}  # fmt: skip
LOOKED_INTO, FILED = "已到现场核查，督促整改（示例）", "核查属实，已立案查处（示例）"
NOTHING_FOUND, GIVEN_AWAY = "现场核查未发现所反映的问题（示例）", "消防救援大队（示例）"


def load_casework(ledger, people):
    """All of it, by a chance of its own, so that the other parts stay as they are."""
    own = copy.copy(ledger)
    own.chance = random.Random(20250119)
    _load_steps(own)
    _load_disposals(own)
    _close_leads(own)
    for code in ("431102", "431103"):
        _reserve_numbers(people.units[code])


def _load_steps(ledger):
    """The steps that the verbs would have written, each entered with the change of its case."""
    moved = defaultdict(dict)
    for pk, status, at in Case.history.order_by("history_date").values_list("id", "status", "history_date"):
        moved[pk].setdefault(status, at)
    paid = defaultdict(list)
    for penalty in Penalty.objects.exclude(paid_on=None).order_by("pk"):
        paid[penalty.case_id].append(penalty)
    steps = []
    cases = list(Case.objects.select_related("created_by", "changed_by").order_by("pk"))
    for case in cases:
        for status, at in moved[case.pk].items():
            if status != CaseStatus.PROPOSED:
                steps.append(_step(ledger, case, status, timezone.localdate(at), by=case.changed_by, at=at))
        if case.decided_on:
            began_on = timezone.localdate(moved[case.pk][CaseStatus.INVESTIGATING])
            for kind, share in ON_THE_WAY.items():
                day = ledger.open_from(began_on + timedelta(days=(case.decided_on - began_on).days * share // 100))
                steps.append(_step(ledger, case, kind, min(day, case.decided_on), by=case.created_by))
            steps.append(_step(ledger, case, StepKind.SERVED, case.decided_on, by=case.created_by))
        steps += [_step(ledger, case, StepKind.PAID, p.paid_on, by=case.created_by) for p in paid[case.pk]]
    listed = [case for case in cases if case.closed_on and case.entity_id][:LISTED_AS_ABNORMAL]
    for case in listed:
        case.abnormal_on = case.closed_on
    ledger.rewrite(listed, ["abnormal_on"], when=lambda case: case.abnormal_on, by=lambda case: case.changed_by)
    steps += [_step(ledger, case, StepKind.ABNORMAL, case.abnormal_on, by=case.changed_by) for case in listed]
    ledger.write(steps)


def _step(ledger, case, kind, day, *, by, at=None):
    number = case.number if kind in (StepKind.FILED, StepKind.DECIDED) else ""
    step = CaseStep(
        case=case, kind=kind, taken_on=day, number=number.replace("案", "罚") if kind == StepKind.DECIDED else number,
        note=NOTES[StepKind(kind)], region_id=case.region_id, unit_id=case.unit_id,
    )  # fmt: skip
    return ledger.signed(step, by=by, on=day, at=at)


def _load_disposals(ledger):
    """One row for each count of a seized item that was settled, so that the rows add up to the counters."""
    disposals = []
    for item in SeizedItem.objects.select_related("changed_by").order_by("pk"):
        day = timezone.localdate(item.changed_at)
        for kind in Disposal.Kind:
            quantity = getattr(item, kind)
            if quantity:
                disposal = Disposal(
                    item=item, kind=kind, quantity=quantity, settled_on=day, region_id=item.region_id,
                    unit_id=item.unit_id, number=f"示例市监处〔{day.year}〕{item.pk:03d}号",
                )  # fmt: skip
                disposals.append(ledger.signed(disposal, by=item.changed_by, on=day, at=item.changed_at))
    ledger.write(disposals)


def _close_leads(ledger):
    """Leads are handled by a visit or a case, found empty or passed on; the last ones still wait."""
    case_of = {case.lead_id: case for case in Case.objects.exclude(lead=None)}
    closed, nth = [], 0
    for lead in Lead.objects.select_related("changed_by", "handled_by").order_by("received_on", "pk"):
        if lead.pk in case_of:
            lead.status, lead.outcome, lead.closed_on = LeadStatus.HANDLED, FILED, case_of[lead.pk].filed_on
        elif lead.handled_by:
            lead.status, lead.outcome = LeadStatus.HANDLED, LOOKED_INTO
            lead.closed_on = ledger.soon_after(lead.handled_by.inspected_on, 3)
        elif lead.received_on < TODAY - timedelta(days=40):
            nth += 1
            lead.closed_on = ledger.soon_after(lead.received_on, 12, least=4)
            lead.status = LeadStatus.PASSED_ON if nth % 2 else LeadStatus.UNFOUNDED
            lead.passed_to = GIVEN_AWAY if nth % 2 else ""
            lead.outcome = "" if nth % 2 else NOTHING_FOUND
        if lead.status != LeadStatus.RECEIVED:
            closed.append(lead)
    ledger.rewrite(
        closed, ["status", "outcome", "closed_on", "passed_to"], when=lambda lead: lead.closed_on,
        by=lambda lead: lead.changed_by, why=lambda lead: lead.outcome or lead.passed_to,
    )  # fmt: skip


def _reserve_numbers(unit):
    """This year's numbers of cases and of decisions, which the stations of the county take from its bureau."""
    for series, pattern in {
        "case": "示例市监案〔{year}〕{number}号",
        "penalty": "示例市监罚〔{year}〕{number}号",
    }.items():
        block = NumberBlock(unit=unit, series=series, year=TODAY.year, pattern=pattern, first=5001, last=5200)
        block.full_clean()
        block.save()
