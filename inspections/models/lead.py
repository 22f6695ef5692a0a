"""What came from elsewhere."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.record import OfEntity, Record, RecordQuerySet, WithEvidence


class LeadStatus(models.TextChoices):
    RECEIVED = "received", _("received")
    HANDLED = "handled", _("dealt with")
    UNFOUNDED = "unfounded", _("unfounded")
    PASSED_ON = "passed_on", _("passed on")


class LeadQuerySet(RecordQuerySet):
    def open(self):
        """Of which nothing has become yet."""
        return self.filter(status=LeadStatus.RECEIVED)


class Lead(OfEntity, WithDeadlines, WithEvidence, Record):
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
    outcome = models.CharField(_("what became of it"), max_length=300, blank=True, editable=False)
    passed_to = models.CharField(_("passed on to"), max_length=100, blank=True, editable=False)
    closed_on = models.DateField(_("dealt with on"), null=True, blank=True, editable=False)

    objects = LeadQuerySet.as_manager()
    scope = ScopePaths(regions=("region__code", "entity__region__code"), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="lead_closed_with_outcome",
                condition=Q(status="received", closed_on=None)
                | ~Q(status="received") & Q(closed_on__isnull=False) & ~Q(outcome=""),
                violation_error_message=_("Say what became of the lead, and when."),
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

    @transaction.atomic
    def take_in(self, *, by, on=None):
        """Write the new lead; what becomes of it must be decided in time (核查期限)."""
        self.store(by=by, on=on)
        self.start_deadline(DeadlineKind.FILING, on=self.received_on, by=by)
        return self

    def handle(self, *, by, outcome, inspection=None, on=None):
        """It was followed: by a visit, a case, a measure."""
        changes = {"handled_by": inspection} if inspection is not None else {}
        self._close(LeadStatus.HANDLED, by=by, on=on, outcome=outcome, **changes)

    def refute(self, *, by, outcome, on=None):
        """There was nothing in it."""
        self._close(LeadStatus.UNFOUNDED, by=by, on=on, outcome=outcome)

    def pass_on(self, *, by, to, outcome, on=None):
        """Give it to the authority that it concerns (线索移交)."""
        self._close(LeadStatus.PASSED_ON, by=by, on=on, outcome=outcome, passed_to=to.strip())

    @transaction.atomic
    def _close(self, to, *, by, on, outcome, **changes):
        if not outcome.strip():
            raise ValidationError({"outcome": _("Say what became of the lead.")})
        day = on or today()
        self.advance(to, by=by, on=on, outcome=outcome.strip(), closed_on=day, **changes)
        self.meet_deadline(DeadlineKind.FILING, on=day, by=by)
