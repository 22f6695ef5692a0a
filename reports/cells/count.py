"""Counting figures for places and months at once, from their records."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import DateField, F, Q, Sum
from django.db.models.functions import Cast, TruncMonth

from reports.cells.batches import counted_together
from reports.models import Return
from reports.models.cell import ALL_TIME, RETURNED, WHOLE

# A place and a month.
Named = tuple[str, date]
Counted = dict[Named, int | Decimal]
# Of each place and month the figures that are not 0, by key.
Cells = dict[Named, dict[str, int | Decimal]]


def own_cells(readings, scope, places=None) -> Cells:
    """The figures of the records of each place itself, by place and month, and for all time; all places without `places`.

    Records without a place are those of WHOLE. One query for each batch of figures.
    """
    batches = defaultdict(list)
    for reading in readings:
        batches[reading.batch].append(reading)
    cells = defaultdict(dict)
    for batch in batches.values():
        if batch[0].declared.is_summed:
            _add_summed(cells, batch, scope, places)
        else:
            declared = batch[0].declared
            for cell, things in _things(declared, _at(declared, declared.rows(scope), places)).items():
                cells[cell][batch[0].key] = len(things)
    return cells


def whole_cells(declared, scope, codes) -> Counted:
    """A figure that does not add up over places, of everything inside each of those places; WHOLE is the campaign. One query."""
    return own_and_whole_cells(declared, scope, codes)[1]


def own_and_whole_cells(declared, scope, codes) -> tuple[Counted, Counted]:
    """A figure that does not add up: of the records of each place itself, and of everything inside each of `codes`. One query."""
    own, whole = _things(declared, declared.rows(scope)), defaultdict(set)
    for (place, month), things in own.items():
        for code in {place[:length] for length in range(len(place) + 1)} & codes:
            whole[code, month] |= things
    return tuple({cell: len(things) for cell, things in found.items()} for found in (own, whole))


def returned_cells(campaign, places=None) -> Cells:
    """What was returned without records, by the key under which cells keep it, for each place and month. One query."""
    rows = Return.objects.of_campaign(campaign).counted().order_by()
    if places is not None:
        rows = rows.filter(region__in=places)
    cells = defaultdict(dict)
    for row in rows.values("indicator", "region", month=TruncMonth("until")).annotate(sum=Sum("quantity")):
        if row["sum"]:
            key, all_time = RETURNED + row["indicator"], cells[row["region"], ALL_TIME]
            cells[row["region"], row["month"]][key] = row["sum"]
            all_time[key] = all_time.get(key, 0) + row["sum"]
    return cells


def figure_of(cells: Cells, key) -> Counted:
    """One figure of them, by place and month."""
    return {cell: figures[key] for cell, figures in cells.items() if key in figures}


def add(figures, more):
    """Add those figures to them; one that is unknown (None) remains so."""
    if not figures:
        figures.update(more)
        return
    for key, figure in more.items():
        before = figures.get(key, 0)
        figures[key] = None if figure is None or before is None else before + figure


def _add_summed(cells, batch, scope, places):
    """Count figures whose records each add a number, together, into those cells: each by the months of its own date."""
    batch = sorted(batch, key=lambda reading: reading.declared.date_field)
    rows, measures = counted_together([(r.declared.rows(scope).order_by(), r.declared.measure) for r in batch])
    dates = {date_field: list(those) for date_field, those in groupby(batch, lambda r: r.declared.date_field)}
    months = [_month(date_field) for date_field in dates if date_field]
    # Of each date: where in a row its month stands, and where its figures.
    columns, end = [], 1 + len(months)
    for nth, those in enumerate(dates.values(), 1):
        begin, end = end, end + len(those)
        columns.append((nth if months else None, [reading.key for reading in those], slice(begin, end)))
    groups = _at(batch[0].declared, rows, places).values_list(F(batch[0].declared.region_field), *months)
    found = defaultdict(dict)
    for row in groups.annotate(**{f"figure{nth}": measure for nth, measure in enumerate(measures)}):
        for month, keys, figures in columns:
            counted = {key: figure for key, figure in zip(keys, row[figures], strict=True) if figure}
            if counted:
                add(found[row[0] or WHOLE, row[month] if month else ALL_TIME], counted)
    for (place, month), figures in found.items():
        if month is not None:
            cells[place, month].update(figures)
        if month != ALL_TIME:
            add(cells[place, ALL_TIME], figures)


def _things(declared, rows) -> dict[Named, set]:
    """What the rows name (towns, brands), by place and month, and for all time. One query."""
    (named,) = declared.measure.get_source_expressions()[:1]
    months = [_month(declared.date_field)] if declared.date_field else []
    found, same = defaultdict(set), {}
    for place, thing, *dated in rows.order_by().values_list(F(declared.region_field), named, *months).distinct():
        if thing is not None:
            thing = same.setdefault(thing, thing)
            for month in (ALL_TIME, *dated):
                if month is not None:
                    found[place or WHOLE, month].add(thing)
    return found


def _month(date_field):
    """The first day of the month: a date to the database, too, since moments are slower to group and to fetch."""
    return Cast(TruncMonth(date_field), DateField())


def _at(declared, rows, places):
    """The rows of those places, and those of no place; all without `places`."""
    if places is None:
        return rows
    named = Q(**{f"{declared.region_field}__in": places})
    if rows.model._meta.get_field(declared.region_field).null:
        named |= Q(**{declared.region_field: None})
    return rows.filter(named)
