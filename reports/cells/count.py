"""Counting figures for places and months at once, from their records."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth

from reports.cells.batches import counted_together
from reports.models import Return
from reports.models.cell import ALL_TIME, RETURNED, WHOLE

Counted = dict[tuple[str, object], int | Decimal]
FETCHED_AT_ONCE = 20_000


def own_cells(readings, scope, places=None) -> dict[str, Counted]:
    """Of each figure that of the records of each place itself, by place and month, and for all time; all places without `places`.

    Records without a place are those of WHOLE. One query for each batch of figures; two where months do not add up.
    """
    batches = defaultdict(list)
    for reading in readings:
        batches[reading.batch].append(reading)
    counted = {}
    for batch in batches.values():
        if batch[0].declared.is_summed:
            counted |= _summed(batch, scope, places)
        else:
            counted[batch[0].key] = _named(batch[0].declared, scope, places)
    return counted


def whole_cells(declared, scope, codes) -> Counted:
    """A figure that does not add up over places, of everything inside each of those places; WHOLE is the campaign. One query."""
    return own_and_whole_cells(declared, scope, codes)[1]


def own_and_whole_cells(declared, scope, codes) -> tuple[Counted, Counted]:
    """A figure that does not add up: of the records of each place itself, and of everything inside each of `codes`. One query."""

    def places_of(place):
        return [
            (place, True),
            *((place[:length], False) for length in range(len(place) + 1) if place[:length] in codes),
        ]

    own, whole = {}, {}
    for ((place, is_own), month), figure in _counted_once(declared, declared.rows(scope), places_of).items():
        (own if is_own else whole)[place, month] = figure
    return own, whole


def returned_cells(campaign, places=None) -> dict[str, Counted]:
    """What was returned without records, by the key under which cells keep it, for each place and month. One query."""
    rows = Return.objects.of_campaign(campaign).counted().order_by()
    if places is not None:
        rows = rows.filter(region__in=places)
    counted: dict[str, Counted] = {}
    for row in rows.values("indicator", "region", month=TruncMonth("until")).annotate(sum=Sum("quantity")):
        if row["sum"]:
            cells = counted.setdefault(RETURNED + row["indicator"], {})
            cells[row["region"], row["month"]] = row["sum"]
            cells[row["region"], ALL_TIME] = cells.get((row["region"], ALL_TIME), 0) + row["sum"]
    return counted


def _summed(batch, scope, places):
    """Figures whose records each add a number, counted together."""
    declared = batch[0].declared
    rows, measures = counted_together([(r.declared.rows(scope).order_by(), r.declared.measure) for r in batch])
    rows = _at(declared, rows, places)
    measures = {f"figure{nth}": measure for nth, measure in enumerate(measures)}
    counted = {reading.key: {} for reading in batch}
    adds_up_over_months = "month" in declared.additive
    if declared.date_field:
        dated = rows.values_list(F(declared.region_field), TruncMonth(declared.date_field)).annotate(**measures)
        for place, month, *figures in dated.iterator(FETCHED_AT_ONCE):
            here = place or WHOLE
            for cells, figure in zip(counted.values(), figures, strict=True):
                if figure:
                    if month is not None:
                        cells[here, month] = cells.get((here, month), 0) + figure
                    if adds_up_over_months:
                        cells[here, ALL_TIME] = cells.get((here, ALL_TIME), 0) + figure
    if not adds_up_over_months:
        for place, *figures in rows.values_list(F(declared.region_field)).annotate(**measures):
            for cells, figure in zip(counted.values(), figures, strict=True):
                if figure:
                    cells[place or WHOLE, ALL_TIME] = figure
    return counted


def _named(declared, scope, places):
    """How many different things the records of each place name."""
    return _counted_once(declared, _at(declared, declared.rows(scope), places), lambda place: [place])


def _counted_once(declared, rows, places_of) -> Counted:
    """What the rows name, each thing counted once in a place and month, and once for all time. One query.

    `places_of` tells in which places the records of one count.
    """
    (named,) = declared.measure.get_source_expressions()[:1]
    dated = {"month": TruncMonth(declared.date_field)} if declared.date_field else {}
    found, same, around = defaultdict(set), {}, {}
    rows = rows.order_by().values_list(F(declared.region_field), named, *dated.values()).distinct()
    for place, thing, *months in rows.iterator(FETCHED_AT_ONCE):
        if thing is None:
            continue
        thing = same.setdefault(thing, thing)
        if place not in around:
            around[place] = places_of(place or WHOLE)
        for here in around[place]:
            found[here, ALL_TIME].add(thing)
            for month in months:
                if month is not None:
                    found[here, month].add(thing)
    return {cell: len(things) for cell, things in found.items()}


def _at(declared, rows, places):
    """The rows of those places, and those of no place; all without `places`."""
    if places is None:
        return rows
    named = Q(**{f"{declared.region_field}__in": places})
    if rows.model._meta.get_field(declared.region_field).null:
        named |= Q(**{declared.region_field: None})
    return rows.filter(named)
