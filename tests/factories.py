"""Records for tests, written through the same verbs as everywhere; every value can be overridden."""

import uuid
from copy import copy
from datetime import date
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from entities.models import Entity
from inspections.models import (
    Assignment,
    Case,
    Cause,
    Certificate,
    CertificateChange,
    ChecklistVersion,
    CoordinationEvent,
    Deadline,
    Duty,
    Evidence,
    Exposure,
    Handover,
    Hazard,
    Inspection,
    InspectionStatus,
    Interview,
    InterviewedEntity,
    JointTeam,
    Lead,
    Letter,
    Listing,
    ListingCheck,
    MonitoringRun,
    NumberBlock,
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
    SelfCheck,
    Suspension,
    Task,
    Training,
)
from reports.models import Return
from tests.world import TODAY, valid_credit_code


def make_photo(name="photo.png", colour="steelblue", size=(32, 24)):
    """A small real picture, as a phone would upload it."""
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def make_entity(world, number=1, **changes):
    """A seller in the inspector's county."""
    values = {
        "name": f"零陵车行{number}",
        "kind": "seller",
        "region": world.county,
        "credit_code": valid_credit_code(f"92431102MA5{number:06d}X"),
        "address": f"零陵区测试路{number}号",
    } | changes
    entity = Entity(**values)
    entity.store(by=world.administrator)
    return entity


def make_many_like(entity, many=2000):
    """So many entities like it, each at another address, so that a planner has something to choose from, and knows it."""
    likes = [copy(entity) for _nth in range(many)]
    for nth, like in enumerate(likes):
        like.pk, like.address = None, f"{entity.address}{nth}号"
    Entity.objects.bulk_create(likes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE entities_entity")


def make_inspection(world, *, by=None, entity=None, officers=None, submitted=True, **changes):
    """A clean visit by the county's two inspectors."""
    by = by or world.inspector
    entity = entity or world.shop
    officers = officers or [by, world.second if by.unit_id == world.inspector.unit_id else world.stranger2]
    day = changes.get("inspected_on", TODAY)
    inspection = Inspection(**{"campaign": world.campaign, "entity": entity, "inspected_on": day} | changes)
    inspection.count_officers(officers)
    if submitted and inspection.outcome == "inspected":
        version = ChecklistVersion.objects.for_visit(entity.kind, day)
        inspection.checklist_version = version
        if not inspection.answers:
            inspection.answers = {item.code: "pass" for item in version.items_on(day, entity.kind)}
    if submitted:
        inspection.status, inspection.submitted_at = InspectionStatus.SUBMITTED, timezone.now()
    inspection.store(by=by)
    inspection.officers.set(officers)
    return inspection


def make_self_check(world, *, by=None, entity=None, number=1, **changes):
    """A self-check handed in on paper and typed in by the office."""
    values = {
        "campaign": world.campaign,
        "entity": entity or world.shop,
        "checked_on": date(2024, 6, 3),
        "answered_by": "店主",
        "receipt_number": f"ZC-{number:04d}",
    } | changes
    self_check = SelfCheck(**values)
    self_check.store(by=by or world.clerk)
    return self_check


def make_hazard(world, *, by=None, inspection=None, self_check=None, **changes):
    """A general hazard found today at a visit."""
    by = by or world.inspector
    if inspection is None and self_check is None and "lead" not in changes:
        inspection = make_inspection(world, by=by)
    values = {
        "inspection": inspection,
        "self_check": self_check,
        "category": "responsibility",
        "severity": "general",
        "description": "未张贴禁止非法改装告知",
        "found_on": inspection.inspected_on if inspection else TODAY,
        "deadline": date(2024, 9, 24),
    } | changes
    hazard = Hazard(**values)
    hazard.store(by=by)
    return hazard


def attach_photo(record, *, by, **changes):
    """A photo attached to the record."""
    return Evidence.attach(record, make_photo(), by=by, **changes)


def rectify(world, hazard, *, by=None, on=TODAY):
    """Put a hazard right and have it accepted by the county's manager."""
    attempt = hazard.submit_rectification(by=by or world.inspector, measures="已张贴", on=on)
    attempt.accept(by=world.manager, on=on)
    hazard.refresh_from_db()
    return attempt


def write(model, world, by, **values):
    """The record with those values, stored by the officer; without an origin its place is the city."""
    record = model(**values)
    if record.origin() is None and record.region_id is None:
        record.region = world.county
    if record.campaign_id is None:
        record.campaign = world.campaign
    record.store(by=by)
    return record


def make_rectification(world, *, by=None, hazard=None, **changes):
    """An attempt that waits for its verdict."""
    hazard = hazard or make_hazard(world)
    return hazard.submit_rectification(by=by or world.inspector, **{"measures": "已张贴"} | changes)


def make_lead(world, *, by=None, **changes):
    values = {"entity": world.shop, "came_from": "complaint", "received_on": TODAY, "text": "举报非法改装"}
    return write(Lead, world, by or world.clerk, **values | changes)


def make_task(world, *, by=None, **changes):
    values = {"entity": world.shop, "assignee": world.inspector, "due_on": date(2024, 9, 20)}
    return write(Task, world, by or world.manager, **values | changes)


def make_operation(world, *, by=None, **changes):
    """A crackdown in the inspector's county."""
    values = {
        "key": "crackdown-1", "kind": "crackdown", "name": "打击非法拼装改装", "starts_on": TODAY,
        "ends_on": date(2024, 9, 8),
    }  # fmt: skip
    return write(Operation, world, by or world.manager, **values | changes)


def make_joint_team(world, *, by=None, **changes):
    values = {"name": "第一联合检查组", "formed_on": TODAY, "headcount": 5}
    return write(JointTeam, world, by or world.manager, **values | changes)


def make_interview(world, *, by=None, **changes):
    values = {"held_on": TODAY, "reason": "未落实进货查验"}
    return write(Interview, world, by or world.manager, **values | changes)


def make_interviewed_entity(world, *, by=None, interview=None, **changes):
    values = {"interview": interview or make_interview(world), "entity": world.shop}
    return write(InterviewedEntity, world, by or world.manager, **values | changes)


def make_order(world, *, by=None, inspection=None, **changes):
    values = {
        "inspection": inspection or make_inspection(world), "number": "零市监责改〔2024〕1号", "issued_on": TODAY,
        "due_on": date(2024, 9, 17),
    }  # fmt: skip
    return write(Order, world, by or world.inspector, **values | changes)


def make_case(world, *, by=None, status="proposed", number="零市监立〔2024〕1号", on=TODAY, **changes):
    """A case against the shop, brought as far as `status` by the county's manager."""
    values = {"entity": world.shop, "came_from": "transfer", "cause": "销售不符合标准的电动自行车", "proposed_on": on}
    if "person_name" in changes:
        values["entity"] = None
    case = write(Case, world, by or world.inspector, **values | changes)
    steps = {
        "filed": lambda: case.file(by=world.manager, number=number, on=on),
        "investigating": lambda: case.investigate(by=world.inspector, on=on),
        "decided": lambda: case.decide(by=world.manager, on=on),
        "closed": lambda: case.close(by=world.manager, on=on),
    }
    for reached, step in steps.items():
        if case.status == status:
            break
        step()
        assert case.status == reached
    return case


def make_deadline(world, *, by=None, owner=None, **changes):
    """The ninety days of a case, within the inspector's hands."""
    owner = owner or make_case(world, status="filed")
    values = {
        "owner": owner, "about": str(owner), "kind": "decision", "officer": world.inspector, "starts_on": TODAY,
        "days": 90, "extension_days": 30, "due_on": date(2024, 12, 2),
    }  # fmt: skip
    return write(Deadline, world, by or world.manager, **values | changes)


def make_suspension(world, *, by=None, **changes):
    values = {"deadline": changes.pop("deadline", None) or make_deadline(world), "began_on": TODAY, "reason": "检验"}
    return write(Suspension, world, by or world.manager, **values | changes)


def make_penalty(world, *, by=None, case=None, **changes):
    values = {
        "case": case or make_case(world, status="decided"), "kind": "fine", "amount": Decimal("2000.00"),
        "number": "零市监处罚〔2024〕1号", "decided_on": TODAY,
    }  # fmt: skip
    return write(Penalty, world, by or world.manager, **values | changes)


def make_seizure(world, *, by=None, **changes):
    values = {"entity": world.shop, "seized_on": TODAY, "reason": "非法改装"}
    return write(Seizure, world, by or world.inspector, **values | changes)


def make_seized_item(world, *, by=None, seizure=None, **changes):
    values = {"seizure": seizure or make_seizure(world), "kind": "vehicle", "quantity": 5}
    return write(SeizedItem, world, by or world.inspector, **values | changes)


def make_batch(world, *, by=None, **changes):
    values = {
        "number": "CJ-2024-001", "entity": world.shop, "maker": "示例车业", "product": "ebike",
        "model_name": "示例 TDT01Z", "level": "city", "sampled_on": TODAY,
    }  # fmt: skip
    return write(SamplingBatch, world, by or world.manager, **values | changes)


def make_coordination_event(world, *, by=None, **changes):
    values = {"kind": "meeting", "held_on": TODAY, "title": "调度会"}
    return write(CoordinationEvent, world, by or world.clerk, **values | changes)


def make_exposure(world, *, by=None, **changes):
    values = {"kind": "case", "exposed_on": TODAY, "title": "典型案例"}
    return write(Exposure, world, by or world.clerk, **values | changes)


def make_training(world, *, by=None, **changes):
    values = {"title": "质量安全总监培训", "held_on": TODAY, "directors": 12}
    return write(Training, world, by or world.clerk, **values | changes)


def make_publicity(world, *, by=None, **changes):
    values = {"kind": "leaflet", "title": "购买须知", "produced_on": TODAY, "quantity": 500}
    return write(Publicity, world, by or world.clerk, **values | changes)


def make_listing(world, *, by=None, **changes):
    values = {
        "entity": world.shop, "platform": "示例平台", "title": "电动自行车", "url": "https://shop.invalid/1",
        "found_on": TODAY,
    }  # fmt: skip
    return write(Listing, world, by or world.clerk, **values | changes)


def make_listing_check(world, *, by=None, listing=None, **changes):
    values = {"listing": listing or make_listing(world), "checked_on": TODAY, "shows_notice": False}
    return write(ListingCheck, world, by or world.clerk, **values | changes)


def make_cause(world, **changes):
    """Selling what breaks a mandatory standard, by the articles in force since 2018-12-29."""
    values = {
        "code": "XS-01", "name": "销售不符合强制性国家标准的产品", "violated": "《标准化法》第二十五条",
        "penalised": "《产品质量法》第四十九条", "group": "sale", "in_force_from": date(2018, 12, 29),
    }  # fmt: skip
    return Cause.objects.create(**values | changes)


def make_case_step(world, *, by=None, case=None, kind="legal_review", on=TODAY, **changes):
    """A step that an inspector recorded in a filed case."""
    case = case or make_case(world, status="filed")
    return case.record_step(by=by or world.inspector, kind=kind, on=on, **changes)


def make_letter(world, *, by=None, **changes):
    values = {"kind": "reminder", "sent_on": TODAY, "addressee": "零陵示例车行", "entity": world.shop}
    return write(Letter, world, by or world.manager, **values | changes)


def make_sampling_plan(world, *, by=None, **changes):
    values = {
        "name": "2024年电动自行车监督抽查", "level": "city", "planned": 50, "starts_on": TODAY, "ends_on": date(2024, 12, 31),
    }  # fmt: skip
    return write(SamplingPlan, world, by or world.manager, **values | changes)


def make_disposal(world, *, by=None, item=None, quantity=1, on=TODAY, **changes):
    """Some pieces given back by the county's manager."""
    return (item or make_seized_item(world)).release(quantity, by=by or world.manager, on=on, **changes)


def make_handover(world, *, by=None, hazard=None, **changes):
    """A hazard that the fire department has not acknowledged yet."""
    values = {"hazard": hazard or make_hazard(world), "department": world.fire, "handed_on": TODAY}
    return write(Handover, world, by or world.manager, **values | changes)


def make_assignment(world, *, by=None, **changes):
    values = {
        "what": "核实三合一场所", "to_unit": world.inspector.unit, "to_officer": world.inspector, "given_on": TODAY,
        "due_on": date(2024, 9, 10),
    }  # fmt: skip
    return write(Assignment, world, by or world.clerk, **values | changes)


def make_outreach_event(world, *, by=None, **changes):
    values = {"kind": "street", "title": "安全骑行宣传日", "held_on": TODAY, "participants": 120}
    return write(OutreachEvent, world, by or world.clerk, **values | changes)


def make_duty(world, *, by=None, **changes):
    values = {"kind": "director", "entity": world.shop, "done_on": TODAY, "person": "李四"}
    return write(Duty, world, by or world.clerk, **values | changes)


def make_monitoring_run(world, *, by=None, **changes):
    values = {"platform": "示例平台", "ran_on": TODAY, "pages_checked": 40, "shops_monitored": 12}
    return write(MonitoringRun, world, by or world.clerk, **values | changes)


def make_certificate(world, *, by=None, **changes):
    values = {
        "number": "2024010101000001", "entity": world.shop, "product": "ebike", "model_name": "示例牌 TDT01Z",
        "issuer": "示例认证中心", "issued_on": date(2024, 5, 6), "expires_on": date(2029, 5, 5),
    }  # fmt: skip
    return write(Certificate, world, by or world.clerk, **values | changes)


def make_certificate_change(world, *, by=None, certificate=None, **changes):
    values = {
        "certificate": certificate or make_certificate(world), "status": "suspended", "from_on": TODAY, "reason": "抽查不合格",
    }  # fmt: skip
    return write(CertificateChange, world, by or world.clerk, **values | changes)


def make_recall(world, *, by=None, **changes):
    values = {
        "entity": world.shop, "product": "battery", "model_name": "示例牌 48V20Ah", "announced_on": TODAY, "items": 30,
        "reason": "过充保护失效",
    }  # fmt: skip
    return write(Recall, world, by or world.clerk, **values | changes)


def make_return(world, *, by=None, **changes):
    """Seven inspections that the county's fire department reports without records."""
    values = {
        "indicator": "visits_all", "since": date(2024, 8, 1), "until": date(2024, 8, 31), "quantity": 7,
        "document_number": "消函〔2024〕8号",
    }  # fmt: skip
    return write(Return, world, by or world.clerk, **values | changes)


def make_number_block(world, **changes):
    """Numbers of orders to correct that are reserved for the inspector's unit: 〔2024〕1 to 9."""
    values = {
        "unit": world.inspector.unit, "series": "order", "year": 2024, "pattern": "责改〔{year}〕{number}号", "first": 1, "last": 9,
    } | changes  # fmt: skip
    block = NumberBlock(**values)
    block.clean()
    block.save()
    return block


def make_evidence(world, *, by=None, record=None, **changes):
    return attach_photo(record or make_inspection(world), by=by or world.inspector, **changes)


# One maker for each model that officers write; a test fails when one is missing.
MAKERS = {
    "assignment": make_assignment,
    "casestep": make_case_step,
    "certificate": make_certificate,
    "certificatechange": make_certificate_change,
    "disposal": make_disposal,
    "duty": make_duty,
    "handover": make_handover,
    "letter": make_letter,
    "monitoringrun": make_monitoring_run,
    "outreachevent": make_outreach_event,
    "recall": make_recall,
    "return": make_return,
    "samplingplan": make_sampling_plan,
    "case": make_case,
    "coordinationevent": make_coordination_event,
    "entity": make_entity,
    "evidence": make_evidence,
    "exposure": make_exposure,
    "hazard": make_hazard,
    "inspection": make_inspection,
    "interview": make_interview,
    "interviewedentity": make_interviewed_entity,
    "jointteam": make_joint_team,
    "lead": make_lead,
    "listing": make_listing,
    "listingcheck": make_listing_check,
    "operation": make_operation,
    "order": make_order,
    "deadline": make_deadline,
    "suspension": make_suspension,
    "penalty": make_penalty,
    "publicity": make_publicity,
    "rectification": make_rectification,
    "samplingbatch": make_batch,
    "seizeditem": make_seized_item,
    "seizure": make_seizure,
    "selfcheck": make_self_check,
    "task": make_task,
    "training": make_training,
}


def make_sheet(world, **changes):
    """What a browser sends from the form of an inspection, for a clean shop; None leaves a field out."""
    values = {
        "action": "submit",
        "client_uuid": str(uuid.uuid4()),
        "version": "",
        "inspected_on": "2024-09-02",
        "mode": "routine",
        "outcome": "inspected",
        "officers": [world.inspector.pk, world.second.pk],
        "length": "full",
        "rest": "pass",
        "signing": "paper",
        "vehicles_checked": "0",
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def failed_point(code="XS-02", **changes):
    """What the form of one failed point adds to the sheet."""
    values = {
        "description": "未张贴告知",
        "category": "responsibility",
        "severity": "general",
        "deadline": "2024-09-24",
        "places": "1",
        "responsible_department": "market",
    } | changes
    return {f"answer-{code}": "fail"} | {f"h-{code}-{name}": value for name, value in values.items()}


POINTS = ("XS-01", "XS-02", "XS-03", "XS-04")  # in force on the day of the tests


def self_check_sheet(**changes):
    """What a phone sends of a self-check where all is well; None leaves a field out."""
    values = {f"answer-{code}": "pass" for code in POINTS} | {
        "client_uuid": str(uuid.uuid4()), "answered_by": "张三", "phone": "13800000000", "remarks": "", "declared": "on",
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def wrong_point(code="XS-02", **changes):
    """What a failed point adds to the self-check's sheet."""
    values = {"answer": "fail", "what": "未张贴告知"} | changes
    return {f"{name}-{code}": value for name, value in values.items()}
