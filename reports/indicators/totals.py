"""Asking for many figures at once."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from reports.indicators.declare import Indicator, Rate, declare
from reports.indicators.further import FURTHER, FURTHER_CHAPTERS
from reports.indicators.published import CHAPTERS, PUBLISHED
from reports.scope import FigureScope

INDICATORS: tuple[Indicator | Rate, ...] = (*PUBLISHED, *FURTHER)
ALL_CHAPTERS = CHAPTERS | FURTHER_CHAPTERS
declare(*INDICATORS)


def published() -> list[Indicator | Rate]:
    """The indicators of the bulletin, in its order."""
    return [declared for declared in INDICATORS if declared.published]


def totals(scope: FigureScope, keys=None) -> dict[str, int | Decimal | None]:
    """The figures of those keys, of all without any. One query for each indicator that is not a rate."""
    return _with_rates({declared.key: declared.total(scope) for declared in _counted(keys)})


def totals_by(scope: FigureScope, axis: str, keys=None) -> dict[str | date, dict[str, int | Decimal | None]]:
    """The figures for each region code ("region") or first day of a "month" or "week" that has any record.

    One query for each indicator that is not a rate.
    """
    table = defaultdict(dict)
    counted = _counted(keys)
    for declared in counted:
        for group, figure in declared.by(scope, axis).items():
            table[group][declared.key] = figure
    return {
        group: _with_rates({declared.key: figures.get(declared.key, 0) for declared in counted})
        for group, figures in sorted(table.items())
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
    answer = {}
    for declared in INDICATORS:
        if declared.key in figures:
            answer[declared.key] = figures[declared.key]
        elif isinstance(declared, Rate) and {declared.part, declared.whole} <= figures.keys():
            answer[declared.key] = declared.of(figures[declared.part], figures[declared.whole])
    return answer
