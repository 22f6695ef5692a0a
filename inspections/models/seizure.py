"""The coercive taking of things on the spot, and what becomes of them."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
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


class Seizure(OfEntity, IdentityCard, WithEvidence, WithDeadlines, Record):
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
        entities=("entity",),
        departments=("unit__department", "department"),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("seizure")
        verbose_name_plural = _("seizures")
        ordering = ["-seized_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "seized_on", "id"], name="seizure_list")]
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
    def store(self, *, by, version=None, reason="", on=None):
        """As every record; a new seizure waits from then on for what becomes of the things (行政强制法 第二十五条)."""
        is_new = self._state.adding
        super().store(by=by, version=version, reason=reason, on=on)
        if is_new:
            self.start_deadline(DeadlineKind.SEIZURE, on=self.seized_on, by=by)


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
        entities=("seizure__entity",),
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
    def kept(self) -> int:
        """How many pieces are neither released nor confiscated."""
        return self.quantity - self.released - self.confiscated

    def release(self, quantity, *, by, on=None, number="", note=""):
        """Give some pieces back (解除扣押). Returns the Disposal; raises ValidationError for more than are kept."""
        return self._settle(Disposal.Kind.RELEASED, quantity, by=by, on=on, number=number, note=note)

    def confiscate(self, quantity, *, by, on=None, number="", note=""):
        """Keep some pieces for good (没收). Returns the Disposal; raises ValidationError for more than are kept."""
        return self._settle(Disposal.Kind.CONFISCATED, quantity, by=by, on=on, number=number, note=note)

    @transaction.atomic
    def _settle(self, kind, quantity, *, by, on, number, note):
        """Write the disposal and count it in the item, so that the sums of the rows and the counters stay equal."""
        day = on or today()
        self.lock()
        if quantity < 1:
            raise ValidationError({"quantity": _("Enter at least one piece.")})
        setattr(self, kind, getattr(self, kind) + quantity)
        try:
            self.store(by=by)
        except ValidationError:
            self.refresh_from_db()
            raise
        disposal = Disposal(
            item=self, kind=kind, quantity=quantity, settled_on=day, number=number.strip(), note=note.strip()
        )
        disposal.store(by=by)
        if not any(item.kept for item in self.seizure.items.all()):
            self.seizure.meet_deadline(DeadlineKind.SEIZURE, on=day, by=by)
        return disposal


class Disposal(Record):
    """What became of some pieces of a seized thing (处置): released or confiscated, written by the verbs of the item."""

    class Kind(models.TextChoices):
        RELEASED = "released", _("released")
        CONFISCATED = "confiscated", _("confiscated")

    date_field = "settled_on"

    item = models.ForeignKey(SeizedItem, models.PROTECT, verbose_name=_("seized item"), related_name="disposals")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    quantity = models.PositiveIntegerField(_("quantity"))
    settled_on = models.DateField(_("date"))
    number = models.CharField(_("decision number"), max_length=50, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    scope = ScopePaths(
        entities=("item__seizure__entity",),
        departments=("unit__department", "item__seizure__department"),
        unit="unit",
        people=("created_by",),
    )

    class Meta:
        verbose_name = _("disposal of seized things")
        verbose_name_plural = _("disposals of seized things")
        ordering = ["-settled_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="disposal_quantity_positive",
                condition=Q(quantity__gte=1),
                violation_error_message=_("At least one piece is released or confiscated."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} × {self.quantity} · {self.settled_on}"

    def origin(self):
        return self.item

    def clean(self):
        super().clean()
        if self.settled_on and self.item_id and self.settled_on < self.item.seizure.seized_on:
            raise ValidationError({"settled_on": _("Nothing is released or confiscated before it was seized.")})
