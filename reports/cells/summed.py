"""Counting figures whose records each add a number: many together, by place and by the months of their dates."""

from copy import copy
from itertools import compress, groupby
from operator import add as plus

from django.db.models import Count, DateField, DateTimeField, F, Field, Q
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
    # Of each date: where in a row its month stands, where its figures stand, and what they add up to by place and month.
    columns, end = [], 1 + len(months)
    for nth, those in enumerate(dates.values(), 1):
        begin, end = end, end + len(those)
        columns.append((nth if months else None, slice(begin, end), {}))
    groups = at_places(batch[0].declared, rows, places).values_list(F(batch[0].declared.region_field), *months)
    for row in groups.annotate(**{f"figure{nth}": _as_counted(measure) for nth, measure in enumerate(measures)}):
        place = row[0] or WHOLE
        for month, figures, sums in columns:
            counted = row[figures]
            if any(counted):
                cell = place, row[month] if month else ALL_TIME
                sums[cell] = _together(sums[cell], counted) if cell in sums else counted
    for those, (_month, _figures, sums) in zip(dates.values(), columns, strict=True):
        keys, all_time = [reading.key for reading in those], {}
        for (place, month), counted in sums.items():
            if month is not None:
                _keep(cells[place, month], keys, counted)
            if month != ALL_TIME:
                all_time[place] = _together(all_time[place], counted) if place in all_time else counted
        for place, counted in all_time.items():
            _keep(cells[place, ALL_TIME], keys, counted)


def _as_counted(measure):
    """The measure as the database tells it: a count is a whole number already, and there are millions of them."""
    if isinstance(measure, Count):
        measure = copy(measure)
        measure.output_field = Field()
    return measure


def _together(figures, others):
    """The sums of the figures in the same positions; there is none (None) of no records."""
    if None in figures or None in others:
        figures, others = ([figure or 0 for figure in some] for some in (figures, others))
    return tuple(map(plus, figures, others))


def _keep(figures, keys, counted):
    """Keep what is not 0 under its key."""
    figures.update(zip(compress(keys, counted), filter(None, counted), strict=True))


def add(figures, more):
    """Add those figures to them; one that is unknown (None) remains so."""
    if not figures:
        figures.update(more)
        return
    for key, figure in more.items():
        before = figures.get(key, 0)
        figures[key] = None if figure is None or before is None else before + figure


class _Month(TruncMonth):
    """The first moment of a date's month. PostgreSQL would make a moment of a zone of each: a tenth of what counting a table takes."""

    def as_postgresql(self, compiler, connection):
        if isinstance(self.lhs.output_field, DateTimeField):
            return super().as_sql(compiler, connection)
        date, params = compiler.compile(self.lhs)
        return f"DATE_TRUNC('month', {date}::timestamp)", params


def month_of_date(date_field):
    """The first day of the month: a date to the database, too, since moments are slower to group and to fetch."""
    return Cast(_Month(date_field), DateField())


def at_places(declared, rows, places):
    """The rows of those places, and those of no place; all without `places`."""
    if places is None:
        return rows
    named = Q(**{f"{declared.region_field}__in": places})
    if rows.model._meta.get_field(declared.region_field).null:
        named |= Q(**{declared.region_field: None})
    return rows.filter(named)
