"""The register: entities, what they checked themselves, and who must go where."""

from datetime import date, timedelta

from entities.models import Entity, EntityKind, EntityState, ProductType, Region, RiskLevel
from inspections.demo.ledger import TODAY
from inspections.models import SelfCheck, Task

# How much of the trade each county has.
SHARE = {
    "431102": 13, "431103": 16, "431122": 7, "431123": 4, "431124": 9, "431125": 4, "431126": 10, "431127": 6,
    "431128": 6, "431129": 7, "431171": 4, "431172": 1, "431173": 1, "431181": 12,
}  # fmt: skip
ENTITIES = {
    EntityKind.PRODUCER: 6, EntityKind.PARTS_PRODUCER: 10, EntityKind.SELLER: 590, EntityKind.REPAIR_SHOP: 180,
    EntityKind.ONLINE_SELLER: 12,
}  # fmt: skip
SELF_CHECKED = 536  # figure self_check_entities
CHECKED_TWICE = 40
REPAIR_SHOPS_CHECKED = 25  # handed in as well, but not of the trade that the figure counts

WORDS = [
    "绿行",
    "飞驰",
    "顺安",
    "捷骑",
    "远航",
    "云途",
    "安骑",
    "新风",
    "畅达",
    "乐途",
    "速通",
    "恒骑",
    "佳驰",
    "鸿运",
    "平安",
    "星途",
]
STREETS = ["育才", "迎宾", "建设", "湘江", "解放", "滨江", "朝阳", "文明", "和平", "人民"]
FORMS = {
    EntityKind.PRODUCER: "电动车制造厂", EntityKind.PARTS_PRODUCER: "电池配件厂", EntityKind.SELLER: "电动车行",
    EntityKind.REPAIR_SHOP: "电动车维修部", EntityKind.ONLINE_SELLER: "网络商贸店",
}  # fmt: skip
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEAR_TODAY = [-12, -5, -1, 0, 2, 4, 9]  # days from today on which the tasks of `inspector` are due


def credit_code(region, number, company):
    """A valid code of a business that does not exist: GB 32100-2015 around GB 11714."""
    body = f"MA{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(sign, 36) * weight for sign, weight in zip(body, weights, strict=True)) % 11
    code = f"{'91' if company else '92'}{region}{body}{'X' if rest == 10 else rest % 11}"
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + ALPHABET[(31 - total % 31) % 31]


def short_name(county):
    """What people call a county: 冷水滩区 is 冷水滩, 江华瑶族自治县 is 江华."""
    return county[:-1] if len(county) <= 4 else county[:2]


def load_entities(ledger, people):
    """Write the register; a dozen places have closed, moved or can't be found."""
    chance, regions = ledger.chance, {region.code: region for region in Region.objects.counties()}
    entities, number = [], 0
    for kind, count in ENTITIES.items():
        for code in _spread(count):
            number += 1
            manager = people.manager(code)
            street = f"{chance.choice(STREETS)}路{number}号"
            entity = Entity(
                name=f"{short_name(regions[code].name)}{chance.choice(WORDS)}{FORMS[kind]}（示例{number:03d}）",
                kind=kind,
                credit_code=credit_code(code, number, kind in (EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER)),
                region=regions[code],
                address=f"{regions[code].name}{street}",
                registered_address=f"{regions[code].name}{street}",
                legal_representative=people.invent_name(),
                contact=people.invent_name(),
                phone=f"0746-555{number:04d}",
                goods=[ProductType.EBIKE, ProductType.BATTERY]
                if kind != EntityKind.REPAIR_SHOP
                else [ProductType.OTHER],
                responsible_officer=chance.choice(people.inspectors[code]),
                responsible_leader=manager,
                risk_level=chance.choices(RiskLevel.values, [6, 3, 1])[0],
                pledged_on=date(2024, 5, chance.randint(6, 31)) if chance.random() < 0.8 else None,
                quality_officer=people.invent_name() if chance.random() < 0.7 else "",
            )
            entities.append(ledger.signed(entity, by=manager, on=date(2024, 4, chance.randint(8, 26))))
    ledger.write(entities)
    closed = [e for e in entities if e.kind == EntityKind.REPAIR_SHOP][-12:]
    for entity, state in zip(closed, [EntityState.CLOSED, EntityState.MOVED, EntityState.NOT_FOUND] * 4, strict=True):
        entity.state, entity.state_on, entity.state_reason = state, date(2024, 12, 20), "走访核实"
    ledger.rewrite(closed, ["state", "state_on", "state_reason"], when=lambda entity: entity.state_on)
    return entities


def _spread(count):
    """County codes so many times as their share of `count`, the largest county taking what is left over."""
    whole = sum(SHARE.values())
    codes = [code for code, share in SHARE.items() for _ in range(count * share // whole)]
    return codes + ["431103"] * (count - len(codes))


def load_self_checks(ledger, people, entities):
    """Write the self-checks; each one that counts is of another entity, but for those handed in twice."""
    chance = ledger.chance
    trade = [e for e in entities if e.kind in (EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER, EntityKind.SELLER)]
    repair = [e for e in entities if e.kind == EntityKind.REPAIR_SHOP]
    first = chance.sample(trade, SELF_CHECKED)
    handed_in = [(e, ledger.working_day(until=date(2024, 9, 30))) for e in first]
    handed_in += [(e, ledger.working_day(since=date(2024, 10, 8))) for e in chance.sample(first, CHECKED_TWICE)]
    handed_in += [(e, ledger.working_day()) for e in chance.sample(repair, REPAIR_SHOPS_CHECKED)]
    checks = [
        ledger.signed(
            SelfCheck(
                entity=entity, entity_kind=entity.kind, region=entity.region, checked_on=day,
                answered_by=entity.contact, receipt_number=f"ZC{day:%Y%m}-{number:05d}",
                unit=people.manager(entity.region_id).unit,
            ),
            by=people.manager(entity.region_id), on=day,
        )
        for number, (entity, day) in enumerate(handed_in, start=1)
    ]  # fmt: skip
    return ledger.write(checks)


def load_tasks(ledger, people, entities, visits):
    """Tasks that visits have done, and those still to do: some of `inspector` overdue, some due this week."""
    done = [visit for visit in visits if visit.status == "submitted"][:240]
    tasks = []
    for visit in done:
        task = _task(visit.entity, visit.created_by, visit.inspected_on + timedelta(days=ledger.chance.randint(0, 9)))
        task.done_on, task.inspection = visit.inspected_on, visit
        day = max(visit.inspected_on - timedelta(days=14), date(2024, 5, 6))
        tasks.append(ledger.signed(task, by=people.manager(visit.entity.region_id), on=day))
    for username in ("inspector", "inspector2"):
        officer = people.by_name[username]
        code = officer.unit.region_id
        near = [e for e in entities if e.region_id == code and e.is_open and e.kind == EntityKind.SELLER]
        for entity, days in zip(ledger.chance.sample(near, len(NEAR_TODAY)), NEAR_TODAY, strict=True):
            task = _task(entity, officer, TODAY + timedelta(days=days))
            tasks.append(ledger.signed(task, by=people.manager(code), on=date(2025, 1, 6)))
    return ledger.write(tasks)


def _task(entity, assignee, due_on):
    return Task(
        entity=entity, entity_kind=entity.kind, region=entity.region, assignee=assignee, due_on=due_on,
        unit=assignee.unit,
    )  # fmt: skip
