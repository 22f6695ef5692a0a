"""Counting figures whose records each add a number: many together, by place and by the months of their dates."""

from collections import defaultdict
from itertools import groupby

from django.db.models import DateField, F, Q
from django.db.models.functions import Cast, TruncMonth

from reports.cells.batches import counted_together
from reports.models.cell import ALL_TIME, WHOLE


def add_summed(cells, batch, scope, places):
    """Count one batch of such figures into those cells, by place and month and for all time. One query.

    A row of it is a place, a month for each date by which one of the figures is placed, and the figures.
    """
    batch = sorted(batch, key=lambda reading: reading.declared.date_field)
    rows, measures = counted_together([(r.declared.rows(scope).order_by(), r.declared.measure) for r in batch])
    dates = {date_field: list(those) for date_field, those in groupby(batch, lambda r: r.declared.date_field)}
    months = [month_of_date(date_field) for date_field in dates if date_field]
    # Of each date: where in a row its month stands, its figures by key, and where those stand.
    columns, end = [], 1 + len(months)
    for nth, those in enumerate(dates.values(), 1):
        begin, end = end, end + len(those)
        columns.append((nth if months else None, [reading.key for reading in those], slice(begin, end)))
    groups = at_places(batch[0].declared, rows, places).values_list(F(batch[0].declared.region_field), *months)
    found = defaultdict(dict)
    for row in groups.annotate(**{f"figure{nth}": measure for nth, measure in enumerate(measures)}):
        for month, keys, figures in columns:
            counted = {key: figure for key, figure in zip(keys, row[figures], strict=True) if figure}
            if counted:
                add(found[row[0] or WHOLE, row[month] if month else ALL_TIME], counted)
    for (place, month), counted in found.items():
        if month is not None:
            cells[place, month].update(counted)
        if month != ALL_TIME:
            add(cells[place, ALL_TIME], counted)


def add(figures, more):
    """Add those figures to them; one that is unknown (None) remains so."""
    if not figures:
        figures.update(more)
        return
    for key, figure in more.items():
        before = figures.get(key, 0)
        figures[key] = None if figure is None or before is None else before + figure


def month_of_date(date_field):
    """The first day of the month: a date to the database, too, since moments are slower to group and to fetch."""
    return Cast(TruncMonth(date_field), DateField())


def at_places(declared, rows, places):
    """The rows of those places, and those of no place; all without `places`."""
    if places is None:
        return rows
    named = Q(**{f"{declared.region_field}__in": places})
    if rows.model._meta.get_field(declared.region_field).null:
        named |= Q(**{declared.region_field: None})
    return rows.filter(named)
