"""What came from elsewhere."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class LeadStatus(models.TextChoices):
    RECEIVED = "received", _("received")
    HANDLED = "handled", _("handled")
    UNFOUNDED = "unfounded", _("unfounded")
    PASSED_ON = "passed_on", _("passed on")


class LeadQuerySet(RecordQuerySet):
    def open(self):
        """Of which nothing has become yet."""
        return self.filter(status=LeadStatus.RECEIVED)


class Lead(OfEntity, WithEvidence, WithDeadlines, Record):
    """A hint from elsewhere (线索): complaint, handed over by a department, ordered from above, online monitoring."""

    class Origin(models.TextChoices):
        COMPLAINT = "complaint", _("complaint (12315)")
        DEPARTMENT = "department", _("handed over by a department")
        ABOVE = "above", _("ordered from above")
        ONLINE = "online", _("online monitoring")

    date_field = "received_on"
    moves = {LeadStatus.RECEIVED: {LeadStatus.HANDLED, LeadStatus.UNFOUNDED, LeadStatus.PASSED_ON}}

    came_from = models.CharField(_("origin"), max_length=20, choices=Origin)
    received_on = models.DateField(_("received on"))
    informant = models.CharField(_("from whom"), max_length=80, blank=True)
    text = models.TextField(_("text"))
    entity = models.ForeignKey(
        Entity, models.PROTECT, verbose_name=_("entity"), related_name="leads", null=True, blank=True
    )
    handled_by = models.ForeignKey(
        "inspections.Inspection", models.PROTECT, verbose_name=_("handled by inspection"), related_name="leads",
        null=True, blank=True,
    )  # fmt: skip
    listing = models.ForeignKey(
        "inspections.Listing", models.PROTECT, verbose_name=_("sales page"), related_name="leads", null=True, blank=True
    )
    status = models.CharField(
        _("status"), max_length=20, choices=LeadStatus, default=LeadStatus.RECEIVED, editable=False
    )
    outcome = models.TextField(_("what became of it"), blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    passed_to = models.CharField(_("passed on to"), max_length=80, blank=True, editable=False)

    objects = LeadQuerySet.as_manager()
    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="lead_closed_on_iff_closed",
                condition=Q(status=LeadStatus.RECEIVED, closed_on=None)
                | ~Q(status=LeadStatus.RECEIVED) & Q(closed_on__isnull=False),
                violation_error_message=_("A lead has a closing date once something became of it."),
            ),
            models.CheckConstraint(
                name="lead_closed_not_before_received",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("received_on")),
                violation_error_message=_("A lead is not closed before it was received."),
            ),
            models.CheckConstraint(
                name="lead_passed_on_names_receiver",
                condition=Q(status=LeadStatus.PASSED_ON) & ~Q(passed_to="")
                | ~Q(status=LeadStatus.PASSED_ON) & Q(passed_to=""),
                violation_error_message=_("A lead that is passed on says to whom."),
            ),
        ]

    def __str__(self):
        return f"{self.get_came_from_display()} · {self.received_on}"

    def origin(self):
        return self.listing or self.entity

    def place(self, by):
        if self.listing is not None and self.entity_id is None:
            self.entity_id = self.listing.entity_id
        super().place(by)

    def clean(self):
        super().clean()
        self.refuse_future("closed_on")

    @transaction.atomic
    def store(self, *, by, version=None, reason="", on=None):
        """As every record; a new lead waits from then on for the decision whether a case is filed."""
        is_new = self._state.adding
        super().store(by=by, version=version, reason=reason, on=on)
        if is_new:
            self.start_deadline(DeadlineKind.FILING, on=self.received_on, by=by)

    def handle(self, *, by, inspection=None, outcome="", on=None):
        """Note what became of it: the visit that looked into it, the case that came from it, or in words."""
        if inspection is None and not outcome.strip() and not self.cases.exists():
            raise ValidationError({"outcome": _("Say what became of it, or name the visit.")})
        if inspection is not None and inspection.inspected_on < self.received_on:
            raise ValidationError({"inspection": _("This visit was before the lead was received.")})
        return self._close(LeadStatus.HANDLED, by=by, outcome=outcome, on=on, handled_by=inspection or self.handled_by)

    def find_unfounded(self, *, by, reason, on=None):
        """Note that it was looked into and nothing was found (查无实据)."""
        self.need_reason(reason)
        return self._close(LeadStatus.UNFOUNDED, by=by, outcome=reason, on=on)

    def pass_on(self, *, by, to, reason="", on=None):
        """Give it to another office, which is named."""
        if not to.strip():
            raise ValidationError({"to": _("Say to whom it is passed on.")})
        return self._close(LeadStatus.PASSED_ON, by=by, outcome=reason, on=on, passed_to=to.strip())

    @transaction.atomic
    def _close(self, to, *, by, outcome, on, **changes):
        day = on or today()
        outcome = outcome.strip()
        self.advance(to, by=by, reason=outcome[:100], outcome=outcome, closed_on=day, **changes)
        if to == LeadStatus.PASSED_ON:
            self.drop_deadlines(by=by, reason=self.passed_to, on=day)
        else:
            self.meet_deadline(DeadlineKind.FILING, on=day, by=by)
