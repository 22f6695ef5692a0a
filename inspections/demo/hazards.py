"""What visits, self-checks and leads found, and how it was put right."""

from datetime import date, timedelta

from entities.models import EntityKind, EntityState
from inspections.demo.ledger import TODAY
from inspections.demo.register import TRADE
from inspections.demo.visits import counts
from inspections.models import (
    Answer,
    Hazard,
    HazardCategory,
    HazardStatus,
    Inspection,
    Lead,
    Mode,
    Operation,
    Outcome,
    Rectification,
    SelfCheck,
    Severity,
    Verdict,
)

HAZARDS = 154  # figure hazards_found
RECTIFIED = 118  # figure hazards_rectified
LEFT = {HazardStatus.OPEN: 20, HazardStatus.SUBMITTED: 8, HazardStatus.HANDED_OVER: 5, HazardStatus.ENDED: 3}
EXTENDED = 3  # of the open ones: more time, with a reason
# Places with an illegal modification found by a joint supervision: 26, figure illegal_modification_entities. Some have two.
MODIFIED_OUTLETS, MODIFIED_REPAIR_SHOPS, TWICE = 11, 15, 2
SELF_CHECK_HAZARDS = 157  # figure self_check_hazards, all of them rectified
# What the figures must not count:
WITHDRAWN = 2
OTHER_REPAIR_HAZARDS = 30
OF_FIRE_VISITS = 4
LONG_AGO = date(2025, 1, 8)  # found before this day, a hazard has had time to be put right
NOT_YET_DUE = date(2024, 12, 30)  # a general hazard found from this day on is due today or later
WEIGHTS = {Severity.GENERAL: 5, Severity.SERIOUS: 3, Severity.MAJOR: 2}
MODIFICATION = HazardCategory.ILLEGAL_MODIFICATION
MEASURES = {
    HazardCategory.ILLEGAL_MODIFICATION: "已拆除改装部件，恢复出厂状态，店员重新培训（示例）",
    HazardCategory.FIRE: "已清理充电点，更换灭火器，通道已腾空（示例）",
    HazardCategory.PURCHASE: "已补齐进货票据并建立台账（示例）",
    HazardCategory.CONFORMITY: "不符合车辆已下架并退回供货商（示例）",
    HazardCategory.RESPONSIBILITY: "已完善制度并补做日管控记录（示例）",
}
NOTES = {
    HazardStatus.HANDED_OVER: "消防救援机构接收回执（示例）", HazardStatus.ENDED: "门店已注销，附注销证明（示例）",
    HazardStatus.WITHDRAWN: "现场复核，不属于隐患（示例）",
}  # fmt: skip


def plan_hazards(ledger, people, visits, checks, leads):
    """The hazards, not yet written, of which exactly the published number is put right; their points fail in the answers."""
    chance, findings = ledger.chance, Findings(ledger, people)
    # At a place that is gone nothing is put right any more.
    there = [v for v in visits.rows if v.entity not in visits.gone]
    counted = [v for v in there if counts(v)]
    early = [v for v in counted if v.inspected_on < LONG_AGO]
    joint = [v for v in there if _is_joint(v) and v.inspected_on < LONG_AGO]

    modified = _of_different_places(chance, [v for v in joint if v.entity_kind == EntityKind.SELLER], MODIFIED_OUTLETS)
    ours = [findings.add(v, HazardStatus.RECTIFIED, category=MODIFICATION) for v in modified + modified[:TWICE]]
    for visit in chance.choices(early, k=RECTIFIED - len(ours)):
        ours.append(findings.add(visit, HazardStatus.RECTIFIED))
    for visit, status, values in _unresolved(chance, counted, visits):
        ours.append(findings.add(visit, status, **values))
    assert len(ours) == HAZARDS
    for visit in chance.sample(early, WITHDRAWN):
        findings.add(visit, HazardStatus.WITHDRAWN)
    without = [v for v in joint if v not in modified and v.entity_kind == EntityKind.SELLER]
    findings.add(chance.choice(without), HazardStatus.WITHDRAWN, category=MODIFICATION)

    shops = _of_different_places(
        chance, [v for v in joint if v.entity_kind == EntityKind.REPAIR_SHOP], MODIFIED_REPAIR_SHOPS
    )
    for visit in shops + shops[:TWICE]:
        findings.add(visit, HazardStatus.RECTIFIED, category=MODIFICATION)
    elsewhere = [v for v in there if v.entity_kind == EntityKind.REPAIR_SHOP and v.inspected_on < LONG_AGO]
    for visit in chance.sample(elsewhere, OTHER_REPAIR_HAZARDS):
        findings.add(visit, HazardStatus.RECTIFIED, other_than=MODIFICATION)
    led_by_fire = [v for v in there if v.unit.department_id == "fire" and v.inspected_on < LONG_AGO]
    for visit in led_by_fire[:OF_FIRE_VISITS]:
        findings.add(visit, HazardStatus.RECTIFIED, category=HazardCategory.FIRE)
    for visit in [v for v in there if getattr(v, "is_double", False)][:1]:
        findings.add(visit, HazardStatus.OPEN)
    declared = [c for c in checks if c.entity_kind in TRADE and c.checked_on < LONG_AGO and c.entity not in visits.gone]
    for check in chance.choices(declared, k=SELF_CHECK_HAZARDS):
        findings.add(check, HazardStatus.RECTIFIED)
    for lead in [lead for lead in leads if lead.received_on < LONG_AGO and lead.entity_kind == EntityKind.SELLER][:3]:
        findings.add(lead, HazardStatus.RECTIFIED, category=MODIFICATION)
    return findings


def _is_joint(visit):
    operation = visit.operation
    return bool(operation) and operation.kind == Operation.Kind.JOINT_SUPERVISION and visit.outcome == Outcome.INSPECTED


def _of_different_places(chance, visits, count):
    """One visit each of so many places."""
    return chance.sample(list({visit.entity: visit for visit in visits}.values()), count)


def _unresolved(chance, counted, visits):
    """Where the hazards not rectified were found: some long ago and overdue, some this month; a third in 冷水滩区."""
    old = [v for v in counted if date(2024, 10, 8) <= v.inspected_on <= date(2024, 12, 20)]
    new = [v for v in counted if v.inspected_on >= NOT_YET_DUE]
    gone = [
        v
        for v in visits.rows
        if v.outcome == Outcome.INSPECTED and visits.gone.get(v.entity, [""])[0] == EntityState.CLOSED
    ]
    number = 0
    for status, count in LEFT.items():
        for nth in range(count):
            if status == HazardStatus.ENDED:
                yield gone[nth % len(gone)], status, {}
            elif status == HazardStatus.HANDED_OVER:
                yield chance.choice(old), status, {"category": HazardCategory.FIRE}
            else:
                pool, values = (old, {}) if number % 2 else (new, {"severity": Severity.GENERAL})
                own = [v for v in pool if v.region_id == "431103"]
                yield chance.choice(own if number % 6 < 2 else pool), status, values
                number += 1


class Findings:
    """Collects hazards and writes them with their rectifications and verdicts, one row of history for each step."""

    def __init__(self, ledger, people):
        self.ledger, self.people = ledger, people
        self.hazards = []

    def add(self, source, end, *, category=None, other_than=None, severity=None):
        """A hazard of a visit, a self-check or a lead that will end in that status."""
        chance, day = self.ledger.chance, getattr(source, source.date_field)
        _version, items = self.ledger.checklist(source.entity_kind, day)
        if getattr(source, "mode", None) == Mode.JOINT and not category:
            other_than = MODIFICATION  # those of joint visits are planned one by one
        answers = getattr(source, "answers", {})
        fitting = [
            i for i in items
            if (not category or i.category == category) and i.category != other_than and answers.get(i.code) != Answer.FAIL
        ]  # fmt: skip
        item = chance.choices(fitting, [WEIGHTS[i.severity] for i in fitting])[0]
        severity = severity or item.severity
        places, wrong = chance.choice([1, 1, 1, 2, 3]), chance.choice(item.suggestions or [item.text])
        hazard = Hazard(
            entity_id=source.entity_id, entity_kind=source.entity_kind, region_id=source.region_id,
            unit_id=source.unit_id, item=item, category=item.category, severity=severity, places=places,
            description=wrong if places == 1 else f"{wrong}（{places}处）",
            responsible_department_id="fire" if item.category == HazardCategory.FIRE else "market",
            found_on=day, deadline=self.ledger.deadline(severity, day), **{SOURCES[type(source)]: source},
        )  # fmt: skip
        if answers:
            answers[item.code] = Answer.FAIL
        hazard.end = end
        at = source.created_at if isinstance(source, Inspection) else None
        self.hazards.append(self.ledger.signed(hazard, by=source.created_by, on=day, at=at))
        return hazard

    def write(self):
        ledger, chance = self.ledger, self.ledger.chance
        ledger.write(self.hazards)
        put_right = [h for h in self.hazards if h.end in (HazardStatus.RECTIFIED, HazardStatus.SUBMITTED)]
        refused_first = [h for h in put_right if h.end == HazardStatus.RECTIFIED and chance.random() < 0.08]
        for hazard in put_right:
            hazard.tried_on = hazard.found_on if chance.random() < 0.12 else ledger.soon_after(hazard.found_on, 12)
        self._submit(refused_first)
        self._reject(refused_first)
        self._submit(put_right)
        self._accept([h for h in put_right if h.end == HazardStatus.RECTIFIED])
        self._close([h for h in self.hazards if h.end in NOTES])
        self._extend([h for h in self.hazards if h.end == HazardStatus.OPEN and h.deadline < TODAY][:EXTENDED])
        return self.hazards

    def _submit(self, hazards):
        """An attempt to put each of them right, on the day planned for it."""
        for hazard in hazards:
            hazard.attempt = Rectification(
                hazard=hazard, region_id=hazard.region_id, unit_id=hazard.unit_id, submitted_on=hazard.tried_on,
                measures=MEASURES.get(hazard.category, "已按要求整改，附整改后照片（示例）"),
                on_the_spot=hazard.tried_on == hazard.found_on,
            )  # fmt: skip
            at = max(self.ledger.at(hazard.tried_on), hazard.changed_at + timedelta(minutes=5))
            self.ledger.signed(hazard.attempt, by=hazard.created_by, on=hazard.tried_on, at=at)
            hazard.status = HazardStatus.SUBMITTED
        self.ledger.write([hazard.attempt for hazard in hazards])
        self.ledger.rewrite(hazards, ["status"], when=lambda h: h.tried_on, by=lambda h: h.created_by)

    def _judge(self, hazards, verdict, comment):
        """The verdict on the last attempt of each."""
        for hazard in hazards:
            attempt = hazard.attempt
            attempt.verdict, attempt.comment, attempt.reviewer = verdict, comment, self.people.reviewer(hazard)
            attempt.reviewed_on = (
                attempt.submitted_on if attempt.on_the_spot else self.ledger.soon_after(attempt.submitted_on, 5)
            )
        self.ledger.rewrite(
            [hazard.attempt for hazard in hazards], ["verdict", "comment", "reviewer", "reviewed_on"],
            when=lambda a: a.reviewed_on, by=lambda a: a.reviewer,
        )  # fmt: skip

    def _reject(self, hazards):
        self._judge(hazards, Verdict.REJECTED, "台账仍不全，限期再改（示例）")
        for hazard in hazards:
            day = hazard.attempt.reviewed_on
            hazard.status, hazard.deadline = HazardStatus.OPEN, self.ledger.deadline(hazard.severity, day)
            hazard.tried_on = self.ledger.soon_after(day, 8)
        self._follow(hazards, ["status", "deadline"])

    def _accept(self, hazards):
        self._judge(hazards, Verdict.ACCEPTED, "复查合格（示例）")
        for hazard in hazards:
            hazard.status, hazard.rectified_on = HazardStatus.RECTIFIED, hazard.attempt.reviewed_on
            hazard.accepted_rectification = hazard.attempt
        self._follow(hazards, ["status", "rectified_on", "accepted_rectification"])

    def _follow(self, hazards, fields):
        """Write what the verdict means for the hazard, in the reviewer's name."""
        self.ledger.rewrite(hazards, fields, when=lambda h: h.attempt.reviewed_on, by=lambda h: h.attempt.reviewer)

    def _close(self, hazards):
        """Hand over, end or withdraw, with the note that says why."""
        for hazard in hazards:
            hazard.status, hazard.closing_note = hazard.end, NOTES[hazard.end]
            if hazard.end == HazardStatus.HANDED_OVER:
                hazard.responsible_department_id = "fire"
        self.ledger.rewrite(
            hazards, ["status", "closing_note", "responsible_department"],
            when=lambda h: self.ledger.soon_after(h.found_on, 38, least=32) if h.end == HazardStatus.ENDED
            else self.ledger.soon_after(h.found_on, 8),
            by=lambda h: self.people.manager(h.region_id),
        )  # fmt: skip

    def _extend(self, hazards):
        for hazard in hazards:
            hazard.deadline = self.ledger.open_from(TODAY + timedelta(days=self.ledger.chance.randint(2, 10)))
        self.ledger.rewrite(
            hazards, ["deadline"], when=lambda h: self.ledger.soon_after(h.found_on, 12, least=8),
            by=lambda h: self.people.manager(h.region_id), why=lambda h: "供货商换件需要时间，同意延期（示例）",
        )  # fmt: skip


SOURCES = {Inspection: "inspection", SelfCheck: "self_check", Lead: "lead"}
