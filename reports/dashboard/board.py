"""The leader's dashboard: what each of its panels shows. Every number comes from the indicators and opens what it counts."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.choices import named_near
from entities.models import Region, Unit
from inspections.models import HazardCategory, Severity
from reports.charts import Bar, Datum, LineChart, TileMap, bars, flow, lines, tile_map
from reports.dashboard.changes import Changes
from reports.dashboard.figures import Figure, dashboard_url, in_words, records_url
from reports.dashboard.matrix import Matrix
from reports.dashboard.people import overdue_by_owner, repeat_offenders, workload
from reports.indicators import CHAPTERS, INDICATORS, Rate, counted, indicator, total, totals
from reports.own import Broken, is_own, shown_for
from reports.rollup import county_rows, month_rows, week_rows
from reports.scope import FigureScope

HEADLINE = (
    "self_check_entities", "inspections", "hazards_found", "hazards_rectified", "rectification_rate", "cases_filed",
    "fines_amount",
)  # fmt: skip
COUNTY_COLUMNS = (
    "inspections", "hazards_found", "hazards_rectified", "rectification_rate", "hazards_overdue", "cases_filed",
)  # fmt: skip
# What stands beside a rate, so that nobody takes a share for a number.
BESIDE = {
    "rectification_rate": ("hazards_found_and_rectified", "hazards_found"),
    "listing_notice_rate": ("listings_checked", "listings_unchecked"),
}
MONTH_PANELS = (("inspections",), ("hazards_found", "hazards_rectified"))
MONTH_KEYS = tuple(key for panel in MONTH_PANELS for key in panel)
DEFAULT_RANK = "inspections"
RANKED_BESIDES_PUBLISHED = {"rectification_rate", "hazards_pending", "hazards_overdue"}
# Where the hazards found stand: the parts of that panel.
FLOW = {
    "hazards_found", "hazards_found_and_rectified", "hazards_pending", "hazards_overdue", "hazards_handed_over",
    "hazards_ended",
}  # fmt: skip
OVERDUE_SHOWN = 8
MOST_WEEKS = 13


@dataclass(frozen=True)
class County:
    """A line of the ranking: its place in it (none for the city's own records), its figures, and its bar."""

    rank: int | None
    label: str
    url: str
    figures: list[Figure]
    bar: Bar
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """Something to choose by a link."""

    label: str
    url: str
    is_chosen: bool


def opening_region(officer, campaign):
    """The region that the dashboard opens with: the officer's own, the whole campaign's for anybody from elsewhere."""
    own = officer.unit.region if officer.unit else None
    return own if own and own.code.startswith(campaign.region_id) else campaign.region


class Dashboard:
    """All panels of one scope for one officer. The number of queries grows with neither records nor places."""

    def __init__(self, scope: FigureScope, officer, rank="", columns=(), step="month"):
        self.scope, self.officer, self.by_week = scope, officer, step == "week"
        self.ranked = indicator(rank if rank in {i.key for i in self.rankable} else DEFAULT_RANK)
        self.city = scope.at(scope.campaign.region)
        self.matrix = Matrix(self, columns)

    @property
    def rankable(self):
        """The indicators that places may be ranked by."""
        return [i for i in INDICATORS if i.published or i.key in RANKED_BESIDES_PUBLISHED]

    @cached_property
    def rank_choices(self):
        """(chapter, its rankable indicators) for the form."""
        return [(label, [i for i in self.rankable if i.chapter == key]) for key, label in CHAPTERS.items()]

    def opens(self, scope) -> bool:
        """Whether the officer may open the records behind the figures of that scope."""
        return self.officer.covers(scope.place.code)

    @property
    def scope_query(self) -> dict[str, str]:
        return self.scope.query()

    @cached_property
    def is_open(self) -> bool:
        return self.opens(self.scope)

    @cached_property
    def regions(self):
        """Code and name of the places to choose from: the campaign's and all inside it; where these are many, those that are near."""
        inside = Region.objects.filter(code__startswith=self.scope.campaign.region_id)
        return named_near(inside, self.scope.place.code, chosen=self.scope.place)

    @cached_property
    def units(self):
        """Code and name of the units to choose from: those of the chosen place, the first of them where they are many."""
        inside = Unit.objects.filter(region__code__startswith=self.scope.place.code)
        return named_near(inside, self.scope.place.code, chosen=self.scope.unit)

    @property
    def shows_people(self) -> bool:
        """Whether the panels that group single records stand on the dashboard: those of a large place have a page of their own."""
        return not self.scope.place.is_large

    @cached_property
    def provinces(self) -> list[Choice]:
        """The provinces that the place holds, as links: of a nation single records are grouped for one of them at a time."""
        if not self.scope.place.is_large:
            return []
        inside = Region.objects.filter(parent=self.scope.place, level=Region.Level.PROVINCE).order_by("code")
        page = reverse("dashboard_people")
        return [Choice(str(one), f"{page}?{urlencode(self.scope.at(one).query())}", False) for one in inside]

    @cached_property
    def periods(self) -> list[Choice]:
        """The whole campaign and each of its months, as links."""
        scope = self.scope
        found = [self._period(gettext("Whole campaign"), None, None)]
        for first in FigureScope(scope.campaign).months():
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            found.append(self._period(f"{first:%Y-%m}", first, last))
        return found

    def _period(self, label, since, until):
        other = self.scope.during(since, until)
        return Choice(label, dashboard_url(other, rank=self.rank), other == self.scope)

    @property
    def rank(self) -> str:
        """The ranked indicator as a part of an address: nothing when it is the usual one."""
        return self.ranked.key if self.ranked.key != DEFAULT_RANK else ""

    @property
    def query(self) -> str:
        """The scope as the query of any address."""
        return urlencode(self.scope.query())

    @property
    def present_url(self) -> str:
        """The same dashboard of today's records."""
        return dashboard_url(replace(self.scope, as_of=None), rank=self.rank)

    @cached_property
    def shown(self):
        """The chapters that the campaign shows, each with its indicators."""
        return shown_for(self.scope.campaign)

    @cached_property
    def totals(self):
        """The figures that the page shows, and no others."""
        shown = {i.key for _label, indicators in self.shown for i in indicators if not is_own(i)}
        beside = {other for others in BESIDE.values() for other in others}
        return totals(self.scope, shown | beside | set(HEADLINE) | set(COUNTY_COLUMNS) | FLOW | {self.ranked.key})

    def own_figure(self, declared) -> Figure:
        """A figure of the campaign's own, or why it can't be counted."""
        if isinstance(declared, Broken):
            return Figure(declared.key, declared.label, None, "—", "", own=True, reason=declared.reason)
        number = total(declared, self.scope)
        url = records_url(declared, self.scope) if self.is_open else ""
        return Figure(declared.key, str(declared.label), number, f"{number:,}", str(declared.unit), url, own=True)

    def figure(self, key, *, scope=None, figures=None, beside=()) -> Figure:
        """The figure of that key, of the whole page or of a line of a table."""
        scope, figures = scope or self.scope, self.totals if figures is None else figures
        declared = indicator(key)
        words, unit = in_words(declared, figures[key])
        # A rate of nothing has no records to open.
        url = records_url(declared, scope) if self.opens(scope) and figures[key] is not None else ""
        returned = 0 if isinstance(declared, Rate) or scope is not self.scope else declared.returned(scope)
        return Figure(key, str(declared.label), figures[key], words, unit, url, beside, returned=returned)

    @cached_property
    def headline(self) -> list[Figure]:
        return [self._with_beside(key) for key in HEADLINE]

    @cached_property
    def chapters(self):
        """(label, figures) of the chapters: the bulletin's four, or those that the campaign chose."""
        return [
            (label, [self.own_figure(i) if is_own(i) else self._with_beside(i.key) for i in indicators])
            for label, indicators in self.shown
        ]

    def _with_beside(self, key):
        beside = tuple(self.figure(other) for other in BESIDE.get(key, ()))
        return replace(self.figure(key, beside=beside), changes=self.changes.of(key))

    @cached_property
    def changes(self) -> Changes:
        """What the figures are more or less than at the last snapshot, and than a week before."""
        shown = {i.key for _label, indicators in self.shown for i in indicators if not is_own(i)}
        return Changes(self.scope, self.totals, shown | set(HEADLINE), by_week=not self.provinces)

    @cached_property
    def _months(self):
        return (
            week_rows(self.scope, MONTH_KEYS, most=MOST_WEEKS) if self.by_week else month_rows(self.scope, MONTH_KEYS)
        )

    @property
    def steps(self) -> list[Choice]:
        """Months or weeks, as links."""
        months, weeks = (
            dashboard_url(self.scope, rank=self.rank),
            dashboard_url(self.scope, rank=self.rank, step="week"),
        )
        return [Choice(gettext("Months"), months, not self.by_week), Choice(gettext("Weeks"), weeks, self.by_week)]

    @cached_property
    def month_table(self):
        """(month, its figures): the same as the chart, to be read."""
        return [
            (row.label, [self.figure(key, scope=row.scope, figures=row.figures) for key in MONTH_KEYS])
            for row in self._months
        ]

    @cached_property
    def month_heads(self):
        return [indicator(key) for key in MONTH_KEYS]

    @cached_property
    def month_chart(self) -> LineChart:
        """Visits in one panel, hazards found and rectified in another: their sizes differ too much for one scale."""
        panels = []
        for keys in MONTH_PANELS:
            series = []
            for key in keys:
                place = MONTH_KEYS.index(key)
                data = [_datum(figures[place], label) for label, figures in self.month_table]
                series.append((str(SERIES_NAMES[key]), data))
            panels.append(series)
        return lines(panels)

    @cached_property
    def county_columns(self):
        """The indicators of the table: the ranked one, and the usual ones after it."""
        return [self.ranked, *(indicator(key) for key in COUNTY_COLUMNS if key != self.ranked.key)]

    @cached_property
    def county_heads(self):
        """(indicator, the link that ranks by it)."""
        return [(i, dashboard_url(self.scope, rank=i.key)) for i in self.county_columns]

    @cached_property
    def _county_rows(self):
        return county_rows(self.city, [i.key for i in self.county_columns])

    @cached_property
    def counties(self) -> list[County]:
        """Every county by the ranked indicator, largest first, and then the records of the city itself, which is no county."""
        rows = sorted(self._county_rows, key=lambda row: (row.scope.own, -(row.figures[self.ranked.key] or 0)))
        lined = [[self.figure(i.key, scope=r.scope, figures=r.figures) for i in self.county_columns] for r in rows]
        drawn = bars([_datum(figures[0], row.label) for row, figures in zip(rows, lined, strict=True)])
        ranks = _ranks([None if row.scope.own else row.figures[self.ranked.key] for row in rows])
        return [
            County(rank, row.label, dashboard_url(row.scope, rank=self.rank), figures, bar, self._is_chosen(row))
            for rank, row, figures, bar in zip(ranks, rows, lined, drawn, strict=True)
        ]

    def _is_chosen(self, row):
        return row.scope.region == self.scope.region and row.scope.own == self.scope.own

    @cached_property
    def city_line(self) -> list[Figure]:
        """The last line: the whole city, counted for itself."""
        keys = [i.key for i in self.county_columns]
        figures = self.totals if self.city == self.scope else totals(self.city, keys)
        return [self.figure(key, scope=self.city, figures=figures) for key in keys]

    @cached_property
    def map(self) -> TileMap:
        """The counties in their places, by the ranked indicator."""
        placed = []
        for row in self._county_rows:
            region = row.scope.region
            if region.tile_row is not None and region.tile_column is not None and not row.scope.own:
                figure = self.figure(self.ranked.key, scope=row.scope, figures=row.figures)
                placed.append((region.tile_row, region.tile_column, _datum(figure, row.label), self._is_chosen(row)))
        return tile_map(placed)

    @cached_property
    def own_line(self):
        """The city's own records, which have no square on the map; None where the place has no parts."""
        for row in self._county_rows:
            if row.scope.own:
                return row.label, self.figure(self.ranked.key, scope=row.scope, figures=row.figures)
        return None

    @cached_property
    def hazard_flow(self) -> list[Bar]:
        """Where the hazards found in the period stand now; the parts add up to the whole."""
        parts = (
            ("hazards_found_and_rectified", gettext("rectified"), False),
            ("hazards_pending", gettext("in rectification"), False),
            ("hazards_overdue", gettext("of which overdue"), True),
            ("hazards_handed_over", gettext("handed over"), False),
            ("hazards_ended", gettext("ended"), False),
        )
        return flow(
            _datum(self.figure("hazards_found"), gettext("found")),
            [_datum(self.figure(key), label, inside=inside) for key, label, inside in parts],
        )

    @property
    def hazard_unit(self):
        return indicator("hazards_found").unit

    @cached_property
    def categories(self) -> list[Bar]:
        """Hazards found by what is wrong, most frequent first."""
        return bars(sorted(self._hazards_by("category", HazardCategory), key=lambda datum: -datum.value))

    @cached_property
    def severities(self) -> list[Bar]:
        """Hazards found by severity, gravest first."""
        return bars(self._hazards_by("severity", Severity)[::-1])

    def _hazards_by(self, field, choices):
        declared, found = indicator("hazards_found"), []
        parts = {value: declared.part(field, value) for value in choices.values}
        counts = counted(self.scope, parts.values())
        for value, label in choices.choices:
            count = counts[parts[value].key]
            if count:
                url = records_url(declared, self.scope, **{field: value}) if self.is_open else ""
                found.append(Datum(str(label), count, f"{count:,} {declared.unit}", f"{count:,}", url))
        return found

    @cached_property
    def overdue(self):
        """The hazards longest overdue that the officer may see, each with the days since its deadline. One query."""
        rows = indicator("hazards_overdue").rows(self.scope).visible_to(self.officer)
        hazards = rows.select_related("entity", "region", "unit").order_by("deadline", "pk")[:OVERDUE_SHOWN]
        return [(hazard, (self.scope.judged_on - hazard.deadline).days) for hazard in hazards]

    @property
    def overdue_by_province(self) -> list[Datum]:
        """The provinces of the place with their overdue hazards, most first."""
        rows = [row for row in county_rows(self.scope, ["hazards_overdue"]) if row.figures["hazards_overdue"]]
        rows.sort(key=lambda row: -row.figures["hazards_overdue"])
        return [
            _datum(self.figure("hazards_overdue", scope=row.scope, figures=row.figures), row.label)
            for row in rows[:OVERDUE_SHOWN]
        ]

    @cached_property
    def owners(self):
        return overdue_by_owner(self.scope, self.officer)

    @cached_property
    def offenders(self):
        return repeat_offenders(self.scope, self.officer)

    @cached_property
    def workload(self):
        """The officers' load, for those who assign tasks; None for anybody else."""
        return workload(self.scope, self.officer) if self.officer.has_perm("inspections.add_task") else None

    @cached_property
    def overdue_figure(self) -> Figure:
        return self.figure("hazards_overdue")


SERIES_NAMES = {
    "inspections": _("inspections"),
    "hazards_found": _("found"),
    "hazards_rectified": _("rectified"),
}


def _datum(figure, label, *, inside=False):
    return Datum(label, figure.number or 0, figure.text, figure.short, figure.url, inside)


def _ranks(values):
    """1, 2, 2, 4 …: the same value has the same place; nothing for what is not ranked."""
    counted = [value for value in values if value is not None]
    return [None if value is None else 1 + sum(other > value for other in counted) for value in values]
