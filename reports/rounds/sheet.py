"""The weekly sheet (周报表): units in official order, each figure in the period, since the campaign began, and against last time."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from reports.dashboard import records_url
from reports.indicators import Rate, indicator
from reports.models import Round
from reports.rollup import county_rows
from reports.scope import FigureScope

BLOCKS = (
    (_("Visits and coverage"), (
        "officers_dispatched", "visits_production", "visits_sales", "visits_repair", "entities_due",
        "entities_inspected", "coverage_rate",
    )),
    (_("Hazards"), (
        "hazards_all", "hazards_all_found_and_rectified", "all_rectification_rate", "orders_issued",
        "entities_interviewed",
    )),
    (_("Cases"), (
        "cases_all", "cases_modification", "cases_closed", "fines_all", "gains_all", "fines_and_gains", "goods_all",
        "cases_to_police",
    )),
    (_("Sampling and exposure"), ("batches_all", "batches_failed", "cases_exposed")),
)  # fmt: skip
KEYS = tuple(key for _label, keys in BLOCKS for key in keys)


@dataclass(frozen=True)
class Cell:
    """One figure of a unit: in the period, since the campaign began, and the difference to the period before."""

    week: object
    total: object
    change: object
    week_url: str = ""
    total_url: str = ""


@dataclass(frozen=True)
class Line:
    """A unit, its report if one is expected of it, and its figures by block."""

    label: str
    report: object
    blocks: list[list[Cell]]


class Sheet:
    """The sheet of a round: approved units as they were frozen, the others as the records stand."""

    def __init__(self, one: Round, officer=None):
        self.round, self.officer = one, officer
        scope = FigureScope(one.campaign, one.region, on=one.until)
        self.week = scope.during(one.since, one.until)
        self.total = scope.during(None, one.until)

    @property
    def heads(self):
        """Each block with its indicators."""
        return [(label, [indicator(key) for key in keys]) for label, keys in BLOCKS]

    @cached_property
    def before(self) -> Round | None:
        """The round before it."""
        return Round.objects.before(self.round)

    @cached_property
    def reports(self) -> list:
        """The units' reports in official order."""
        return list(
            self.round.reports.in_order().select_related("unit", "region", "round", "submitted_by", "approved_by")
        )

    @cached_property
    def figures(self) -> dict[tuple, tuple[dict, dict]]:
        """By place: the figures of the period and since the campaign began, as recorded or as frozen."""
        found = {
            _place(week.scope): (week.figures, total.figures)
            for week, total in zip(county_rows(self.week, KEYS), county_rows(self.total, KEYS), strict=True)
        }
        for report in self.reports:
            if report.is_approved:
                found[place_of(report)] = thawed(report)
        return found

    @cached_property
    def figures_before(self) -> dict[tuple, dict]:
        """By place: the figures of the period before."""
        if self.before is None:
            return {}
        earlier = self.week.during(self.before.since, self.before.until)
        found = {_place(row.scope): row.figures for row in county_rows(earlier, KEYS)}
        for report in self.before.reports.select_related("unit"):
            if report.is_approved:
                found[place_of(report)] = thawed(report)[0]
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """A line for each unit that reports."""
        return [self._line(report.unit.name, report, place_of(report)) for report in self.reports]

    @cached_property
    def sum(self) -> Line:
        """All units together: every figure adds up over them, and rates are taken of the sums."""
        places = [place_of(report) for report in self.reports]
        week, total = (_summed([self.figures[place][part] for place in places]) for part in (0, 1))
        before = _summed([self.figures_before[place] for place in places]) if self.before else {}
        return Line("", None, [[_cell(key, week, total, before) for key in keys] for _label, keys in BLOCKS])

    def _line(self, label, report, place):
        week, total = self.figures[place]
        before, linked = self.figures_before.get(place, {}), self._linked(report)
        return Line(
            label, report, [[_cell(key, week, total, before, linked) for key in keys] for _label, keys in BLOCKS]
        )

    def _linked(self, report):
        """The two questions behind a unit's figures, where the officer may open the records."""
        if self.officer is None or not self.officer.covers(report.region_id):
            return ()
        return tuple(scope.at(report.region, own=report.is_city_itself) for scope in (self.week, self.total))

    def figures_of(self, report) -> dict:
        """What approval freezes of a unit."""
        week, total = self.figures[place_of(report)]
        return {"week": _kept(week), "total": _kept(total)}

    def has_records(self, report) -> bool:
        """Whether anything happened in the period that the sheet counts."""
        week = self.figures[place_of(report)][0]
        return any(week[key] for key in KEYS if indicator(key).additive and getattr(indicator(key), "date_field", ""))


def place_of(report) -> tuple[str, bool]:
    """Whose records a unit's line counts: its county's, or those of the city itself."""
    return report.region_id, report.is_city_itself


def thawed(report) -> tuple[dict, dict]:
    """The frozen figures as numbers."""
    return tuple(
        {key: None if value is None else _number(value) for key, value in report.figures[part].items()}
        for part in ("week", "total")
    )


def _number(text):
    return Decimal(text) if "." in text else int(text)


def _kept(figures):
    return {key: None if value is None else str(value) for key, value in figures.items() if key in KEYS}


def _place(scope):
    return scope.region.code, scope.own


def _summed(rows):
    summed = {}
    for key in KEYS:
        if not isinstance(indicator(key), Rate):
            summed[key] = sum(row[key] for row in rows)
    for key in KEYS:
        if isinstance(rate := indicator(key), Rate):
            summed[key] = rate.of(summed[rate.part], summed[rate.whole]) if rate.part in summed else None
    return summed


def _cell(key, week, total, before, linked=()):
    change = week[key] - before[key] if before.get(key) is not None and week[key] is not None else None
    urls = [records_url(indicator(key), scope) for scope in linked]
    return Cell(week[key], total[key], change, *urls)
