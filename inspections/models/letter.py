"""Letters that are no orders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from inspections.models.record import OfEntity, Record, WithEvidence


class Letter(OfEntity, WithEvidence, Record):
    """A reminder to an entity, or a letter to a certification body (提醒告诫书、函)."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        CERTIFICATION_BODY = "certification_body", _("to a certification body")

    date_field = "sent_on"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.CharField(_("document number"), max_length=50, blank=True)
    sent_on = models.DateField(_("sent on"))
    addressee = models.CharField(_("addressee"), max_length=120)
    entity = models.ForeignKey(
        Entity, models.PROTECT, verbose_name=_("entity"), related_name="letters", null=True, blank=True
    )
    text = models.TextField(_("text"), blank=True)

    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-sent_on", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.addressee}"
