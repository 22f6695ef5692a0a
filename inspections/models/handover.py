"""Hazards given to another department, against its receipt."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Department
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.record import Record, RecordQuerySet, WithEvidence


class HandoverQuerySet(RecordQuerySet):
    def unacknowledged(self):
        """Sent, and not yet confirmed by the department; not those that were sent back, put right or sent on since."""
        later = Handover.objects.filter(hazard=OuterRef("hazard"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), acknowledged_on=None, hazard__status="handed_over")


class Handover(WithEvidence, Record):
    """A hazard given to the department that is responsible (移交), and that department's receipt (回执)."""

    date_field = "handed_on"

    hazard = models.ForeignKey("inspections.Hazard", models.PROTECT, verbose_name=_("hazard"), related_name="handovers")
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("department"), related_name="+")
    handed_on = models.DateField(_("handed over on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True, editable=False)
    receipt = models.CharField(_("receipt"), max_length=100, blank=True, editable=False)

    objects = HandoverQuerySet.as_manager()
    scope = ScopePaths(
        entities=("hazard__entity",),
        departments=("unit__department", "department"),
        operation="hazard__inspection__operation__key",
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-handed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="handover_acknowledged_with_receipt",
                condition=Q(acknowledged_on=None, receipt="") | Q(acknowledged_on__isnull=False) & ~Q(receipt=""),
                violation_error_message=_("An acknowledgement has its day and its receipt."),
            ),
            models.CheckConstraint(
                name="handover_acknowledged_after_handing_over",
                condition=Q(acknowledged_on=None) | Q(acknowledged_on__gte=F("handed_on")),
                violation_error_message=_("It is acknowledged on or after the day it was handed over."),
            ),
        ]

    def __str__(self):
        return f"{self.department} · {self.hazard}"

    def origin(self):
        return self.hazard

    @transaction.atomic
    def acknowledge(self, *, by, receipt, on=None):
        """The department confirms that it took the hazard over; once, since its receipt is what we show for it."""
        self.lock()
        if self.acknowledged_on:
            told = gettext("It was acknowledged on %(day)s already, with the receipt %(receipt)s.")
            raise ValidationError(told % {"day": self.acknowledged_on, "receipt": self.receipt}, code="transition")
        self.acknowledged_on, self.receipt = on or today(), receipt.strip()
        self.store(by=by)
