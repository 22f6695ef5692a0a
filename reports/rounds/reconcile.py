"""Whether a unit's cumulative figures follow from the last approved ones: late additions (补报) and reductions (核减)."""

from dataclasses import dataclass
from decimal import Decimal

from reports.as_of import as_of
from reports.indicators import Rate, indicator
from reports.models import Round
from reports.rounds.sheet import KEYS, place_of, thawed
from reports.scope import FigureScope


@dataclass(frozen=True)
class Movement:
    """One figure between two rounds: last + new + late − reduced should give the present one."""

    indicator: object
    last: Decimal
    new: Decimal
    late: Decimal
    reduced: Decimal
    now: Decimal

    @property
    def holds(self) -> bool:
        return self.last + self.new + self.late - self.reduced == self.now


def countable() -> list:
    """The sheet's figures that happen on a day and add up record by record."""
    declared = [indicator(key) for key in KEYS]
    return [one for one in declared if not isinstance(one, Rate) and one.date_field and one.is_summed]


def movements(report) -> list[Movement]:
    """What moved in a unit's figures since its last approved report; none without one.

    *New* happened in the period, *late* before it but was entered (or grew) after the last approval, *reduced* was counted
    then and is not (or is smaller, or moved into the period) now. Three queries for each figure and those of the past.
    """
    before = Round.objects.before(report.round)
    last = before and before.reports.filter(unit=report.unit, status=report.Status.APPROVED).first()
    if last is None:
        return []
    last.round = before
    then = _counted(last, last.approved_at, before)
    now, week = (
        _counted(report, report.approved_at, report.round),
        _counted(report, report.approved_at, report.round, week=True),
    )
    kept, present = thawed(last)[1], thawed(report)[1] if report.is_approved else {}
    return [
        _movement(one, kept[one.key], then[one.key], week[one.key], now[one.key], present.get(one.key))
        for one in countable()
    ]


def _movement(one, last, then, week, now, present):
    outside = {key: adds for key, adds in now.items() if key not in week}
    late = sum(max(0, adds - then.get(key, 0)) for key, adds in outside.items())
    reduced = sum(max(0, adds - outside.get(key, 0)) for key, adds in then.items())
    total = sum(now.values()) if present is None else present
    return Movement(one, last, sum(week.values()), late, reduced, total)


def _counted(report, moment, one, *, week=False) -> dict[str, dict]:
    """What each record, and each number returned without records, adds to each figure, as it stood at that moment."""
    region, own = place_of(report)
    scope = FigureScope(one.campaign, report.region, own=own, on=one.until)
    scope = scope.during(one.since if week else None, one.until)
    with as_of(moment):
        counted = {found.key: found.members(scope) for found in countable()}
        for pk, key, quantity in scope.returns().values_list("pk", "indicator", "quantity"):
            if key in counted:
                counted[key]["returned", pk] = quantity
    return counted
