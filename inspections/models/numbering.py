"""Document numbers: blocks that are reserved for a unit, out of series that are shared with other work."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from entities.models import Unit


class Series(models.TextChoices):
    """Kinds of document that carry a number."""

    RECORD = "record", _("on-site record")
    ORDER = "order", _("order to correct")
    INTERVIEW = "interview", _("interview record")
    SEIZURE = "seizure", _("seizure list")


class NumberBlock(models.Model):
    """Numbers reserved for a unit in one series and year (文号段), given out in order and never twice."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    series = models.CharField(_("series"), max_length=20, choices=Series)
    year = models.PositiveSmallIntegerField(_("year"))
    pattern = models.CharField(
        _("pattern"),
        max_length=40,
        help_text=_("As printed, with {year} and {number}: 永零市监责改〔{year}〕{number}号"),
    )
    first = models.PositiveIntegerField(_("first number"))
    last = models.PositiveIntegerField(_("last number"))
    following = models.PositiveIntegerField(_("next number"), editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("block of document numbers")
        verbose_name_plural = _("blocks of document numbers")
        ordering = ["unit", "series", "year", "first"]
        constraints = [
            models.CheckConstraint(
                name="number_block_is_in_order",
                condition=Q(
                    first__gte=1, last__gte=F("first"), following__gte=F("first"), following__lte=F("last") + 1
                ),
                violation_error_message=_("The last number of a block is not before the first."),
            ),
            models.UniqueConstraint(
                fields=["unit", "series", "year", "first"],
                name="number_block_begins_once",
                violation_error_message=_("A block of this series and year already begins with this number."),
            ),
        ]

    def __str__(self):
        return f"{self.unit} · {self.get_series_display()} · {self.year} · {self.first}–{self.last}"
