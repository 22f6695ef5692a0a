"""Counting figures for places and months at once, from their records."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

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

    Records without a place are those of WHOLE. One query for each batch of figures; two where months do not add up.
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


def _add_summed(cells, batch, scope, places):
    """Count figures whose records each add a number, together, into those cells."""
    declared, keys = batch[0].declared, [reading.key for reading in batch]
    rows, measures = counted_together([(r.declared.rows(scope).order_by(), r.declared.measure) for r in batch])
    rows = _at(declared, rows, places)
    measures = {f"figure{nth}": measure for nth, measure in enumerate(measures)}
    adds_up_over_months = "month" in declared.additive
    if declared.date_field:
        for place, month, *figures in rows.values_list(F(declared.region_field), _month(declared)).annotate(**measures):
            counted = {key: figure for key, figure in zip(keys, figures, strict=True) if figure}
            if month is not None and counted:
                cells[place or WHOLE, month].update(counted)
            if adds_up_over_months and counted:
                all_time = cells[place or WHOLE, ALL_TIME]
                for key, figure in counted.items():
                    all_time[key] = all_time.get(key, 0) + figure
    if not adds_up_over_months:
        for place, *figures in rows.values_list(F(declared.region_field)).annotate(**measures):
            counted = {key: figure for key, figure in zip(keys, figures, strict=True) if figure}
            if counted:
                cells[place or WHOLE, ALL_TIME].update(counted)


def _things(declared, rows) -> dict[Named, set]:
    """What the rows name (towns, brands), by place and month, and for all time. One query."""
    (named,) = declared.measure.get_source_expressions()[:1]
    months = [_month(declared)] if declared.date_field else []
    found, same = defaultdict(set), {}
    for place, thing, *dated in rows.order_by().values_list(F(declared.region_field), named, *months).distinct():
        if thing is not None:
            thing = same.setdefault(thing, thing)
            for month in (ALL_TIME, *dated):
                if month is not None:
                    found[place or WHOLE, month].add(thing)
    return found


def _month(declared):
    """The first day of the month: a date to the database, too, since moments are slower to group and to fetch."""
    return Cast(TruncMonth(declared.date_field), DateField())


def _at(declared, rows, places):
    """The rows of those places, and those of no place; all without `places`."""
    if places is None:
        return rows
    named = Q(**{f"{declared.region_field}__in": places})
    if rows.model._meta.get_field(declared.region_field).null:
        named |= Q(**{declared.region_field: None})
    return rows.filter(named)
