"""Letters, orders to correct of failed batches, and the platform and the delivery company that were talked to."""

from collections import Counter
from datetime import date, timedelta

from entities.models import Entity, EntityKind, ProductType
from inspections.demo.register import credit_code
from inspections.models import Letter, Order

# Kind, name, county, number in the register of what is no shop.
PLATFORMS = [
    (EntityKind.PLATFORM, "永州示例生活网络平台（示例）", "431103", 9001, [ProductType.BATTERY]),
    (EntityKind.DELIVERY, "零陵示例即时配送有限公司（示例）", "431102", 9002, [ProductType.EBIKE]),
]
REMINDER = "请落实主体责任：不销售未经认证、不符合强制性国家标准的电动自行车及配件，不代客改装（示例）"
TO_THE_BODY = "我局监督抽查发现该产品不合格，请核查其认证证书的有效性并函复（示例）"
LETTERS = [
    (Letter.Kind.REMINDER, "431102", date(2024, 6, 4)), (Letter.Kind.REMINDER, "431103", date(2024, 8, 13)),
    (Letter.Kind.REMINDER, "431181", date(2024, 10, 16)), (Letter.Kind.CERTIFICATION_BODY, "431103", date(2024, 11, 6)),
    (Letter.Kind.REMINDER, "431126", date(2024, 12, 5)), (Letter.Kind.CERTIFICATION_BODY, "431102", date(2025, 1, 9)),
]  # fmt: skip


def invite_platforms(ledger, people, invited):
    """The invitations with two shops' places taken by a platform and a delivery company, so that as many are talked to."""
    added = []
    for kind, name, code, number, goods in PLATFORMS:
        author = people.manager(code)
        region = author.unit.region
        company = Entity(
            name=name, kind=kind, credit_code=credit_code(code, number, True), region=region, goods=goods,
            address=f"{region.name}示例大道{number}号", registered_address=f"{region.name}示例大道{number}号",
            phone=f"0746-555{number}", legal_representative="示例负责人", contact="示例联系人",
            responsible_officer=people.inspectors[code][0], responsible_leader=author,
        )  # fmt: skip
        day = date(2024, 4, 26)
        added.append(ledger.signed(company, by=author, on=day, at=ledger.morning(day)))
    ledger.write(added)
    times = Counter(entity for _session, entity in invited)
    changed = list(invited)
    for company in added:
        place = next(
            place for place, (_session, entity) in enumerate(changed)
            if times[entity] == 1 and entity.region_id == company.region_id
        )  # fmt: skip
        changed[place] = changed[place][0], company
    return changed


def load_letters(ledger, people, entities):
    """Reminders to sellers of five counties, and two letters to certification bodies."""
    letters = []
    for number, (kind, code, day) in enumerate(LETTERS, start=1):
        seller = [e for e in entities if e.region_id == code and e.kind == EntityKind.SELLER][number]
        is_reminder = kind == Letter.Kind.REMINDER
        letter = Letter(
            kind=kind, number=f"示例函〔{day.year}〕{number:02d}号", sent_on=day, entity=seller, entity_kind=seller.kind,
            region=seller.region, addressee=seller.name if is_reminder else "示例认证中心有限公司",
            text=REMINDER if is_reminder else TO_THE_BODY,
        )  # fmt: skip
        letters.append(ledger.signed(letter, by=people.manager(code), on=day, at=ledger.morning(day)))
    ledger.write(letters)


def load_orders_of_batches(ledger, people, batches):
    """The order to correct of each failed batch that was ordered to be put right."""
    ordered = [batch for batch in batches if batch.ordered_on]
    orders = []
    for number, batch in enumerate(ordered, start=1):
        day, author = batch.ordered_on, people.manager(batch.region_id)
        order = Order(
            entity=batch.entity, entity_kind=batch.entity_kind, region=batch.region, issued_on=day, served_on=day,
            due_on=day + timedelta(days=60), served_how=Order.Service.DIRECT, goods_off_sale=number,
            number=f"示例抽改〔{day.year}〕{number:02d}号", demands=f"停止销售{batch.model_name}，查明原因并整改（示例）",
        )  # fmt: skip
        orders.append(ledger.signed(order, by=author, on=day, at=ledger.morning(day)))
        batch.order_to_correct = order
    ledger.write(orders)
    ledger.rewrite(ordered, ["order_to_correct"], when=lambda batch: max(batch.ordered_on, batch.changed_at.date()))
