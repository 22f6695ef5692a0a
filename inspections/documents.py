"""The papers: on-site record, order to correct, interview record, seizure list, sampling record, as a page to print and as Word.

Each is declared once. The Word templates stand in `inspections/word/`, so that the office can restyle them; docs/word-templates.md
lists the fields. What a paper says is Chinese whatever the language of the screen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from PIL import Image

from entities.models import Unit
from inspections.models import (
    Answer,
    BatchStatus,
    Evidence,
    Hazard,
    Inspection,
    InspectionStatus,
    Interview,
    Order,
    Outcome,
    Rectification,
    SamplingBatch,
    Seizure,
    Series,
    Signing,
)
from inspections.models.evidence import files_as_written
from inspections.models.numbering import take_number
from inspections.models.visit import ENTITY_SLOT, SIGNATURE, officer_slot
from inspections.uploads.storing import opened

WORD = Path(__file__).parent / "word"
SCAN, SERVICE = "stamped", "service"
PICTURE = 45, 20  # a signature is at most so wide and high, in millimetres
OFFICIAL_DAY = "Y年n月j日"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Document:
    """One kind of paper: what record it is of, where its number stands, and what it says."""

    key: str
    label: str | Promise
    model: type[models.Model]
    series: Series
    says: Callable[[models.Model], dict]
    day_field: str
    number_field: str = "number"
    is_served: bool = False

    @property
    def template(self) -> Path:
        return WORD / f"{self.key}.docx"

    def number_of(self, record) -> str:
        return getattr(record, self.number_field)

    def fields(self, record) -> dict:
        """What the paper says of that record, as plain text and lists, in Chinese."""
        with override("zh-hans"):
            return _plain(self.says(record) | {"number": self.number_of(record), "unit": record.unit})

    def word(self, record) -> bytes:
        """The Word file of that record."""
        template = DocxTemplate(self.template)
        pictures = [{"name": name, "picture": _picture(template, image)} for name, image in signatures(record)]
        template.render(self.fields(record) | {"signatures": pictures}, autoescape=True)
        written = BytesIO()
        template.save(written)
        return written.getvalue()


def _picture(template, image):
    """The picture as large as fits, whatever its shape."""
    with opened(image.file) as kept:
        content = BytesIO(kept.read())
    with Image.open(content) as picture:
        is_wide = picture.width * PICTURE[1] > picture.height * PICTURE[0]
    size = {"width": Mm(PICTURE[0])} if is_wide else {"height": Mm(PICTURE[1])}
    return InlineImage(template, content, **size)


def _plain(value):
    """Text as XML can hold it; what nobody entered is a line to be filled in by hand."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, bool | int):
        return value
    if isinstance(value, date):
        return date_format(value, OFFICIAL_DAY)
    if isinstance(value, time):
        return time_format(value)
    return NOT_IN_XML.sub("", str(value)) if value not in (None, "") else "——"


def _party(entity) -> dict:
    return {
        "entity": entity.name, "address": entity.address, "code": entity.identity, "phone": entity.phone,
        "representative": entity.legal_representative or entity.contact,
    }  # fmt: skip


def _is_voided(visit) -> bool:
    return visit is not None and visit.status == InspectionStatus.VOIDED


def _officers(officers) -> list[dict]:
    return [
        {"name": officer, "certificate": officer.certificate_number, "unit": officer.unit}
        for officer in officers.select_related("unit")
    ]


def _hazards(hazards) -> list[dict]:
    """The hazards as they were when the paper was made out: an extension that came later does not change it."""
    found = list(hazards.select_related("item", "responsible_department").order_by("pk"))
    set_then = {}
    versions = Hazard.history.filter(id__in=[hazard.pk for hazard in found]).order_by("history_id")
    for pk, deadline in versions.values_list("id", "deadline"):
        set_then.setdefault(pk, deadline)
    attempts = Rectification.objects.filter(hazard__in=found, on_the_spot=True)
    on_the_spot = dict(attempts.values_list("hazard", "measures"))
    return [
        {
            "number": number, "what": hazard.description, "point": hazard.item.text if hazard.item else "",
            "code": hazard.item.code if hazard.item else "", "basis": hazard.item.basis if hazard.item else "",
            "severity": hazard.get_severity_display(), "deadline": set_then.get(hazard.pk, hazard.deadline),
            "is_rectified_on_the_spot": hazard.pk in on_the_spot, "measures": on_the_spot.get(hazard.pk, ""),
            "status": hazard.get_status_display(), "places": hazard.places, "department": hazard.responsible_department,
        }
        for number, hazard in enumerate(found, 1)
    ]  # fmt: skip


def _points(visit) -> list[dict]:
    """Every point of the checklist with its answer."""
    if visit.checklist_version is None:
        return []
    said = {code: dict(Answer.choices).get(answer, "") for code, answer in visit.answers.items()}
    return [
        {"code": item.code, "section": item.section, "point": item.text, "answer": said[item.code]}
        for item in visit.checklist_version.items_on(visit.inspected_on, visit.entity_kind)
        if item.code in said
    ]


def _amendments(visit) -> list[dict]:
    return [
        {
            "when": timezone.localtime(version.history_date).date(), "who": version.history_user or "",
            "reason": version.history_change_reason,
            "what": "；".join(f"{change.field}：{change.old} → {change.new}" for change in changes),
        }
        for version, changes in visit.amendments()
    ]  # fmt: skip


def says_record(visit) -> dict:
    """The on-site record (现场笔录): who was where when, what was found, who signed."""
    answers = list(visit.answers.values())
    others = [" ".join(filter(None, person.values())) for person in visit.others_present]
    return _party(visit.entity) | {
        "day": visit.inspected_on, "started": visit.started_at or "", "ended": visit.ended_at or "",
        "mode": visit.get_mode_display(), "outcome": visit.get_outcome_display(),
        "is_inspected": visit.outcome == Outcome.INSPECTED, "officers": _officers(visit.officers),
        "others": "、".join(others), "departments": "、".join(str(department) for department in visit.departments.all()),
        "notice": visit.notice_number, "checklist": visit.checklist_version or "",
        "points": len(answers), "passed": answers.count("pass"), "failed": answers.count("fail"),
        "not_applicable": answers.count("na"), "unchecked": answers.count("unchecked"), "answers": _points(visit),
        "hazards": _hazards(visit.hazards), "vehicles": visit.vehicles_checked, "remarks": visit.remarks,
        "signing": visit.get_signing_display(), "is_refused": visit.signing == Signing.REFUSED,
        "signer": visit.signer_name, "relation": visit.get_signer_relation_display(),
        "refusal": visit.refusal_reason, "witness": visit.refusal_witness, "recording": visit.recording_number,
        "is_voided": _is_voided(visit), "void_reason": visit.void_reason,
        "amendments": _amendments(visit),
    }  # fmt: skip


def says_order(order) -> dict:
    """The order to correct (责令改正通知书): what is to be corrected, on what basis, until when."""
    visit = order.inspection
    hazards = visit.hazards if visit is not None and not order.hazards.exists() else order.hazards
    found = _hazards(hazards)
    found_on = hazards.aggregate(first=models.Min("found_on"))["first"] or order.issued_on
    return _party(order.entity) | {
        "is_voided": _is_voided(visit), "day": order.issued_on, "due": order.due_on, "served": order.served_on or "",
        "inspected": visit.inspected_on if visit is not None else found_on, "hazards": found, "has_hazards": bool(found),
        "demands": order.demands, "has_demands": bool(order.demands), "officers": _officers(visit.officers) if visit is not None else [],
    }  # fmt: skip


def says_interview(interview) -> dict:
    """The interview record (约谈记录): with whom, why, what was said."""
    parts = interview.interviewed.select_related("entity")
    return {
        "is_voided": _is_voided(interview.inspection), "day": interview.held_on, "level": interview.get_level_display(),
        "reason": interview.reason, "minutes": interview.minutes, "officers": _officers(interview.officers),
        "entities": [
            {"number": number, "person": part.person} | _party(part.entity) for number, part in enumerate(parts, 1)
        ],
    }  # fmt: skip


def says_seizure(seizure) -> dict:
    """The list of things seized (财物清单)."""
    items = [
        {"number": number, "kind": item.get_kind_display(), "what": item.description, "quantity": item.quantity}
        for number, item in enumerate(seizure.items.order_by("pk"), 1)
    ]
    person = {
        "entity": seizure.person_name, "code": seizure.masked_identity_card, "address": "", "phone": "", "representative": "",
    }  # fmt: skip
    came_from = seizure.inspection or seizure.case
    return (_party(seizure.entity) if seizure.entity else person) | {
        "is_voided": _is_voided(seizure.inspection), "day": seizure.seized_on, "reason": seizure.reason,
        "kept": seizure.place_kept, "department": seizure.department, "items": items,
        "total": sum(item["quantity"] for item in items), "officers": _officers(came_from.officers) if came_from else [],
    }  # fmt: skip


def says_sampling(batch) -> dict:
    """The sampling record (抽样单): what was taken where, by whose order, for which laboratory."""
    return _party(batch.entity) | {
        "is_voided": batch.status == BatchStatus.VOIDED, "day": batch.sampled_on, "level": batch.get_level_display(),
        "plan": batch.plan, "product": batch.get_product_display(), "brand": batch.brand, "model": batch.model_name,
        "maker": batch.maker, "quantity": batch.quantity, "laboratory": batch.laboratory,
    }  # fmt: skip


DOCUMENTS = {
    document.key: document
    for document in (
        Document(
            "record", _("on-site record"), Inspection, Series.RECORD, says_record, "inspected_on", "record_number"
        ),
        Document("order", _("order to correct"), Order, Series.ORDER, says_order, "issued_on", is_served=True),
        Document("interview", _("interview record"), Interview, Series.INTERVIEW, says_interview, "held_on"),
        Document("seizure", _("seizure list"), Seizure, Series.SEIZURE, says_seizure, "seized_on"),
        Document("sampling", _("sampling record"), SamplingBatch, Series.SAMPLING, says_sampling, "sampled_on"),
    )
}


def visit_of(record):
    """The visit that the paper's record is or comes from; None for one that stands by itself."""
    return record if isinstance(record, Inspection) else getattr(record, "inspection", None)


def signatures(record) -> list[tuple[str, Evidence]]:
    """Who signed on the screen, each with the picture. They signed the on-site record: the other papers are signed by hand."""
    if not isinstance(record, Inspection):
        return []
    names = {officer_slot(officer): str(officer) for officer in record.officers.all()} | {
        ENTITY_SLOT: record.signer_name
    }
    return [(names.get(image.slot, ""), image) for image in record.evidence.filter(slot__startswith=SIGNATURE)]


def paper_of(record) -> str:
    """The key of the paper that is made out of the record; empty for a record without one."""
    return next((key for key, document in DOCUMENTS.items() if type(record) is document.model), "")


@transaction.atomic
def give_number(document, record, *, by, number="", reason="", version=None) -> str:
    """Give the paper its number, as typed or the next of the unit's block. Returns it.

    A number once given is corrected only with a reason. Raises ValidationError, among others when it was used before.
    """
    record.lock(version)
    if _is_voided(visit_of(record)):
        raise ValidationError(_("The visit is voided: its papers get no number any more."))
    if document.number_of(record) and not reason.strip():
        raise ValidationError({"reason": _("This paper has a number: say why it is corrected.")})
    # One at a time in a unit, so that a typed number and a taken one can't be the same.
    Unit.objects.select_for_update(no_key=True).get(pk=record.unit_id)
    taken = number.strip() or take_number(record.unit, document.series, getattr(record, document.day_field))
    setattr(record, document.number_field, taken)
    record.store(by=by, reason=reason.strip())
    return taken


@transaction.atomic
def attach_scan(record, uploads, *, by, slot=SCAN, served_on=None):
    """Attach the pages of the stamped scan or of the proof of service, with the day of service where the paper keeps it.

    Raises ValidationError for a bad file or day; then nothing is kept.
    """
    if slot not in (SCAN, SERVICE):
        raise ValidationError({"slot": _("Choose what the scan shows.")})
    with files_as_written() as written:
        for upload in uploads:
            written.append(Evidence.attach(record, upload, by=by, slot=slot))
        if served_on:
            record.lock()
            record.served_on = served_on
            record.store(by=by)
    return written
