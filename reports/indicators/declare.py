"""What an indicator is: which records, measured how, placed by which date and region."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Aggregate, Count, F, QuerySet
from django.utils.functional import Promise

from reports.scope import STEPS, FigureScope

COUNT = Count("pk")
EVERYWHERE = frozenset({"month", "region", "unit"})
# What counts each entity once, at its first record: two units may both have visited it.
DISTINCT = frozenset({"month", "region"})


def plain(quantity):
    """A whole number where it is one, so that a count stays a count."""
    return int(quantity) if quantity == int(quantity) else quantity


@dataclass(frozen=True)
class Indicator:
    """One total: which records (`select`), measured how, placed by which date and region.

    Without a date field it is a stock, counted as it stands on the day of judgement and in no period.
    `additive` names what the parts of a table may be summed over; over anything else a total is computed for itself.
    `published` tells the figures of the campaign's bulletin from those that support them.
    """

    key: str
    chapter: str
    label: str | Promise
    unit: str | Promise
    select: Callable[[FigureScope], QuerySet]
    date_field: str
    ledger: str
    measure: Aggregate = COUNT
    region_field: str = "region"
    additive: frozenset[str] = EVERYWHERE
    parent: str = ""
    published: bool = True
    # Fields with choices by which the dashboard breaks the figure down.
    broken_down_by: tuple[str, ...] = ()

    def part(self, field: str, value: str) -> "Indicator":
        """The figure of those of its records that have that choice."""
        return replace(
            self,
            key=f"{self.key}:{field}={value}",
            select=lambda scope: self.select(scope).filter(**{field: value}),
            parent=self.key,
            published=False,
            broken_down_by=(),
        )

    def rows(self, scope: FigureScope) -> QuerySet:
        """The records that the figure counts: its drill-down."""
        return scope.narrow(self.select(scope), date_field=self.date_field, region_field=self.region_field)

    def total(self, scope: FigureScope) -> int | Decimal:
        """The figure: its measure over its drill-down, and what was returned. One query, and one for all returns of the scope."""
        return self.recorded(scope) + self.returned(scope)

    def recorded(self, scope: FigureScope) -> int | Decimal:
        """The part of the figure that rests on records. One query."""
        return self.measured(self.rows(scope))

    def returned(self, scope: FigureScope) -> int | Decimal:
        """The part that units returned without records (汇总填报)."""
        return plain(scope.returned.get(self.key, 0))

    def measured(self, rows: QuerySet) -> int | Decimal:
        """The measure over some of its rows: what a filtered list shows as its sum."""
        return rows.order_by().aggregate(figure=self.measure)["figure"] or 0

    @property
    def is_summed(self) -> bool:
        """Whether each record adds a number of its own; else the figure counts what its records name (towns, brands)."""
        return not getattr(self.measure, "distinct", False)

    def members(self, scope: FigureScope) -> dict[int, int | Decimal]:
        """What each record adds to the figure, by its key; they sum up to `recorded` where the figure is summed. One query."""
        measured = self.rows(scope).order_by().values("pk").annotate(adds=self.measure)
        return {row["pk"]: row["adds"] or 0 for row in measured}

    def by(self, scope: FigureScope, axis: str) -> dict[str | date, int | Decimal]:
        """The figure for each region code or first day of a month or week that has any. One query; none for the steps of a stock."""
        if axis in STEPS and not self.date_field:
            return {}
        group = F(f"{self.region_field}__code") if axis == "region" else STEPS[axis](self.date_field)
        grouped = self.rows(scope).order_by().values(group=group).annotate(figure=self.measure)
        figures = {row["group"]: row["figure"] or 0 for row in grouped}
        for place, quantity in scope.returned_by(axis).get(self.key, {}).items():
            figures[place] = figures.get(place, 0) + plain(quantity)
        return figures


def further(key, chapter, label, unit, select, date_field, ledger, **more) -> Indicator:
    """An indicator of the second ring: in no bulletin of this campaign."""
    return Indicator(key, chapter, label, unit, select, date_field, ledger, published=False, **more)


@dataclass(frozen=True)
class Rate:
    """A share in per cent, of two other indicators; never summed, always computed from its two totals."""

    key: str
    chapter: str
    label: str | Promise
    part: str
    whole: str
    unit: str = "%"
    additive: frozenset[str] = frozenset()
    parent: str = ""
    published: bool = True

    @property
    def ledger(self):
        return indicator(self.part).ledger

    def of(self, part, whole) -> Decimal | None:
        """The share, rounded half up to one place; None when there is nothing to divide by."""
        if not whole:
            return None
        return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def rows(self, scope: FigureScope) -> QuerySet:
        """The records of its part; the whole has its own drill-down."""
        return indicator(self.part).rows(scope)

    def total(self, scope: FigureScope) -> Decimal | None:
        return self.of(indicator(self.part).total(scope), indicator(self.whole).total(scope))

    def by(self, scope: FigureScope, axis: str) -> dict[str | date, Decimal | None]:
        parts, wholes = indicator(self.part).by(scope, axis), indicator(self.whole).by(scope, axis)
        return {group: self.of(parts.get(group, 0), whole) for group, whole in wholes.items()}


_DECLARED: dict[str, Indicator | Rate] = {}


def declare(*indicators):
    """Make the indicators known by their keys; raises ValueError when a key is declared twice."""
    for declared in indicators:
        if declared.key in _DECLARED:
            raise ValueError(f"{declared.key} is declared twice.")
        _DECLARED[declared.key] = declared


def indicator(key: str) -> Indicator | Rate:
    """The declaration of that key; raises KeyError when there is none."""
    return _DECLARED[key]
