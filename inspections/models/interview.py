"""Formal talks with responsible persons."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity, Officer
from entities.scope import ScopePaths
from inspections.models.hazard import Hazard
from inspections.models.inspection import Inspection
from inspections.models.record import OfEntity, Record, WithEvidence


class Interview(WithEvidence, Record):
    """A formal talk with one or many entities' responsible persons in one session (约谈)."""

    class Level(models.TextChoices):
        STATION = "station", _("station")
        COUNTY = "county", _("county")
        CITY = "city", _("city")

    date_field = "held_on"

    number = models.CharField(_("number"), max_length=50, blank=True)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, verbose_name=_("inspection"), related_name="interviews", null=True, blank=True
    )
    hazard = models.ForeignKey(
        Hazard, models.PROTECT, verbose_name=_("hazard"), related_name="interviews", null=True, blank=True
    )
    held_on = models.DateField(_("held on"))
    officers = models.ManyToManyField(Officer, verbose_name=_("officers"), related_name="+", blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.COUNTY)
    reason = models.CharField(_("reason"), max_length=200)
    minutes = models.TextField(_("minutes"), blank=True)

    scope = ScopePaths(
        regions=("region__code", "interviewed__region__code"), unit="unit", people=("created_by", "officers")
    )
    _history_m2m_fields = [officers]

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["campaign", "held_on", "id"], name="interview_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number"],
                condition=~Q(number=""),
                name="interview_number_once_per_unit",
                violation_error_message=_("Your unit has already used this number."),
            ),
        ]

    def __str__(self):
        return f"{self.held_on} {self.reason}"

    def origin(self):
        return self.inspection or self.hazard


class InterviewedEntity(OfEntity, Record):
    """One entity's part in an interview session (被约谈单位)."""

    interview = models.ForeignKey(Interview, models.PROTECT, verbose_name=_("interview"), related_name="interviewed")
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name=_("entity"), related_name="interviews")
    person = models.CharField(_("responsible person"), max_length=50, blank=True)

    scope = ScopePaths(entities=("entity",), unit="unit", people=("created_by",))

    class Meta:
        verbose_name = _("interviewed entity")
        verbose_name_plural = _("interviewed entities")
        ordering = ["interview", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "entity"],
                name="interviewed_entity_once_per_session",
                violation_error_message=_("This entity is already in the session."),
            ),
        ]

    def __str__(self):
        return f"{self.entity} · {self.interview.held_on}"

    def place(self, by):
        """The place is the entity's, the campaign and unit those of the session."""
        self.campaign_id, self.unit_id = self.interview.campaign_id, self.interview.unit_id
        super().place(by)
