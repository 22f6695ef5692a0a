"""Measures on the spot: what a visit orders, discusses, seizes or proposes besides its hazards."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from inspections.models import Case, Interview, InterviewedEntity, Order, SeizedItem, Seizure, Series
from inspections.models.numbering import take_number


@dataclass
class Measures:
    """The records that the measures of one visit make, each not yet written; None where the measure was not taken."""

    order: Order | None = None
    interview: Interview | None = None
    person: str = ""
    seizure: Seizure | None = None
    items: list[SeizedItem] = field(default_factory=list)
    case: Case | None = None

    def write(self, inspection, *, by, officers, hazards):
        """Write them as of the visit, by its unit; inside the transaction that submits it."""
        for record, series in (
            (self.order, Series.ORDER),
            (self.interview, Series.INTERVIEW),
            (self.seizure, Series.SEIZURE),
            (self.case, None),
        ):
            if record is None:
                continue
            record.inspection, record.unit = inspection, inspection.unit
            if series and not record.number:
                record.number = number_on_arrival(inspection.unit, series, inspection.inspected_on)
        if self.order:
            self.order.store(by=by)
            self.order.hazards.set(hazards)
        if self.interview:
            self.interview.store(by=by)
            self.interview.officers.set(officers)
            InterviewedEntity(interview=self.interview, entity=inspection.entity, person=self.person).store(by=by)
        if self.seizure:
            self.seizure.take(by=by, items=self.items)
        if self.case:
            self.case.propose(by=by)
            self.case.officers.set(officers)


def number_on_arrival(unit, series, on) -> str:
    """The next number of the unit's block; empty when none is reserved, and then the office types it in later."""
    try:
        return take_number(unit, series, on)
    except ValidationError:
        return ""
