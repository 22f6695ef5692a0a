"""Filters of a ledger that an officer keeps by a name."""

from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from entities.models import Officer, Unit
from entities.question import Given, Question

MOST_OF_ONE = 50


class SavedFilterQuerySet(models.QuerySet):
    def of_ledger(self, name):
        return self.filter(ledger=name)

    def offered_to(self, officer):
        """One's own, and those shared by the own unit or one above it."""
        return self.shared_by(officer.pk, _with_those_above(officer.unit))

    def offered_in(self, ledger, officer) -> list:
        """Of those the ones of that ledger. One query."""
        units = _with_those_above(officer.unit)
        named = {f"unit {place}": unit for place, unit in enumerate(units)}
        return _offered_in(len(units))(ledger=ledger, officer=officer.pk, **named)

    def shared_by(self, officer, units):
        offered = Q(officer=officer)
        for unit in units:
            offered |= Q(is_shared=True, unit=unit)
        return (
            self.filter(offered)
            .select_related("officer")
            .only("ledger", "name", "query", "is_shared", "officer__name", "officer__username")
        )


def _with_those_above(unit) -> list[int]:
    above = []
    while unit is not None:
        above.append(unit.pk)
        unit = unit.parent
    return above


@cache
def _offered_in(units):
    """The question for so many units, one above the other."""
    above = [Given(f"unit {place}") for place in range(units)]
    return Question(
        lambda: SavedFilter.objects.of_ledger(Given("ledger", models.TextField())).shared_by(Given("officer"), above)
    )


class SavedFilter(models.Model):
    """What one looks for in a ledger again and again (常用筛选): filters, order and columns by a name."""

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="saved_filters")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+", null=True, blank=True)
    ledger = models.CharField(_("ledger"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("filters"), blank=True)
    is_shared = models.BooleanField(_("shared with my unit and those under it"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "ledger", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("You have kept filters by this name already: choose another."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('ledger', args=[self.ledger])}?{self.query}"

    def keep(self):
        """Write it. Raises ValidationError when the name is taken, or there are too many."""
        self.unit = self.officer.unit
        self.full_clean()
        if SavedFilter.objects.filter(officer=self.officer).count() >= MOST_OF_ONE:
            raise ValidationError(_("You have kept enough filters: delete one first."))
        self.save()
