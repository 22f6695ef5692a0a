"""Cases and their penalties: those that the figures count, and those that they must not."""

from datetime import date
from decimal import Decimal

from entities.models import EntityKind
from inspections.demo.ledger import parts
from inspections.demo.visits import counts
from inspections.models import Case, Cause, Mode, Operation, Penalty
from inspections.models.case import CaseStatus

# How the cases that came from visits stand: together 46, figure cases_filed.
FROM_VISITS = {
    CaseStatus.CLOSED: 27, CaseStatus.DECIDED: 8, CaseStatus.INVESTIGATING: 6, CaseStatus.FILED: 3, CaseStatus.POLICE: 1,
    CaseStatus.REVOKED: 1,
}  # fmt: skip
NO_PENALTY = 1  # of the decided ones
NOT_YET_FILED = {CaseStatus.PROPOSED: 2, CaseStatus.NOT_FILED: 1}  # count nowhere
FROM_CRACKDOWNS = 25  # figure crackdown_cases
THROUGH_AN_INSPECTION = 8  # of those, with the visit as their origin: they count as crackdown cases all the same
FINES = Decimal("131500.00")  # figure fines_amount: 13万余元
GOODS, GOODS_CASES = 93, 22  # figure goods_confiscated
WARNINGS, GAINS = 4, 3  # penalties of other kinds
# A case that began before the first day has had time to be closed, before the second to be decided, before the last to be filed.
EARLY, AUTUMN, LATEST = date(2024, 9, 1), date(2024, 10, 20), date(2024, 12, 13)
STEPS = {
    CaseStatus.PROPOSED: [],
    CaseStatus.NOT_FILED: [CaseStatus.NOT_FILED],
    CaseStatus.FILED: [CaseStatus.FILED],
    CaseStatus.INVESTIGATING: [CaseStatus.FILED, CaseStatus.INVESTIGATING],
    CaseStatus.POLICE: [CaseStatus.FILED, CaseStatus.INVESTIGATING, CaseStatus.POLICE],
    CaseStatus.REVOKED: [CaseStatus.FILED, CaseStatus.INVESTIGATING, CaseStatus.REVOKED],
    CaseStatus.DECIDED: [CaseStatus.FILED, CaseStatus.INVESTIGATING, CaseStatus.DECIDED],
    CaseStatus.CLOSED: [CaseStatus.FILED, CaseStatus.INVESTIGATING, CaseStatus.DECIDED, CaseStatus.CLOSED],
}
# At least and at most so many days after the step before, and the date that it sets.
PACE = {
    CaseStatus.NOT_FILED: (5, 14, None), CaseStatus.FILED: (1, 14, "filed_on"), CaseStatus.INVESTIGATING: (1, 3, None),
    CaseStatus.POLICE: (10, 20, "police_on"), CaseStatus.REVOKED: (10, 25, None), CaseStatus.DECIDED: (28, 75, "decided_on"),
    CaseStatus.CLOSED: (5, 18, "closed_on"),
}  # fmt: skip
# By their codes in the table of causes: what sellers, raided workshops and repair shops did.
CAUSES = ["XS-01", "RZ-01", "XS-02"]
MODIFYING, REPAIRING = "GZ-01", "FW-01"
SUSPECTS = 2  # in the case that the police took


class Cases:
    """Collects cases with the steps that they have gone through, then writes them step by step."""

    def __init__(self, ledger, people):
        self.ledger, self.people, self.rows = ledger, people, []
        self.causes = {cause.code: cause for cause in Cause.objects.all()}

    def add(self, day, end, *, entity=None, region_id=None, **values):
        """A case that stands at `end` today."""
        chance = self.ledger.chance
        region_id = region_id or entity.region_id
        kind = entity.kind if entity else ""
        operation = values.get("operation") or getattr(values.get("inspection"), "operation", None)
        is_raid = bool(operation) and operation.kind == Operation.Kind.CRACKDOWN
        code = REPAIRING if kind == EntityKind.REPAIR_SHOP else MODIFYING if is_raid else chance.choice(CAUSES)
        case = Case(
            **{"entity": entity, "entity_kind": kind, "region_id": region_id, "unit": self.people.manager(region_id).unit,
               "acted_on": day, "proposed_on": day} | values
        )  # fmt: skip
        case.rest_on(self.causes[code])
        case.end, case.days = end, {}
        for status in STEPS[end]:
            least, most, _field = PACE[status]
            day = case.days[status] = self.ledger.soon_after(day, most, least=least)
        self.rows.append(self.ledger.signed(case, by=self.people.inspectors[region_id][0], on=case.proposed_on))
        return case

    def write(self):
        ledger = self.ledger
        ledger.write(self.rows)
        pairs = [
            {"case_id": case.pk, "officer_id": officer.pk}
            for case in self.rows
            for officer in self.people.pair(case.region_id)
        ]
        ledger.link(Case.officers.through, pairs)
        for nth in range(max(map(len, STEPS.values()))):
            moving = [case for case in self.rows if len(STEPS[case.end]) > nth]
            for case in moving:
                self._step(case, STEPS[case.end][nth])
            ledger.rewrite(
                moving, ["status", "number", "filed_on", "decided_on", "closed_on", "police_on", "no_penalty", "suspects"],
                when=lambda case: case.days[case.status], by=lambda case: self.people.manager(case.region_id),
                why=lambda case: REASONS.get(case.status),
            )  # fmt: skip
        return self.rows

    def _step(self, case, status):
        case.status = status
        if PACE[status][2]:
            setattr(case, PACE[status][2], case.days[status])
        if status == CaseStatus.FILED:
            case.number = f"示例市监案〔{case.filed_on.year}〕{case.pk:03d}号"
        if status == CaseStatus.POLICE:
            case.suspects = SUSPECTS
        if status == CaseStatus.DECIDED:
            case.no_penalty = getattr(case, "is_excused", False)


REASONS = {CaseStatus.NOT_FILED: "违法行为轻微并及时改正（示例）", CaseStatus.REVOKED: "违法事实不能成立（示例）"}


def load_cases(ledger, people, visits, operations, batches, leads):
    """Cases from visits, from crackdowns and from elsewhere, with the penalties of those decided."""
    cases = Cases(ledger, people)
    settled = _from_visits(cases, [v for v in visits if counts(v) and v.mode == Mode.ROUTINE])
    raids = _from_crackdowns(cases, visits, [o for o in operations if o.kind == Operation.Kind.CRACKDOWN])
    others = _from_elsewhere(cases, batches, leads)
    cases.write()
    penalties = _penalties_that_count(ledger, settled)
    for case in [*raids, *others]:
        if case.status == CaseStatus.CLOSED:  # these fines count in no published figure
            penalties.append(_penalty(ledger, case, kind="fine", amount=Decimal(ledger.chance.randint(10, 60) * 100)))
    ledger.write(penalties)
    return cases.rows


def _from_visits(cases, visits):
    """Those that the figure counts and those not filed; returns the ones decided with a penalty."""
    chance, settled = cases.ledger.chance, []
    shuffled = chance.sample(visits, len(visits))
    early = [v for v in shuffled if v.inspected_on < EARLY]
    autumn = [v for v in shuffled if EARLY <= v.inspected_on < AUTUMN]
    later = [v for v in shuffled if AUTUMN <= v.inspected_on < LATEST]
    pools = {CaseStatus.CLOSED: early, CaseStatus.DECIDED: autumn}
    for status, count in (FROM_VISITS | NOT_YET_FILED).items():
        for nth in range(count):
            is_decided = status in (CaseStatus.CLOSED, CaseStatus.DECIDED)
            visit = pools.get(status, later).pop()
            case = cases.add(
                visit.inspected_on, status, entity=visit.entity, came_from=Case.Origin.INSPECTION, inspection=visit
            )
            case.is_excused = status == CaseStatus.DECIDED and nth < NO_PENALTY
            if is_decided and not case.is_excused:
                settled.append(case)
    return settled


def _from_crackdowns(cases, visits, operations):
    """One case for each crackdown; one of them closed a workshop."""
    raids = []
    for number, operation in enumerate(operations[:FROM_CRACKDOWNS]):
        visit = next(v for v in visits if v.operation_id == operation.pk and v.entity_kind == EntityKind.SELLER)
        values = {"came_from": Case.Origin.OPERATION, "operation": operation}
        if number < THROUGH_AN_INSPECTION:
            values = {"came_from": Case.Origin.INSPECTION, "inspection": visit}
        if number == 10:
            values |= {
                "closes_illegal_workshop": True,
                "goods_value": Decimal("18600.00"),
                "workshop_value": Decimal("46800.00"),
            }
        status = CaseStatus.CLOSED if visit.inspected_on < AUTUMN else CaseStatus.INVESTIGATING
        raids.append(cases.add(visit.inspected_on, status, entity=visit.entity, **values))
    return raids


def _from_elsewhere(cases, batches, leads):
    """From a sampling, a lead and a transfer: filed, but not from a visit, so that no published figure counts them."""
    batch = next(b for b in batches if b.level == "city" and b.transferred_on)
    lead = next(lead for lead in leads if lead.received_on < EARLY)
    return [
        cases.add(batch.transferred_on, CaseStatus.FILED, entity=batch.entity, came_from=Case.Origin.SAMPLING, batch=batch),
        cases.add(lead.received_on, CaseStatus.CLOSED, entity=lead.entity, came_from=Case.Origin.LEAD, lead=lead),
        cases.add(
            date(2024, 7, 16), CaseStatus.CLOSED, region_id="431103", person_name="示例经营者",
            came_from=Case.Origin.TRANSFER,
        ),
    ]  # fmt: skip


def _penalties_that_count(ledger, settled):
    """Fines and goods that add up to the published figures, and penalties of other kinds beside them."""
    chance = ledger.chance
    fines = parts(chance, int(FINES / 100), len(settled), least=5)
    goods = parts(chance, GOODS, GOODS_CASES, least=1)
    penalties = [
        _penalty(ledger, case, kind="fine", amount=Decimal(hundreds * 100))
        for case, hundreds in zip(settled, fines, strict=True)
    ]
    for case, count in zip(settled, goods, strict=False):
        value = Decimal(count * chance.randint(15, 28) * 100)
        penalties.append(_penalty(ledger, case, kind="goods", goods_kind="ebike", quantity=count, goods_value=value))
    penalties += [_penalty(ledger, case, kind="warning") for case in settled[-WARNINGS:]]
    penalties += [
        _penalty(ledger, case, kind="gains", amount=Decimal(chance.randint(3, 12) * 100)) for case in settled[:GAINS]
    ]
    return penalties


def _penalty(ledger, case, **values):
    is_paid = values["kind"] in ("fine", "gains") and case.closed_on
    penalty = Penalty(
        case=case, entity_kind=case.entity_kind, region_id=case.region_id, unit_id=case.unit_id,
        number=case.number.replace("案", "罚"), decided_on=case.decided_on, paid_on=case.closed_on if is_paid else None,
        **values,
    )  # fmt: skip
    return ledger.signed(penalty, by=case.changed_by, on=case.decided_on)
