"""The coercive taking of things on the spot, and what becomes of them."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.identity import IdentityCard
from entities.models import Department, Entity
from entities.models.unit import MARKET
from entities.scope import ScopePaths
from inspections.models.case import Case
from inspections.models.inspection import Inspection
from inspections.models.record import OfEntity, Record, WithEvidence


class Seizure(OfEntity, IdentityCard, WithEvidence, Record):
    """The coercive taking of vehicles or batteries on the spot (查扣)."""

    date_field = "seized_on"

    entity = models.ForeignKey(
        Entity, models.PROTECT, verbose_name=_("entity"), related_name="seizures", null=True, blank=True
    )
    person_name = models.CharField(_("natural person"), max_length=50, blank=True)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, verbose_name=_("inspection"), related_name="seizures", null=True, blank=True
    )
    case = models.ForeignKey(
        Case, models.PROTECT, verbose_name=_("case"), related_name="seizures", null=True, blank=True
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("by department"), related_name="+", default=MARKET
    )
    seized_on = models.DateField(_("seized on"))
    number = models.CharField(_("decision number"), max_length=50, blank=True)
    place_kept = models.CharField(_("place kept"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    scope = ScopePaths(
        regions=("region__code", "entity__region__code"),
        departments=("unit__department", "department"),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("seizure")
        verbose_name_plural = _("seizures")
        ordering = ["-seized_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number"],
                condition=~Q(number=""),
                name="seizure_number_once_per_unit",
                violation_error_message=_("Your unit has already used this number."),
            ),
            models.CheckConstraint(
                name="seizure_from_entity_or_person",
                condition=Q(entity__isnull=False, person_name="") | Q(entity=None) & ~Q(person_name=""),
                violation_error_message=_("Things are seized from an entity or from a natural person."),
            ),
        ]

    def __str__(self):
        return f"{self.seized_on} · {self.entity or self.person_name}"

    def origin(self):
        return self.inspection or self.case or self.entity


class SeizedItem(Record):
    """One kind of thing in a seizure, with how many were later released or confiscated (查扣物品)."""

    class Kind(models.TextChoices):
        VEHICLE = "vehicle", _("vehicle")
        BATTERY = "battery", _("battery")
        PART = "part", _("part")

    seizure = models.ForeignKey(Seizure, models.PROTECT, verbose_name=_("seizure"), related_name="items")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    description = models.CharField(_("description"), max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("seized"))
    released = models.PositiveIntegerField(_("released"), default=0, editable=False)
    confiscated = models.PositiveIntegerField(_("confiscated"), default=0, editable=False)

    scope = ScopePaths(
        regions=("region__code", "seizure__entity__region__code"),
        departments=("unit__department", "seizure__department"),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("seized item")
        verbose_name_plural = _("seized items")
        ordering = ["seizure", "pk"]
        constraints = [
            models.CheckConstraint(
                name="seized_item_quantity_positive",
                condition=Q(quantity__gte=1),
                violation_error_message=_("At least one piece is seized."),
            ),
            models.CheckConstraint(
                name="seized_item_adds_up",
                condition=Q(quantity__gte=F("released") + F("confiscated")),
                violation_error_message=_("Not more can be released and confiscated than was seized."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} × {self.quantity}"

    def origin(self):
        return self.seizure

    def release(self, quantity, *, by):
        """Give some pieces back."""
        self._settle("released", quantity, by=by)

    def confiscate(self, quantity, *, by):
        """Keep some pieces for good."""
        self._settle("confiscated", quantity, by=by)

    @transaction.atomic
    def _settle(self, field, quantity, *, by):
        self.lock()
        if quantity < 1:
            raise ValidationError(_("Enter at least one piece."))
        setattr(self, field, getattr(self, field) + quantity)
        try:
            self.store(by=by)
        except ValidationError:
            self.refresh_from_db()
            raise
