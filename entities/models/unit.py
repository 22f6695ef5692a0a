"""Who works and reports: departments and their units."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.models.region import Region
from entities.scope import ScopedQuerySet, ScopePaths
from entities.trace import History

MARKET = "market"


class Department(models.Model):
    """A department of government (部门): market supervision, fire, police …"""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=50, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)

    history = History()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["rank", "code"]

    def __str__(self):
        return self.name


class UnitQuerySet(ScopedQuerySet):
    def under(self, unit):
        """The unit itself and everything below it. One query per level of the tree (four at the most)."""
        found, level = {unit.pk}, {unit.pk}
        while level:
            level = set(Unit.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
            found |= level
        return self.filter(pk__in=found)


class Unit(models.Model):
    """An office that works and reports (填报单位)."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("city bureau")
        SQUAD = "squad", _("enforcement squad")
        SECTION = "section", _("section")
        COUNTY_BUREAU = "county_bureau", _("county bureau")
        STATION = "station", _("station")
        PARTNER = "partner", _("partner department's office")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("parent"), related_name="children", null=True, blank=True
    )
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("department"), related_name="units")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="units")
    rank = models.PositiveSmallIntegerField(_("rank in the official order"), default=0)

    history = History()
    objects = UnitQuerySet.as_manager()
    scope = ScopePaths()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["rank", "code"]

    def __str__(self):
        return self.name
