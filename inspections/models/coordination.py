"""What bureaus agree on, and who must do what by when."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Officer, Unit
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import Record, RecordQuerySet, WithEvidence


class CoordinationEventQuerySet(RecordQuerySet):
    def issued(self):
        """Final: of bulletins those that passed their reviews."""
        return self.filter(status="final")


class CoordinationEvent(WithEvidence, Record):
    """A plan, task force, meeting, joint consultation, supervision visit, bulletin or instruction (统筹协调)."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("plan")
        TASK_FORCE = "task_force", _("task force")
        MEETING = "meeting", _("meeting")
        CONSULTATION = "consultation", _("joint consultation")
        SUPERVISION = "supervision", _("supervision visit")
        BULLETIN = "bulletin", _("bulletin")
        INSTRUCTION = "instruction", _("leader's instruction")

    class Status(models.TextChoices):
        """How far a bulletin has been read; everything else is final at once."""

        DRAFT = "draft", _("draft")
        FIRST = "first", _("first review")
        SECOND = "second", _("second review")
        THIRD = "third", _("third review")
        FINAL = "final", _("final")

    date_field = "held_on"
    moves = {
        Status.DRAFT: {Status.FIRST},
        Status.FIRST: {Status.SECOND, Status.DRAFT},
        Status.SECOND: {Status.THIRD, Status.DRAFT},
        Status.THIRD: {Status.FINAL, Status.DRAFT},
    }

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    held_on = models.DateField(_("date"))
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=50, blank=True)
    summary = models.TextField(_("summary and decisions"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.FINAL, editable=False)

    objects = CoordinationEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordination event")
        verbose_name_plural = _("coordination events")
        ordering = ["-held_on", "-pk"]

    def __str__(self):
        return self.title

    def begin(self, *, by, on=None):
        """Write it; a bulletin begins as its author's draft, to be read three times."""
        if self.kind == self.Kind.BULLETIN:
            self.status = self.Status.DRAFT
        self.store(by=by, on=on)
        return self

    @property
    def paper(self):
        """The bulletin that was written here and is read as this event; None for one that is only recorded."""
        return getattr(self, "bulletin", None)

    def _refuse_around(self, paper):
        # Its own page compares its numbers first, and knows who wrote it.
        if self.paper is not None and paper != self.paper:
            raise ValidationError(_("It is read on the page of its bulletin: open that one."))

    def pass_on(self, *, by, paper=None):
        """Give the bulletin to the next reviewer; after the third it is final. Nobody passes what they wrote or read before.

        A bulletin that was written here passes itself as `paper`: nobody goes around its page.
        """
        self._refuse_around(paper)
        onward = [to for to in self.moves.get(self.status, ()) if to != self.Status.DRAFT]
        if not onward:
            raise ValidationError(_("It is final: nothing is passed on any more."), code="transition")
        is_author = self.status == self.Status.DRAFT
        if not is_author and by.pk in self._readers() | {self.created_by_id}:
            raise ValidationError(_("Another person reads it next: you wrote it or have read it already."))
        self.advance(onward[0], by=by)

    def _readers(self) -> set[int]:
        """Keys of the officers who passed it on since it was last a draft: after it went back it is read anew."""
        drafted = self.history.filter(status=self.Status.DRAFT).values("history_id")[:1]  # the newest comes first
        return set(self.history.filter(history_id__gt=drafted).values_list("history_user", flat=True))

    def send_back(self, *, by, reason, paper=None):
        """Return the bulletin to its author, with what is to be changed; `paper` as for `pass_on`."""
        self._refuse_around(paper)
        self.need_reason(reason)
        self.advance(self.Status.DRAFT, by=by, reason=reason)


class AssignmentQuerySet(RecordQuerySet):
    def pending(self):
        """Not done yet, reported or not."""
        return self.filter(status__in=["open", "reported"])

    def overdue(self, *, on):
        return self.filter(status="open", due_on__lt=on)


class Assignment(WithEvidence, Record):
    """What somebody must do by a day, out of a meeting, a plan or an instruction (交办事项)."""

    class Status(models.TextChoices):
        OPEN = "open", _("to be done")
        REPORTED = "reported", _("reported done")
        DONE = "done", _("done")
        WITHDRAWN = "withdrawn", _("withdrawn")

    date_field = "given_on"
    moves = {
        Status.OPEN: {Status.REPORTED, Status.WITHDRAWN},
        Status.REPORTED: {Status.DONE, Status.OPEN, Status.WITHDRAWN},
    }

    event = models.ForeignKey(
        CoordinationEvent, models.PROTECT, verbose_name=_("out of"), related_name="assignments", null=True, blank=True
    )
    what = models.CharField(_("what must be done"), max_length=300)
    to_unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("to be done by unit"), related_name="+")
    to_officer = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("to be done by"), related_name="assignments", null=True, blank=True
    )
    given_on = models.DateField(_("given on"))
    due_on = models.DateField(_("due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False)
    feedback = models.TextField(_("feedback"), blank=True, editable=False)
    reported_on = models.DateField(_("reported on"), null=True, blank=True, editable=False)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()
    scope = ScopePaths(
        regions=("region__code", "to_unit__region__code"), unit="to_unit", people=("created_by", "to_officer")
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assignment_due_not_before_given",
                condition=Q(due_on__gte=F("given_on")),
                violation_error_message=_("It can't be due before it is given: choose a later day."),
            ),
            models.CheckConstraint(
                name="assignment_done_with_its_day",
                condition=Q(status="done", done_on__isnull=False) | ~Q(status="done") & Q(done_on=None),
                violation_error_message=_("What is done has its day; nothing else has."),
            ),
        ]

    def __str__(self):
        return self.what

    def origin(self):
        return self.event

    def is_given_by(self, officer) -> bool:
        """Whether the officer gave it, or speaks for who did: of the same unit, or over its whole area."""
        return officer.pk == self.created_by_id or officer.unit_id == self.unit_id or officer.covers(self.region_id)

    def _refuse_others(self, by):
        if not self.is_given_by(by):
            raise ValidationError(_("Whoever gave this decides on it: report what was done instead."))

    def report(self, *, by, feedback, on=None):
        """Say what was done; who gave it accepts it or sends it back."""
        if not feedback.strip():
            raise ValidationError({"feedback": _("Say what was done.")})
        self.advance(self.Status.REPORTED, by=by, on=on, feedback=feedback.strip(), reported_on=on or today())

    @transaction.atomic
    def accept(self, *, by, on=None):
        """It is done; nobody accepts what they reported themselves, unless they had given it."""
        self.lock()
        self._refuse_others(by)
        reported = self.status == self.Status.REPORTED and self.changed_by_id == by.pk
        if reported and by.pk != self.created_by_id:
            raise ValidationError(_("You reported it done: another person accepts it."))
        self.advance(self.Status.DONE, by=by, on=on, done_on=on or today())

    def send_back(self, *, by, reason):
        """Ask for more, with the reason."""
        self._refuse_others(by)
        self.need_reason(reason)
        self.advance(self.Status.OPEN, by=by, reason=reason, reported_on=None)

    def withdraw(self, *, by, reason):
        """It need not be done any more."""
        self._refuse_others(by)
        self.need_reason(reason)
        self.advance(self.Status.WITHDRAWN, by=by, reason=reason)
