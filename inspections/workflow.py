"""Writes that span several records: keeping a draft of a visit, submitting it, throwing it away."""

import hashlib
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from entities.models import Entity
from inspections.follow_up import correct_entity, plan_revisit
from inspections.measures import Measures, number_on_arrival
from inspections.models import Campaign, Evidence, Hazard, Inspection, InspectionStatus, Outcome, Series, Task
from inspections.models.evidence import files_as_written
from inspections.models.inspection import OFFICERS_REQUIRED
from inspections.photos import declared_sha256
from inspections.uploads.storing import forget

VISIT_SLOT = "visit"
SCAN_SLOT = "stamped"
# What differs between two sendings of the same content.
MACHINERY = {"csrfmiddlewaretoken", "action", "version", "client_uuid"}


class SubmittedOtherwise(ValidationError):
    """The same client UUID was already submitted with other content (HTTP 409)."""

    def __init__(self, first=None):
        super().__init__(
            _(
                "This form was already submitted with other content, and nothing was written now. "
                "Open the submitted inspection; for another visit, open a new form."
            )
        )
        self.first = first


@dataclass
class Finding:
    """A failed point: its hazard, not yet written, its photos, and, when put right at once, how and the photos after."""

    code: str
    hazard: Hazard
    photos: list = field(default_factory=list)
    measures: str = ""
    photos_after: list = field(default_factory=list)


def slot_after(code) -> str:
    """The place in the form of the photos taken after the hazard of that point was put right."""
    return f"{code}+after"


def why_no_inspection(entity, campaign) -> str:
    """What stands in the way of a new inspection of that entity in that campaign, in words; empty when nothing does."""
    if campaign is None:
        return _("There is no campaign yet: ask the administrator to open one.")
    if campaign.status == Campaign.Status.WRAPPING_UP:
        return _(
            "The campaign is wrapping up and takes no new inspection; cases and rectifications go on. "
            "Choose a running campaign."
        )
    if not campaign.takes_inspections:
        return _("The campaign is not running, so it takes no inspection: choose a running campaign.")
    if entity.merged_into_id:
        return _("This entity is a duplicate: inspect the one that it was merged into.")
    return ""


def content_digest(entity, data, files) -> str:
    """SHA-256 over what was sent: every value trimmed, empty ones left out, each file by its own hash."""
    digest = hashlib.sha256(f"{entity.pk}\n".encode())
    for name in sorted(set(data) - MACHINERY):
        for value in data.getlist(name):
            value = value.replace("\r\n", "\n").strip()
            if value:
                digest.update(f"{name}={value}\n".encode())
    for name in sorted(files):
        for sha256 in sorted(_sha256(upload) for upload in files.getlist(name)):
            digest.update(f"{name}={sha256}\n".encode())
    return digest.hexdigest()


def answer_again(first, *, by, digest):
    """The first inspection, when the same content arrives again; raises SubmittedOtherwise for other content."""
    if first.created_by_id != by.pk:
        raise SubmittedOtherwise
    if first.is_draft or first.content_digest != digest:
        raise SubmittedOtherwise(first)
    return first


def draw_up(inspection, *, by, officers, answers, checklist, signatures):
    """Give the inspection what it has once submitted, without writing it: so that its rules can be asked first."""
    if inspection.pk is None:
        inspection.place(by)
    inspected = inspection.outcome == Outcome.INSPECTED
    inspection.status, inspection.submitted_at = InspectionStatus.SUBMITTED, timezone.now()
    inspection.checklist_version = checklist if inspected else None
    inspection.answers = answers if inspected else {}
    inspection.draft_form = {}
    inspection.count_officers(officers)
    inspection.check_author(officers, by)
    inspection.check_signed(officers, signatures)


@dataclass
class Submission:
    """Everything that is sent with a visit and written with it."""

    digest: str
    officers: list
    departments: list = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    measures: Measures = field(default_factory=Measures)
    signatures: dict[str, File] = field(default_factory=dict)
    photos: list = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    found_at: str = ""
    version: int | None = None


def submit_inspection(inspection, sent, *, by):
    """Write a drawn-up inspection with all that belongs to it, or complete its draft, in one transaction.

    Returns the inspection and whether it was written now: the same client UUID with the same content answers the first one.
    Raises SubmittedOtherwise for other content, Stale when the draft changed meanwhile, ValidationError when a rule is broken.
    """
    same = Inspection.objects.filter(client_uuid=inspection.client_uuid)
    try:
        with transaction.atomic(), files_as_written() as written:
            first = _first_locked(same)
            if first is not None and not (first.is_draft and first.created_by_id == by.pk):
                return answer_again(first, by=by, digest=sent.digest), False
            _refuse_unless_open(inspection)
            _write(inspection, sent, by=by, written=written)
    except (IntegrityError, ValidationError):
        # Somebody may have been faster by a moment with the same UUID: then the constraint refused this one.
        first = same.exclude(status=InspectionStatus.DRAFT).first()
        if first is None:
            raise
        return answer_again(first, by=by, digest=sent.digest), False
    return inspection, True


def _write(inspection, sent, *, by, written):
    """The visit with all its parts, inside the transaction that submits it."""
    inspection.content_digest = sent.digest
    if inspection.outcome == Outcome.INSPECTED and not inspection.record_number:
        inspection.record_number = number_on_arrival(inspection.unit, Series.RECORD, inspection.inspected_on)
    inspection.store(by=by, version=sent.version)
    inspection.officers.set(sent.officers)
    inspection.departments.set(sent.departments)
    photos = {VISIT_SLOT: sent.photos} | {slot: [image] for slot, image in sent.signatures.items()}
    kept = _keep_photos(inspection, photos, by=by, removed=sent.removed, written=written)
    for finding in sent.findings:
        _write_finding(inspection, finding, by=by, kept=kept, written=written)
    hazards = [finding.hazard for finding in sent.findings]
    sent.measures.write(inspection, by=by, officers=sent.officers, hazards=hazards)
    correct_entity(inspection, by=by, found_at=sent.found_at)
    Task.objects.fulfil_by_visit(inspection, sent.officers, by=by)
    plan_revisit(inspection, by=by)


def await_confirmation(inspection, sent, *, by, typed, photos):
    """Keep a visit that the office typed in from paper until the officers named there confirm it; it counts nowhere yet.

    Returns it and whether it was written now, as `submit_inspection` does.
    """
    same = Inspection.objects.filter(client_uuid=inspection.client_uuid)
    with transaction.atomic(), files_as_written() as written:
        first = _first_locked(same)
        if first is not None and not (first.is_draft and first.created_by_id == by.pk):
            return answer_again(first, by=by, digest=sent.digest), False
        _refuse_unless_open(inspection)
        inspection.status, inspection.submitted_at = InspectionStatus.AWAITING_CONFIRMATION, None
        inspection.content_digest, inspection.draft_form = sent.digest, typed
        inspection.transcribed_by, inspection.unit = by, sent.officers[0].unit
        inspection.store(by=by, version=sent.version)
        inspection.officers.set(sent.officers)
        inspection.confirmed_by.clear()
        _keep_photos(inspection, photos, by=by, removed=sent.removed, written=written)
    return inspection, True


@transaction.atomic
def confirm_inspection(inspection, *, by, read):
    """An officer named on the paper vouches for what was typed in; with the second one the visit is submitted.

    `read` gives, once it is needed, the drawn-up inspection and its Submission. Returns whether it is submitted now.
    """
    inspection.lock()
    inspection.check_confirmable(by)
    inspection.confirmed_by.add(by)
    if inspection.confirmed_by.count() < OFFICERS_REQUIRED:
        return False
    drawn_up, sent = read()
    _refuse_unless_open(drawn_up)
    with files_as_written() as written:
        _write(drawn_up, sent, by=by, written=written)
    return True


def save_draft(draft, *, by, day, typed, photos, removed=(), version=None):
    """Keep what was typed so far, valid or not, and the photos chosen so far, by their place in the form.

    Raises Stale when the draft was saved elsewhere since it was opened.
    """
    with transaction.atomic(), files_as_written() as written:
        if draft.pk:
            draft.lock()
            if not draft.is_draft or draft.created_by_id != by.pk:
                raise SubmittedOtherwise(draft)
        draft.inspected_on, draft.draft_form = day, typed
        draft.store(by=by, version=version)
        _keep_photos(draft, photos, by=by, removed=removed, written=written)
    return draft


def add_photo(draft, slot, upload, *, by, original=None):
    """Keep one photo with a draft, so that a long visit is sent piece by piece; the same photo sent again is kept once.

    Returns the Evidence. Raises SubmittedOtherwise when the visit was submitted meanwhile, ValidationError for a bad file.
    """
    with transaction.atomic(), files_as_written() as written:
        draft.lock()
        if not draft.is_draft or draft.created_by_id != by.pk:
            raise SubmittedOtherwise(draft)
        sha256 = declared_sha256(original) or _sha256(upload)
        there = draft.evidence.filter(slot=slot, original_sha256=sha256).first()
        if there is None:
            there = Evidence.attach(draft, upload, by=by, slot=slot, original=original)
            written.append(there)
        return there


@transaction.atomic
def discard_draft(draft, *, by):
    """Throw an officer's own draft away, with its photos."""
    draft.lock()
    photos = list(draft.evidence.all())
    draft.discard(by=by)
    for photo in photos:
        _delete_files_on_commit(photo)


def _first_locked(same):
    return same.select_for_update().first()


def _refuse_unless_open(inspection):
    campaign = Campaign.objects.get(pk=inspection.campaign_id)
    obstacle = why_no_inspection(Entity.objects.get(pk=inspection.entity_id), campaign)
    if obstacle:
        raise ValidationError(obstacle)


def _keep_photos(inspection, photos, *, by, removed=(), written):
    """Take away the draft's photos that were removed, add the new ones, and return all by their slot."""
    kept: dict[str, list[Evidence]] = {}
    for photo in inspection.evidence.all():
        if str(photo.pk) in removed:
            # Evidence of a draft counts nowhere yet, so its author may take it back, as the draft itself.
            photo._history_user = by
            _delete_files_on_commit(photo)
            models.Model.delete(photo)
        else:
            kept.setdefault(photo.slot, []).append(photo)
    for slot, uploads in photos.items():
        _attach(inspection, slot, uploads, by=by, kept=kept, written=written)
    return kept


def _attach(inspection, slot, uploads, *, by, kept, written, owner=None):
    """Attach the uploads that the slot does not hold yet: a draft sent twice keeps each photo once."""
    there = {photo.original_sha256 for photo in kept.get(slot, [])}
    for upload in uploads:
        if _sha256(upload) in there:
            continue
        photo = Evidence.attach(owner or inspection, upload, by=by, slot=slot)
        written.append(photo)
        there.add(photo.original_sha256)
        kept.setdefault(slot, []).append(photo)


def _write_finding(inspection, finding, *, by, kept, written):
    hazard, day = finding.hazard, inspection.inspected_on
    hazard.inspection, hazard.found_on = inspection, day
    hazard.store(by=by)
    _hand_photos(hazard, finding.code, finding.photos, inspection=inspection, by=by, kept=kept, written=written)
    after = slot_after(finding.code)
    if not finding.measures:
        # Photos “after” that a draft kept before its author changed their mind still show the hazard.
        _hand_photos(hazard, after, [], inspection=inspection, by=by, kept=kept, written=written)
        return
    attempt = hazard.submit_rectification(by=by, measures=finding.measures, on=day, on_the_spot=True)
    _hand_photos(attempt, after, finding.photos_after, inspection=inspection, by=by, kept=kept, written=written)
    if hazard.may_be_reviewed_by(by):
        attempt.accept(by=by, on=day)


def _hand_photos(owner, slot, uploads, *, inspection, by, kept, written):
    """Give the photos that a draft kept in that slot to the record they show, and attach the new ones."""
    for photo in kept.get(slot, []):
        photo.owner = owner
        photo.store(by=by)
    _attach(inspection, slot, uploads, by=by, kept=kept, written=written, owner=owner)


def _delete_files_on_commit(photo):
    for storage, name in photo.files():
        transaction.on_commit(partial(forget, storage, name))


def _sha256(upload) -> str:
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
