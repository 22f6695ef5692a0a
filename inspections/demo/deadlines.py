"""The statutory deadlines of leads, cases, seizures and samplings: those that run, and those that were met."""

from datetime import timedelta

from inspections.demo.ledger import TODAY
from inspections.models import (
    BatchStatus,
    Case,
    Deadline,
    DeadlineKind,
    DeadlineRule,
    Lead,
    Penalty,
    SamplingBatch,
    Seizure,
    Suspension,
)
from inspections.models.calendar import last_day
from inspections.models.case import CaseStatus

IN_HAND = (CaseStatus.FILED, CaseStatus.INVESTIGATING)


class Periods:
    """Collects the deadlines of many records, with each rule and last day worked out once."""

    def __init__(self, ledger):
        self.ledger, self.rows, self.known = ledger, [], {}

    def add(self, record, kind, start, *, met_on=None):
        """A period that began on that day, met on a day or still running."""
        rule, due_on = self._rule(kind, start)
        officer = record.created_by
        deadline = Deadline(
            owner=record, about=str(record)[:200], kind=kind, officer=officer, starts_on=start, due_on=due_on, met_on=met_on,
            days=rule.days, in_working_days=rule.in_working_days, extension_days=rule.extension_days, basis=rule.basis,
            region_id=getattr(record, "handling_region_id", None) or record.region_id, unit_id=record.unit_id,
        )  # fmt: skip
        self.rows.append(self.ledger.signed(deadline, by=officer, on=start))

    def _rule(self, kind, start):
        if (kind, start) not in self.known:
            rule = DeadlineRule.objects.in_force(kind, start)
            self.known[kind, start] = rule, last_day(start, rule.days, in_working_days=rule.in_working_days)
        return self.known[kind, start]


def load_deadlines(ledger):
    """Every period that the verbs would have begun on those days."""
    periods = Periods(ledger)
    _of_cases(periods)
    _of_batches(periods)
    for seizure in Seizure.objects.filter(entity__isnull=False).select_related("created_by", "entity").order_by("pk"):
        kept = [item for item in seizure.items.all() if item.quantity > item.released + item.confiscated]
        if kept:
            periods.add(seizure, DeadlineKind.SEIZURE, seizure.seized_on)
    for lead in Lead.objects.filter(passed_to="").select_related("created_by").order_by("pk"):
        periods.add(lead, DeadlineKind.FILING, lead.received_on, met_on=lead.closed_on)
    ledger.write(periods.rows)
    _pause(ledger, next(p for p in periods.rows if p.kind == DeadlineKind.DECISION and p.met_on is None))


def _pause(ledger, period):
    """Three weeks at the laboratory, which do not count."""
    began_on = period.starts_on + timedelta(days=7)
    ended_on = began_on + timedelta(days=20)
    pause = Suspension(
        deadline=period, began_on=began_on, ended_on=ended_on, reason="涉案产品送检（示例）",
        region_id=period.region_id, unit_id=period.unit_id,
    )  # fmt: skip
    ledger.write([ledger.signed(pause, by=period.officer, on=began_on)])
    days = period.days + period.extended_by
    period.due_on = last_day(
        period.starts_on, days, in_working_days=period.in_working_days, pauses=[(began_on, ended_on)]
    )
    ledger.rewrite([period], ["due_on"], when=lambda _period: ended_on, why=lambda _period: pause.reason)


def _of_cases(periods):
    for case in Case.objects.select_related("created_by", "entity").order_by("pk"):
        if case.status == CaseStatus.PROPOSED:
            periods.add(case, DeadlineKind.FILING, case.proposed_on)
        elif case.filed_on:
            periods.add(case, DeadlineKind.FILING, case.proposed_on, met_on=case.filed_on)
        if case.decided_on or case.status in IN_HAND:
            periods.add(case, DeadlineKind.DECISION, case.filed_on, met_on=case.decided_on)
    for penalty in Penalty.objects.exclude(amount=None).select_related("created_by").order_by("pk"):
        periods.add(penalty, DeadlineKind.PAYMENT, penalty.decided_on, met_on=penalty.paid_on)


def _of_batches(periods):
    for batch in SamplingBatch.objects.select_related("created_by").order_by("pk"):
        if batch.status == BatchStatus.FAILED and (TODAY - batch.result_on).days < 15:
            periods.add(batch, DeadlineKind.OBJECTION, batch.result_on)
        if batch.objected_on:
            periods.add(batch, DeadlineKind.OBJECTION, batch.result_on, met_on=batch.objected_on)
        if batch.ordered_on:
            periods.add(batch, DeadlineKind.CORRECTION, batch.ordered_on, met_on=batch.reinspected_on)
            periods.add(batch, DeadlineKind.REINSPECTION, batch.ordered_on, met_on=batch.reinspected_on)
