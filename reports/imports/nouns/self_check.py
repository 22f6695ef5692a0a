"""Self-checks that came on paper, as a sheet."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.models import Answer, ChecklistVersion, SelfCheck
from inspections.self_checks import Shortcoming, hand_in_self_check, why_no_self_check
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.noun import Found, remove
from reports.imports.nouns.of_entity import ENTITY_COLUMNS, Known, OfEntityNoun, chunks

CLEAN, FOUND = "clean", "found"
BETWEEN = re.compile(r"[,;、，；\s]+")
SHEET = Sheet(
    "self_checks",
    _("self-checks"),
    1,
    (
        *ENTITY_COLUMNS,
        Column("checked_on", _("checked on"), ("自查日期", "检查日期", "checked on"), Kind.DAY, required=True, example="2025-01-20"),
        Column("answered_by", _("answered by"), ("自查人", "填报人", "答题人", "answered by"), required=True),
        Column("phone", _("phone"), ("联系电话", "电话", "手机", "phone"), Kind.CODE),
        Column("receipt_number", _("receipt number"), ("回执编号", "自查编号", "receipt number"), Kind.CODE,
               note=_("As on the paper; left empty, the system makes one.")),
        Column("result", _("result"), ("自查结果", "自查结论", "结果", "result"), Kind.CHOICE,
               choices=((CLEAN, _("no problem found")), (FOUND, _("problems found"))),
               note=_("Left empty, only the day is recorded, without answers.")),
        Column("failed", _("failed points"), ("不合格项编号", "问题检查项", "不符合项", "failed points"), example="XS-02、XS-04",
               note=_("The codes of the points that failed; all others passed.")),
        Column("description", _("what is wrong"), ("问题描述", "问题隐患", "what is wrong")),
        Column("remarks", _("remarks"), ("备注", "remarks")),
    ),
)  # fmt: skip


@dataclass
class KnownSelfChecks(Known):
    """With the version of the checklist and its points, by their codes, of a kind of entity on a day."""

    points: dict = field(default_factory=dict)

    def asked(self, row):
        """The version and the points that the row answers; None and no points for one that says no result."""
        entity, _errors = self.entity(row)
        kind = entity.kind if entity and row["result"] else None
        return self.points.get((kind, row["checked_on"]), (None, {}))


class SelfCheckNoun(OfEntityNoun):
    """Self-checks: the entity and the day are the key."""

    sheet = SHEET
    model = SelfCheck
    right = "inspections.add_selfcheck"
    icon = "check"
    known = KnownSelfChecks
    attributes = {name: name for name in ("checked_on", "answered_by", "phone", "receipt_number", "remarks")}

    def load_records(self, rows, known):
        """The self-checks of these entities; and the points asked, once for each kind of entity and day."""
        seen = SelfCheck.objects.visible_to(known.officer).of_campaign(known.campaign)
        for keys in chunks(known.entities):
            for one in seen.filter(entity__in=keys).order_by("pk"):
                known.records[one.entity_id, one.checked_on] = one
        for numbers in chunks(row["receipt_number"] for row in rows):
            taken = SelfCheck.objects.filter(receipt_number__in=numbers)
            known.elsewhere |= set(taken.values_list("receipt_number", flat=True))
        named = [(known.entity(row)[0], row["checked_on"]) for row in rows if row["result"]]
        for kind, day in {(entity.kind, day) for entity, day in named if entity is not None}:
            version = ChecklistVersion.objects.for_visit(kind, day)
            items = version.items_on(day, kind) if version else []
            known.points[kind, day] = version, {item.code: item for item in items}

    def key(self, row):
        """The day at the entity."""
        return (row["credit_code"] or row["name"], row["address"], row["checked_on"])

    def known_key(self, row, entity):
        return entity.pk, row["checked_on"]

    def find(self, row, context):
        """The self-check of that day; a result says which of the points asked failed."""
        found = super().find(row, context)
        if found.errors or found.record is not None:
            return found
        return Found(errors=tuple(_wrong(row, context)))

    def values(self, row, context):
        """With the answers to all points where the row says a result."""
        values = super().values(row, context)
        version, points = context.asked(row)
        if version is not None:
            failed = _codes(row)
            values["answers"] = {code: Answer.FAIL if code in failed else Answer.PASS for code in points}
            values["checklist_version"] = version
        return values

    @cached_property
    def not_checked(self):
        """Nor a number that is not given; that the answers belong to the points was asked of all rows at once."""
        return super().not_checked | {"receipt_number"}

    def check(self, values, maker):
        """The rules of its own fields, without asking for the points again."""
        super().check({name: value for name, value in values.items() if name != "checklist_version"}, maker)

    def changes(self, record, values, row, context):
        """Who answered, the phone and the remarks may be corrected; day, number and answers stay."""
        said = {name: values[name] for name in ("answered_by", "phone", "remarks") if name in values}
        return super().changes(record, said, row, context)

    def make(self, row, values, context, *, by):
        """Hand it in, with a hazard for each failed point."""
        _version, points = context.asked(row)
        shortcomings = [Shortcoming(points[code], row["description"] or points[code].text) for code in _codes(row)]
        record, _is_new = hand_in_self_check(SelfCheck(**values), shortcomings, by=by)
        return record

    @transaction.atomic
    def take_back_new(self, record, *, by, reason):
        """Remove it with the hazards that it declared. Raises ValidationError when work on one began, or a task was done by it."""
        for hazard in record.hazards.all():
            remove(hazard, by=by, reason=reason)
        remove(record, by=by, reason=reason)


def _codes(row):
    """The codes of the failed points, in their order."""
    return sorted({code.upper() for code in BETWEEN.split(row["failed"]) if code}) if row["result"] == FOUND else []


def _wrong(row, context):
    entity, _errors = context.entity(row)
    version, points = context.asked(row)
    obstacle, failed = why_no_self_check(entity, context.campaign), _codes(row)
    unknown = [code for code in failed if code not in points]
    if obstacle:
        yield "credit_code" if row["credit_code"] else "name", obstacle
    if row["receipt_number"] in context.elsewhere:
        yield "receipt_number", gettext("This number is already in use.")
    if row["failed"] and row["result"] != FOUND:
        yield "result", gettext("Points failed: the result is “problems found”.")
    if row["result"] and version is None:
        yield "checked_on", gettext("There is no checklist in force for this kind of entity.")
    elif unknown:
        yield (
            "failed",
            gettext("The checklist of that day has no such point: %(codes)s.") % {"codes": ", ".join(unknown)},
        )
    elif row["result"] == FOUND and not failed:
        yield "failed", gettext("Enter the codes of the points that failed.")


SELF_CHECKS = SelfCheckNoun()
