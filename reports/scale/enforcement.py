"""Cases with their steps, deadlines and penalties, and the batches from which some of them come."""

from datetime import timedelta
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType

from inspections.models import (
    BatchStatus,
    Case,
    CaseStatus,
    CaseStep,
    Cause,
    Deadline,
    DeadlineKind,
    DeadlineRule,
    Penalty,
    SamplingBatch,
)
from inspections.models.calendar import last_day
from reports.scale.days import TODAY
from reports.scale.words import BRANDS, MARK

B, C = BatchStatus, CaseStatus
BATCH_SHARES = [
    (B.PASSED, 780),
    (B.SAMPLED, 60),
    (B.HANDLED, 90),
    (B.ORDERED, 25),
    (B.TRANSFERRED, 25),
    (B.FAILED, 15),
    (B.VOIDED, 5),
]
LEVELS = ["national", "province", "city", "city", "county", "county", "county"]
FAILED_ITEMS = ["整车质量", "制动性能", "充电器保护", "反射器和照明", "电池组防火性能", "车速提示音"]
CASE_SHARES = [
    (C.CLOSED, 620), (C.DECIDED, 120), (C.INVESTIGATING, 110), (C.FILED, 60), (C.PROPOSED, 30), (C.NOT_FILED, 30), (C.POLICE, 8),
    (C.REVOKED, 7), (C.TRANSFERRED, 15),
]  # fmt: skip
FROM_VISITS, FROM_OPERATIONS = 0.82, 0.12  # the others from batches that failed
# What happens one after the other, within how many days.
WAY = [(C.FILED, 1, 14), (C.INVESTIGATING, 1, 3), (C.DECIDED, 25, 70), (C.CLOSED, 5, 18)]
LEAVES = {C.NOT_FILED: 0, C.POLICE: 2, C.REVOKED: 2, C.TRANSFERRED: 2}  # after so many of these steps
STEPS_OF = {C.PROPOSED: 0, C.FILED: 1, C.INVESTIGATING: 2, C.DECIDED: 3, C.CLOSED: 4} | LEAVES
CASES = [
    "id", "number", "entity_id", "entity_kind", "came_from", "inspection_id", "operation_id", "batch_id", "acted_on", "ground_id",
    "cause", "legal_basis", "status", "proposed_on", "filed_on", "decided_on", "closed_on", "police_on", "suspects",
    "transferred_to", "no_penalty", "goods_value", "region_id", "unit_id", "created_at", "changed_at", "created_by_id",
    "changed_by_id", "version",
]  # fmt: skip


def drawn_by(shares, number):
    """What of the shares, which make up a thousand, that number falls on."""
    for found, share in shares:
        if number < share:
            return found
        number -= share
    return shares[0][0]


class Batches:
    """Writes the batches; `failed` are those from which a case may come."""

    def __init__(self, register, campaign):
        self.register, self.campaign, self.failed = register, campaign, []

    def write(self, writer):
        names = [
            "id", "number", "entity_id", "entity_kind", "maker", "product", "model_name", "brand", "level", "sampled_on",
            "quantity", "report_number", "status", "result_on", "failed_items", "handling_region_id", "transferred_on",
            "ordered_on", "reinspected_on", "handled_on", "region_id", "unit_id", "created_at", "changed_at", "created_by_id",
            "changed_by_id",
        ]  # fmt: skip
        first = writer.next_pk(SamplingBatch)
        drawn = sorted(self._draw_trade() for _nth in range(self.register.places.size.batches))
        rows = (self._row(first + nth, *day_and_entity) for nth, day_and_entity in enumerate(drawn))
        writer.write(
            SamplingBatch, names, rows, campaign_id=self.campaign.pk, laboratory=f"示例检测中心{MARK}", version=2
        )

    def _draw_trade(self):
        while True:
            day, entity = self.register.draw_open()
            if self.register.kinds[entity] != "repair_shop":
                return day, entity

    def _row(self, pk, day_number, entity):
        register, chance, days = self.register, self.register.chance, self.register.days
        day, kind = days.all[day_number], register.kinds[entity]
        county = register.places.counties[register.county_of[entity]]
        status = drawn_by(BATCH_SHARES, chance.random() * 1000)
        ways = {
            B.SAMPLED: 0, B.VOIDED: 0, B.PASSED: 1, B.FAILED: 1, B.TRANSFERRED: 2, B.ORDERED: 3, B.REINSPECTED: 4, B.HANDLED: 5,
        }  # fmt: skip
        dates = []
        for least, most in [(12, 40), (2, 8), (1, 6), (12, 25), (1, 5)][: ways[status]]:
            after = days.later(dates[-1] if dates else day, least, most)
            if after is None:
                break
            dates.append(after)
        if len(dates) < ways[status]:  # not all of it has happened yet
            status = [B.SAMPLED, B.FAILED, B.TRANSFERRED, B.ORDERED, B.REINSPECTED][len(dates)]
        failed = FAILED_ITEMS[pk % len(FAILED_ITEMS)] if dates and status != B.PASSED else ""
        result_on, transferred_on, ordered_on, reinspected_on, handled_on = (dates + [None] * 5)[:5]
        if failed:
            self.failed.append((pk, entity, kind, county, result_on))
        at = days.moment(day)
        officer = county.inspector_ids[pk % len(county.inspector_ids)]
        brand = BRANDS[pk % len(BRANDS)]
        return (
            pk, f"GS{county.code}-{pk:07d}", register.first_pk + entity, kind, f"{brand[:2]}车业{MARK}",
            ["ebike", "battery", "charger"][pk % 3], f"{brand[:3]} TDT{100 + pk % 900}Z", brand, LEVELS[pk % len(LEVELS)], day,
            1 + pk % 3, f"示例检{pk:07d}" if dates else "", status, result_on, failed,
            county.code if transferred_on else None, transferred_on, ordered_on, reinspected_on, handled_on, county.code,
            county.unit_id, at, days.moment(dates[-1]) if dates else at, officer, officer,
        )  # fmt: skip


class Cases:
    """Writes the cases from visits, crackdowns and batches, each as far as it has come, with steps, deadlines and penalties."""

    def __init__(self, visits, batches, campaign):
        self.visits, self.batches, self.campaign = visits, batches, campaign
        self.days, self.chance = visits.days, visits.chance
        self.grounds = {cause.code: cause for cause in Cause.objects.filter(in_force_to=None)}
        self.steps, self.deadlines, self.penalties, self.present = [], [], [], []
        self._periods = {}

    def write(self, writer):
        first, same = writer.next_pk(Case), {"campaign_id": self.campaign.pk}
        self.first_penalty = writer.next_pk(Penalty)
        count = self.visits.places.size.cases
        visits = sorted(self.chance.sample(self.visits.counting, min(count, len(self.visits.counting))))
        rows = [self._row(first + nth, nth, visits) for nth in range(count)]  # before they are written: it reads rules
        writer.write(Case, CASES, rows, **same)
        writer.write(Case.officers.through, ["case_id", "officer_id"], self.present)
        placed = ["region_id", "unit_id", "created_at", "changed_at", "created_by_id", "changed_by_id"]
        writer.write(CaseStep, ["case_id", "kind", "taken_on", "number", *placed], self.steps, version=1, **same)
        writer.write(
            Penalty, ["case_id", "entity_kind", "kind", "amount", "goods_kind", "quantity", "goods_value", "number", "decided_on",
                      "paid_on", *placed], self.penalties, version=1, **same,
        )  # fmt: skip
        writer.write(
            Deadline, ["content_type_id", "object_id", "kind", "about", "officer_id", "starts_on", "days", "in_working_days",
                       "extension_days", "basis", "due_on", *placed], self.deadlines, version=1, **same,
        )  # fmt: skip

    def _origin(self, nth, visits):
        """(origin, visit, operation, batch, day, nth entity, kind, county)."""
        draw = self.chance.random()
        if draw >= FROM_VISITS + FROM_OPERATIONS and self.batches.failed:
            batch, entity, kind, county, day = self.batches.failed[int(self.chance.random() * len(self.batches.failed))]
            return "sampling", None, None, batch, day, entity, kind, county
        day, entity, kind, county = self.visits.of(visits[nth])
        if draw < FROM_OPERATIONS:
            return "operation", None, self.visits.operations[county.city][0], None, day, entity, kind, county
        return "inspection", self.visits.first_pk + visits[nth], None, None, day, entity, kind, county

    def _row(self, pk, nth, visits):
        origin, visit, operation, batch, day, entity, kind, county = self._origin(nth, visits)
        end = drawn_by(CASE_SHARES, self.chance.random() * 1000)
        taken, number = self._go(pk, county, day, end)
        if len(taken) < STEPS_OF[end]:
            end = WAY[len(taken) - 1][0] if taken else C.PROPOSED
        left_on = self.days.later(taken[-1] if taken else day, 5, 20) if end in LEAVES else None
        if end in LEAVES and left_on is None:
            end = WAY[len(taken) - 1][0] if taken else C.PROPOSED
        filed_on, _began_on, decided_on, closed_on = (taken + [None] * 4)[:4]
        last_on = left_on or (taken[-1] if taken else day)
        officer, at = county.inspector_ids[entity % len(county.inspector_ids)], self.days.moment(day, 2)
        changed_at = self.days.moment(last_on, 40)
        manager = county.manager_id
        place = (county.code, county.unit_id, at, changed_at, officer, manager)
        if left_on:
            self.steps.append((pk, end, left_on, "", *self._placed(county, left_on, manager)))
        no_penalty = decided_on is not None and pk % 25 == 0
        if decided_on and not no_penalty:
            self._punish(pk, kind, county, number, decided_on, closed_on)
        self._wait(pk, end, county, day, filed_on, number, officer)
        self.present += [(pk, county.inspector_ids[entity % len(county.inspector_ids)]), (pk, manager)]
        ground = self._ground(kind, operation, nth)
        is_moved = bool(taken or left_on)
        return (
            pk, number, self.visits.register.first_pk + entity, kind, origin, visit, operation, batch, day, ground.pk, ground.name,
            ground.articles, end, day, filed_on, decided_on, closed_on, left_on if end == C.POLICE else None,
            1 + pk % 3 if end == C.POLICE else 0, "示例市公安局（示例）" if end == C.TRANSFERRED else "", no_penalty,
            Decimal(500 + 100 * (pk % 400)) if filed_on else None, *place[:5], manager if is_moved else officer,
            2 if is_moved else 1,
        )  # fmt: skip

    def _placed(self, county, day, by):
        at = self.days.moment(day, 38)
        return county.code, county.unit_id, at, at, by, by

    def _go(self, pk, county, day, end):
        """The days of its steps as far as they have come, and its number once it is filed."""
        taken, number = [], ""
        for status, least, most in WAY[: STEPS_OF[end]]:
            day = self.days.later(day, least, most)
            if day is None:
                break
            taken.append(day)
            if status == C.FILED:
                number = county.number("案", day.year)
            paper = number if status in (C.FILED, C.DECIDED) else ""
            self.steps.append((pk, status, day, paper, *self._placed(county, day, county.manager_id)))
        return taken, number

    def _ground(self, kind, operation, nth):
        if operation:
            return self.grounds["GZ-01"]
        codes = {
            "repair_shop": ["FW-01", "GZ-01"],
            "producer": ["SC-01", "SC-02"],
            "parts_producer": ["SC-01", "SC-02"],
        }
        known = codes.get(kind, ["XS-01", "XS-02", "RZ-01"])
        return self.grounds[known[nth % len(known)]]

    def _punish(self, pk, kind, county, number, decided_on, closed_on):
        """A fine or a warning, and goods beside two fines in five."""
        chance, placed = self.chance, self._placed(county, decided_on, county.manager_id)
        number = number.replace("案", "罚")
        fined = chance.random() < 0.9
        amount = Decimal(200 + 100 * int(chance.expovariate(1 / 25))) if fined else None
        paid_on = closed_on if fined else None
        self.penalties.append(
            (pk, kind, "fine" if fined else "warning", amount, "", None, None, number, decided_on, paid_on, *placed)
        )
        if chance.random() < 0.4:
            quantity = 1 + int(chance.random() * 6)
            value = Decimal(quantity * 1800)
            self.penalties.append(
                (pk, kind, "goods", None, "ebike", quantity, value, number, decided_on, None, *placed)
            )

    def _wait(self, pk, end, county, day, filed_on, number, officer):
        """The period that runs for a case that is not at its end: for its filing, or for its decision."""
        kind, begins = {
            C.PROPOSED: (DeadlineKind.FILING, day), C.FILED: (DeadlineKind.DECISION, filed_on),
            C.INVESTIGATING: (DeadlineKind.DECISION, filed_on), C.DECIDED: (DeadlineKind.CLOSING, filed_on),
        }.get(end, ("", None))  # fmt: skip
        if not kind:
            return
        if (kind, begins) not in self._periods:
            rule = DeadlineRule.objects.in_force(kind, begins)
            due_on = last_day(begins, rule.days, in_working_days=rule.in_working_days)
            self._periods[kind, begins] = (rule.days, rule.in_working_days, rule.extension_days, rule.basis, due_on)
        self.deadlines.append(
            (ContentType.objects.get_for_model(Case).pk, pk, kind, number or "示例案件", officer, begins,
             *self._periods[kind, begins], *self._placed(county, min(begins, TODAY - timedelta(days=1)), officer))
        )  # fmt: skip
