"""The coercive taking of things on the spot, and what becomes of them."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.identity import IdentityCard
from entities.models import Department, Entity
from entities.models.unit import MARKET
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.case import Case
from inspections.models.deadline import DeadlineKind, WithDeadlines
from inspections.models.inspection import Inspection
from inspections.models.record import OfEntity, Record, WithEvidence


class Seizure(OfEntity, IdentityCard, WithDeadlines, WithEvidence, Record):
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

    @transaction.atomic
    def take(self, *, by, items, on=None):
        """Write the seizure with the things taken; it lasts thirty days unless extended (行政强制法 第二十五条)."""
        if not items:
            raise ValidationError(_("Enter at least one thing that was seized."))
        self.store(by=by, on=on)
        for item in items:
            item.seizure = self
            item.store(by=by, on=on)
        self.start_deadline(DeadlineKind.SEIZURE, on=self.seized_on, by=by)
        return self

    def end_when_settled(self, *, by, on):
        """The period is met once every piece is released or confiscated."""
        if all(item.left == 0 for item in self.items.all()):
            self.meet_deadline(DeadlineKind.SEIZURE, on=on, by=by)


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

    @property
    def left(self) -> int:
        """How many pieces are still kept."""
        return self.quantity - self.released - self.confiscated

    def release(self, *, by, quantity, on=None, number="", note=""):
        """Give some pieces back (解除)."""
        return self._settle(Disposal.Kind.RELEASED, quantity, by=by, on=on, number=number, note=note)

    def confiscate(self, *, by, quantity, on=None, number="", note=""):
        """Keep some pieces for good (没收)."""
        return self._settle(Disposal.Kind.CONFISCATED, quantity, by=by, on=on, number=number, note=note)

    @transaction.atomic
    def _settle(self, kind, quantity, *, by, on, number, note):
        self.lock()
        if quantity < 1:
            raise ValidationError({"quantity": _("Enter at least one piece.")})
        if quantity > self.left:
            raise ValidationError(
                {"quantity": gettext("Of %(seized)d pieces %(left)d are still kept: enter at most that many.")
                 % {"seized": self.quantity, "left": self.left}}
            )  # fmt: skip
        day = on or today()
        settled = Disposal(
            item=self, kind=kind, quantity=quantity, settled_on=day, number=number.strip(), note=note.strip()
        )
        settled.store(by=by, on=max(day, today()))
        setattr(self, kind, getattr(self, kind) + quantity)
        self.store(by=by)
        self.seizure.end_when_settled(by=by, on=day)
        return settled


class Disposal(Record):
    """What became of some seized pieces: given back, or kept for good (查扣物品处置)."""

    class Kind(models.TextChoices):
        RELEASED = "released", _("released")
        CONFISCATED = "confiscated", _("confiscated")

    date_field = "settled_on"

    item = models.ForeignKey(SeizedItem, models.PROTECT, verbose_name=_("seized item"), related_name="disposals")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    quantity = models.PositiveIntegerField(_("quantity"))
    settled_on = models.DateField(_("date"))
    number = models.CharField(_("document number"), max_length=50, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    scope = ScopePaths(
        regions=("region__code", "item__seizure__entity__region__code"),
        departments=("unit__department", "item__seizure__department"),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("disposal of seized things")
        verbose_name_plural = _("disposals of seized things")
        ordering = ["settled_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="disposal_quantity_positive",
                condition=Q(quantity__gte=1),
                violation_error_message=_("Enter at least one piece."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} × {self.quantity}"

    def origin(self):
        return self.item

    def clean(self):
        super().clean()
        if self.item_id and self.settled_on and self.settled_on < self.item.seizure.seized_on:
            raise ValidationError({"settled_on": _("Nothing is settled before it was seized: check the date.")})
