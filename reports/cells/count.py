"""Counting a figure for places and months at once, from its records."""

from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import Substr, TruncMonth

from reports.models import Return
from reports.models.cell import ALL_TIME, RETURNED, WHOLE

Counted = dict[tuple[str, object], int | Decimal]


def own_cells(declared, scope, places=None) -> Counted:
    """The figure of the records of each place itself, by place and month, and for all time; all places without `places`.

    Records without a place are those of WHOLE. One query; two where months do not add up.
    """
    rows = declared.rows(scope).order_by()
    if places is not None:
        named = Q(**{f"{declared.region_field}__in": places})
        if rows.model._meta.get_field(declared.region_field).null:
            named |= Q(**{declared.region_field: None})
        rows = rows.filter(named)
    return _grouped(declared, rows, F(declared.region_field))


def whole_cells(declared, scope, length, within=None) -> Counted:
    """The figure of everything inside each place whose code has that length; of the whole campaign for 0.

    With `within` only of those places. For figures that do not add up over places. Two queries.
    """
    rows = declared.rows(scope).order_by()
    if not length:
        return _grouped(declared, rows, None)
    place = Substr(f"{declared.region_field}_id", 1, length)
    if within is not None:
        rows = rows.alias(inside=place).filter(inside__in=within)
    return _grouped(declared, rows, place)


def _grouped(declared, rows, place):
    counted: Counted = {}
    group = {"place": place} if place is not None else {}
    if declared.date_field:
        dated = rows.values(month=TruncMonth(declared.date_field), **group).annotate(figure=declared.measure)
        for row in dated:
            here, figure = row.get("place") or WHOLE, row["figure"] or 0
            if row["month"] is not None and figure:
                counted[here, row["month"]] = counted.get((here, row["month"]), 0) + figure
            if "month" in declared.additive:
                counted[here, ALL_TIME] = counted.get((here, ALL_TIME), 0) + figure
    if "month" not in declared.additive:
        if place is None:
            counted[WHOLE, ALL_TIME] = declared.measured(rows)
        else:
            for row in rows.values(**group).annotate(figure=declared.measure):
                counted[row["place"] or WHOLE, ALL_TIME] = row["figure"] or 0
    return {cell: figure for cell, figure in counted.items() if figure}


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
