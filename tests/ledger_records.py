"""One record of every kind in the inspector's county, for tests that walk all ledgers."""

from datetime import date, timedelta

from inspections.models import (
    Assignment,
    Case,
    Certificate,
    CoordinationEvent,
    Deadline,
    Duty,
    Exposure,
    Handover,
    Interview,
    InterviewedEntity,
    JointTeam,
    Lead,
    Letter,
    Listing,
    ListingCheck,
    MonitoringRun,
    Operation,
    Order,
    OutreachEvent,
    Penalty,
    Publicity,
    Recall,
    SamplingBatch,
    SamplingPlan,
    SeizedItem,
    Seizure,
    Suspension,
    Task,
    Training,
)
from reports.as_of import end_of
from reports.models import Return, Round, RoundReport
from tests.factories import attach_photo, make_entity, make_hazard, make_inspection, make_self_check

DAY = date(2024, 9, 2)
IDENTITY_CARD = "11010519491231002X"  # the example of GB 11643


def make_one_of_each(world, number=1):
    """Records by the name of their ledger; `number` keeps the numbered ones apart."""
    c = {"campaign": world.campaign}
    here = c | {"region": world.county}
    shop = make_entity(world, 9000 + number)
    made = {"entity": shop}

    def add(record, by=world.inspector):
        record.store(by=by)
        made[record._meta.model_name] = record
        return record

    crackdown = add(
        Operation(**here, key=f"crackdown-{number}", kind="crackdown", name="集中打击", starts_on=DAY, ends_on=DAY)
    )
    joint = add(
        Operation(**here, key=f"joint-{number}", kind="joint_supervision", name="联合督导", starts_on=DAY, ends_on=DAY)
    )
    team = add(JointTeam(**here, name=f"联合检查组{number}", formed_on=DAY, headcount=8))
    team.departments.set([world.market, world.fire])
    made["selfcheck"] = make_self_check(world, entity=shop, number=number)
    make_hazard(world, self_check=made["selfcheck"])
    add(Lead(**here, came_from="complaint", received_on=DAY, text="=有人举报改装", entity=shop))
    add(Task(**c, entity=shop, assignee=world.inspector, due_on=DAY), by=world.manager)
    make_inspection(world, entity=world.repair_shop, operation=joint)
    visit = make_inspection(world, entity=shop, operation=joint, mode="joint")
    made["inspection"] = visit
    make_hazard(world, inspection=visit, category="illegal_modification", severity="major")
    made["hazard"] = make_hazard(world, inspection=visit)
    trial = make_hazard(world, inspection=visit)
    made["rectification"] = trial.submit_rectification(by=world.inspector, measures="已张贴", on=DAY)
    add(Order(inspection=visit, number=f"责改{number}", issued_on=DAY, due_on=DAY))
    interview = add(Interview(**here, held_on=DAY, reason="存在改装隐患"))
    add(InterviewedEntity(interview=interview, entity=shop, person="店主"))
    case = add(Case(inspection=visit, came_from="inspection", cause="销售改装车", proposed_on=DAY))
    case.file(by=world.manager, number=f"永零市监案{number}", on=DAY)
    case.investigate(by=world.manager, on=DAY)
    case.decide(by=world.manager, on=DAY)
    raid = Case(
        **c, operation=crackdown, entity=shop, came_from="operation", cause="非法改装窝点", proposed_on=DAY,
        closes_illegal_workshop=True,
    )  # fmt: skip
    raid.store(by=world.inspector)
    raid.file(by=world.manager, number=f"永零市监案打{number}", on=DAY)
    goods = Penalty(kind="goods", goods_kind="battery", quantity=4, number=f"罚{number}-2", decided_on=DAY)
    case.impose(goods, by=world.manager, on=DAY)
    made["penalty"] = case.impose(
        Penalty(kind="fine", amount="12500.50", number=f"罚{number}", decided_on=DAY), by=world.manager, on=DAY
    )
    seizure = Seizure(**here, person_name="-张三", seized_on=DAY, reason="改装")
    seizure.set_identity_card(IDENTITY_CARD)
    add(seizure)
    SeizedItem(seizure=seizure, kind="battery", quantity=5).store(by=world.inspector)
    add(SeizedItem(seizure=seizure, kind="vehicle", description="=1+1", quantity=3))
    batch = SamplingBatch(
        **c, entity=shop, number=f"抽{number}", maker="某厂", product="battery", model_name="48V20Ah", level="city",
        sampled_on=DAY,
    )  # fmt: skip
    add(batch)
    batch.record_result(by=world.inspector, passed=False, failed_items="标志", on=DAY)
    batch.transfer(by=world.inspector, region=world.county, on=DAY)
    add(CoordinationEvent(**here, kind="plan", held_on=DAY, title="@实施方案"))
    add(Exposure(**here, kind="fire", exposed_on=DAY, title="+火灾"))
    add(Training(**here, title="质量安全总监培训", held_on=DAY, directors=3, quality_officers=4))
    add(Publicity(**here, kind="leaflet", title="倡议书", produced_on=DAY, quantity=1000))
    listing = add(Listing(**c, entity=shop, platform="某平台", title="电动车", found_on=DAY,
                          url=f"https://shop.example/{number}"))  # fmt: skip
    add(ListingCheck(listing=listing, checked_on=DAY, shows_notice=True))
    made["evidence"] = attach_photo(case, by=world.inspector, caption="现场")
    made["operation"] = crackdown
    made["casestep"] = case.record_step(
        by=world.inspector, kind="served", number=f"送{number}", note="=直接送达", on=DAY
    )
    made["disposal"] = made["seizeditem"].release(by=world.manager, quantity=1, on=DAY)
    add(Letter(**c, kind="reminder", sent_on=DAY, addressee="+示例车行", entity=shop))
    add(SamplingPlan(**here, name=f"抽查计划{number}", level="city", planned=9, starts_on=DAY, ends_on=DAY))
    add(Handover(hazard=made["hazard"], department=world.fire, handed_on=DAY))
    add(Assignment(**here, what="-落实", to_unit=world.inspector.unit, given_on=DAY, due_on=DAY))
    add(OutreachEvent(**here, kind="street", title="@宣传日", held_on=DAY, participants=9))
    add(Duty(**c, entity=shop, kind="director", person="李四", done_on=DAY))
    add(MonitoringRun(**here, platform="某平台", ran_on=DAY, pages_checked=9))
    certificate = Certificate(
        **c, entity=shop, number=f"CCC{number}", product="ebike", model_name="示例牌", issuer="示例认证", issued_on=DAY
    )
    add(certificate)
    certificate.suspend(by=world.clerk, reason="=抽查", on=DAY)
    made["certificatechange"] = certificate.changes.get()
    add(Recall(**c, entity=shop, product="battery", model_name="48V", announced_on=DAY, items=3, reason="隐患"))
    returned = Return(
        **here, indicator="visits_all", since=DAY, until=DAY, quantity=number, document_number=f"=函{number}",
        unit=world.inspector.unit,
    )  # fmt: skip
    returned.note = str(number)
    returned.since = DAY - timedelta(days=number)
    add(returned)
    one = Round(
        campaign=world.campaign, region=world.city, since=DAY - timedelta(days=number), until=DAY - timedelta(days=number),
        cut_off=end_of(DAY),
    )  # fmt: skip
    one.store(by=world.administrator)
    add(RoundReport(**here, round=one, unit=world.inspector.unit, due_on=DAY))
    period = Deadline(
        owner=raid, about=f"案件{number}", kind="decision", officer=world.inspector, starts_on=DAY, days=90,
        extension_days=30, due_on=date(2024, 12, 2),
    )  # fmt: skip
    add(period)
    add(Suspension(deadline=period, began_on=DAY, ended_on=DAY, reason="检验"))
    return made
