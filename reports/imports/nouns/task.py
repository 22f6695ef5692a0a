"""Who must inspect which entity by when, as a sheet."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from inspections.models import Task
from inspections.tasks import possible_assignees
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.noun import Found
from reports.imports.nouns.of_entity import ENTITY_COLUMNS, Known, OfEntityNoun, chunks

PURPOSES = tuple(choice for choice in Task.Purpose.choices if choice[0] != Task.Purpose.REINSPECT)
SHEET = Sheet(
    "tasks",
    _("tasks"),
    1,
    (
        *ENTITY_COLUMNS,
        Column("purpose", _("purpose"), ("任务类型", "检查目的", "目的", "purpose"), Kind.CHOICE, required=True, choices=PURPOSES),
        Column("assignee", _("assigned to"), ("责任人", "检查人员", "承办人", "执法证号", "assigned to"), required=True,
               note=_("The certificate number, or the name where only one officer has it.")),
        Column("due_on", _("due on"), ("完成期限", "完成时限", "截止日期", "due on"), Kind.DAY, required=True, example="2025-01-31"),
        Column("note", _("note"), ("备注", "任务说明", "note")),
    ),
)  # fmt: skip


@dataclass
class KnownTasks(Known):
    """With the officers who may be sent by number and name, and which of the entities each one sees."""

    officers: dict = field(default_factory=lambda: defaultdict(list))
    sight: dict = field(default_factory=lambda: defaultdict(set))


class TaskNoun(OfEntityNoun):
    """Tasks: entity, purpose, officer and day are the key; a pending one of the same purpose is given on instead of doubled."""

    sheet = SHEET
    model = Task
    right = "inspections.add_task"
    icon = "clock"
    makes_many = True
    known = KnownTasks
    attributes = {name: name for name in ("purpose", "assignee", "due_on", "note")}

    def load_records(self, rows, known):
        """The officers who may be sent and what they see, and the tasks at these entities; a query for each officer named."""
        for officer in possible_assignees(known.officer):
            for spelling in {officer.certificate_number, officer.name} - {""}:
                known.officers[spelling].append(officer)
        named = {one.pk: one for row in rows for one in known.officers.get(row["assignee"], [])}
        standing = Task.objects.visible_to(known.officer).of_campaign(known.campaign).standing()
        for keys in chunks(known.entities):
            for officer in named.values():
                seen = Entity.objects.visible_to(officer).filter(pk__in=keys)
                known.sight[officer.pk] |= set(seen.values_list("pk", flat=True))
            for task in standing.filter(entity__in=keys).order_by("pk"):
                known.records[task.entity_id, task.purpose, task.assignee_id, task.due_on] = task
                if task.is_pending:
                    known.records[task.entity_id, task.purpose] = task

    def key(self, row):
        """One task of a purpose at an entity in one file."""
        return (row["credit_code"] or row["name"], row["address"], row["purpose"])

    def find(self, row, context):
        """That very task; else the one of the same purpose that is still to be done there; else a new one."""
        entity, errors = context.entity(row)
        assignee, wrong = _officer(row, context)
        errors = [*errors, *wrong]
        if errors:
            return Found(errors=tuple(errors))
        same = context.records.get((entity.pk, row["purpose"], assignee.pk, row["due_on"]))
        if same is not None:
            return Found(record=same)
        if entity.pk not in context.sight[assignee.pk]:
            errors.append(("assignee", gettext("This officer does not see the entity: choose somebody of its area.")))
        try:
            Task.refuse_past_due_day(row["due_on"])
        except ValidationError as error:
            errors.append(("due_on", " ".join(error.messages)))
        return Found(record=context.records.get((entity.pk, row["purpose"])), errors=tuple(errors))

    def values(self, row, context):
        """The officer by number or name."""
        assignee, _wrong = _officer(row, context)
        return super().values(row, context) | {"assignee": assignee}

    def check(self, values, maker):
        """The rules of its own fields; that the officer sees the entity was asked of all rows at once."""
        maker.clean_fields(maker.make(values), exclude=self.not_checked)

    def changes(self, record, values, row, context):
        """It may be given to another officer, or until another day; the note stays as it is."""
        said = {name: values[name] for name in ("assignee", "due_on")}
        return super().changes(record, said, row, context)

    def make_many(self, values, *, by):
        """New tasks; that each goes to somebody who sees the entity was asked of all rows at once."""
        return Task.objects.write_all([Task(**one) for one in values], by=by, reason=gettext("import"))

    def change(self, record, row, values, context, *, by):
        """Give it on."""
        record.reassign(to=values["assignee"], due_on=values["due_on"], by=by, reason=gettext("import"))

    def take_back_new(self, record, *, by, reason):
        """Withdraw the task. Raises ValidationError when it is done."""
        record.withdraw(by=by, reason=reason)

    def take_back_change(self, record, before, source, *, by, reason):
        """Give it back to whose it was. Raises ValidationError when it is done, or that day is over."""
        record.reassign(to=before.assignee, due_on=before.due_on, by=by, reason=reason)


def _officer(row, context):
    """The officer whom the row names, or None and what is wrong."""
    found = context.officers.get(row["assignee"], [])
    if len(found) == 1:
        return found[0], ()
    if found:
        return None, (("assignee", gettext("Several officers have this name: enter the certificate number.")),)
    return None, (("assignee", gettext("There is no such officer in your area who may be sent.")),)


TASKS = TaskNoun()
