"""Statutory deadlines (办案期限): the rules as rows, and the periods that run for a record, with their pauses and extensions."""

from datetime import timedelta

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.scope import ScopePaths
from entities.today import today
from entities.trace import History
from inspections.models.calendar import last_day
from inspections.models.record import Record, RecordQuerySet

SOON = timedelta(days=7)


class DeadlineKind(models.TextChoices):
    FILING = "filing", _("decision whether to file a case")
    DECISION = "decision", _("decision of the case")
    HEARING = "hearing", _("request for a hearing")
    PAYMENT = "payment", _("payment of the fine")
    CLOSING = "closing", _("closing the case")
    SEIZURE = "seizure", _("seizure")
    OBJECTION = "objection", _("objection to a sampling result")
    CORRECTION = "correction", _("correction after a failed sampling")
    REINSPECTION = "reinspection", _("re-inspection after a failed sampling")


class DeadlineRuleQuerySet(models.QuerySet):
    def in_force(self, kind, on):
        """The rule of that kind on that day; None where there is none."""
        rules = self.filter(Q(in_force_to=None) | Q(in_force_to__gte=on), kind=kind, in_force_from__lte=on)
        return rules.order_by("-in_force_from").first()


class DeadlineRule(models.Model):
    """How long a period is, by which law and from when to when (期限规则); an administrator keeps the table."""

    kind = models.CharField(_("kind"), max_length=20, choices=DeadlineKind)
    days = models.PositiveSmallIntegerField(_("days"))
    in_working_days = models.BooleanField(_("in working days"), default=False)
    extension_days = models.PositiveSmallIntegerField(
        _("most days of all extensions"), default=0, help_text=_("0: it can't be extended.")
    )
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force to"), null=True, blank=True)

    history = History()
    objects = DeadlineRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of a deadline")
        verbose_name_plural = _("rules of deadlines")
        ordering = ["kind", "in_force_from"]
        constraints = [
            models.CheckConstraint(
                name="deadline_rule_has_days",
                condition=Q(days__gte=1),
                violation_error_message=_("A deadline is at least one day."),
            ),
            models.CheckConstraint(
                name="deadline_rule_ends_after_it_begins",
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                violation_error_message=_("A rule ends on or after the day it begins."),
            ),
            models.UniqueConstraint(
                fields=["kind", "in_force_from"],
                name="deadline_rule_begins_once",
                violation_error_message=_("Another rule of this kind begins on the same day."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.in_force_from}"


class DeadlineQuerySet(RecordQuerySet):
    def running(self):
        """Neither met nor dropped."""
        return self.filter(met_on=None, dropped_on=None)

    def counting(self):
        """Running, and not standing still."""
        return self.running().filter(suspended_on=None)

    def overdue(self, *, on):
        """Counting, and past their last day."""
        return self.counting().filter(due_on__lt=on)

    def due_soon(self, *, on):
        """Counting, with their last day within a week from that day on."""
        return self.counting().filter(due_on__gte=on, due_on__lte=on + SOON)


class Deadline(Record):
    """A period that runs for a record until something is done (期限)."""

    date_field = "starts_on"

    kind = models.CharField(_("kind"), max_length=20, choices=DeadlineKind)
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"), related_name="+")
    object_id = models.PositiveBigIntegerField(_("number of the record"))
    owner = GenericForeignKey()
    about = models.CharField(_("of what"), max_length=200)
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("to be done by"), related_name="deadlines")
    starts_on = models.DateField(_("begins on"))
    days = models.PositiveSmallIntegerField(_("days"))
    in_working_days = models.BooleanField(_("in working days"), default=False)
    extension_days = models.PositiveSmallIntegerField(_("most days of all extensions"), default=0)
    extended_by = models.PositiveSmallIntegerField(_("days of extension"), default=0)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"))
    suspended_on = models.DateField(_("standing still since"), null=True, blank=True)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()
    scope = ScopePaths(departments=("unit__department",), unit="unit", people=("created_by", "officer"))

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="deadline_of_record"),
            models.Index(fields=["due_on"], name="deadline_running", condition=Q(met_on=None, dropped_on=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "kind"],
                condition=Q(met_on=None, dropped_on=None),
                name="deadline_runs_once",
                violation_error_message=_("Such a deadline runs already."),
            ),
            models.CheckConstraint(
                name="deadline_due_after_it_begins",
                condition=Q(due_on__gt=F("starts_on")),
                violation_error_message=_("A deadline ends after it begins."),
            ),
            models.CheckConstraint(
                name="deadline_met_or_dropped",
                condition=Q(met_on=None) | Q(dropped_on=None),
                violation_error_message=_("A deadline is either met or dropped."),
            ),
            models.CheckConstraint(
                name="deadline_extended_within_limit",
                condition=Q(extended_by__lte=F("extension_days")),
                violation_error_message=_("The law allows no longer extension."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.about}"

    def origin(self):
        return self.owner

    def place(self, by):
        """The place is where the record is handled, the unit the record's."""
        super().place(by)
        handled_in = getattr(self.owner, "handling_region_id", None)
        self.region_id, self.unit_id = handled_in or self.owner.region_id, self.owner.unit_id

    @property
    def is_running(self) -> bool:
        return self.met_on is None and self.dropped_on is None

    def is_overdue(self, *, on=None) -> bool:
        """Whether it counts and its last day is past."""
        return self.is_running and self.suspended_on is None and self.due_on < (on or today())

    def _count(self):
        """Work out the last day anew: days, extensions, and the pauses that are over."""
        pauses = self.suspensions.filter(ended_on__isnull=False).values_list("began_on", "ended_on") if self.pk else ()
        self.due_on = last_day(
            self.starts_on, self.days + self.extended_by, in_working_days=self.in_working_days, pauses=list(pauses)
        )

    @transaction.atomic
    def extend(self, *, by, days, reason, on=None):
        """Give more days, with a reason, before the period is over and within what the law allows."""
        day = on or today()
        self.lock()
        self.need_reason(reason)
        self._refuse_unless_running()
        if self.suspended_on is None and day > self.due_on:
            raise ValidationError(
                {
                    "on": gettext("The period ended on %(day)s: an extension is decided before that.")
                    % {"day": self.due_on}
                }
            )
        left = self.extension_days - self.extended_by
        if not left:
            raise ValidationError({"days": _("It can't be extended further.")})
        if not 1 <= days <= left:
            raise ValidationError({"days": gettext("At most %(left)d more days are allowed.") % {"left": left}})
        self.extended_by += days
        self._count()
        self.store(by=by, reason=reason.strip())

    @transaction.atomic
    def suspend(self, *, by, reason, on=None):
        """Let it stand still from that day on, for example while goods are tested; those days do not count."""
        day = on or today()
        self.lock()
        self.need_reason(reason)
        self._refuse_unless_running()
        if self.suspended_on is not None:
            raise ValidationError(_("It stands still already."), code="transition")
        if not self.starts_on <= day <= self.due_on:
            raise ValidationError(
                {"on": gettext("Choose a day of the period: %(first)s to %(last)s.")
                 % {"first": self.starts_on, "last": self.due_on}}
            )  # fmt: skip
        Suspension(deadline=self, began_on=day, reason=reason.strip()).store(by=by, on=day)
        self.suspended_on = day
        self.store(by=by, reason=reason.strip())

    @transaction.atomic
    def resume(self, *, by, on=None):
        """Let it go on from that day, which counts again."""
        day = on or today()
        self.lock()
        if not self.is_running or self.suspended_on is None:
            raise ValidationError(_("It does not stand still."), code="transition")
        if day <= self.suspended_on:
            raise ValidationError(
                {"on": gettext("It has stood still since %(day)s: enter a later day.") % {"day": self.suspended_on}}
            )
        pause = self.suspensions.get(ended_on=None)
        pause.ended_on = day - timedelta(days=1)
        pause.store(by=by)
        self.suspended_on = None
        self._count()
        self.store(by=by)

    def _refuse_unless_running(self):
        if not self.is_running:
            raise ValidationError(
                _("This deadline is met or dropped: nothing about it changes any more."), code="transition"
            )


class Suspension(Record):
    """Days that a deadline does not count (期限中止): testing, appraisal, hearing, public notice."""

    date_field = "began_on"

    deadline = models.ForeignKey(Deadline, models.PROTECT, verbose_name=_("deadline"), related_name="suspensions")
    began_on = models.DateField(_("first day"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)

    scope = ScopePaths(departments=("unit__department",), unit="unit", people=("created_by", "deadline__officer"))

    class Meta:
        verbose_name = _("suspension of a deadline")
        verbose_name_plural = _("suspensions of deadlines")
        ordering = ["began_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="suspension_ends_after_it_begins",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                violation_error_message=_("A suspension ends on or after its first day."),
            ),
            models.UniqueConstraint(
                fields=["deadline"],
                condition=Q(ended_on=None),
                name="suspension_open_once",
                violation_error_message=_("It stands still already."),
            ),
        ]

    def __str__(self):
        return f"{self.began_on} – {self.ended_on or '…'}"

    def origin(self):
        return self.deadline

    def place(self, by):
        super().place(by)
        self.unit_id = self.deadline.unit_id


class WithDeadlines(models.Model):
    """A record under statutory deadlines; its verbs start, meet and drop them."""

    deadlines = GenericRelation(Deadline)

    class Meta:
        abstract = True

    def start_deadline(self, kind, *, on, by, officer=None):
        """Let the period of that kind run from that day, by the rule in force then; None where no rule is kept.

        A period of that kind that runs already goes on as it is.
        """
        running = self.deadlines.running().filter(kind=kind).first()
        rule = None if running else DeadlineRule.objects.in_force(kind, on)
        if rule is None:
            return running
        deadline = Deadline(
            owner=self, about=str(self)[:200], kind=kind, officer=officer or by, starts_on=on, days=rule.days, basis=rule.basis,
            in_working_days=rule.in_working_days, extension_days=rule.extension_days,
        )  # fmt: skip
        deadline._count()
        deadline.store(by=by, on=max(on, today()))
        return deadline

    def meet_deadline(self, kind, *, on, by):
        """What the period waited for was done on that day; nothing where none runs."""
        for deadline in self.deadlines.running().filter(kind=kind):
            deadline.met_on = on
            deadline.store(by=by, on=max(on, today()))

    def drop_deadlines(self, *, by, reason, on=None):
        """Nothing is waited for any more: the record came to its end another way."""
        for deadline in self.deadlines.running():
            deadline.dropped_on = on or today()
            deadline.store(by=by, reason=reason)
