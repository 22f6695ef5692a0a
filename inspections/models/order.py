"""Orders to correct."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from entities.today import today
from inspections.models.hazard import Hazard
from inspections.models.inspection import Inspection
from inspections.models.record import OfEntity, Record, WithEvidence


class Order(OfEntity, WithEvidence, Record):
    """An order to correct (责令改正通知书), of an inspection or of single hazards."""

    class Service(models.TextChoices):
        DIRECT = "direct", _("handed over in person")
        LEFT = "left", _("left at the place")
        POST = "post", _("by mail")
        ELECTRONIC = "electronic", _("electronically")
        NOTICE = "notice", _("by public notice")

    date_field = "issued_on"

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, verbose_name=_("inspection"), related_name="orders", null=True, blank=True
    )
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="orders")
    hazards = models.ManyToManyField(Hazard, verbose_name=_("hazards"), related_name="orders", blank=True)
    number = models.CharField(_("number"), max_length=50, blank=True)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("to be corrected by"))
    served_on = models.DateField(_("served on"), null=True, blank=True)
    served_how = models.CharField(_("how it was served"), max_length=20, choices=Service, blank=True)
    demands = models.TextField(_("what must be done"), blank=True)
    goods_off_sale = models.PositiveIntegerField(_("goods taken off sale"), default=0)
    closes_unlicensed = models.BooleanField(_("closes an unlicensed operator"), default=False)

    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))
    _history_m2m_fields = [hazards]

    class Meta:
        verbose_name = _("order to correct")
        verbose_name_plural = _("orders to correct")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number"],
                condition=~Q(number=""),
                name="order_number_once_per_unit",
                violation_error_message=_("Your unit has already used this number."),
            ),
            models.CheckConstraint(
                name="order_due_not_before_issued",
                condition=Q(due_on__gte=F("issued_on")),
                violation_error_message=_("The deadline is before the day of issue: choose a later day."),
            ),
        ]

    def __str__(self):
        return self.number or f"{self.entity} · {self.issued_on}"

    def origin(self):
        return self.inspection or self.entity

    def clean(self):
        super().clean()
        self.refuse_future("served_on")
        if self.served_on and self.issued_on and self.served_on < self.issued_on:
            raise ValidationError({"served_on": _("A paper can't be served before it was issued: check the date.")})

    def place(self, by):
        if self.inspection is not None:
            self.entity_id = self.inspection.entity_id
        super().place(by)

    def serve(self, *, by, how, on=None):
        """Record how and when it reached the entity (送达)."""
        with transaction.atomic():
            self.lock()
            if self.served_on:
                raise ValidationError(
                    gettext("It was served on %(day)s already.") % {"day": self.served_on}, code="transition"
                )
            self.served_on, self.served_how = on or today(), how
            self.store(by=by, on=max(self.served_on, today()))
