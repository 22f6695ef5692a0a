"""What several offices owe each other: hazards handed over, scope lent, things to do out of meetings; and what entities do."""

from datetime import timedelta
from random import Random

from entities.models import EntityKind, Grant, Unit
from inspections.demo.ledger import TODAY
from inspections.models import (
    Assignment,
    Case,
    CoordinationEvent,
    Duty,
    Exposure,
    Handover,
    Hazard,
    JointTeam,
    Operation,
    OutreachEvent,
    SamplingBatch,
)

DUTIES = [
    (Duty.Kind.PLEDGE, 60), (Duty.Kind.DIRECTOR, 24), (Duty.Kind.OFFICER, 38), (Duty.Kind.DISPATCH, 45), (Duty.Kind.EXAM, 9),
]  # fmt: skip
THINGS_TO_DO = [
    "排查“三合一”场所并报送清单（示例）",
    "核实线上销售主体的实际经营地址（示例）",
    "汇总本月案件办理情况（示例）",
]
EVENTS = [
    ("street", "电动自行车安全宣传进社区（示例）", 160), ("school", "平安骑行进校园（示例）", 420),
    ("enterprise", "质量安全主体责任宣讲（示例）", 75), ("media", "“3·15”专题节目（示例）", 0),
    ("street", "以旧换新政策宣传日（示例）", 230), ("school", "消防安全开放日（示例）", 310),
]  # fmt: skip


def load_together(ledger, people, entities):
    """Handovers, lent scope, assignments, events and duties; by chances of their own, so that all else stays as it was."""
    chance = Random(20250120)
    _handovers(ledger)
    _lend(ledger)
    _assignments(ledger, people)
    _outreach(ledger, people, chance)
    _duties(ledger, people, entities, chance)
    _exposed(ledger)


def _handovers(ledger):
    rows = []
    handed = Hazard.objects.handed_over().select_related("changed_by").order_by("pk")
    for number, hazard in enumerate(handed, start=1):
        day = hazard.changed_at.date()
        handover = Handover(
            hazard=hazard, department_id=hazard.responsible_department_id, handed_on=day, note=hazard.closing_note,
            region_id=hazard.region_id, unit_id=hazard.unit_id,
        )  # fmt: skip
        if number % 3:
            handover.acknowledged_on, handover.receipt = day, f"消接〔{day.year}〕{number:02d}号（示例）"
        rows.append(ledger.signed(handover, by=hazard.changed_by, on=day))
    ledger.write(rows)


def _lend(ledger):
    """The officers of operations across county lines see what the operation finds, on its days."""
    teams = list(JointTeam.objects.order_by("pk")[:9])
    joint = Operation.objects.exclude(kind=Operation.Kind.CRACKDOWN).order_by("pk")
    ledger.link(
        Operation.teams.through,
        [{"operation_id": o.pk, "jointteam_id": teams[n % len(teams)].pk} for n, o in enumerate(joint)],
    )
    for operation in joint.prefetch_related("officers"):
        for officer in operation.officers.all():
            grant = Grant(
                officer=officer, kind=Grant.Kind.LENT, region_id=operation.region_id, operation_key=operation.key,
                starts_on=operation.starts_on, ends_on=operation.ends_on,
            )  # fmt: skip
            grant._history_user = operation.created_by
            grant.save()


def _assignments(ledger, people):
    """Out of each meeting and consultation something for a county to do; the last ones are still open, one is late."""
    counties = people.counties()
    kinds = [CoordinationEvent.Kind.MEETING, CoordinationEvent.Kind.CONSULTATION]
    rows, ends = [], []
    for number, event in enumerate(CoordinationEvent.objects.filter(kind__in=kinds).order_by("held_on", "pk")):
        unit = Unit.objects.get(code=counties[number % len(counties)])
        due = ledger.open_from(event.held_on + timedelta(days=14 if number % 4 else 24))
        assignment = Assignment(
            event=event, what=THINGS_TO_DO[number % len(THINGS_TO_DO)], to_unit=unit, to_officer=people.manager(unit.code),
            given_on=event.held_on, due_on=due, region=event.region,
        )  # fmt: skip
        rows.append(ledger.signed(assignment, by=people.clerk, on=event.held_on))
    given = TODAY - timedelta(days=14)
    instruction = CoordinationEvent(
        kind=CoordinationEvent.Kind.INSTRUCTION, title="请抓紧补齐短板，按期报结果（示例）", held_on=given,
        number="示例批示〔2025〕1号", region=people.clerk.unit.region,
    )  # fmt: skip
    ledger.write([ledger.signed(instruction, by=people.clerk, on=given)])
    for kind, due in [
        ("本周内补报案件台账（示例）", TODAY + timedelta(days=3)),
        ("整改“回头看”情况报告（示例）", TODAY - timedelta(days=5)),
    ]:
        unit = Unit.objects.get(code="431103")
        assignment = Assignment(
            event=instruction, what=kind, to_unit=unit, to_officer=people.manager("431103"), given_on=given, due_on=due,
            region=people.clerk.unit.region,
        )  # fmt: skip
        rows.append(ledger.signed(assignment, by=people.clerk, on=given))
        ends.append(assignment)
    ledger.write(rows)
    done = [row for row in rows if row not in ends]
    for row in done:
        row.status, row.reported_on, row.feedback = Assignment.Status.REPORTED, row.due_on, "已按要求完成并报送（示例）"
    ledger.rewrite(
        done, ["status", "reported_on", "feedback"], when=lambda row: row.due_on, by=lambda row: row.to_officer
    )
    for row in done:
        row.status, row.done_on = Assignment.Status.DONE, row.due_on
    ledger.rewrite(done, ["status", "done_on"], when=lambda row: row.due_on, by=lambda _row: people.clerk)


def _outreach(ledger, people, chance):
    rows = []
    for number, (kind, title, participants) in enumerate(EVENTS):
        day = ledger.open_from(TODAY - timedelta(days=210 - 30 * number + chance.randint(0, 6)))
        event = OutreachEvent(
            kind=kind, title=title, held_on=day, participants=participants, region=people.clerk.unit.region
        )
        rows.append(ledger.signed(event, by=people.clerk, on=day))
    ledger.write(rows)


def _duties(ledger, people, entities, chance):
    traders = [e for e in entities if e.is_open and e.kind in (EntityKind.PRODUCER, EntityKind.SELLER)]
    rows = []
    for kind, count in DUTIES:
        for entity in chance.sample(traders, count):
            day = ledger.open_from(TODAY - timedelta(days=chance.randint(20, 230)))
            person = entity.contact or "示例人员"
            duty = Duty(
                kind=kind,
                entity=entity,
                entity_kind=entity.kind,
                region_id=entity.region_id,
                done_on=day,
                person=person,
            )
            rows.append(ledger.signed(duty, by=people.manager(entity.region_id), on=day))
    ledger.write(rows)


def _exposed(ledger):
    """The typical cases behind the exposures, and the failed batches made public with them."""
    exposures = Exposure.objects.filter(kind=Exposure.Kind.CASE).order_by("pk")
    cases = list(Case.objects.filter(closed_on__isnull=False).order_by("pk")[: len(exposures)])
    batches = list(SamplingBatch.objects.counted().failed().order_by("pk")[: len(exposures)])
    ledger.link(
        Exposure.cases.through,
        [{"exposure_id": e.pk, "case_id": c.pk} for e, c in zip(exposures, cases, strict=False)],
    )
    ledger.link(
        Exposure.batches.through,
        [{"exposure_id": e.pk, "samplingbatch_id": b.pk} for e, b in zip(exposures, batches, strict=False)],
    )
