"""Product batches at the laboratory, and what becomes of those that fail."""

from collections import Counter
from datetime import date

from entities.models import EntityKind
from inspections.demo.ledger import START, TODAY
from inspections.models import Level, SamplingBatch, SamplingPlan
from inspections.models.sampling import BatchStatus

# Level, batches, and how the first of them end; the rest passed. City and county together are the 81 of figure
# sampling_batches; the city's four that failed are sampling_failed_city and sampling_transferred. An open objection is no
# failure yet, and the batches of province and nation count in none of them.
SAMPLING = [
    ("city", 50, [BatchStatus.HANDLED, BatchStatus.REINSPECTED, BatchStatus.ORDERED, BatchStatus.TRANSFERRED, BatchStatus.OBJECTION]),
    ("county", 31, [BatchStatus.HANDLED, BatchStatus.ORDERED, BatchStatus.FAILED, BatchStatus.SAMPLED, BatchStatus.SAMPLED]),
    ("province", 5, [BatchStatus.FAILED]),
    ("national", 2, []),
]  # fmt: skip
LABORATORIES = {"city": "永州市示例质量检验所", "county": "湖南示例电动车检测中心"}
VOIDED = 2  # recorded twice by mistake; they count nowhere
PRODUCTS = ["ebike", "ebike", "battery", "charger"]
FAILED_ITEMS = ["最高车速；整车质量", "鞍座长度；蓄电池防篡改标识", "充电器输入电流", "短路保护；绝缘电阻"]
# The steps of follow-up handling in their order, with the most days that each takes; a county skips the transfer of its own.
STEPS = [("transferred_on", 8, BatchStatus.TRANSFERRED), ("ordered_on", 10, BatchStatus.ORDERED),
         ("reinspected_on", 30, BatchStatus.REINSPECTED), ("handled_on", 10, BatchStatus.HANDLED)]  # fmt: skip


def load_sampling(ledger, people, entities):
    """Batches ordered by four levels of government; those that failed are on their way through follow-up handling."""
    chance = ledger.chance
    sellers = [e for e in entities if e.kind == EntityKind.SELLER and e.is_open]
    batches, ends, number = [], [], 0
    for level, count, special in SAMPLING:
        voided = [BatchStatus.VOIDED] * VOIDED if level == "city" else []
        for nth, status in enumerate([*special, *[BatchStatus.PASSED] * (count - len(special)), *voided]):
            number += 1
            is_recent = status == BatchStatus.SAMPLED
            day = ledger.working_day(date(2025, 1, 6)) if is_recent else ledger.working_day(until=date(2024, 9, 20))
            entity = chance.choice(sellers)
            batch = SamplingBatch(
                number=f"CC{day:%Y}-{number:04d}", entity=entity, entity_kind=entity.kind, region=entity.region,
                maker=f"示例车辆厂{nth % 9 + 1}", product=chance.choice(PRODUCTS), model_name=f"示例牌 TDT{nth:03d}Z",
                level=level, sampled_on=day, brand=f"示例牌{nth % 9 + 1}号", quantity=1 + nth % 3,
                laboratory=LABORATORIES.get(level, "示例国家检测中心"),
            )  # fmt: skip
            batches.append(
                ledger.signed(batch, by=people.manager(entity.region_id if level == "county" else "4311"), on=day)
            )
            ends.append(status)
    _plan(ledger, people, batches)
    ledger.write(batches)
    for batch, status in zip(batches, ends, strict=True):
        _finish(ledger, batch, status, people)
    _advance(ledger, batches)
    return batches


def _plan(ledger, people, batches):
    """One plan of the city, one of each county that sampled; what nation and province order has its plan elsewhere."""
    planned = Counter(
        (b.level, "4311" if b.level == "city" else b.region_id) for b in batches if b.level in LABORATORIES
    )
    plans = {}
    for (level, code), count in sorted(planned.items()):
        author = people.manager(code)
        voided = VOIDED if level == "city" else 0
        plan = SamplingPlan(
            name=f"2024年{author.unit.region}电动自行车及配件监督抽查（示例）", level=Level(level), planned=count - voided,
            starts_on=START, ends_on=TODAY, laboratory=LABORATORIES[level], region=author.unit.region,
        )  # fmt: skip
        plans[level, code] = ledger.signed(plan, by=author, on=START, at=ledger.morning(START))
    ledger.write(list(plans.values()))
    for batch in batches:
        batch.plan = plans.get((batch.level, "4311" if batch.level == "city" else batch.region_id))


def _finish(ledger, batch, status, people):
    """Plan the later steps of one batch: a list of (day, values), written one after the other by `_advance`."""
    batch.steps = []
    if status == BatchStatus.SAMPLED:
        return
    day = ledger.soon_after(batch.sampled_on, 35, least=15)
    if status == BatchStatus.VOIDED:
        batch.steps.append((day, {"status": status}))
        return
    report = {"report_number": f"示例检〔{day.year}〕{batch.number[-4:]}号"}
    if status == BatchStatus.PASSED:
        batch.steps.append((day, {"status": status, "result_on": day} | report))
        return
    failed = report | {"result_on": day, "failed_items": ledger.chance.choice(FAILED_ITEMS)}
    batch.steps.append((day, {"status": BatchStatus.FAILED} | failed))
    if status == BatchStatus.OBJECTION:
        objected_on = ledger.soon_after(day, 12)
        batch.steps.append((objected_on, {"status": status, "objected_on": objected_on}))
    steps = STEPS if batch.level == "city" else STEPS[1:]
    names = [reached for _field, _most, reached in steps]
    for field, most, reached in steps[: names.index(status) + 1] if status in names else []:
        day = ledger.soon_after(day, most)
        where = {"handling_region": batch.region} if field == "transferred_on" else {}
        batch.steps.append((day, {"status": reached, field: day} | where))


def _advance(ledger, batches):
    """Write the planned steps, each with its row of history."""
    fields = [
        "status",
        "result_on",
        "failed_items",
        "report_number",
        "objected_on",
        "handling_region",
        *(field for field, _most, _status in STEPS),
    ]
    for nth in range(max(len(batch.steps) for batch in batches)):
        moving = [batch for batch in batches if len(batch.steps) > nth]
        for batch in moving:
            for name, value in batch.steps[nth][1].items():
                setattr(batch, name, value)
        ledger.rewrite(moving, fields, when=lambda batch, nth=nth: batch.steps[nth][0])
