"""Who must go where by when, and what entities checked themselves."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity, Officer
from entities.scope import ScopePaths
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class TaskQuerySet(RecordQuerySet):
    def pending(self):
        """Tasks not yet done by a record."""
        return self.filter(done_on=None)

    def overdue(self, *, on):
        """Pending after their due date on that day."""
        return self.pending().filter(due_on__lt=on)


class Task(OfEntity, Record):
    """Who must inspect which entity by when (检查任务, 清单制+责任制)."""

    class Purpose(models.TextChoices):
        INSPECT = "inspect", _("inspect")
        REINSPECT = "reinspect", _("re-inspect")
        SELF_CHECK = "self_check", _("remind of the self-check")
        REVISIT = "revisit", _("revisit")

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="tasks")
    assignee = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("assigned to"), related_name="tasks")
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.INSPECT)
    due_on = models.DateField(_("due on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    follows = models.ForeignKey(
        "inspections.Inspection", models.PROTECT, verbose_name=_("follows the visit"), related_name="follow_ups",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    hazard = models.ForeignKey(
        "inspections.Hazard", models.PROTECT, verbose_name=_("hazard"), related_name="tasks",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    inspection = models.ForeignKey(
        "inspections.Inspection", models.PROTECT, verbose_name=_("done by inspection"), related_name="tasks",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    self_check = models.ForeignKey(
        "inspections.SelfCheck", models.PROTECT, verbose_name=_("done by self-check"), related_name="tasks",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    rectification = models.ForeignKey(
        "inspections.Rectification", models.PROTECT, verbose_name=_("done by re-inspection"), related_name="tasks",
        null=True, blank=True, editable=False,
    )  # fmt: skip

    objects = TaskQuerySet.as_manager()
    scope = ScopePaths(regions=("region__code", "entity__region__code"), unit="unit", people=("created_by", "assignee"))

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="task_done_by_one_record",
                condition=Q(done_on=None, inspection=None, self_check=None, rectification=None)
                | Q(done_on__isnull=False, inspection__isnull=False, self_check=None, rectification=None)
                | Q(done_on__isnull=False, inspection=None, self_check__isnull=False, rectification=None)
                | Q(done_on__isnull=False, inspection=None, self_check=None, rectification__isnull=False),
                violation_error_message=_("A task is done by exactly one record, on its date."),
            ),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} · {self.entity}"

    def fulfil(self, record, *, by, on):
        """Mark the task done by an inspection or a self-check of the same entity."""
        if record.entity_id != self.entity_id:
            raise ValidationError(_("The record is of another entity than the task."))
        self.done_on = on
        if isinstance(record, SelfCheck):
            self.self_check = record
        else:
            self.inspection = record
        self.store(by=by)


class SelfCheckQuerySet(RecordQuerySet):
    pass


class SelfCheck(OfEntity, WithEvidence, Record):
    """An entity's own check (企业自查), handed in by the entity or typed in by staff."""

    date_field = "checked_on"

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="self_checks")
    checked_on = models.DateField(_("checked on"))
    answered_by = models.CharField(_("answered by"), max_length=50)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    client_uuid = models.UUIDField(_("client UUID"), null=True, blank=True, unique=True, editable=False)
    content_digest = models.CharField(_("digest of what was submitted"), max_length=64, blank=True, editable=False)
    checklist_version = models.ForeignKey(
        "inspections.ChecklistVersion", models.PROTECT, verbose_name=_("checklist version"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    by_link = models.BooleanField(_("handed in by the entity itself"), default=False, editable=False)
    receipt_number = models.CharField(_("receipt number"), max_length=30, unique=True)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = SelfCheckQuerySet.as_manager()
    scope = ScopePaths(
        regions=("region__code", "entity__region__code"),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        ordering = ["-checked_on", "-pk"]

    def __str__(self):
        return f"{self.entity} · {self.checked_on}"
