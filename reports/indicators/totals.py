"""Asking for many figures at once."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import lru_cache

from reports.cells.read import kept_for
from reports.indicators.catalogue import INDICATORS
from reports.indicators.declare import Indicator, Rate
from reports.scope import FigureScope


def totals(scope: FigureScope, keys=None) -> dict[str, int | Decimal | None]:
    """The figures of those keys, of all without any. Two queries where they are kept; else one for each that is no rate."""
    return _with_rates(counted(scope, _counted(keys)))


def counted(scope: FigureScope, declared_ones) -> dict[str, int | Decimal]:
    """The figures of those indicators, own ones among them, none of them a rate: kept ones as they are kept."""
    kept = kept_for(scope)
    figures = kept.total(declared_ones) if kept else {}
    return {d.key: figures[d.key] if d.key in figures else d.total(scope) for d in declared_ones}


def total(declared: Indicator | Rate, scope: FigureScope) -> int | Decimal | None:
    """One figure, own ones too: kept where it is kept. Two queries, three of a rate."""
    if isinstance(declared, Rate):
        return totals(scope, [declared.key])[declared.key]
    return counted(scope, [declared])[declared.key]


def totals_at(scope: FigureScope, parts: list[FigureScope], keys=None) -> list[dict[str, int | Decimal | None]]:
    """The figures of places inside the scope, in their order; each differs from it in the place only.

    Two queries where they are kept; else one for each indicator that is no rate.
    """
    asked = _counted(keys)
    kept = kept_for(scope)
    lines = [((part.region.code, part.own), part) for part in parts]
    found = kept.at(lines, asked) if kept else {}
    figures = [dict(found.get(line, {})) for line, _part in lines]
    for declared in asked:
        if any(declared.key not in here for here in figures):
            groups = declared.by(scope, "region")
            for here, part in zip(figures, parts, strict=True):
                here[declared.key] = _inside(declared, part, groups)
    return [_with_rates(here) for here in figures]


def _inside(declared, part, groups):
    """The figure of a place from those of the regions; asked for itself where they do not add up."""
    code = part.region.code
    inside = [group for group in groups if group == code or (not part.own and group and group.startswith(code))]
    if len(inside) > 1 and "region" not in declared.additive:
        return declared.total(part)
    return sum(groups[group] for group in inside)


def totals_by(scope: FigureScope, axis: str, keys=None) -> dict[str | date, dict[str, int | Decimal | None]]:
    """The figures for each region code ("region") or first day of a "month" or "week" that has any record.

    Two queries where they are kept, as all but weeks are; else one for each indicator that is not a rate.
    """
    asked = _counted(keys)
    kept = kept_for(scope) if axis != "week" else None
    known, found = (kept.by_region if axis == "region" else kept.by_month)(asked) if kept else (set(), {})
    table = defaultdict(dict, {group: dict(figures) for group, figures in found.items()})
    for declared in asked:
        if declared.key not in known:
            for group, figure in declared.by(scope, axis).items():
                table[group][declared.key] = figure
    return {
        group: _with_rates({declared.key: figures.get(declared.key, 0) for declared in asked})
        for group, figures in sorted(table.items(), key=lambda item: str(item[0]))
        if group is not None
    }


def no_figures(keys=None) -> dict[str, int | None]:
    """What `totals` gives where there is no record at all."""
    return _with_rates({declared.key: 0 for declared in _counted(keys)})


def _counted(keys):
    """The indicators that must be asked for those keys: themselves, and the two totals of each rate."""
    if keys is None:
        return [i for i in INDICATORS if isinstance(i, Indicator)]
    asked = set(keys)
    asked |= {key for i in INDICATORS if isinstance(i, Rate) and i.key in asked for key in (i.part, i.whole)}
    return [i for i in INDICATORS if isinstance(i, Indicator) and i.key in asked]


def _with_rates(figures):
    """The figures in the order of their declaration, with every rate whose two totals are there."""
    return {
        key: figures[key] if rate is None else rate.of(figures[rate.part], figures[rate.whole])
        for key, rate in _order(frozenset(figures))
    }


@lru_cache(maxsize=256)
def _order(keys):
    """Those keys as they are declared, and the rates that can be told from them, each with its rate."""
    return [
        (declared.key, declared if isinstance(declared, Rate) else None)
        for declared in INDICATORS
        if declared.key in keys or (isinstance(declared, Rate) and {declared.part, declared.whole} <= keys)
    ]
