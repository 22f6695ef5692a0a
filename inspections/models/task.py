"""Who must go where by when."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Entity, Officer
from entities.page_address import page_address
from entities.roles import Role
from entities.scope import ScopePaths
from entities.stored_many import store_new
from entities.today import today
from inspections.models.record import OfEntity, Record, RecordQuerySet


class TaskState(models.TextChoices):
    """How a task stands on a day."""

    PENDING = "pending", _("to do")
    OVERDUE = "overdue", _("overdue")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", _("withdrawn")


# The field that names the record by which a task was done.
DONE_BY = {"inspection": "inspection", "selfcheck": "self_check", "rectification": "rectification"}


class TaskQuerySet(RecordQuerySet):
    def of_work(self, officer):
        """What the officer's day is made of: an inspector's own tasks, for all others every one in scope."""
        seen = self.visible_to(officer)
        is_own = officer.role == Role.INSPECTOR and not officer.is_superuser
        return seen.filter(assignee=officer.pk) if is_own else seen

    def standing(self):
        """Tasks that count: all but those withdrawn."""
        return self.filter(withdrawn_on=None)

    def pending(self):
        """Tasks not yet done by a record."""
        return self.standing().filter(done_on=None)

    def overdue(self, *, on):
        """Pending after their due date on that day."""
        return self.pending().filter(due_on__lt=on)

    def done(self):
        """Tasks that a record has done."""
        return self.exclude(done_on=None)

    def withdrawn(self):
        """Taken back, with a reason."""
        return self.exclude(withdrawn_on=None)

    def of_entities_matching(self, text):
        """Tasks at the entities that the search of the register finds."""
        return self.filter(entity__in=Entity.objects.matching(text).values("pk"))

    def fulfil_by_visit(self, inspection, officers, *, by):
        """A visit that really inspected the entity does the pending tasks to go there of every officer who was present."""
        if inspection.outcome != "inspected":
            return
        places = Entity.objects.at_the_place_of(inspection.entity_id)
        going = self.pending().of_campaign(inspection.campaign_id).filter(entity__in=places)
        for task in going.filter(assignee__in=officers, purpose__in=Task.VISITS).order_by("pk"):
            task.fulfil(inspection, by=by, on=inspection.inspected_on)

    def fulfil_by_verdict(self, rectification, *, by):
        """The verdict on a rectification does the pending tasks to re-inspect its hazard, whoever gave it."""
        reinspect = self.pending().filter(hazard=rectification.hazard_id, purpose=Task.Purpose.REINSPECT)
        for task in reinspect.order_by("pk"):
            task.fulfil(rectification, by=by, on=rectification.reviewed_on)

    def open_again(self, *, by, reason):
        """Tasks whose record no longer counts are to be done after all."""
        for task in self.done().order_by("pk"):
            task.open_again(by=by, reason=reason)

    def withdraw(self, *, by, reason):
        """Take those back that are still to be done."""
        for task in self.pending().order_by("pk"):
            task.withdraw(by=by, reason=reason)

    def write_all(self, tasks, *, by, reason=""):
        """Write many new tasks in a few queries, each with its first row of history.

        What `store` asks of each, whom it names and whether they see the entity, the caller has asked of all of them.
        """
        store_new(tasks, by=by, reason=reason, judged=True)
        return tasks


class Task(OfEntity, Record):
    """Who must inspect which entity by when (检查任务, 清单制+责任制)."""

    class Purpose(models.TextChoices):
        INSPECT = "inspect", _("inspect")
        REINSPECT = "reinspect", _("re-inspect")
        SELF_CHECK = "self_check", _("remind of the self-check")
        REVISIT = "revisit", _("revisit")

    VISITS = (Purpose.INSPECT, Purpose.REVISIT)  # done by going there

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
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawal_reason = models.CharField(_("reason for withdrawing"), max_length=200, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()
    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by", "assignee"))

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["campaign", "due_on", "id"], name="task_list"),
            models.Index(
                fields=["campaign", "due_on", "id"],
                name="task_pending_list",
                condition=Q(done_on=None, withdrawn_on=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="task_done_by_one_record",
                condition=Q(done_on=None, inspection=None, self_check=None, rectification=None)
                | Q(done_on__isnull=False, inspection__isnull=False, self_check=None, rectification=None)
                | Q(done_on__isnull=False, inspection=None, self_check__isnull=False, rectification=None)
                | Q(done_on__isnull=False, inspection=None, self_check=None, rectification__isnull=False),
                violation_error_message=_("A task is done by exactly one record, on its date."),
            ),
            models.CheckConstraint(
                name="task_withdrawn_with_reason",
                condition=Q(withdrawn_on=None, withdrawal_reason="")
                | Q(withdrawn_on__isnull=False, done_on=None) & ~Q(withdrawal_reason=""),
                violation_error_message=_("Only a task that is not done is withdrawn, on a day and with a reason."),
            ),
            models.CheckConstraint(
                name="task_reinspects_its_hazard",
                condition=Q(purpose="reinspect", hazard__isnull=False) | ~Q(purpose="reinspect") & Q(hazard=None),
                violation_error_message=_(
                    "A re-inspection is of one hazard: assign it from the register, which finds the open hazards."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} · {self.entity}"

    def clean(self):
        """A new task goes to somebody who works here and may open the entity."""
        super().clean()
        if self._state.adding and self.assignee_id and self.entity_id:
            self.check_assignee(self.assignee)

    @property
    def is_pending(self) -> bool:
        return self.done_on is None and self.withdrawn_on is None

    def state(self, *, on=None) -> TaskState:
        """How it stands on that day."""
        if self.withdrawn_on:
            return TaskState.WITHDRAWN
        if self.done_on:
            return TaskState.DONE
        return TaskState.OVERDUE if self.due_on < (on or today()) else TaskState.PENDING

    @property
    def place_url(self) -> str:
        """The page on which it is done: the hazard's for a re-inspection, else the entity's."""
        if self.hazard_id:
            return page_address("hazard_detail", self.hazard_id)
        return page_address("entity_detail", self.entity_id)

    def check_assignee(self, officer):
        """Raise ValidationError unless the officer works here and sees the entity."""
        if not officer.is_active:
            raise ValidationError(
                {"assignee": gettext("%(officer)s no longer works here: choose another.") % {"officer": officer}}
            )
        if not Entity.objects.visible_to(officer).one_by_one().filter(pk=self.entity_id).exists():
            raise ValidationError(
                {"assignee": gettext("%(officer)s does not see “%(entity)s”: choose somebody of its area.")
                 % {"officer": officer, "entity": self.entity}}
            )  # fmt: skip

    @transaction.atomic
    def fulfil(self, record, *, by, on):
        """Mark the task done by a visit, a self-check, or the verdict on a rectification, of the same entity."""
        self.lock()
        self._refuse_unless_pending()
        entity_id = getattr(record, "hazard", record).entity_id
        if entity_id not in (self.entity_id, self.entity.merged_into_id):
            raise ValidationError(_("The record is of another entity than the task."))
        self.done_on = on
        setattr(self, DONE_BY[record._meta.model_name], record)
        self.store(by=by)

    @transaction.atomic
    def open_again(self, *, by, reason):
        """To be done after all, because the record that did it no longer counts."""
        self.lock()
        self.done_on = self.inspection = self.self_check = self.rectification = None
        self.store(by=by, reason=reason)

    @transaction.atomic
    def reassign(self, *, to, by, reason, due_on=None):
        """Give it to another officer, or to the same one until another day, with a reason; the history keeps whose it was."""
        self.lock()
        self._refuse_unless_pending()
        self.need_reason(reason)
        self.refuse_past_due_day(due_on)
        if to == self.assignee and due_on in (None, self.due_on):
            raise ValidationError(
                {"assignee": gettext("“%(task)s” is with %(officer)s already: choose somebody else, or another day.")
                 % {"task": self, "officer": to}}
            )  # fmt: skip
        self.check_assignee(to)
        self.assignee, self.due_on = to, due_on or self.due_on
        self.store(by=by, reason=reason.strip())

    @transaction.atomic
    def withdraw(self, *, by, reason, on=None):
        """Take it back, with a reason: it need not be done, and stays readable."""
        self.lock()
        self._refuse_unless_pending()
        self.need_reason(reason)
        self.withdrawn_on, self.withdrawal_reason = on or today(), reason.strip()
        self.store(by=by, reason=reason.strip())

    @staticmethod
    def refuse_past_due_day(day, *, on=None):
        """Raise ValidationError for a day by which nobody can do it any more."""
        on = on or today()
        if day is not None and day < on:
            raise ValidationError({"due_on": gettext("This day is past: enter %(day)s or a later one.") % {"day": on}})

    def _refuse_unless_pending(self):
        if not self.is_pending:
            raise ValidationError(
                gettext("“%(task)s” is %(state)s: nothing about it changes any more.")
                % {"task": self, "state": self.state().label},
                code="transition",
            )
