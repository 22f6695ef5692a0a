"""What a figure is more or less than before."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext

from reports.dashboard.figures import in_words
from reports.indicators import Rate, indicator, totals
from reports.models import Snapshot
from reports.scope import FigureScope
from reports.snapshots import numbers

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """By how much a figure grew, against which day, and what that day is called."""

    by: int | Decimal
    words: str
    since: str
    day: date

    @property
    def grew(self) -> bool:
        return self.by > 0


class Changes:
    """The changes of the figures of one scope. A query for the snapshot, one for its line, and those of `totals` for the week.

    A snapshot holds cumulative figures of a place, so a scope with a unit or a period is only compared with the week before;
    and a stock, which has no date, only with a snapshot. Not `by_week`, as of a nation, whose days of a month begun take seconds to
    count, with each change anew, there is just the snapshot.
    """

    def __init__(self, scope: FigureScope, figures, keys, *, by_week=True):
        self.scope, self.figures, self.keys, self.by_week = scope, figures, keys, by_week

    def of(self, key) -> tuple[Change, ...]:
        """Against the last snapshot and against a week before, where there is something to compare with."""
        found = []
        if self.snapshot is not None:
            since = gettext("since %(snapshot)s") % {"snapshot": self.snapshot.label}
            found.append(self._change(key, self._frozen.get(key), since, self.snapshot.until))
        if key in self._week:
            found.append(self._change(key, self._week[key], gettext("in a week"), self.scope.judged_on - WEEK))
        return tuple(change for change in found if change is not None)

    def _change(self, key, before, since, day):
        now = self.figures[key]
        if before is None or now is None:
            return None
        by = now - before
        words, unit = in_words(indicator(key), abs(by))
        return Change(by, f"{words} {unit}".strip(), since, day)

    @cached_property
    def snapshot(self):
        """The newest snapshot of the place."""
        scope = self.scope
        if scope.unit or scope.since or scope.until:
            return None
        frozen = Snapshot.objects.of_campaign(scope.campaign)
        if scope.as_of:
            frozen = frozen.filter(until__lte=scope.as_of)
        return frozen.last_for(scope.place)

    @cached_property
    def _frozen(self):
        return numbers(self.snapshot.figures(self.scope.place, own=self.scope.own))

    @cached_property
    def _week(self):
        """The dated figures as events of the last seven days had not happened; nothing for a period that ended before."""
        scope = self.scope
        last = scope.judged_on - WEEK
        if not self.by_week:
            return {}
        if scope.until and scope.until < scope.judged_on or scope.since and scope.since > last:
            return {}
        return totals(scope.during(scope.since, last), [key for key in self.keys if _is_dated(key)])


def _is_dated(key):
    declared = indicator(key)
    if isinstance(declared, Rate):
        return _is_dated(declared.part) and _is_dated(declared.whole)
    return bool(declared.date_field)
