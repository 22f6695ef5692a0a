"""Leads, interviews and orders to correct, and what was seized on the spot."""

from datetime import date, timedelta

from entities.models import EntityKind
from inspections.demo.ledger import TODAY, parts
from inspections.demo.papers import invite_platforms
from inspections.demo.visits import counts
from inspections.models import (
    HazardStatus,
    Interview,
    InterviewedEntity,
    Lead,
    Mode,
    NumberBlock,
    Order,
    SeizedItem,
    Seizure,
)

INTERVIEWED = 92  # figure entities_interviewed
INTERVIEWED_AGAIN = 8
LEADS = 16
VEHICLES, BATTERIES = 12, 23  # figures vehicles_seized, batteries_seized
SEIZURES = 8  # the last one from a person in the street, by the police
PARTS = 5  # decoders, chargers: seized as well, but counted in neither
TEXTS = {
    Lead.Origin.COMPLAINT: "消费者反映门店代客解除限速（示例）", Lead.Origin.DEPARTMENT: "消防救援机构移交：店内集中充电（示例）",
    Lead.Origin.ABOVE: "上级转办：涉嫌销售不合格蓄电池（示例）", Lead.Origin.ONLINE: "网络监测：短视频宣称可提速（示例）",
}  # fmt: skip
REASONS = ["整改责任落实不到位（示例）", "存在非法改装风险（示例）", "进货查验制度不健全（示例）"]
LEVELS = [Interview.Level.COUNTY, Interview.Level.COUNTY, Interview.Level.STATION, Interview.Level.CITY]


def load_leads(ledger, people, entities, visits):
    """Complaints and what other offices sent; some were followed by a visit."""
    visited = {}
    for visit in sorted(visits, key=lambda v: v.inspected_on):
        if counts(visit):
            visited.setdefault(visit.entity, []).append(visit)
    sellers = [e for e in entities if e.kind == EntityKind.SELLER and e in visited]
    leads = []
    for number, entity in enumerate(ledger.chance.sample(sellers, LEADS)):
        day = ledger.working_day(until=date(2024, 12, 20) if number < LEADS - 3 else TODAY)
        origin = list(Lead.Origin)[number % 4]
        lead = Lead(
            came_from=origin, received_on=day, text=TEXTS[origin], entity=entity, entity_kind=entity.kind,
            region=entity.region, informant="示例举报人" if origin == Lead.Origin.COMPLAINT else "",
        )  # fmt: skip
        lead.visits = [v for v in visited[entity] if v.inspected_on >= day]
        leads.append(ledger.signed(lead, by=people.manager(entity.region_id), on=day))
    return ledger.write(leads)


def handle_leads(ledger, leads):
    """Note the first visit after the lead as the one that handled it."""
    handled = [lead for lead in leads if lead.visits]
    for lead in handled:
        lead.handled_by = lead.visits[0]
    ledger.rewrite(
        handled,
        ["handled_by"],
        when=lambda lead: lead.handled_by.inspected_on,
        by=lambda lead: lead.handled_by.created_by,
    )


def load_interviews(ledger, people, entities):
    """Sessions with one to five entities of a county; some entities come twice."""
    chance = ledger.chance
    chosen = chance.sample([e for e in entities if e.is_open], INTERVIEWED)
    by_county = {}
    for entity in [*chosen, *chance.sample(chosen, INTERVIEWED_AGAIN)]:
        by_county.setdefault(entity.region_id, []).append(entity)
    sessions, invited = [], []
    for code, entities_here in sorted(by_county.items()):
        while entities_here:
            together = list(dict.fromkeys(entities_here))[: chance.randint(1, 5)]
            for entity in together:
                entities_here.remove(entity)
            level = chance.choice(LEVELS)
            lead = people.manager("4311" if level == Interview.Level.CITY else code)
            day = ledger.working_day(since=date(2024, 5, 20))
            session = Interview(
                region=people.manager(code).unit.region, held_on=day, level=level, reason=chance.choice(REASONS),
                minutes="已告知风险、整改要求和法律责任，被约谈单位签字确认（示例）",
            )  # fmt: skip
            sessions.append(ledger.signed(session, by=lead, on=day))
            invited += [(session, entity) for entity in together]
    invited = invite_platforms(ledger, people, invited)
    ledger.write(sessions)
    ledger.link(
        Interview.officers.through,
        [
            {"interview_id": session.pk, "officer_id": officer.pk}
            for session in sessions
            for officer in people.pair(session.region_id)
        ],
    )
    taking_part = []
    for session, entity in invited:
        part = InterviewedEntity(
            interview=session, entity=entity, entity_kind=entity.kind, region=entity.region, unit_id=session.unit_id,
            person=entity.legal_representative,
        )  # fmt: skip
        taking_part.append(ledger.signed(part, by=session.created_by, on=session.held_on, at=session.created_at))
    ledger.write(taking_part)


def load_orders(ledger, hazards):
    """An order to correct for most visits of ours that found something."""
    found = {}
    for hazard in hazards:
        visit = hazard.inspection
        if visit and hazard.status != HazardStatus.WITHDRAWN and visit.unit.department_id == "market":
            found.setdefault(visit.pk, []).append(hazard)
    orders = []
    for number, theirs in enumerate(found.values(), start=1):
        visit = theirs[0].inspection
        if number % 4 and not getattr(visit, "is_double", False):
            order = Order(
                inspection=visit, entity_id=visit.entity_id, entity_kind=visit.entity_kind, region_id=visit.region_id,
                unit_id=visit.unit_id, number=f"示例责改〔{visit.inspected_on.year}〕{number:03d}号",
                issued_on=visit.inspected_on, served_on=visit.inspected_on, due_on=max(h.deadline for h in theirs),
            )  # fmt: skip
            orders.append(ledger.signed(order, by=visit.created_by, on=visit.inspected_on, at=visit.created_at))
    ledger.write(orders)
    pairs = [{"order_id": o.pk, "hazard_id": h.pk} for o in orders for h in found[o.inspection_id]]
    ledger.link(Order.hazards.through, pairs)


def load_seizures(ledger, people, visits, cases):
    """What was taken on the spot during crackdowns, and what became of it."""
    chance = ledger.chance
    raids = chance.sample([v for v in visits if v.mode == Mode.CRACKDOWN], SEIZURES - 1)
    case_of = {case.operation_id: case for case in cases if case.operation_id}
    seizures = []
    for number, visit in enumerate(raids):
        seizure = Seizure(
            entity_id=visit.entity_id, entity_kind=visit.entity_kind, region_id=visit.region_id, unit_id=visit.unit_id,
            inspection=visit, seized_on=visit.inspected_on, place_kept="示例仓库",
            number=f"示例市监扣〔{visit.inspected_on.year}〕{number + 1:02d}号", reason="涉嫌非法改装，防止证据灭失（示例）",
        )  # fmt: skip
        case = case_of.get(visit.operation_id)
        if case and case.entity_id == visit.entity_id:
            seizure.case = case
        seizures.append(ledger.signed(seizure, by=visit.created_by, on=visit.inspected_on, at=visit.created_at))
    day, police = ledger.working_day(until=date(2024, 10, 31)), people.partner("431102", "police")
    in_the_street = Seizure(
        person_name="示例车主", department_id="police", seized_on=day, region=police.unit.region, place_kept="示例停车场",
        number=f"示例公扣〔{day.year}〕01号", reason="上路行驶的非法改装车辆（示例）",
    )  # fmt: skip
    seizures.append(ledger.signed(in_the_street, by=police, on=day))
    ledger.write(seizures)
    items, shares = [], {
        SeizedItem.Kind.VEHICLE: parts(chance, VEHICLES, SEIZURES, least=1),
        SeizedItem.Kind.BATTERY: parts(chance, BATTERIES, SEIZURES, least=1),
        SeizedItem.Kind.PART: [*parts(chance, PARTS, 2, least=1), *[0] * (SEIZURES - 2)],
    }  # fmt: skip
    for number, seizure in enumerate(seizures):
        for kind, quantities in shares.items():
            if quantities[number]:
                item = SeizedItem(
                    seizure=seizure, kind=kind, quantity=quantities[number], region_id=seizure.region_id,
                    unit_id=seizure.unit_id,
                )  # fmt: skip
                items.append(ledger.signed(item, by=seizure.created_by, on=seizure.seized_on, at=seizure.created_at))
    ledger.write(items)
    settled = [item for item in items if item.seizure.seized_on < TODAY - timedelta(days=60)]
    for number, item in enumerate(settled):
        item.released = item.quantity // 2 if number % 3 == 0 else 0
        item.confiscated = item.quantity - item.released
    ledger.rewrite(
        settled, ["released", "confiscated"], when=lambda item: ledger.soon_after(item.seizure.seized_on, 30, least=10),
        by=lambda item: people.manager(item.region_id),
    )  # fmt: skip


def reserve_numbers(people):
    """A block of this year's numbers in each series for every station of the two accounts that inspect."""
    patterns = {"record": "示例笔〔{year}〕{number}号", "order": "示例责改〔{year}〕{number}号"}
    patterns |= {"interview": "示例约〔{year}〕{number}号", "seizure": "示例扣〔{year}〕{number}号"}
    for username in ("inspector", "inspector2"):
        for series, pattern in patterns.items():
            block = NumberBlock(unit=people.by_name[username].unit, series=series, year=TODAY.year, pattern=pattern)
            block.first, block.last = 5001, 5200
            block.full_clean()
            block.save()
