"""Interviews, orders, cases with their penalties, and seizures."""

from datetime import date, timedelta
from decimal import Decimal

from inspections.demo.ledger import TODAY
from inspections.demo.visits import LONG_AGO, _counts
from inspections.models import (
    Case,
    HazardStatus,
    Interview,
    InterviewedEntity,
    Lead,
    Mode,
    Order,
    Penalty,
    SeizedItem,
    Seizure,
)
from inspections.models.enforcement import CaseStatus

INTERVIEWED = 92  # figure entities_interviewed
INTERVIEWED_AGAIN = 8
CASES = 46  # figure cases_filed
CROSS_SECTION = {CaseStatus.CLOSED: 28, CaseStatus.DECIDED: 8, CaseStatus.INVESTIGATING: 7, CaseStatus.FILED: 3}
NOT_YET_FILED = {CaseStatus.PROPOSED: 2, CaseStatus.NOT_FILED: 1}
CRACKDOWN_CASES = 25  # figure crackdown_cases
FINES = Decimal("131500.00")  # figure fines_amount: 13万余元
GOODS = 93  # figure goods_confiscated
VEHICLES, BATTERIES = 12, 23  # figures vehicles_seized, batteries_seized
SEIZURES = 8
LEADS = 14
CAUSES = [
    ("销售不符合强制性国家标准的电动自行车", "《标准化法》第37条；《产品质量法》第49条"),
    ("销售未经强制性产品认证的电动自行车", "《认证认可条例》第66条"),
    ("维修服务中使用不合格蓄电池", "《产品质量法》第62条"),
    ("以不合格产品冒充合格产品", "《产品质量法》第50条"),
]


def load_interviews(ledger, people, entities):
    """Sessions with one to five entities of a county; some entities come twice."""
    chance = ledger.chance
    chosen = chance.sample([e for e in entities if e.is_open], INTERVIEWED)
    by_county = {}
    for entity in [*chosen, *chance.sample(chosen, INTERVIEWED_AGAIN)]:
        by_county.setdefault(entity.region_id, []).append(entity)
    sessions, parts = [], []
    for code, invited in sorted(by_county.items()):
        while invited:
            together = []
            for entity in list(invited):
                if len(together) < 5 and entity not in together:
                    together.append(entity)
                    invited.remove(entity)
            lead, day = people.manager(code), ledger.working_day(since=date(2024, 5, 20))
            session = Interview(
                region=lead.unit.region, held_on=day, reason="整改责任落实不到位", minutes="已告知风险并签收（示例）"
            )
            sessions.append(ledger.signed(session, by=lead, on=day))
            parts += [(session, entity) for entity in together]
    ledger.write(sessions)
    ledger.write(
        [
            ledger.signed(
                InterviewedEntity(
                    interview=session, entity=entity, entity_kind=entity.kind, region=entity.region,
                    person=entity.legal_representative,
                ),
                by=session.created_by, on=session.held_on,
            )
            for session, entity in parts
        ]
    )  # fmt: skip


def load_orders(ledger, hazards):
    """An order to correct for most visits that found something."""
    found = {}
    for hazard in hazards:
        if hazard.inspection_id and hazard.status != HazardStatus.WITHDRAWN:
            found.setdefault(hazard.inspection_id, []).append(hazard)
    orders = []
    for number, theirs in enumerate(found.values(), start=1):
        visit = theirs[0].inspection
        if number % 4:
            order = Order(
                inspection=visit, entity_id=visit.entity_id, entity_kind=visit.entity_kind, region_id=visit.region_id,
                unit_id=visit.unit_id, number=f"责改〔{visit.inspected_on.year}〕{number:03d}号（示例）",
                issued_on=visit.inspected_on, served_on=visit.inspected_on, due_on=max(h.deadline for h in theirs),
            )  # fmt: skip
            orders.append(ledger.signed(order, by=visit.created_by, on=visit.inspected_on))
    ledger.write(orders)
    pairs = [{"order_id": o.pk, "hazard_id": h.pk} for o in orders for h in found[o.inspection_id]]
    ledger.link(Order.hazards.through, pairs)


def load_leads(ledger, people, entities):
    """Complaints and what other departments sent."""
    leads = []
    for number in range(LEADS):
        entity = ledger.chance.choice(entities)
        day = ledger.working_day()
        lead = Lead(
            came_from=list(Lead.Origin)[number % 4], received_on=day, text="反映门店涉嫌改装提速（示例）", entity=entity,
            entity_kind=entity.kind, region=entity.region,
        )  # fmt: skip
        leads.append(ledger.signed(lead, by=people.manager(entity.region_id), on=day))
    return ledger.write(leads)


def load_cases(ledger, people, visits, operations):
    """Cases from visits and from crackdowns, with the penalties of those decided."""
    chance = ledger.chance
    ordinary = [v for v in visits if _counts(v) and v.mode == Mode.ROUTINE and v.inspected_on < LONG_AGO]
    early = [v for v in ordinary if v.inspected_on < date(2024, 9, 1)]
    later = [v for v in ordinary if v.inspected_on >= date(2024, 9, 1)]
    plan = [status for status, count in (CROSS_SECTION | NOT_YET_FILED).items() for _ in range(count)]
    slow = [CaseStatus.INVESTIGATING, CaseStatus.FILED, *NOT_YET_FILED]
    cases = Cases(ledger, people)
    settled = []
    for status in plan:
        visit = chance.choice(later if status in slow else early)
        case = cases.add(visit.entity, visit.inspected_on, status, came_from=Case.Origin.INSPECTION, inspection=visit)
        if status in (CaseStatus.CLOSED, CaseStatus.DECIDED):
            settled.append(case)
    crackdowns = [o for o in operations if o.kind == "crackdown"]
    for number, operation in enumerate(crackdowns[:CRACKDOWN_CASES]):
        visit = next(v for v in visits if v.operation_id == operation.pk and v.entity_kind == "seller")
        status = CaseStatus.CLOSED if operation.starts_on < date(2024, 10, 1) else CaseStatus.FILED
        cases.add(
            visit.entity, visit.inspected_on, status, came_from=Case.Origin.OPERATION, operation=operation,
            closes_illegal_workshop=number == 6, goods_value=Decimal("18600.00") if number == 6 else None,
        )  # fmt: skip
    written = cases.write()
    fines = _parts(chance, int(FINES / 100), len(settled), least=5)
    goods = _parts(chance, GOODS, 22, least=1)
    penalties = [
        _penalty(ledger, case, kind="fine", amount=Decimal(hundreds * 100))
        for case, hundreds in zip(settled, fines, strict=True)
    ]
    penalties += [
        _penalty(ledger, case, kind="goods", goods_kind="ebike", quantity=count)
        for case, count in zip(settled[:22], goods, strict=True)
    ]
    for case in written:
        if case.operation_id and case.status == CaseStatus.CLOSED:
            penalties.append(_penalty(ledger, case, kind="fine", amount=Decimal(chance.randint(10, 60) * 100)))
    ledger.write(penalties)
    return written


class Cases:
    """Collects cases, each with the dates that its status asks for."""

    def __init__(self, ledger, people):
        self.ledger, self.people, self.rows = ledger, people, []

    def add(self, entity, day, status, **values):
        ledger = self.ledger
        manager = self.people.manager(entity.region_id)
        cause, basis = ledger.chance.choice(CAUSES)
        case = Case(
            entity=entity, entity_kind=entity.kind, region_id=entity.region_id, unit=manager.unit, cause=cause,
            legal_basis=basis, status=status, proposed_on=day, **values,
        )  # fmt: skip
        if status not in (CaseStatus.PROPOSED, CaseStatus.NOT_FILED):
            case.filed_on = ledger.soon_after(day, 14)
            case.number = f"示例市监案〔{case.filed_on.year}〕{len(self.rows) + 1:03d}号"
        if status in (CaseStatus.DECIDED, CaseStatus.CLOSED):
            case.decided_on = ledger.soon_after(case.filed_on, 80, least=30)
        if status == CaseStatus.CLOSED:
            case.closed_on = ledger.soon_after(case.decided_on, 18)
        self.rows.append(ledger.signed(case, by=manager, on=day))
        return case

    def write(self):
        self.ledger.write(self.rows)
        pairs = [
            {"case_id": case.pk, "officer_id": officer.pk}
            for case in self.rows
            for officer in self.people.pair(case.region_id)
        ]
        self.ledger.link(Case.officers.through, pairs)
        return self.rows


def _penalty(ledger, case, **values):
    penalty = Penalty(
        case=case, entity_kind=case.entity_kind, region_id=case.region_id, unit_id=case.unit_id,
        number=case.number.replace("案", "处罚"), decided_on=case.decided_on,
        paid_on=case.closed_on if values["kind"] == "fine" else None, **values,
    )  # fmt: skip
    return ledger.signed(penalty, by=case.created_by, on=case.decided_on)


def _parts(chance, whole, count, *, least):
    """`whole` in so many uneven parts, none smaller than `least`."""
    parts = [least] * count
    for _ in range(whole - least * count):
        parts[chance.randrange(count)] += 1
    return parts


def load_seizures(ledger, visits):
    """What was taken on the spot during crackdowns."""
    raids = [v for v in visits if v.mode == Mode.CRACKDOWN]
    seizures, items = [], []
    vehicles, batteries = (
        _parts(ledger.chance, VEHICLES, SEIZURES, least=1),
        _parts(ledger.chance, BATTERIES, SEIZURES, least=1),
    )
    for number, visit in enumerate(ledger.chance.sample(raids, SEIZURES)):
        seizure = Seizure(
            entity_id=visit.entity_id, entity_kind=visit.entity_kind, region_id=visit.region_id, unit_id=visit.unit_id,
            inspection=visit, seized_on=visit.inspected_on, number=f"示例市监扣〔{visit.inspected_on.year}〕{number + 1:02d}号",
            reason="非法改装", place_kept="示例仓库",
        )  # fmt: skip
        seizures.append(ledger.signed(seizure, by=visit.created_by, on=visit.inspected_on))
        for kind, count in (("vehicle", vehicles[number]), ("battery", batteries[number])):
            kept = count if visit.inspected_on < TODAY - timedelta(days=60) else 0
            item = SeizedItem(
                seizure=seizure,
                kind=kind,
                quantity=count,
                confiscated=kept,
                region_id=visit.region_id,
                unit_id=visit.unit_id,
            )
            items.append(ledger.signed(item, by=visit.created_by, on=visit.inspected_on))
    ledger.write(seizures)
    ledger.write(items)
