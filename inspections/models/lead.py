"""What came from elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from entities.scope import ScopePaths
from inspections.models.record import OfEntity, Record, WithEvidence


class Lead(OfEntity, WithEvidence, Record):
    """A hint from elsewhere (线索): complaint, handed over by a department, ordered from above, online monitoring."""

    class Origin(models.TextChoices):
        COMPLAINT = "complaint", _("complaint (12315)")
        DEPARTMENT = "department", _("handed over by a department")
        ABOVE = "above", _("ordered from above")
        ONLINE = "online", _("online monitoring")

    date_field = "received_on"

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

    scope = ScopePaths(regions=("region__code", "entity__region__code"), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-received_on", "-pk"]

    def __str__(self):
        return f"{self.get_came_from_display()} · {self.received_on}"
