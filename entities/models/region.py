"""Where: the tree of administrative divisions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.scope import ScopedQuerySet, ScopePaths
from entities.trace import History


class RegionQuerySet(ScopedQuerySet):
    def counties(self):
        """Counties and zones, in the order of their codes."""
        return self.filter(level=Region.Level.COUNTY).order_by("code")


class Region(models.Model):
    """A node of the GB/T 2260 tree (行政区划); a code is a prefix of all codes inside it."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county or zone")

    code = models.CharField(_("code"), max_length=12, primary_key=True)
    name = models.CharField(_("name"), max_length=50)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("parent"), related_name="children", null=True, blank=True
    )
    tile_row = models.PositiveSmallIntegerField(_("row in the tile map"), null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField(_("column in the tile map"), null=True, blank=True)

    history = History()
    objects = RegionQuerySet.as_manager()
    scope = ScopePaths(regions=("code",))

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="region_code_is_digits",
                condition=Q(code__regex=r"^[0-9]{2,12}$"),
                violation_error_message=_("A region code has 2 to 12 digits (GB/T 2260)."),
            ),
            models.UniqueConstraint(
                fields=["parent", "tile_row", "tile_column"],
                name="region_tile_is_free",
                violation_error_message=_("Another region has this place in the tile map."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_large(self) -> bool:
        """Whether so much lies inside it that a list of it is read in its order instead of gathered first."""
        return self.level == self.Level.PROVINCE
