"""The one page of an inspection: the visit, its checklist, and a hazard for each failed point."""

import copy
import uuid

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from entities.models import Department
from entities.models.unit import MARKET
from entities.today import today
from inspections.forms.inspection_answers import Answers, Row, sections
from inspections.forms.inspection_fields import initial_from
from inspections.forms.inspection_hazard import HazardForm
from inspections.forms.inspection_measures import MeasuresForm
from inspections.forms.inspection_signatures import read_signatures
from inspections.forms.inspection_visit import VisitForm
from inspections.measures import Measures
from inspections.models import Answer, Hazard, Inspection, Outcome, Relation, Severity, Signing
from inspections.models.visit import SIGNATURE
from inspections.self_checks import latest_self_check_answers
from inspections.workflow import (
    MACHINERY,
    SCAN_SLOT,
    VISIT_SLOT,
    Finding,
    Submission,
    content_digest,
    draw_up,
    slot_after,
    why_no_inspection,
)  # fmt: skip

BLANK = "__code__"


class InspectionForm:
    """What was typed into the page, asked and handed on as a whole: new, from a draft, or as it was sent.

    With `data` it is judged, with `typed` only shown again.
    """

    def __init__(self, *, by, entity, campaign, draft=None, data=None, files=None, typed=None, day=None, paper=False):
        self.by, self.entity, self.campaign, self.draft = by, entity, campaign, draft
        self.data, self.files = data, files
        self.paper = paper  # typed in by the office for officers named on the paper
        self.is_bound = data is not None
        self.typed = data if self.is_bound else typed or _as_typed(draft)
        self.client_uuid = draft.client_uuid if draft else parse_uuid(self.typed.get("client_uuid")) or uuid.uuid4()
        self.version = draft.version if draft else ""
        self.removed = set(self.typed.getlist("remove"))
        self.saved = self._saved_photos()
        self.day = self._day_of_visit(day)
        self.answers = Answers(entity.kind, self.day, self.typed)
        self.deadlines = {severity: campaign.deadline(severity, self.day) for severity in Severity.values}
        self.departments = [(department.pk, str(department)) for department in Department.objects.all()]
        self.visit = VisitForm(
            data=data, files=files, by=by, entity=entity, campaign=campaign, saved_photos=self._count(VISIT_SLOT),
            paper=paper, saved_scans=self._count(SCAN_SLOT),
            initial=self._before_typing() | initial_from(self.typed, VisitForm),
        )  # fmt: skip
        self.measures = MeasuresForm(
            data, by=by, entity=entity,
            initial={"order_due_on": self.deadlines[Severity.GENERAL], "interview_person": self._contact()}
            | {name.removeprefix("m-"): self.typed.get(name) for name in self.typed if name.startswith("m-")},
        )  # fmt: skip
        is_known = entity.pk is not None  # a blank form for the phone is of nobody yet
        self.failures = Hazard.objects.previous_failures(entity, on=self.day) if is_known else {}
        self.declared = latest_self_check_answers(entity, campaign) if is_known else {}
        self.rows = [self._row(item) for item in self.answers.items]
        self.problems: list[tuple[str, str]] = []  # what concerns no single field of the visit
        self.blank_signatures: dict[str, str] = {}

    def _saved_photos(self):
        saved = {}
        for photo in self.draft.evidence.all() if self.draft else ():
            photo.is_removed = str(photo.pk) in self.removed
            saved.setdefault(photo.slot, []).append(photo)
        return saved

    def _before_typing(self):
        """What most visits have: today, the same officers as last time, a person of the entity who signs on the screen."""
        if self.paper:
            return {"inspected_on": self.day, "signing": Signing.PAPER, "signer_name": self._contact()}
        companions = Inspection.objects.last_companions(self.by)
        return {
            "inspected_on": self.day,
            "officers": [self.by.pk, *companions],
            "signing": Signing.SCREEN,
            "signer_name": self._contact(),
            "signer_relation": Relation.REPRESENTATIVE if self._contact() else "",
        }

    def _contact(self) -> str:
        return self.entity.legal_representative or self.entity.contact

    def _count(self, slot) -> int:
        return sum(not photo.is_removed for photo in self.saved.get(slot, []))

    def _day_of_visit(self, asked):
        """The day by which points and deadlines are chosen; today while the date is missing or can't be."""
        try:
            typed = parse_date(self.typed.get("inspected_on", "").strip())
        except ValueError:
            typed = None
        day = asked or typed
        return day if day and self.campaign.starts_on <= day <= today() else today()

    def _row(self, item):
        prefix = f"h-{item.code}"
        row = Row(
            item=item,
            answer=self.answers.given.get(item.code, ""),
            saved_photos=self.saved.get(item.code, []),
            saved_after=self.saved.get(slot_after(item.code), []),
            before=self.failures.get(item.code, []),
            declared=Answer(self.declared[item.code]).label if self.declared.get(item.code) in Answer.values else "",
        )
        was_open = any(name.startswith(f"{prefix}-") for name in self.typed)
        if row.fails or was_open:
            # Without a script the form of a point answered “fail” was not on the page yet: it opens prefilled.
            row.hazard = self.hazard_form(
                prefix, item, bound=self.is_bound and was_open and row.fails,
                saved_photos=self._count(item.code), saved_after=self._count(slot_after(item.code)),
            )  # fmt: skip
        return row

    def hazard_form(self, prefix, item=None, *, bound=False, **saved):
        """The form of one point's hazard, prefilled from the point; without a point, the pattern that the script copies."""
        initial = {"places": 1, "responsible_department": MARKET}
        if item:
            initial |= {
                "category": item.category,
                "severity": item.severity,
                "deadline": self.deadlines[item.severity],
            } | initial_from(self.typed, HazardForm, prefix)
        values = {"data": self.data, "files": self.files} if bound else {}
        return HazardForm(prefix=prefix, initial=initial, departments=self.departments, **values, **saved)

    # What the page shows

    @property
    def pattern(self):
        return self.hazard_form(f"h-{BLANK}")

    def sections(self):
        return sections(self.rows)

    def outcomes(self):
        return Outcome.choices

    def answer_choices(self):
        return Answer.choices

    def visit_scans(self):
        return self.saved.get(SCAN_SLOT, [])

    def visit_photos(self):
        return self.saved.get(VISIT_SLOT, [])

    def signed(self) -> list[tuple[str, str]]:
        """The signatures drawn so far: their place in the form and the picture."""
        return [(name, self.typed.get(name)) for name in self.typed if name.startswith(SIGNATURE)]

    def has_joint_work(self) -> bool:
        """Whether the part for operations and other departments must be open."""
        names = ("operation", "joint_team", "departments", "others")
        return any(self.visit[name].value() or (self.is_bound and self.visit[name].errors) for name in names)

    def people(self):
        """Who may have been there, the officer first, each with whether they are chosen."""
        chosen = {str(pk) for pk in self.visit["officers"].value() or []}
        people = self.visit.companions if self.paper else [self.by, *self.visit.companions]
        return [(officer, str(officer.pk) in chosen) for officer in people]

    @property
    def is_inspected(self) -> bool:
        return self.typed.get("outcome", Outcome.INSPECTED) == Outcome.INSPECTED

    # What was sent

    @property
    def digest(self) -> str:
        return content_digest(self.entity, self.data, self.files)

    def is_valid(self) -> bool:
        """Whether everything may be written; asks the forms, then the records' own rules, and shows all that is wrong at once."""
        obstacle = why_no_inspection(self.entity, self.campaign)
        if obstacle:
            self.problems.append(("", obstacle))
        # The draft on the page stays what is stored; the values go to a copy of it.
        self.inspection = copy.copy(self.draft) if self.draft else Inspection(client_uuid=self.client_uuid)
        if not self.draft:
            self.inspection.entity, self.inspection.campaign = self.entity, self.campaign
        self.visit.is_valid()
        self.visit.give_to(self.inspection)
        officers = list(self.visit.cleaned_data.get("officers") or [])
        self.signatures, self.blank_signatures = read_signatures(self.data, officers)
        self._ask_inspection(officers)
        self.findings, self.taken = [], Measures()
        if self.is_inspected:
            self.findings = [finding for row in self.rows if row.fails and (finding := self._finding(row))]
            self._mark_unanswered()
            self.measures.is_valid()
            self.taken = self.measures.measures(self.visit.cleaned_data.get("inspected_on") or self.day)
        return not self.summary()

    def _ask_inspection(self, officers):
        try:
            draw_up(
                self.inspection, by=self.by, officers=officers, answers=self.answers.complete(),
                checklist=self.answers.version, signatures=self.signatures,
            )  # fmt: skip
        except ValidationError as error:
            self.visit.place_errors(error)
        # `draw_up` spoke for the unit; and two officers are not counted while the list itself can't be read.
        without = {"client_uuid", "created_by", "changed_by", "unit"}
        if "officers" in self.visit.errors:
            without.add("certified_officers")
        is_readable = "inspected_on" not in self.visit.errors
        if not is_readable:
            self.inspection.inspected_on = self.day
        self.visit.ask(self.inspection, without=without)
        if is_readable and self.is_inspected and "inspected_on" in self.visit.errors:
            # A day that can't be hides what the rules say about the answers: ask for the day whose points are shown.
            self.inspection.inspected_on = self.day
            try:
                self.inspection.check_answers()
            except ValidationError as error:
                self.visit.place_errors(error)

    def _finding(self, row):
        if not row.hazard.is_bound:
            place = row.hazard["description"].id_for_label
            self.problems.append((place, _("%(point)s fails: say what is wrong.") % {"point": row.item.code}))
            return None
        row.hazard.is_valid()
        hazard = row.hazard.hazard(row.item, self.entity, self.visit.cleaned_data.get("inspected_on"))
        values = row.hazard.cleaned_data
        finding = Finding(row.item.code, hazard, values.get("photos") or [])
        if values.get("rectified"):
            finding.measures, finding.photos_after = values.get("measures", ""), values.get("photos_after") or []
        return finding

    def _mark_unanswered(self):
        missing = {item.code for item in self.answers.unanswered()}
        for row in self.rows:
            row.unanswered = row.item.code in missing

    def submission(self) -> Submission:
        """What `workflow.submit_inspection` writes."""
        values = self.visit.cleaned_data
        return Submission(
            digest=self.digest, officers=list(values["officers"]), departments=list(values["departments"]),
            findings=self.findings, measures=self.taken, signatures=self.signatures, photos=values["photos"],
            removed=self.removed, found_at=values["found_at"].strip(), version=parse_version(self.data),
        )  # fmt: skip

    def typed_so_far(self) -> dict:
        """Everything typed, valid or not, as a draft keeps it."""
        return {name: self.data.getlist(name) for name in self.data if name not in MACHINERY | {"remove"}}

    def slots(self) -> dict[str, str]:
        """The fields that take photos, each with the place where its photos are kept."""
        fields = {"photos": VISIT_SLOT} | ({"scan": SCAN_SLOT} if self.paper else {})
        for row in self.rows:
            fields[f"h-{row.item.code}-photos"] = row.item.code
            fields[f"h-{row.item.code}-photos_after"] = slot_after(row.item.code)
        return fields

    def photos_so_far(self):
        """The photos sent, by their place in the form, and what is wrong with those that can't be kept."""
        kept, refused = {}, []
        for name, slot in self.slots().items():
            for upload in self.files.getlist(name):
                try:
                    self.visit.fields["scan" if slot == SCAN_SLOT else "photos"].clean([upload])
                except ValidationError as error:
                    refused += error.messages
                else:
                    kept.setdefault(slot, []).append(upload)
        return kept, refused

    def field_errors(self) -> dict[str, list[str]]:
        """What is wrong with each single field, by its name in the page."""
        if not self.is_bound:
            return {}
        bound = [self.visit]
        if self.is_inspected:
            bound += [self.measures, *(row.hazard for row in self.rows if row.fails and row.hazard.is_bound)]
        errors = {form.add_prefix(name): list(found) for form in bound for name, found in form.errors.items()}
        if self.is_inspected and self.visit.answers_errors:
            errors["answers"] = [str(message) for message in self.visit.answers_errors]
        return errors

    def refuse(self, error):
        """Show why the records refused the whole: each message at its place, the rest on top."""
        self.visit.is_valid()
        self.visit.place_errors(error)

    def summary(self) -> list[tuple[str, str]]:
        """All that is wrong, each with the id of the field to go to; empty on a page that was not sent."""
        if not self.is_bound:
            return self.problems
        found = [*self.problems, *_errors_of(self.visit)]
        if not self.is_inspected:
            return found
        found += _errors_of(self.measures)
        found += [(place, message) for place, message in self.blank_signatures.items()]
        if self.visit.answers_errors:
            first = next((row.item.code for row in self.rows if row.unanswered), "")
            place = f"item-{first}" if first else "checklist"
            found += [(place, message) for message in self.visit.answers_errors]
        for row in self.rows:
            if row.fails and row.hazard.is_bound:
                found += [(place, f"{row.item.code}: {message}") for place, message in _errors_of(row.hazard)]
        return found


def _errors_of(form):
    return [
        ((form[name].id_for_label or form[name].auto_id) if name in form.fields else "", message)
        for name, messages in form.errors.items()
        for message in messages
    ]


def _as_typed(draft):
    typed = QueryDict(mutable=True)
    for name, values in (draft.draft_form if draft else {}).items():
        typed.setlist(name, values)
    return typed


def parse_uuid(text):
    """The UUID, or None for anything else."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def parse_version(data):
    """The version of the draft that the page was opened with, or None."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
