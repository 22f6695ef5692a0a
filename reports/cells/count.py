"""Counting figures for places and months at once, from their records."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth

from reports.cells.summed import add_summed, at_places, month_of_date
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
        declared = batch[0].declared
        if declared.is_summed:
            add_summed(cells, batch, scope, places)
        else:
            for cell, things in _things(declared, at_places(declared, declared.rows(scope), places)).items():
                cells[cell][declared.key] = len(things)
    return cells


def whole_cells(declared, scope, codes) -> Counted:
    """A figure that does not add up over places, of everything inside each of those places; WHOLE is the campaign. One query."""
    return own_and_whole_cells(declared, scope, codes)[1]


def own_and_whole_cells(declared, scope, codes) -> tuple[Counted, Counted]:
    """A figure that does not add up: of the records of each place itself, and of everything inside each of `codes`. One query."""
    own, whole = _things(declared, declared.rows(scope)), defaultdict(set)
    for (place, month), things in own.items():
        whole[nearest(place, codes), month] |= things
    # What two places inside one name alike is carried on from there once.
    for length in range(max(map(len, codes)), 0, -1):
        for (code, month), things in [found for found in whole.items() if len(found[0][0]) == length]:
            whole[nearest(code[:-1], codes), month] |= things
    return tuple({cell: len(things) for cell, things in found.items()} for found in (own, whole))


def nearest(place, codes):
    """The place, or the innermost of `codes` around it; WHOLE where none is."""
    while place and place not in codes:
        place = place[:-1]
    return place


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


def _things(declared, rows) -> dict[Named, set]:
    """What the rows name (towns, brands), by place and month, and for all time. One query."""
    (named,) = declared.measure.get_source_expressions()[:1]
    months = [month_of_date(declared.date_field)] if declared.date_field else []
    named_at, same = defaultdict(set), {}
    for place, thing, *dated in rows.order_by().values_list(F(declared.region_field), named, *months).distinct():
        if thing is not None:
            named_at[place or WHOLE, *dated].add(same.setdefault(thing, thing))
    found = defaultdict(set)
    for (place, *dated), things in named_at.items():
        for month in (ALL_TIME, *dated):
            if month is not None:
                found[place, month] |= things
    return found
