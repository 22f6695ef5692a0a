"""The visits: those that the figures count, and those that they must not."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from entities.models import EntityKind, EntityState
from inspections.demo.ledger import TODAY
from inspections.demo.register import TRADE, closing_repair_shops
from inspections.models import Answer, Inspection, InspectionStatus, Mode, Operation, Outcome

VISITS = 817  # figure inspections: of producers, parts producers and sellers, led by market supervision
JOINT_OUTLETS, JOINT_OUTLETS_AGAIN = 176, 8  # figure joint_outlets_visited counts each place once; all are visits
JOINT_REPAIR_SHOPS, JOINT_REPAIR_SHOPS_AGAIN = 110, 6  # figure joint_repair_shops_visited; none among the 817
CRACKDOWN_OUTLETS, CRACKDOWN_REPAIR_SHOPS = 3, 2  # visits in each crackdown
CROSS_COUNTY_VISITS = 24
BY_THE_SQUAD = 40
# What the figure must not count:
ROUTINE_REPAIR_SHOPS = 60
LED_BY_FIRE = 10
GONE = 12  # found closed, moved or changed for good
SHUT, SHUT_IN_JOINT_SUPERVISION = 25, 4  # nobody there that day
VOIDED = 3
AWAITING_CONFIRMATION = 2
LEAVING_SINCE, LEAVING_UNTIL = date(2024, 10, 8), date(2024, 11, 22)
# Among the 817: typed in by the office from paper, and entered some days late.
TRANSCRIBED, LATE = 20, 0.06

STATES = {
    EntityState.CLOSED: Outcome.CLOSED, EntityState.CHANGED_TRADE: Outcome.CHANGED_TRADE,
    EntityState.NOT_FOUND: Outcome.NOT_FOUND, EntityState.MOVED: Outcome.WRONG_ADDRESS,
}  # fmt: skip
REASONS = {
    Outcome.CLOSED: "卷闸门关闭，邻居称外出（示例）", Outcome.NOT_FOUND: "登记地址查无此店（示例）",
    Outcome.WRONG_ADDRESS: "门牌号与登记不符（示例）", Outcome.CHANGED_TRADE: "已改营其他行业（示例）",
    Outcome.REFUSED: "负责人拒绝检查（示例）",
}  # fmt: skip
REMARKS = [
    "现场讲解新国标过渡期要求（示例）",
    "已发放宣传单并张贴告知书（示例）",
    "负责人态度配合（示例）",
    "提醒补录进货台账（示例）",
]


class Visits:
    """Collects the visits, then writes them and who was there."""

    def __init__(self, ledger, people, teams):
        self.ledger, self.people, self.teams = ledger, people, teams
        self.rows, self.present, self.departments = [], [], []
        self.gone = {}  # entity: state and day

    def add(self, entity, day, *, officers=None, departments=(), outcome=Outcome.INSPECTED, entered=None, **values):
        """One visit, submitted unless told otherwise; entered that evening, or on a later day."""
        chance, ledger = self.ledger.chance, self.ledger
        officers = officers or self.people.pair(entity.region_id)
        hour = chance.randint(9, 16)
        ended = time(hour, chance.choice([35, 45, 55]))
        visit = Inspection(
            **{
                "entity": entity, "entity_kind": entity.kind, "region": entity.region, "inspected_on": day,
                "started_at": time(hour, chance.choice([0, 10, 20])), "ended_at": ended, "outcome": outcome,
                "certified_officers": sum(officer.is_certified for officer in officers), "unit": officers[0].unit,
                "status": InspectionStatus.SUBMITTED, "remarks": chance.choice(REMARKS) if chance.random() < 0.2 else "",
                "vehicles_checked": chance.randint(2, 30) if entity.kind in TRADE else 0,
                "notice_number": f"示例检〔{day.year}〕{len(self.rows) + 1:04d}号",
            } | values
        )  # fmt: skip
        if outcome == Outcome.INSPECTED:
            visit.checklist_version, items = ledger.checklist(entity.kind, day)
            visit.answers = {
                item.code: Answer.NOT_APPLICABLE if chance.random() < 0.06 else Answer.PASS for item in items
            }
        else:
            visit.remarks, visit.vehicles_checked, visit.notice_number = REASONS[outcome], 0, ""
        if outcome == Outcome.REFUSED:
            visit.refusal_reason, visit.refusal_witness = "称负责人不在", "社区网格员（示例）"
        moment = timezone.make_aware(datetime.combine(day, ended)) + timedelta(minutes=chance.randint(2, 60))
        if entered or chance.random() < LATE and day < TODAY:
            moment = ledger.at(entered or ledger.soon_after(day, 5))
        ledger.signed(visit, by=values.get("transcribed_by") or officers[0], on=day, at=moment)
        if visit.status == InspectionStatus.SUBMITTED:
            visit.submitted_at = visit.created_at
        self.rows.append(visit)
        self.present.append(officers)
        self.departments.append(departments)
        return visit

    def add_joint(self, entity, operation, **values):
        """A visit under a joint supervision: led by the squad or the county, a standing team, partners named beside the two."""
        chance, code = self.ledger.chance, entity.region_id
        day = _within(self.ledger, operation)
        officers = self.people.pair(code)
        if chance.random() < 0.4:
            officers = [chance.choice(self.people.inspectors["4311"]), officers[0]]
        formed = [team for team in self.teams[code] if team.formed_on <= day]
        partners = chance.sample(["fire", "police", "urban"], 2)
        others = [self.people.partner(code, department) for department in partners]
        return self.add(
            entity, day, officers=officers, departments=["market", *partners], mode=Mode.JOINT, operation=operation,
            joint_team=chance.choice(formed) if formed else None,
            others_present=[
                {"name": o.name, "unit": o.unit.name, "certificate_number": o.certificate_number} for o in others
            ],
            **values,
        )  # fmt: skip

    def counted(self):
        """The visits of figure `inspections`."""
        return [visit for visit in self.rows if counts(visit)]

    def write(self):
        self.ledger.write(self.rows)
        together = list(zip(self.rows, self.present, self.departments, strict=True))
        self.ledger.link(
            Inspection.officers.through,
            [{"inspection_id": v.pk, "officer_id": o.pk} for v, officers, _departments in together for o in officers],
        )
        self.ledger.link(
            Inspection.departments.through,
            [
                {"inspection_id": v.pk, "department_id": d}
                for v, _officers, departments in together
                for d in departments
            ],
        )
        voided = [visit for visit in self.rows if getattr(visit, "is_double", False)]
        for visit in voided:
            visit.status, visit.void_reason = InspectionStatus.VOIDED, "重复录入（示例）"
        self.ledger.rewrite(
            voided, ["status", "void_reason"], when=lambda v: self.ledger.soon_after(v.inspected_on, 4),
            by=lambda v: self.people.manager(v.region_id),
        )  # fmt: skip
        return self.rows


def counts(visit):
    """Whether figure `inspections` counts it (indicators, first ring)."""
    return (
        visit.status == InspectionStatus.SUBMITTED
        and visit.outcome == Outcome.INSPECTED
        and visit.entity_kind in TRADE
        and visit.unit.department_id == "market"
        and not getattr(visit, "is_double", False)
    )


def plan_visits(ledger, people, entities, operations, teams):
    """All visits, not yet written."""
    chance, visits = ledger.chance, Visits(ledger, people, teams)
    trade = [e for e in entities if e.kind in TRADE]
    sellers = [e for e in trade if e.kind == EntityKind.SELLER]
    closing, leaving = closing_repair_shops(entities), sellers[::37][:GONE]
    repair = [e for e in entities if e.kind == EntityKind.REPAIR_SHOP and e not in closing]
    staying = [e for e in sellers if e not in leaving]
    _plan_operations(visits, operations, staying, repair)
    for entity in leaving:
        _plan_departure(visits, entity, list(STATES)[len(visits.gone) % len(STATES)])
    for number in range(BY_THE_SQUAD):
        entity = trade[number % 16]  # the makers of vehicles and parts are the city's
        visits.add(entity, ledger.working_day(), officers=people.pair("4311"))
    _plan_mistakes(visits, staying, repair)
    left = VISITS - len(visits.counted())
    for number in range(left):
        typed = number < TRANSCRIBED
        day = ledger.working_day()
        visits.add(
            chance.choice(staying), day, transcribed_by=people.clerk if typed else None,
            entered=ledger.soon_after(day, 6) if typed else None,
        )  # fmt: skip
    assert len(visits.counted()) == VISITS
    return visits


def _plan_operations(visits, operations, sellers, repair):
    """Visits under the concentrated actions; of the joint ones exactly so many different places."""
    chance, of_kind = visits.ledger.chance, {}
    for operation in operations:
        of_kind.setdefault(operation.kind, []).append(operation)
    joint = of_kind[Operation.Kind.JOINT_SUPERVISION]
    outlets, shops = chance.sample(sellers, JOINT_OUTLETS), chance.sample(repair, JOINT_REPAIR_SHOPS)
    again = outlets[:JOINT_OUTLETS_AGAIN] + shops[:JOINT_REPAIR_SHOPS_AGAIN]
    for number, shop in enumerate([*outlets, *shops, *again]):
        visits.add_joint(shop, joint[number % len(joint)])
    others = [e for e in sellers if e not in outlets]
    for shop in chance.sample(others, SHUT_IN_JOINT_SUPERVISION):
        visits.add_joint(shop, chance.choice(joint), outcome=Outcome.CLOSED)
    for operation in of_kind[Operation.Kind.CRACKDOWN]:
        here = [[e for e in some if e.region_id == operation.region_id] for some in (sellers, repair)]
        for shops, most in zip(here, (CRACKDOWN_OUTLETS, CRACKDOWN_REPAIR_SHOPS), strict=True):
            for shop in chance.sample(shops, min(most, len(shops))):
                visits.add(shop, _within(visits.ledger, operation), operation=operation, mode=Mode.CRACKDOWN)
    counties = visits.people.counties()
    for number, shop in enumerate(chance.sample(sellers, CROSS_COUNTY_VISITS)):
        operation = of_kind[Operation.Kind.CROSS_COUNTY][number % 2]
        neighbours = visits.people.pair(counties[(counties.index(shop.region_id) + 1) % len(counties)])
        visits.add(
            shop, _within(visits.ledger, operation), officers=neighbours, operation=operation, mode=Mode.CROSS_COUNTY
        )


def _plan_departure(visits, entity, state):
    """A visit in autumn, and one some weeks later that finds the place gone."""
    ledger = visits.ledger
    day = ledger.working_day(LEAVING_SINCE, LEAVING_UNTIL)
    visits.add(entity, day)
    later = ledger.soon_after(day, 30, least=14)
    visits.add(entity, later, outcome=STATES[state])
    visits.gone[entity] = state, later


def _plan_mistakes(visits, sellers, repair):
    """What the figure must not count: other kinds, other leaders, nobody there, entered twice, not confirmed, a draft."""
    ledger, people, chance = visits.ledger, visits.people, visits.ledger.chance
    for shop in chance.choices(repair, k=ROUTINE_REPAIR_SHOPS):
        visits.add(shop, ledger.working_day())
    for number, shop in enumerate(chance.sample(sellers, SHUT)):
        outcome = Outcome.REFUSED if number == 7 else Outcome.WRONG_ADDRESS if number % 6 == 5 else Outcome.CLOSED
        visits.add(shop, ledger.working_day(), outcome=outcome)
    for shop in chance.sample(sellers, VOIDED):
        visits.add(shop, ledger.working_day(until=TODAY - timedelta(days=20))).is_double = True
    for shop in chance.sample(sellers, AWAITING_CONFIRMATION):
        visits.add(
            shop, ledger.working_day(since=TODAY - timedelta(days=10)), transcribed_by=people.clerk,
            status=InspectionStatus.AWAITING_CONFIRMATION,
        )  # fmt: skip
    for shop in chance.sample(sellers, LED_BY_FIRE):
        officers = [people.partner(shop.region_id, "fire"), people.pair(shop.region_id)[0]]
        visits.add(shop, ledger.working_day(), officers=officers, departments=["fire", "market"], mode=Mode.JOINT)
    inspector = people.by_name["inspector"]
    companion = next(o for o in people.inspectors["431103"] if o != inspector)
    typed = {"inspected_on": [TODAY.isoformat()], "officers": [str(inspector.pk), str(companion.pk)],
             "remarks": ["门店盘点中，下午再来（示例）"], "answer-XS-01": ["pass"], "answer-XS-05": ["pass"]}  # fmt: skip
    shop = next(e for e in sellers if e.region_id == "431103")
    draft = visits.add(shop, TODAY, officers=[inspector, companion], status=InspectionStatus.DRAFT, draft_form=typed)
    # Kept as `save_draft` keeps it: everything typed is in the form, nothing in the record yet.
    draft.checklist_version, draft.answers, draft.vehicles_checked, draft.certified_officers = None, {}, 0, 0
    draft.started_at = draft.ended_at = None
    draft.notice_number = draft.remarks = ""


def _within(ledger, operation):
    """A working day of that action."""
    days = [operation.starts_on + timedelta(days=n) for n in range((operation.ends_on - operation.starts_on).days + 1)]
    return ledger.chance.choice([day for day in days if ledger.is_working(day)])
