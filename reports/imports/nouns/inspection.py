"""Past visits with their hazards: a manager vouches for what the list says; each keeps its own day."""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from entities.models import Officer
from entities.today import today
from inspections.models import (
    Answer,
    ChecklistVersion,
    Hazard,
    HazardStatus,
    Inspection,
    InspectionStatus,
    Outcome,
    Signing,
)
from inspections.models.inspection import OFFICERS_REQUIRED
from inspections.workflow import Finding, Submission, submit_inspection, why_no_inspection
from reports.imports.noun import Found
from reports.imports.nouns.of_entity import Known, OfEntityNoun, chunks
from reports.imports.nouns.visit_sheet import SHEET, has_hazard

BETWEEN = re.compile(r"[,;、，；\s]+")
OF_VISIT = ("inspected_on", "mode", "outcome", "record_number", "vehicles_checked", "remarks")


@dataclass
class KnownVisits(Known):
    """With the officers by number and name, the checklists, the visits there are, and which rows make one visit."""

    officers: dict = field(default_factory=lambda: defaultdict(list))
    points: dict = field(default_factory=dict)
    visits: dict = field(default_factory=lambda: defaultdict(list))
    together: dict = field(default_factory=lambda: defaultdict(dict))
    broken: set = field(default_factory=set)
    written: dict = field(default_factory=dict)
    deadlines: dict = field(default_factory=dict)

    def present(self, row) -> tuple[list[Officer], str]:
        """The officers whom the row names, in its order, and what is wrong with them."""
        found = []
        for spelling in filter(None, BETWEEN.split(row["officers"])):
            meant = self.officers.get(spelling, [])
            if not meant:
                return [], gettext("There is no officer “%(name)s” in your area.") % {"name": spelling}
            if len(meant) > 1:
                told = gettext("Several officers have the name “%(name)s”: enter the certificate number.")
                return [], told % {"name": spelling}
            found += [one for one in meant if one not in found]
        if row["outcome"] == Outcome.INSPECTED and sum(one.is_certified for one in found) < OFFICERS_REQUIRED:
            return [], gettext("Two officers with certificate numbers inspect together: add the second one.")
        return found, ""

    def asked(self, row) -> tuple:
        """The version of the checklist and its points by code, of that entity on that day."""
        entity, _errors = self.entity(row)
        return self.points.get((entity.kind if entity else "", row["inspected_on"]), (None, {}))

    def deadline(self, severity, day):
        """The last day to put right what was found that day; asked once for each day and severity."""
        if (severity, day) not in self.deadlines:
            self.deadlines[severity, day] = self.campaign.deadline(severity, day)
        return self.deadlines[severity, day]

    def visit_key(self, row) -> tuple:
        """What the rows of one visit have in common."""
        entity, _errors = self.entity(row)
        keys = frozenset(one.pk for one in self.present(row)[0])
        return (entity and entity.pk, row["inspected_on"], keys, row["record_number"])

    def visit(self, row) -> Inspection | None:
        """The visit that is recorded already: by its number, or by the same officers where no other number is said."""
        entity_id, day, keys, number = self.visit_key(row)
        for visit in self.visits[entity_id, day]:
            if number and visit.record_number == number:
                return visit
            same_officers = {one.pk for one in visit.officers.all()} == keys
            if same_officers and (not number or not visit.record_number):
                return visit
        return None


class InspectionNoun(OfEntityNoun):
    """Visits: entity, day and number or officers are the key; what is there already is never doubled."""

    sheet = SHEET
    model = Inspection
    right = "inspections.add_inspection"
    icon = "table"
    known = KnownVisits
    stands_alone = False
    attributes = {column.key: column.key for column in SHEET.columns[3:]} | {"submitted_on": "rectified_on"}

    def permits(self, officer):
        """Past visits are typed in from paper by the office, or entered by whoever leads inspectors."""
        typist = officer.has_perm("inspections.transcribe_inspection")
        return officer.has_perm("reports.add_import") and (typist or officer.has_perm(self.right))

    def load_records(self, rows, known):
        """Officers and visits at once; the points asked, once for each kind of entity and day."""
        for officer in Officer.objects.visible_to(known.officer).active().select_related("unit"):
            for spelling in {officer.certificate_number, officer.name} - {""}:
                known.officers[spelling].append(officer)
        seen = Inspection.objects.visible_to(known.officer).of_campaign(known.campaign).submitted()
        for keys in chunks(known.entities):
            for visit in seen.filter(entity__in=keys).prefetch_related("officers", "hazards__item").order_by("pk"):
                known.visits[visit.entity_id, visit.inspected_on].append(visit)
        for numbers in chunks(row["record_number"] for row in rows):
            taken = Inspection.objects.filter(record_number__in=numbers)
            known.elsewhere |= set(taken.values_list("unit", "record_number"))
        named = [(known.entity(row)[0], row["inspected_on"]) for row in rows]
        for kind, day in {(entity.kind, day) for entity, day in named if entity is not None}:
            version = ChecklistVersion.objects.for_visit(kind, day)
            items = version.items_on(day, kind) if version else []
            known.points[kind, day] = version, {item.code: item for item in items}
        for row in rows:
            known.together[known.visit_key(row)].setdefault(self.key(row), row)
            if self._find(row, known).errors:
                known.broken.add(known.visit_key(row))

    def key(self, row):
        """The hazard of the visit; a visit without hazards has one row."""
        names = tuple(sorted(filter(None, BETWEEN.split(row["officers"]))))
        visit = (row["credit_code"] or row["name"], row["address"], row["inspected_on"], names, row["record_number"])
        return (*visit, row["point"].upper() or row["description"])

    def find(self, row, context):
        """The visit, or its hazard, that is there already; a visit is written with all its rows or not at all."""
        found = self._find(row, context)
        if not found.errors and found.record is None and context.visit_key(row) in context.broken:
            told = gettext("Another row of this visit is wrong: a visit is entered as a whole.")
            return Found(errors=(("inspected_on", told),))
        return found

    def _find(self, row, context):
        entity, errors = context.entity(row)
        officers, wrong = context.present(row)
        errors = [*errors, *((("officers", wrong),) if wrong else ())]
        if errors:
            return Found(errors=tuple(errors))
        visit = context.visit(row)
        record = _hazard_of(visit, row) if visit and has_hazard(row) else visit
        errors = [] if record is not None else list(_wrong_of_visit(row, entity, officers, visit, context))
        if has_hazard(row):
            errors += _wrong_of_hazard(row, visit, record, context)
        return Found(record=record, errors=tuple(errors))

    def values(self, row, context):
        """The attributes of the visit, and those of the hazard with what follows from the point and the campaign."""
        values = {name: row[name] for name in OF_VISIT if row[name] not in ("", None)}
        values |= {"entity": context.entity(row)[0], "campaign": context.campaign}
        return values | (_hazard_values(row, context) if has_hazard(row) else {})

    def check(self, values, maker):
        """The rules of the visit's own fields; all else was asked of all rows at once."""
        super().check({name: values[name] for name in (*OF_VISIT, "entity", "campaign") if name in values}, maker)

    def changes(self, record, values, row, context):
        """A visit stays as it is; an open hazard can be put right."""
        is_open = isinstance(record, Hazard) and record.status == HazardStatus.OPEN
        return ["rectified_on"] if is_open and values.get("rectified_on") else []

    @transaction.atomic
    def make(self, row, values, context, *, by):
        """The visit with the hazards of all its rows, or one more hazard of a visit that was there."""
        key = context.visit_key(row)
        if key in context.written:
            return context.written[key]
        visit = context.visit(row)
        if visit is None:
            visit = context.written[key] = _submit(list(context.together[key].values()), values, context, by=by)
            return visit
        hazard = Hazard(inspection=visit, found_on=visit.inspected_on, **_stored(values))
        hazard.store(by=by, reason=gettext("import"))
        _put_right(hazard, values, by=by)
        return hazard

    def change(self, record, row, values, context, *, by):
        """Put the hazard right."""
        _put_right(record, values, by=by)

    def take_back_new(self, record, *, by, reason):
        """Void the visit, or withdraw the hazard; what was voided already counts nowhere."""
        visit = record if isinstance(record, Inspection) else record.inspection
        visit.refresh_from_db()
        if visit.status == InspectionStatus.VOIDED:
            return
        if isinstance(record, Inspection):
            visit.void(by=by, reason=reason)
        else:
            record.withdraw(by=by, reason=reason)

    def take_back_change(self, record, before, source, *, by, reason):
        """Refused: a rectification that was accepted is reopened on the page of the hazard, with its reason."""
        raise ValidationError(
            gettext("“%(record)s” was put right by this list: reopen it on its own page first.") % {"record": record}
        )


def _hazard_of(visit, row):
    """The hazard of that visit which the row tells of: the same point, or the same words."""
    code = row["point"].upper()
    for hazard in visit.hazards.all():
        if code and hazard.item is not None and hazard.item.code == code:
            return hazard
        if not code and hazard.description == row["description"]:
            return hazard
    return None


def _wrong_of_visit(row, entity, officers, visit, context):
    first = next(iter(context.together[context.visit_key(row)].values()))
    obstacle = why_no_inspection(entity, context.campaign)
    vehicles = row["vehicles_checked"]
    if obstacle:
        yield "inspected_on", obstacle
    if visit is None and (officers[0].unit_id, row["record_number"]) in context.elsewhere:
        yield "record_number", gettext("Your unit has already used this number.")
    if vehicles is not None and (vehicles < 0 or vehicles != int(vehicles)):
        yield "vehicles_checked", gettext("Enter a whole number, not below zero.")
    if row["outcome"] == Outcome.INSPECTED and context.asked(row)[0] is None:
        yield "inspected_on", gettext("There is no checklist in force for this kind of entity.")
    for name in ("mode", "outcome"):
        if first[name] != row[name]:
            yield name, gettext("Another row of this visit says something else.")


def _wrong_of_hazard(row, visit, record, context):
    code, day = row["point"].upper(), row["inspected_on"]
    _version, points = context.asked(row)
    if row["outcome"] != Outcome.INSPECTED:
        yield "outcome", gettext("Only a visit that really inspected the entity has hazards.")
    elif code and code not in points:
        yield "point", gettext("The checklist of that day has no such point: %(codes)s.") % {"codes": code}
    elif code and visit is not None and record is None and visit.answers.get(code) != Answer.FAIL:
        yield "point", gettext("At this visit the point did not fail: void the visit and enter it again.")
    if not code:
        for name in ("category", "severity", "description"):
            if not row[name]:
                yield name, gettext("Enter it, or the code of the point that failed.")
    if row["deadline"] and row["deadline"] < day:
        yield "deadline", gettext("The deadline is before the day the hazard was found: choose a later day.")
    if row["rectified_on"] and row["rectified_on"] < day:
        yield "rectified_on", gettext("A hazard can't be rectified before it was found.")
    elif row["rectified_on"] and row["rectified_on"] > today():
        yield "rectified_on", gettext("This date is in the future: today is %(day)s.") % {"day": today()}
    if bool(row["rectified_on"]) != bool(row["measures"]):
        missing = "measures" if row["rectified_on"] else "rectified_on"
        yield missing, gettext("A rectification has its day and the measures: enter both.")


def _hazard_values(row, context):
    item = context.asked(row)[1].get(row["point"].upper())
    severity = row["severity"] or (item.severity if item else "")
    given = row["deadline"] or (context.deadline(severity, row["inspected_on"]) if severity else None)
    return {
        "item": item, "category": row["category"] or (item.category if item else ""), "severity": severity,
        "description": row["description"] or (item.text if item else ""), "deadline": given,
        "measures": row["measures"], "rectified_on": row["rectified_on"],
    }  # fmt: skip


def _stored(values):
    return {name: values[name] for name in ("item", "category", "severity", "description", "deadline")}


def _submit(rows, values, context, *, by):
    """One visit from all its rows; who wrote it down on that day is told by its officers, who imports it as its typist."""
    officers, _wrong = context.present(rows[0])
    version, points = context.asked(rows[0])
    told = [_hazard_values(row, context) for row in rows if has_hazard(row)]
    failed = {one["item"].code for one in told if one["item"] is not None}
    visit = Inspection(**{name: values[name] for name in (*OF_VISIT, "entity", "campaign") if name in values})
    visit.unit, visit.transcribed_by = officers[0].unit, None if by in officers else by
    visit.status, visit.submitted_at = InspectionStatus.SUBMITTED, timezone.now()
    if visit.outcome == Outcome.INSPECTED:
        visit.signing, visit.checklist_version = Signing.PAPER, version
        # A list of hazards does not say what else was looked at.
        visit.answers = {code: Answer.FAIL if code in failed else Answer.NOT_CHECKED for code in points}
    visit.place(by)
    visit.count_officers(officers)
    visit.check_signed(officers, {})
    findings = [Finding(one["item"].code if one["item"] else "", Hazard(**_stored(one))) for one in told]
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    visit, _is_new = submit_inspection(visit, Submission(digest, officers, findings=findings), by=by)
    # It lies in the past: nobody is sent again because of it.
    visit.follow_ups.withdraw(by=by, reason=gettext("import"))
    for finding, one in zip(findings, told, strict=True):
        _put_right(finding.hazard, one, by=by)
    return visit


def _put_right(hazard, values, *, by):
    day = values["rectified_on"]
    if day is None:
        return
    attempt = hazard.submit_rectification(
        by=by, measures=values["measures"], on=day, on_the_spot=day == hazard.found_on
    )  # fmt: skip
    if by.has_perm("inspections.review_grave_rectification"):
        attempt.accept(by=by, on=day)


INSPECTIONS = InspectionNoun()
