"""The visits: most entities none or one, a few very many; numbered in the order of their days, as they would have come in."""

from itertools import accumulate

from inspections.models import Inspection, InspectionStatus, Mode, Operation, Outcome, Signing
from reports.scale.answers import MOST_FAILED, Answered
from reports.scale.days import START, TODAY
from reports.scale.register import KIND_OF

EVERY_SO_MANY_A_MAGNET = 4_000  # one entity in so many is visited again and again
MAGNET = 260
NOT_INSPECTED = [
    Outcome.CLOSED,
    Outcome.CLOSED,
    Outcome.NOT_FOUND,
    Outcome.WRONG_ADDRESS,
    Outcome.CHANGED_TRADE,
    Outcome.REFUSED,
]
COUNTS, MISSED, VOIDED, WAITING, DRAFT = range(5)
# Of a thousand visits: in vain, voided, waiting to be confirmed, still a draft.
SHARES = [(MISSED, 32), (VOIDED, 6), (WAITING, 1), (DRAFT, 3)]
NAMES = [
    "id", "client_uuid", "entity_id", "entity_kind", "inspected_on", "mode", "outcome", "operation_id", "certified_officers",
    "vehicles_checked", "checklist_version_id", "answers", "record_number", "signing", "status", "submitted_at", "void_reason",
    "region_id", "unit_id", "created_at", "changed_at", "created_by_id", "changed_by_id", "version",
]  # fmt: skip


class Visits:
    """Writes the visits and who was there; `failed[nth]` tells how many points failed at each that counts."""

    def __init__(self, register):
        self.register, self.places = register, register.places
        self.days, self.chance = register.days, register.chance
        self.operations, self.first_pk = {}, 0
        self.drawn, self.state = self._draw()
        self.counting = [nth for nth, state in enumerate(self.state) if state == COUNTS]
        self.failed = self._spread_hazards()
        self.answered = Answered(self.chance, KIND_OF)
        self.findings = []  # (nth visit, its failed points)

    def _draw(self):
        """(day, entity) of each in the order of days, and how it stands."""
        chance, register = self.chance, self.register
        weights = [chance.lognormvariate(0, 1.1) for _kind in register.kinds]
        for nth in range(0, len(weights), EVERY_SO_MANY_A_MAGNET):
            weights[nth + chance.randrange(min(EVERY_SO_MANY_A_MAGNET, len(weights) - nth))] = MAGNET
        count = self.places.size.inspections
        entities = chance.choices(range(len(weights)), cum_weights=list(accumulate(weights)), k=count)
        drawn = sorted((self.days.draw(), nth) for nth in entities)
        state = bytearray(count)
        for nth, (day, entity) in enumerate(drawn):
            if register.is_gone(entity, self.days.all[day]):
                state[nth] = MISSED
            else:
                draw = chance.random() * 1000
                for kind, share in SHARES:
                    if draw < share:
                        state[nth] = kind
                        break
                    draw -= share
        return drawn, state

    def _spread_hazards(self):
        failed, size = bytearray(len(self.drawn)), self.places.size
        left = size.hazards - size.hazards_of_self_checks
        while left:
            nth = self.counting[int(self.chance.random() * len(self.counting))]
            if failed[nth] < MOST_FAILED:
                failed[nth] += 1
                left -= 1
        return failed

    def of(self, nth):
        """What a record of that visit copies: (day, nth entity, kind, county)."""
        day, entity = self.drawn[nth]
        register = self.register
        return self.days.all[day], entity, register.kinds[entity], self.places.counties[register.county_of[entity]]

    def pair(self, nth):
        """The two inspectors of a visit: always the same for the same visit."""
        _day, entity = self.drawn[nth]
        inspectors = self.places.counties[self.register.county_of[entity]].inspector_ids
        first = (entity * 7 + nth) % len(inspectors)
        return inspectors[first], inspectors[(first + 1 + nth % (len(inspectors) - 1)) % len(inspectors)]

    def write(self, writer, campaign):
        self._write_operations(writer, campaign)
        self.first_pk = writer.next_pk(Inspection)
        writer.write(Inspection, NAMES, self._rows(), campaign_id=campaign.pk)
        present = ((self.first_pk + nth, officer) for nth in range(len(self.drawn)) for officer in self.pair(nth))
        writer.write(Inspection.officers.through, ["inspection_id", "officer_id"], present)

    def _write_operations(self, writer, campaign):
        """Two crackdowns and one joint supervision of each city, under way all the time."""
        first, rows = writer.next_pk(Operation), []
        kinds = [
            ("crackdown", "非法拼装改装集中打击"),
            ("crackdown", "销售环节集中打击"),
            ("joint_supervision", "联合督导"),
        ]
        at = self.days.moment(START, 0)
        for city in sorted({county.city for county in self.places.counties}):
            manager = next(county.manager_id for county in self.places.counties if county.city == city)
            self.operations[city] = [first + len(rows) + nth for nth in range(len(kinds))]
            for number, (kind, name) in enumerate(kinds):
                rows.append(
                    (f"scale-{city}-{number}", kind, f"{self.places.names[city]}{name}（示例）", city,
                     self.places.unit_of[city], manager, manager)
                )  # fmt: skip
        writer.write(
            Operation, ["key", "kind", "name", "region_id", "unit_id", "created_by_id", "changed_by_id"], rows,
            campaign_id=campaign.pk, starts_on=START, ends_on=TODAY, created_at=at, changed_at=at, version=1,
        )  # fmt: skip

    def _rows(self):
        random, answered = self.chance.random, self.answered
        for nth, state in enumerate(self.state):
            day, entity, kind, county = self.of(nth)
            by, _other = self.pair(nth)
            at = self.days.moment(day)
            outcome, mode, operation = Outcome.INSPECTED, Mode.ROUTINE, None
            version, answers, vehicles = None, {}, 0
            if state == MISSED:
                outcome = NOT_INSPECTED[int(random() * len(NOT_INSPECTED))]
            else:
                version, answers, failing = answered.draw(kind, day, self.failed[nth])
                if failing:
                    self.findings.append((nth, failing))
                if kind == "seller":
                    vehicles = int(random() * 30)
                draw = random()
                if draw < 0.06:
                    mode, operation = Mode.CRACKDOWN, self.operations[county.city][nth % 2]
                elif draw < 0.09:
                    mode, operation = Mode.JOINT, self.operations[county.city][2]
                elif draw < 0.1:
                    mode = Mode.CROSS_COUNTY
            status, submitted_at, reason, number, signing = InspectionStatus.SUBMITTED, at, "", "", ""
            if state == DRAFT:
                status, submitted_at = InspectionStatus.DRAFT, None
            elif state == WAITING:
                status, submitted_at = InspectionStatus.AWAITING_CONFIRMATION, None
            elif outcome == Outcome.INSPECTED:
                number, signing = county.number("检", day.year), Signing.PAPER
            if state == VOIDED:
                status, reason = InspectionStatus.VOIDED, "重复录入（示例）"
            yield (
                self.first_pk + nth, f"{self.chance.getrandbits(128):032x}", self.register.first_pk + entity, kind, day, mode,
                outcome, operation, 2, vehicles, version, answers, number, signing, status, submitted_at, reason, county.code,
                county.unit_id, at, at, by, county.manager_id if reason else by, 2 if reason else 1,
            )  # fmt: skip
