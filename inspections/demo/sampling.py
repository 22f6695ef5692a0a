"""Product batches at the laboratory, and what becomes of those that fail."""

from datetime import date

from entities.models import EntityKind
from inspections.models import SamplingBatch
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
                level=level, sampled_on=day,
            )  # fmt: skip
            batches.append(
                ledger.signed(batch, by=people.manager(entity.region_id if level == "county" else "4311"), on=day)
            )
            ends.append(status)
    ledger.write(batches)
    for batch, status in zip(batches, ends, strict=True):
        _finish(ledger, batch, status, people)
    _advance(ledger, batches)
    return batches


def _finish(ledger, batch, status, people):
    """Plan the later steps of one batch: a list of (day, values), written one after the other by `_advance`."""
    batch.steps = []
    if status == BatchStatus.SAMPLED:
        return
    day = ledger.soon_after(batch.sampled_on, 35, least=15)
    if status == BatchStatus.VOIDED:
        batch.steps.append((day, {"status": status}))
        return
    if status == BatchStatus.PASSED:
        batch.steps.append((day, {"status": status, "result_on": day}))
        return
    failed = {"result_on": day, "failed_items": ledger.chance.choice(FAILED_ITEMS)}
    batch.steps.append((day, {"status": BatchStatus.FAILED} | failed))
    if status == BatchStatus.OBJECTION:
        batch.steps.append((ledger.soon_after(day, 12), {"status": status}))
    steps = STEPS if batch.level == "city" else STEPS[1:]
    names = [reached for _field, _most, reached in steps]
    for field, most, reached in steps[: names.index(status) + 1] if status in names else []:
        day = ledger.soon_after(day, most)
        where = {"handling_region": batch.region} if field == "transferred_on" else {}
        batch.steps.append((day, {"status": reached, field: day} | where))


def _advance(ledger, batches):
    """Write the planned steps, each with its row of history."""
    fields = ["status", "result_on", "failed_items", "handling_region", *(field for field, _most, _status in STEPS)]
    for nth in range(max(len(batch.steps) for batch in batches)):
        moving = [batch for batch in batches if len(batch.steps) > nth]
        for batch in moving:
            for name, value in batch.steps[nth][1].items():
                setattr(batch, name, value)
        ledger.rewrite(moving, fields, when=lambda batch, nth=nth: batch.steps[nth][0])
