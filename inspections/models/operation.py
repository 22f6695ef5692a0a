"""Concentrated actions and the standing teams of several departments."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Department, Officer, Region
from entities.scope import ScopePaths
from inspections.models.record import Record, WithEvidence


class Operation(WithEvidence, Record):
    """A named concentrated action (集中行动), led by the unit of the record."""

    class Kind(models.TextChoices):
        CRACKDOWN = "crackdown", _("crackdown on illegal assembly and modification")
        JOINT_SUPERVISION = "joint_supervision", _("joint supervision")
        CROSS_COUNTY = "cross_county", _("cross-county inspection")

    date_field = "starts_on"

    key = models.SlugField(_("key"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    departments = models.ManyToManyField(Department, verbose_name=_("departments"), related_name="+", blank=True)
    regions = models.ManyToManyField(Region, verbose_name=_("regions"), related_name="+", blank=True)
    officers = models.ManyToManyField(Officer, verbose_name=_("officers"), related_name="+", blank=True)

    scope = ScopePaths(
        regions=("region__code", "regions__code"), operation="key", unit="unit", people=("created_by", "officers")
    )
    _history_m2m_fields = [departments, regions, officers]

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="operation_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("An operation ends on or after the day it starts."),
            ),
        ]

    def __str__(self):
        return self.name


class JointTeam(WithEvidence, Record):
    """A standing team of several departments (联合检查组)."""

    date_field = "formed_on"

    name = models.CharField(_("name"), max_length=120)
    formed_on = models.DateField(_("formed on"))
    leader = models.CharField(_("team leader"), max_length=50, blank=True)
    departments = models.ManyToManyField(Department, verbose_name=_("departments"), related_name="+")
    headcount = models.PositiveSmallIntegerField(_("members"), default=0)
    _history_m2m_fields = [departments]

    class Meta:
        verbose_name = _("joint team")
        verbose_name_plural = _("joint teams")
        ordering = ["-formed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="joint_team_name_once",
                violation_error_message=_("A team of this name already exists."),
            ),
        ]

    def __str__(self):
        return self.name
