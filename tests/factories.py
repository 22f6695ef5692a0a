"""Records for tests, written through the same verbs as everywhere; every value can be overridden."""

from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from entities.models import Entity
from inspections.models import ChecklistVersion, Evidence, Hazard, Inspection, InspectionStatus, SelfCheck
from tests.world import TODAY, valid_credit_code


def make_photo(name="photo.png", colour="steelblue"):
    """A small real picture, as a phone would upload it."""
    content = BytesIO()
    Image.new("RGB", (32, 24), colour).save(content, "PNG")
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
