"""Figures laid out as tables: a row for each place or month, a column for each indicator."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext

from entities.models import Region
from reports.indicators import no_figures, totals_at, totals_by
from reports.scope import FigureScope


@dataclass(frozen=True)
class Row:
    """One line of a table: what it is called, the scope that its figures answer, and the figures."""

    label: str
    scope: FigureScope
    figures: dict[str, int | Decimal | None]


def county_rows(scope: FigureScope, keys=None) -> list[Row]:
    """A row for the records of the place itself (市本级), then one for each region inside it. Two queries and those of `totals_at`.

    A region code is a prefix of those inside it, so a record of a township is in the row of its county.
    """
    place = scope.place
    inside = list(Region.objects.filter(parent=place).order_by("code"))
    lines = [(gettext("%(region)s itself") % {"region": place.name}, scope.at(place, own=True))] if inside else []
    lines += [(region.name, scope.at(region)) for region in inside or [place]]
    figures = totals_at(scope, [line for _label, line in lines], keys)
    return [Row(label, line, found) for (label, line), found in zip(lines, figures, strict=True)]


def week_rows(scope: FigureScope, keys=None, *, most) -> list[Row]:
    """A row for each of the last weeks of the period, Monday to Sunday. The queries of `totals_by`."""
    mondays, rows = scope.weeks(most), []
    # Weeks are counted from the records: of no more days than are shown.
    shown = scope.during(max(mondays[0], scope.since or mondays[0]), scope.until) if mondays else scope
    groups = totals_by(shown, "week", keys)
    for monday in mondays:
        sunday = monday + timedelta(days=6)
        week = scope.during(max(monday, scope.since or monday), min(sunday, scope.until or sunday))
        rows.append(Row(f"{monday:%m-%d}", week, groups.get(monday) or no_figures(keys)))
    return rows


def month_rows(scope: FigureScope, keys=None) -> list[Row]:
    """A row for each month of the period, and for each other that has a record. The queries of `totals_by`."""
    groups = totals_by(scope, "month", keys)
    rows = []
    # Cases and rectifications go on after the campaign's last day.
    for first in sorted({*scope.months(), *groups}):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        month = scope.during(max(first, scope.since or first), min(last, scope.until or last))
        rows.append(Row(f"{first:%Y-%m}", month, groups.get(first) or no_figures(keys)))
    return rows
