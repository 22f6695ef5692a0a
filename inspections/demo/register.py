"""The register: entities, what they checked themselves, and who must go where."""

from datetime import date, timedelta

from entities.models import Entity, EntityKind, EntityState, IdentityKind, ProductType, Region, RiskLevel
from inspections.demo.ledger import TODAY
from inspections.models import Answer, InspectionStatus, Outcome, SelfCheck, Task

# How much of the trade each county has.
SHARE = {
    "431102": 13, "431103": 16, "431122": 7, "431123": 4, "431124": 9, "431125": 4, "431126": 10, "431127": 6,
    "431128": 6, "431129": 7, "431171": 4, "431172": 1, "431173": 1, "431181": 12,
}  # fmt: skip
ENTITIES = {
    EntityKind.PRODUCER: 6, EntityKind.PARTS_PRODUCER: 10, EntityKind.SELLER: 590, EntityKind.REPAIR_SHOP: 180,
    EntityKind.ONLINE_SELLER: 12,
}  # fmt: skip
TRADE = (EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER, EntityKind.SELLER)
SELF_CHECKED = 536  # figure self_check_entities
CHECKED_TWICE = 40
REPAIR_SHOPS_CHECKED = 25  # handed in as well, but not of the trade that the figure counts
BRANCHES = 6  # sellers under the licence of another one: one code, two addresses, two places of business
CLOSING = 7  # repair shops gone by the end of the year
CONVENIENCE, OLD_LICENCES = 8, 4  # repair shops without a credit code

WORDS = [
    "绿行", "飞驰", "顺安", "捷骑", "远航", "云途", "安骑", "新风", "畅达", "乐途", "速通", "恒骑", "佳驰", "鸿运", "平安", "星途",
]  # fmt: skip
STREETS = ["育才", "迎宾", "建设", "湘江", "解放", "滨江", "朝阳", "文明", "和平", "人民"]
TOWNSHIPS = ["示例城东街道", "示例城西街道", "示例城北街道", "示例河西镇", "示例高铁新城街道"]
FORMS = {
    EntityKind.PRODUCER: "电动车制造厂", EntityKind.PARTS_PRODUCER: "电池配件厂", EntityKind.SELLER: "电动车行",
    EntityKind.REPAIR_SHOP: "电动车维修部", EntityKind.ONLINE_SELLER: "网络商贸店",
}  # fmt: skip
GOODS = {
    EntityKind.PRODUCER: [ProductType.EBIKE], EntityKind.PARTS_PRODUCER: [ProductType.BATTERY, ProductType.CHARGER],
    EntityKind.SELLER: [ProductType.EBIKE, ProductType.BATTERY], EntityKind.REPAIR_SHOP: [ProductType.OTHER],
    EntityKind.ONLINE_SELLER: [ProductType.BATTERY, ProductType.CHARGER],
}  # fmt: skip
ENDINGS = {"瑶族自治县": "", "经济技术开发区": "经开区", "管理区": "", "区": "", "县": "", "市": ""}
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

DONE_TASKS = 200
REMINDERS = 30  # to hand in a self-check, done by it
# Days from today on which the tasks of `inspector` and `inspector2` are due, and for what.
NEAR_TODAY = [
    (-12, "inspect"),
    (-5, "inspect"),
    (-1, "revisit"),
    (0, "inspect"),
    (2, "revisit"),
    (4, "inspect"),
    (9, "inspect"),
]
GONE_REASONS = {
    EntityState.CLOSED: "登记系统显示已注销，现场已撤离（示例）", EntityState.MOVED: "已搬离，新址待核实（示例）",
    EntityState.NOT_FOUND: "多次走访均查无此店（示例）", EntityState.CHANGED_TRADE: "已改营其他行业（示例）",
}  # fmt: skip


def credit_code(region, number, company):
    """A valid code of a business that does not exist: GB 32100-2015 around GB 11714."""
    body = f"MA{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(sign, 36) * weight for sign, weight in zip(body, weights, strict=True)) % 11
    code = f"{'91' if company else '92'}{region}{body}{'X' if rest == 10 else rest % 11}"
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + ALPHABET[(31 - total % 31) % 31]


def short_name(county):
    """What people call a county: 冷水滩区 is 冷水滩, 江华瑶族自治县 is 江华, but 道县 stays 道县."""
    for ending, short in ENDINGS.items():
        if county.endswith(ending) and len(county) - len(ending) >= 2:
            return county.removesuffix(ending) + short
    return county


def load_entities(ledger, people):
    """Write the register as it stood in April 2024."""
    regions = {region.code: region for region in Region.objects.counties()}
    entities = []
    for kind, count in ENTITIES.items():
        for code in _spread(count):
            entity = _entity(ledger, people, kind, regions[code], len(entities) + 1)
            entities.append(
                ledger.signed(entity, by=people.manager(code), on=date(2024, 4, ledger.chance.randint(8, 26)))
            )
    sellers = [e for e in entities if e.kind == EntityKind.SELLER]
    for main, branch in list(zip(sellers[2::90], sellers[3::90], strict=False))[:BRANCHES]:
        branch.credit_code, branch.legal_representative = main.credit_code, main.legal_representative
        branch.name = f"{main.name[:-1]}·分店）"
    repair = [e for e in entities if e.kind == EntityKind.REPAIR_SHOP]
    for number, shop in enumerate(ledger.chance.sample(repair, CONVENIENCE + OLD_LICENCES)):
        shop.credit_code, shop.identity_kind = "", IdentityKind.CONVENIENCE_TRADE
        if number >= CONVENIENCE:
            shop.identity_kind, shop.licence_number = IdentityKind.OLD_LICENCE, f"4311006{number:08d}"
    return ledger.write(entities)


def _entity(ledger, people, kind, region, number):
    chance, is_company = ledger.chance, kind in (EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER)
    street = f"{region.name}{chance.choice(STREETS)}路{number}号"
    return Entity(
        name=f"{short_name(region.name)}{chance.choice(WORDS)}{FORMS[kind]}（示例{number:03d}）",
        kind=kind,
        further_kinds=[EntityKind.REPAIR_SHOP] if kind == EntityKind.SELLER and chance.random() < 0.3 else [],
        credit_code=credit_code(region.code, number, is_company),
        region=region,
        township=chance.choice(TOWNSHIPS),
        address=street,
        registered_address=street,
        legal_representative=people.invent_name(),
        contact=people.invent_name(),
        phone=f"0746-555{number:04d}",
        goods=GOODS[kind],
        brands=f"示例牌{chance.randint(1, 9)}号" if kind != EntityKind.REPAIR_SHOP else "",
        responsible_officer=chance.choice(people.inspectors[region.code]),
        responsible_leader=people.manager(region.code),
        risk_level=chance.choices(RiskLevel.values, [6, 3, 1])[0],
        pledged_on=date(2024, 4, chance.randint(8, 26)) if chance.random() < 0.8 else None,
        quality_director=people.invent_name() if is_company else "",
        quality_officer=people.invent_name() if chance.random() < 0.7 else "",
    )


def _spread(count):
    """County codes, each as often as its share of `count`, rounded so that they are that many in all."""
    codes, reached, whole = [], 0, sum(SHARE.values())
    for code, share in SHARE.items():
        reached += share
        codes += [code] * (round(count * reached / whole) - len(codes))
    return codes


def plan_self_checks(ledger, people, entities):
    """The self-checks, not yet written; each one that counts is of another entity, but for those handed in twice."""
    chance = ledger.chance
    trade = [e for e in entities if e.kind in TRADE]
    repair = [e for e in entities if e.kind == EntityKind.REPAIR_SHOP]
    first = chance.sample(trade, SELF_CHECKED)
    handed_in = [(e, ledger.working_day(until=date(2024, 9, 30))) for e in first]
    handed_in += [
        (e, ledger.working_day(date(2024, 10, 8), date(2024, 11, 15))) for e in chance.sample(first, CHECKED_TWICE)
    ]
    handed_in += [
        (e, ledger.working_day(until=date(2024, 11, 15))) for e in chance.sample(repair, REPAIR_SHOPS_CHECKED)
    ]
    checks = []
    for number, (entity, day) in enumerate(handed_in, start=1):
        manager = people.manager(entity.region_id)
        check = SelfCheck(
            entity=entity, entity_kind=entity.kind, region=entity.region, checked_on=day, answered_by=entity.contact,
            receipt_number=f"ZC{day:%Y%m}-{number:05d}", unit=manager.unit,
            answers=dict.fromkeys((item.code for item in ledger.checklist(entity.kind, day)[1]), Answer.PASS),
        )  # fmt: skip
        checks.append(ledger.signed(check, by=manager, on=day))
    return checks


def closing_repair_shops(entities):
    """The repair shops that will be gone in December, here and there; nobody plans a visit to them."""
    return [e for e in entities if e.kind == EntityKind.REPAIR_SHOP][5::27][:CLOSING]


def load_departures(ledger, people, entities, gone):
    """Write who closed, moved or can't be found any more: those whom a visit found gone, and some repair shops."""
    shops = closing_repair_shops(entities)
    for shop, state in zip(shops, [EntityState.CLOSED, EntityState.MOVED, EntityState.NOT_FOUND] * 3, strict=False):
        gone[shop] = state, ledger.working_day(date(2024, 12, 2), date(2024, 12, 31))
    for entity, (state, day) in gone.items():
        entity.state, entity.state_on, entity.state_reason = state, day, GONE_REASONS[state]
    fields = ["state", "state_on", "state_reason"]
    ledger.rewrite(list(gone), fields, when=lambda e: e.state_on, by=lambda e: people.manager(e.region_id))
    back = shops[-1]  # it turned up again at the same place
    back.state, back.state_on, back.state_reason = EntityState.OPEN, date(2025, 1, 8), "已恢复营业（示例）"
    ledger.rewrite([back], fields, when=lambda e: e.state_on)


def load_tasks(ledger, people, entities, visits, checks):
    """Tasks that visits and self-checks have done, and those still to do: some overdue, some due this week."""
    chance = ledger.chance
    inspector = people.by_name["inspector"]
    inspected = [
        visit
        for visit in visits
        if visit.status == InspectionStatus.SUBMITTED
        and visit.outcome == Outcome.INSPECTED
        and visit.transcribed_by_id is None
    ]
    chosen = chance.sample(inspected, DONE_TASKS)
    chosen += [v for v in inspected if v.created_by == inspector and v not in set(chosen)]
    tasks, done = [], []
    for record in [*chosen, *chance.sample(checks, REMINDERS)]:
        is_check = isinstance(record, SelfCheck)
        day = record.checked_on if is_check else record.inspected_on
        assignee = chance.choice(people.inspectors[record.region_id]) if is_check else record.created_by
        purpose = Task.Purpose.SELF_CHECK if is_check else Task.Purpose.INSPECT
        given = max(ledger.soon_after(day - timedelta(days=16), 4), date(2024, 5, 6))
        tasks.append(
            _task(ledger, people, record.entity, assignee, day + timedelta(days=chance.randint(0, 9)), given, purpose)
        )
        done.append((day, {"self_check" if is_check else "inspection": record}))
    for username in ("inspector", "inspector2"):
        officer = people.by_name[username]
        near = [
            e for e in entities if e.region_id == officer.unit.region_id and e.is_open and e.kind == EntityKind.SELLER
        ]
        for entity, (days, purpose) in zip(chance.sample(near, len(NEAR_TODAY)), NEAR_TODAY, strict=True):
            tasks.append(
                _task(ledger, people, entity, officer, TODAY + timedelta(days=days), date(2025, 1, 6), purpose)
            )
    ledger.write(tasks)
    finished = tasks[: len(done)]
    for task, (day, values) in zip(finished, done, strict=True):
        task.done_on = day
        for name, record in values.items():
            setattr(task, name, record)
    fields = ["done_on", "inspection", "self_check"]
    ledger.rewrite(finished, fields, when=lambda task: task.done_on, by=lambda task: task.assignee)


def _task(ledger, people, entity, assignee, due_on, given, purpose):
    task = Task(
        entity=entity, entity_kind=entity.kind, region=entity.region, assignee=assignee, due_on=due_on, purpose=purpose,
        unit=assignee.unit,
    )  # fmt: skip
    return ledger.signed(task, by=people.manager(entity.region_id), on=given)
