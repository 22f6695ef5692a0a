"""Operations, visits, and the hazards that they found."""

from datetime import date, time, timedelta

from entities.models import EntityKind
from inspections.demo.ledger import START, TODAY
from inspections.models import (
    Answer,
    ChecklistVersion,
    Hazard,
    HazardCategory,
    HazardStatus,
    Inspection,
    InspectionStatus,
    Mode,
    Operation,
    Outcome,
    Rectification,
    Severity,
    Verdict,
)

CRACKDOWNS = 25  # figure crackdown_operations
JOINT_SUPERVISIONS = 9
CROSS_COUNTY = 2
VISITS = 817  # figure inspections: of producers, parts producers and sellers, led by market supervision
JOINT_OUTLETS = 176  # figure joint_outlets_visited, all of them among the 817
JOINT_REPAIR_SHOPS = 110  # figure joint_repair_shops_visited
CRACKDOWN_OUTLETS, CRACKDOWN_REPAIR_SHOPS = 3, 2  # visits in each crackdown
ROUTINE_REPAIR_SHOPS = 60
NOT_INSPECTED = 42
VOIDED = 3
LED_BY_FIRE = 10
HAZARDS = 154  # figure hazards_found
RECTIFIED = 118  # figure hazards_rectified
LEFT = {HazardStatus.OPEN: 20, HazardStatus.SUBMITTED: 8, HazardStatus.HANDED_OVER: 5, HazardStatus.ENDED: 3}
MODIFIED_OUTLETS, MODIFIED_REPAIR_SHOPS = 11, 15  # together figure illegal_modification_entities, 26
WITHDRAWN = 2
OTHER_REPAIR_HAZARDS = 30
LONG_AGO = date(2024, 12, 16)  # found before this day, a hazard has had time to be put right
SELF_CHECK_HAZARDS = 157  # figure self_check_hazards, all rectified
TRADE = (EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER, EntityKind.SELLER)
REASONS = {
    Outcome.CLOSED: "卷闸门关闭，邻居称外出", Outcome.NOT_FOUND: "登记地址查无此店", Outcome.WRONG_ADDRESS: "门牌号与登记不符",
    Outcome.CHANGED_TRADE: "已改营其他行业", Outcome.REFUSED: "负责人拒绝检查",
}  # fmt: skip


def load_operations(ledger, people):
    """Write the concentrated actions, crackdowns first."""
    plan = [(Operation.Kind.CRACKDOWN, CRACKDOWNS, "打击非法拼装改装集中检查行动", 2)]
    plan += [(Operation.Kind.JOINT_SUPERVISION, JOINT_SUPERVISIONS, "联合督导", 20)]
    plan += [(Operation.Kind.CROSS_COUNTY, CROSS_COUNTY, "交叉检查", 5)]
    operations = []
    for kind, count, name, days in plan:
        counties = sorted(c for c in people.managers if len(c) == 6)
        for number in range(count):
            code = "4311" if kind != Operation.Kind.CRACKDOWN else counties[number % len(counties)]
            lead = people.manager(code)
            starts = START + timedelta(days=19 + (245 - days - 19) * number // max(count, 1))
            operation = Operation(
                key=f"{kind.replace('_', '-')}-{number + 1:02d}", kind=kind, name=f"{name}第{number + 1}次（示例）",
                region=lead.unit.region, starts_on=starts, ends_on=starts + timedelta(days=days),
            )  # fmt: skip
            operations.append(ledger.signed(operation, by=lead, on=starts))
    ledger.write(operations)
    departments = ["market", "fire", "police", "urban"]
    ledger.link(
        Operation.departments.through,
        [{"operation_id": o.pk, "department_id": d} for o in operations for d in departments],
    )
    return operations


class Visits:
    """Collects the visits, then writes them and who was there."""

    def __init__(self, ledger, people):
        self.ledger, self.people = ledger, people
        self.rows, self.present = [], []
        self.checklists = {}

    def checklist(self, kind, day):
        """The version for that kind and its points on that day, looked up once a day."""
        if (kind, day) not in self.checklists:
            version = ChecklistVersion.objects.for_visit(kind, day)
            self.checklists[kind, day] = version, version.items_on(day, kind)
        return self.checklists[kind, day]

    def add(self, entity, day, *, officers=None, outcome=Outcome.INSPECTED, **values):
        """One visit, submitted unless told otherwise."""
        chance = self.ledger.chance
        officers = officers or self.people.pair(entity.region_id)
        hour = chance.randint(9, 16)
        visit = Inspection(
            **{
                "entity": entity, "entity_kind": entity.kind, "region": entity.region, "inspected_on": day,
                "started_at": time(hour, chance.choice([0, 10, 20])), "ended_at": time(hour, chance.choice([35, 45, 55])),
                "outcome": outcome, "certified_officers": len(officers), "status": InspectionStatus.SUBMITTED,
                "vehicles_checked": chance.randint(2, 30) if entity.kind in TRADE else 0,
            } | values
        )  # fmt: skip
        if outcome == Outcome.INSPECTED:
            visit.checklist_version, items = self.checklist(entity.kind, day)
            visit.answers = {
                item.code: Answer.NOT_APPLICABLE if chance.random() < 0.06 else Answer.PASS for item in items
            }
        else:
            visit.remarks, visit.vehicles_checked = REASONS[outcome], 0
        if outcome == Outcome.REFUSED:
            visit.refusal_reason, visit.refusal_witness = "称负责人不在", "社区网格员（示例）"
        self.ledger.signed(visit, by=officers[0], on=day)
        if visit.status == InspectionStatus.SUBMITTED:
            visit.submitted_at = visit.created_at
        self.rows.append(visit)
        self.present.append(officers)
        return visit

    def write(self):
        self.ledger.write(self.rows)
        self.ledger.link(
            Inspection.officers.through,
            [
                {"inspection_id": visit.pk, "officer_id": officer.pk}
                for visit, officers in zip(self.rows, self.present, strict=True)
                for officer in officers
            ],
        )
        return self.rows


def plan_visits(ledger, people, entities, operations):
    """All visits, not yet written: those that the figures count and those that they must not."""
    chance, visits = ledger.chance, Visits(ledger, people)
    trade = [e for e in entities if e.kind in TRADE]
    sellers = [e for e in trade if e.kind == EntityKind.SELLER]
    repair = [e for e in entities if e.kind == EntityKind.REPAIR_SHOP and e.is_open]
    joint = [o for o in operations if o.kind == Operation.Kind.JOINT_SUPERVISION]
    crackdowns = [o for o in operations if o.kind == Operation.Kind.CRACKDOWN]
    for shop in chance.sample(sellers, JOINT_OUTLETS) + chance.sample(repair, JOINT_REPAIR_SHOPS):
        operation = chance.choice(joint)
        visits.add(shop, _within(ledger, operation), operation=operation, mode=Mode.JOINT)
    counted = JOINT_OUTLETS
    for operation in crackdowns:
        here = [e for e in sellers if e.region_id == operation.region_id]
        here_repair = [e for e in repair if e.region_id == operation.region_id]
        shops = chance.sample(here, CRACKDOWN_OUTLETS)
        counted += len(shops)
        for shop in shops + chance.sample(here_repair, min(CRACKDOWN_REPAIR_SHOPS, len(here_repair))):
            visits.add(shop, _within(ledger, operation), operation=operation, mode=Mode.CRACKDOWN)
    for number in range(VISITS - counted):
        entity = trade[number % 16] if number < 48 else chance.choice(sellers)
        visits.add(entity, ledger.working_day())
    for shop in chance.choices(repair, k=ROUTINE_REPAIR_SHOPS):
        visits.add(shop, ledger.working_day())
    for number in range(NOT_INSPECTED):
        outcome = [Outcome.CLOSED, Outcome.CLOSED, Outcome.NOT_FOUND, Outcome.WRONG_ADDRESS, Outcome.CHANGED_TRADE][
            number % 5
        ]
        outcome = Outcome.REFUSED if number == 7 else outcome
        visits.add(chance.choice(sellers), ledger.working_day(), outcome=outcome)
    for shop in chance.sample(sellers, VOIDED):
        visits.add(shop, ledger.working_day(), status=InspectionStatus.VOIDED, void_reason="重复录入（示例）")
    for shop in chance.sample(sellers, LED_BY_FIRE):
        fire = people.by_name[f"fire{shop.region_id}"]
        officers = [fire, people.pair(shop.region_id)[0]]
        visits.add(shop, ledger.working_day(), officers=officers, mode=Mode.JOINT)
    inspector = people.by_name["inspector"]
    draft = next(e for e in sellers if e.region_id == inspector.unit.region_id)
    visits.add(
        draft, TODAY, officers=[inspector, people.inspectors["431103"][1]], status=InspectionStatus.DRAFT,
        draft_form={"inspected_on": TODAY.isoformat(), "remarks": "门店盘点中，下午再来"},
    )  # fmt: skip
    return visits


def _within(ledger, operation):
    day = operation.starts_on + timedelta(days=ledger.chance.randint(0, (operation.ends_on - operation.starts_on).days))
    return min(day, TODAY)


def plan_hazards(ledger, people, visits, checks):
    """The hazards, not yet written, of which exactly the published number is put right; their points fail in the answers."""
    findings = Findings(ledger, people)
    chance = ledger.chance
    counted = [v for v in visits if _counts(v)]
    joint = [v for v in visits if v.mode == Mode.JOINT and v.operation_id and v.outcome == Outcome.INSPECTED]
    outlets = [v for v in joint if v.entity_kind == EntityKind.SELLER]
    repair = [v for v in joint if v.entity_kind == EntityKind.REPAIR_SHOP]
    early = [v for v in counted if v.inspected_on < LONG_AGO]
    modified = chance.sample([v for v in outlets if v.inspected_on < LONG_AGO], MODIFIED_OUTLETS)
    ours = [findings.add(v, HazardStatus.RECTIFIED, category=HazardCategory.ILLEGAL_MODIFICATION) for v in modified]
    for visit in chance.choices(early, k=RECTIFIED - len(ours)):
        ours.append(findings.add(visit, HazardStatus.RECTIFIED))
    for visit, status in _unresolved(chance, counted):
        ours.append(findings.add(visit, status))
    for visit in chance.sample(early, WITHDRAWN):
        findings.add(visit, HazardStatus.WITHDRAWN)
    for visit in chance.sample([v for v in repair if v.inspected_on < LONG_AGO], MODIFIED_REPAIR_SHOPS):
        findings.add(visit, HazardStatus.RECTIFIED, category=HazardCategory.ILLEGAL_MODIFICATION)
    elsewhere = [v for v in visits if v.entity_kind == EntityKind.REPAIR_SHOP and v.inspected_on < date(2024, 12, 1)]
    for visit in chance.sample(elsewhere, OTHER_REPAIR_HAZARDS):
        findings.add(visit, HazardStatus.RECTIFIED, not_category=HazardCategory.ILLEGAL_MODIFICATION)
    declared = [c for c in checks if c.entity_kind in TRADE and c.checked_on < date(2024, 12, 1)]
    for check in chance.choices(declared, k=SELF_CHECK_HAZARDS):
        findings.add(check, HazardStatus.RECTIFIED)
    assert len(ours) == HAZARDS
    return findings


def _counts(visit):
    return (
        visit.status == InspectionStatus.SUBMITTED
        and visit.outcome == Outcome.INSPECTED
        and visit.entity_kind in TRADE
        and visit.unit.department_id == "market"
    )


def _unresolved(chance, counted):
    """Where the hazards not rectified were found: half of them long ago and overdue, half this month; a third in 冷水滩区."""
    old = [v for v in counted if date(2024, 10, 8) <= v.inspected_on <= date(2024, 12, 20)]
    new = [v for v in counted if v.inspected_on >= date(2025, 1, 6)]
    own = [v for v in counted if v.region_id == "431103" and v.inspected_on >= date(2024, 11, 1)]
    pools = [own, old, new]
    number = 0
    for status, count in LEFT.items():
        for _ in range(count):
            pool = old if status in (HazardStatus.HANDED_OVER, HazardStatus.ENDED) else pools[number % 3]
            number += 1
            yield chance.choice(pool), status


class Findings:
    """Collects hazards and writes them with their rectifications and verdicts."""

    def __init__(self, ledger, people):
        self.ledger, self.people = ledger, people
        self.hazards, self.ends, self.checklists = [], [], Visits(ledger, people)

    def add(self, source, status, *, category=None, not_category=None):
        """A hazard of a visit or a self-check that will end in that status."""
        chance, ledger = self.ledger.chance, self.ledger
        day = source.inspected_on if isinstance(source, Inspection) else source.checked_on
        _version, items = self.checklists.checklist(source.entity_kind, day)
        if getattr(source, "mode", None) == Mode.JOINT and not category:
            not_category = HazardCategory.ILLEGAL_MODIFICATION  # those of joint visits are planned one by one
        fitting = [i for i in items if (not category or i.category == category) and i.category != not_category]
        item = chance.choice(fitting)
        severity = item.severity
        if status in (HazardStatus.OPEN, HazardStatus.SUBMITTED) and day.year == 2025:
            severity = Severity.GENERAL  # found this month and not yet due
        hazard = Hazard(
            entity_id=source.entity_id, entity_kind=source.entity_kind, region_id=source.region_id,
            unit_id=source.unit_id, item=item, category=item.category, severity=severity,
            places=chance.choice([1, 1, 1, 2, 3]), description=chance.choice(item.suggestions or [item.text]),
            responsible_department_id="fire" if item.category == HazardCategory.FIRE else "market",
            found_on=day, deadline=ledger.campaign.deadline(severity, day),
        )  # fmt: skip
        if isinstance(source, Inspection):
            hazard.inspection = source
            source.answers[item.code] = Answer.FAIL
        else:
            hazard.self_check = source
        self.hazards.append(ledger.signed(hazard, by=source.created_by, on=day))
        self.ends.append(status)
        return hazard

    def write(self):
        ledger = self.ledger
        ledger.write(self.hazards)
        rejected, last = [], {}
        for hazard, end in zip(self.hazards, self.ends, strict=True):
            if end in (HazardStatus.RECTIFIED, HazardStatus.SUBMITTED):
                submitted = ledger.soon_after(hazard.found_on, 12)
                if end == HazardStatus.RECTIFIED and ledger.chance.random() < 0.08:
                    rejected.append(self._attempt(hazard, submitted, Verdict.REJECTED))
                    submitted = ledger.soon_after(rejected[-1].reviewed_on, 8)
                verdict = Verdict.ACCEPTED if end == HazardStatus.RECTIFIED else Verdict.PENDING
                last[hazard] = self._attempt(hazard, submitted, verdict)
        ledger.write(rejected)
        ledger.write(list(last.values()))
        changed = [h for h, end in zip(self.hazards, self.ends, strict=True) if end != HazardStatus.OPEN]
        for hazard, end in zip(self.hazards, self.ends, strict=True):
            hazard.status = end
            if end == HazardStatus.RECTIFIED:
                hazard.rectified_on = last[hazard].reviewed_on
                hazard.accepted_rectification = last[hazard]
            elif end == HazardStatus.HANDED_OVER:
                hazard.responsible_department_id, hazard.closing_note = "fire", "消防接收回执（示例）"
            elif end == HazardStatus.ENDED:
                hazard.closing_note = "门店已注销，附注销证明（示例）"
            elif end == HazardStatus.WITHDRAWN:
                hazard.closing_note = "现场复核，不属于隐患（示例）"
        ledger.rewrite(
            changed,
            ["status", "rectified_on", "accepted_rectification", "closing_note", "responsible_department"],
            when=lambda h: h.rectified_on or ledger.soon_after(h.found_on, 10),
        )
        return self.hazards

    def _attempt(self, hazard, day, verdict):
        attempt = Rectification(
            hazard=hazard, region_id=hazard.region_id, unit_id=hazard.unit_id, submitted_on=day, verdict=verdict,
            measures="已按要求整改，附整改后照片", on_the_spot=day == hazard.found_on,
        )  # fmt: skip
        if verdict != Verdict.PENDING:
            attempt.reviewer = self.people.manager(hazard.region_id)
            attempt.reviewed_on = self.ledger.soon_after(day, 5)
            attempt.comment = "台账仍不全" if verdict == Verdict.REJECTED else "复查合格"
        return self.ledger.signed(attempt, by=hazard.created_by, on=day)
