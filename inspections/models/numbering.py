"""Document numbers: blocks that are reserved for a unit, out of series that are shared with other work."""

from string import Formatter

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Unit
from entities.scope import ScopedQuerySet, ScopePaths
from entities.trace import History

LONGEST = 50  # as long as the fields that hold a number


class Series(models.TextChoices):
    """Kinds of document that carry a number."""

    RECORD = "record", _("on-site record")
    ORDER = "order", _("order to correct")
    INTERVIEW = "interview", _("interview record")
    SEIZURE = "seizure", _("seizure list")
    CASE = "case", _("case")
    PENALTY = "penalty", _("penalty decision")
    SAMPLING = "sampling", _("sampling record")


def _holders(unit):
    """The unit, then the offices above it up to its bureau."""
    while unit is not None:
        yield unit
        unit = None if unit.kind in (Unit.Kind.BUREAU, Unit.Kind.COUNTY_BUREAU) else unit.parent


class NumberBlockQuerySet(ScopedQuerySet):
    def for_papers(self, unit, series, on):
        """Blocks from which the unit's papers of that series and day are numbered, the lowest first.

        They are the unit's own, else those of the nearest office above it, up to its bureau.
        """
        blocks = self.filter(series=series, year=on.year)
        for holder in _holders(unit):
            held = blocks.filter(unit=holder)
            if held.filter(following__lte=F("last")).exists():
                return held
        return blocks.filter(unit=unit)

    def numbers_left(self) -> int:
        """How many numbers these blocks can still give."""
        return sum(block.left for block in self)


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

    history = History()
    objects = NumberBlockQuerySet.as_manager()
    scope = ScopePaths(regions=("unit__region__code",), unit="unit")

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

    @property
    def left(self) -> int:
        """How many numbers it can still give."""
        return self.last + 1 - self.following

    def number(self, count) -> str:
        """The number as printed."""
        return self.pattern.format(year=self.year, number=count)

    def clean(self):
        """A block gives different texts, none of which another block of the unit gives; what was given out stays in it."""
        super().clean()
        if self._state.adding:
            self.following = self.first
        else:
            # Takes the row, so that a number given out while the form was open is not given out again.
            self.following = type(self).objects.select_for_update().get(pk=self.pk).following
        self._check_pattern()
        if None in (self.first, self.last, self.unit_id, self.year):
            return
        if self.first < 1:
            raise ValidationError({"first": _("Numbers begin at 1.")})
        if self.last < self.first:
            raise ValidationError({"last": _("The last number of a block is not before the first.")})
        if self.last < self.following - 1:
            raise ValidationError(
                {"last": gettext("Number %(number)d is given out already: the block ends there or later.")
                 % {"number": self.following - 1}}
            )  # fmt: skip
        others = type(self).objects.filter(unit=self.unit_id, series=self.series, year=self.year, pattern=self.pattern)
        other = others.exclude(pk=self.pk).filter(first__lte=self.last, last__gte=self.first).first()
        if other:
            raise ValidationError(
                {"first": gettext("The numbers %(first)d–%(last)d are in another block already: choose others.")
                 % {"first": other.first, "last": other.last}}
            )  # fmt: skip

    def _check_pattern(self):
        try:
            parts = [part[1:] for part in Formatter().parse(self.pattern) if part[1] is not None]
        except ValueError:
            parts = [("", "", "")]
        # Only the bare names: {number.__class__} or {number:>9999} would be read by the formatter, too.
        if any(part not in (("year", "", None), ("number", "", None)) for part in parts):
            raise ValidationError({"pattern": _("Only {year} and {number} stand in braces.")})
        if ("number", "", None) not in parts:
            raise ValidationError({"pattern": _("The pattern contains {number}, where the number is put in.")})
        if None not in (self.year, self.last) and len(self.number(self.last)) > LONGEST:
            raise ValidationError({"pattern": gettext("A number has at most %(most)d characters.") % {"most": LONGEST}})


# Where the numbers of each series stand; typed and taken ones never repeat within a unit.
NUMBERED = {
    Series.RECORD: ("Inspection", "record_number"),
    Series.ORDER: ("Order", "number"),
    Series.INTERVIEW: ("Interview", "number"),
    Series.SEIZURE: ("Seizure", "number"),
    Series.CASE: ("Case", "number"),
    Series.PENALTY: ("Penalty", "number"),
    Series.SAMPLING: ("SamplingBatch", "number"),
}


@transaction.atomic
def take_number(unit, series, on) -> str:
    """The next number of the unit's block for that series and year, as printed; given out once, also to two at the same time.

    A unit without numbers left takes them from the block of the office above it, up to its bureau. Skips numbers that were
    typed in by hand. Raises ValidationError when no block has numbers left.
    """
    model, field = NUMBERED[series]
    records = apps.get_model("inspections", model)._base_manager
    blocks = NumberBlock.objects.for_papers(unit, series, on).select_for_update()
    for block in blocks.filter(following__lte=F("last")):
        while block.following <= block.last:
            number = block.number(block.following)
            block.following += 1
            block.save()
            sharing = Q(unit=unit) | Q(unit=block.unit_id) | Q(unit__parent=block.unit_id)
            if not records.filter(sharing, **{field: number}).exists():
                return number
    raise ValidationError(
        _("Your unit has no number left in this series: ask the office to reserve a new block, or type the number in.")
    )
