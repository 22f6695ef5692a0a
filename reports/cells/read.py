"""Reading kept figures: of a place, of many places at once, by region or by month."""

from collections import defaultdict
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.core.cache import cache
from django.db.models import Q

from entities.standby import at_the_primary
from entities.today import today
from reports.as_of import is_past_shown
from reports.cells.periods import month_of, months_of
from reports.cells.readings import reading_of
from reports.cells.recount import number
from reports.cells.refresh import current
from reports.cells.remembered import ANSWERS
from reports.indicators.declare import plain
from reports.models import Cell
from reports.models.cell import ALL_TIME, RETURNED, WHOLE

REMEMBERED_SECONDS = 3600

# A place, and whether only its own records are meant.
Line = tuple[str, bool]


_moment: ContextVar[dict | None] = ContextVar("moment", default=None)


@contextmanager
def one_moment():
    """Within it each campaign is brought up to date once only: all numbers of a page are of one moment, and ask no more than once."""
    token = _moment.set({})
    try:
        yield
    finally:
        _moment.reset(token)


def _state_of(campaign):
    known = _moment.get()
    if known is None:
        return current(campaign)
    if campaign.pk not in known:
        known[campaign.pk] = current(campaign)
    return known[campaign.pk]


def kept_for(scope) -> "KeptFigures | None":
    """The kept figures that answer the scope, brought up to date; None where it must be counted from the records.

    Units are no part of cells, and the past has none. One query; those of `current` where something was written.
    """
    if scope.unit or is_past_shown():
        return None
    period = months_of(scope.since, scope.until, today())
    state = _state_of(scope.campaign) if period else None
    return KeptFigures(scope, period, state) if state else None


class KeptFigures:
    """The figures of one scope from cells; those that cells don't keep are left out of every answer.

    An edge of the period costs one query for each figure, remembered while nothing is written.
    """

    def __init__(self, scope, period, state):
        self.scope, self.period, self.summary = scope, period, state.summary
        # What was counted just now has not reached a standby yet.
        self.reading = at_the_primary if state.is_marked else nullcontext

    @property
    def line(self) -> Line:
        """The scope's own place."""
        scope = self.scope
        return (scope.region.code, scope.own) if scope.region else (WHOLE, False)

    def keeps(self, declared, *, month_by_month=False) -> bool:
        """Whether cells know that figure as it is declared now, for that day and period."""
        if declared.key not in self.summary.kept:
            return False
        reading = reading_of(declared)
        if self.summary.kept[declared.key] != reading.digest:
            return False
        if reading.is_of_the_day and self.scope.judged_on != self.summary.day:
            return False
        if not declared.date_field or "month" in declared.additive:
            return True
        return not self.period.edges if month_by_month else self.period.is_all_time or self.period.is_one_month

    def total(self, declared_ones) -> dict:
        """The figures of the scope by key. One query, and those of the edges."""
        return self.at([(self.line, self.scope)], declared_ones)[self.line]

    def at(self, lines, declared_ones) -> dict[Line, dict]:
        """The figures of each of the places inside the scope by key; `lines` are pairs of a place and its scope.

        One query, and for each edge one for each figure, however many places; none where the same was asked of the same moment.
        """
        asked = [declared for declared in declared_ones if self.keeps(declared)]
        name = ("at", tuple(line for line, _scope in lines))
        return self._once(name, asked, lambda: self._at(lines, asked))

    def _once(self, name, asked, answer):
        """An answer depends on the figures' moment, the period, and which figures are asked for."""
        keys = tuple(declared.key for declared in asked)
        return ANSWERS.once((self.summary.moment, self.period, *name, keys), answer)

    def _at(self, lines, asked):
        own = [place for (place, is_own), _scope in lines if is_own]
        whole = [place for (place, is_own), _scope in lines if not is_own]
        cells = self._read(Q(own=True, place__in=own) | Q(own=False, place__in=whole), asked)
        answers = {}
        for line, _scope in lines:
            figures = {declared.key: self._sum(cells.get(line, {}), declared) for declared in asked}
            answers[line] = {key: figure for key, figure in figures.items() if figure is not None}
        for edge in self.period.edges:
            self._add_edge(edge, lines, answers, asked)
        return answers

    def _add_edge(self, edge, lines, answers, asked):
        """Count the days at an end of the period: of one place for itself, of many by region at once."""
        days = self.scope.during(edge.since, edge.until)
        one = lines[0][1].during(edge.since, edge.until) if len(lines) == 1 else None
        counted = self._remembered(one or days, asked, by_region=one is None)
        for (place, is_own), _scope in lines:
            figures = answers[place, is_own]
            for key in figures.keys() & counted.keys():
                inside = counted[key]
                if one is None:
                    inside = sum(
                        figure
                        for code, figure in inside.items()
                        if code == place or (not is_own and code and code.startswith(place))
                    )
                figures[key] += edge.sign * inside

    def by_region(self, declared_ones) -> tuple[set[str], dict]:
        """Which figures are kept, and those of each region's own records that has any. One query, those of the edges."""
        asked = [declared for declared in declared_ones if self.keeps(declared)]
        place, is_own = self.line
        inside = Q(own=True, place=place) if is_own else Q(own=True, place__startswith=place) & ~Q(place=WHOLE)
        table = defaultdict(dict)
        for (code, _own), cells in self._read(inside, asked).items():
            for declared in asked:
                table[code][declared.key] = self._sum(cells, declared)
        for edge in self.period.edges:
            counted = self._remembered(self.scope.during(edge.since, edge.until), asked, by_region=True)
            for key, groups in counted.items():
                for code, figure in groups.items():
                    table[code][key] = table[code].get(key, 0) + edge.sign * figure
        return {declared.key for declared in asked}, _without_zeros(table)

    def by_month(self, declared_ones) -> tuple[set[str], dict]:
        """Which figures are kept, and those by the first day of each month that has any. One query, those of the edges.

        None where the same was asked of the same moment.
        """
        asked = [d for d in declared_ones if d.date_field and self.keeps(d, month_by_month=True)]
        return self._once(("by_month", self.line), asked, lambda: self._by_month(asked))

    def _by_month(self, asked):
        place, is_own = self.line
        cells = self._read(Q(own=is_own, place=place), asked, month_by_month=True).get(self.line, {})
        broken = {d.key for d in asked for figures in cells.values() if figures.get(d.key, 0) is None}
        asked = [declared for declared in asked if declared.key not in broken]
        table = defaultdict(dict)
        for month, figures in cells.items():
            for declared in asked:
                table[month][declared.key] = _figure(figures, declared.key)
        for edge in self.period.edges:
            month = table[month_of(edge.since)]
            for key, figure in self._remembered(self.scope.during(edge.since, edge.until), asked).items():
                month[key] = month.get(key, 0) + edge.sign * figure
        return {declared.key for declared in asked}, _without_zeros(table)

    def _remembered(self, days, asked, *, by_region=False):
        """The figures of some days at one place, or by region, remembered for as long as nothing is written.

        A stock is of every period, but what was returned for it has one.
        """
        place = days.region.code if days.region else WHOLE
        name = f"figures:{self.summary.moment}:{place}:{days.own}:{days.since}:{days.until}:{by_region}:"
        found = cache.get_many([name + declared.key for declared in asked])
        counted = {}
        with self.reading():
            for declared in asked:
                if name + declared.key not in found:
                    counted[declared.key] = _counted(declared, days, by_region)
        cache.set_many({name + key: figure for key, figure in counted.items()}, REMEMBERED_SECONDS)
        return {key.removeprefix(name): figure for key, figure in found.items()} | counted

    def _read(self, places, asked, *, month_by_month=False):
        """The cells of those places in the period, by place and month."""
        months = Q(month=ALL_TIME)
        if month_by_month or not self.period.is_all_time:
            within = Q(month__gt=ALL_TIME)
            if self.period.first:
                within &= Q(month__gte=self.period.first)
            if self.period.last:
                within &= Q(month__lte=self.period.last)
            stocks = any(not declared.date_field for declared in asked) and not month_by_month
            months = within | months if stocks else within
        rows = Cell.objects.filter(places, months, campaign=self.scope.campaign)
        cells = defaultdict(dict)
        with self.reading():
            for place, own, month, figures in rows.values_list("place", "own", "month", "figures"):
                cells[place, own][month] = figures
        return cells

    def _sum(self, cells, declared):
        """The figure of a place from its cells of the period, what was returned included; None where they don't keep it."""
        if self.period.is_all_time:
            return _figure(cells.get(ALL_TIME, {}), declared.key)
        dated = [figures for month, figures in cells.items() if month != ALL_TIME]
        returned = sum(number(figures.get(RETURNED + declared.key, 0)) for figures in dated)
        counted = dated if declared.date_field else [cells.get(ALL_TIME, {})]
        found = [figures.get(declared.key, 0) for figures in counted]
        return None if None in found else sum(map(number, found)) + plain(returned)


def _figure(figures, key):
    """What a cell keeps for that key and what was returned for it; None where it is not kept."""
    counted = figures.get(key, 0)
    return None if counted is None else number(counted) + plain(number(figures.get(RETURNED + key, 0)))


def _counted(declared, days, by_region):
    """The figure of those days from the records; of a stock only what was returned."""
    if by_region:
        return declared.by(days, "region") if declared.date_field else days.returned_by("region").get(declared.key, {})
    return declared.total(days) if declared.date_field else declared.returned(days)


def _without_zeros(table):
    """The groups and figures in which anything happened."""
    figures = {group: {key: figure for key, figure in row.items() if figure} for group, row in table.items()}
    return {group: row for group, row in figures.items() if row}
