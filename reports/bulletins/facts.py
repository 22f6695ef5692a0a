"""What a bulletin tells of, taken from the indicators as of its day and kept with each version of its text.

A fact has a name: `inspections` in the period, `inspections.total` since the campaign began, `.before`, `.more` and `.less`
against the last one, `inspections@431102` of a place inside, `inspections@4311.own` of the city's own level.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext, override

from entities.models import Region
from entities.today import today
from reports.as_of import as_of, end_of
from reports.bulletins.words import WORDS, before_in_words
from reports.indicators import Rate, indicator, published, totals
from reports.models import Bulletin
from reports.rollup import county_rows
from reports.scope import FigureScope

SUPPORTING = ("rectification_rate", "hazards_pending", "hazards_overdue")
MAIN = tuple(WORDS["main"])
OWN = ".own"


def told() -> list:
    """The indicators that a bulletin may tell: those of the published one and three that support them."""
    return [*published(), *(indicator(key) for key in SUPPORTING)]


def scope_of(bulletin) -> FigureScope:
    """The question that its figures answer."""
    return FigureScope(
        bulletin.campaign, bulletin.region, unit=bulletin.of_unit, since=bulletin.since, until=bulletin.until,
        on=bulletin.as_of, as_of=bulletin.as_of if bulletin.as_of < today() else None,
    )  # fmt: skip


def collected(bulletin) -> dict:
    """The facts as the records say now: of a past day as they stood when it ended. Some queries for each indicator."""
    scope, keys = scope_of(bulletin), [declared.key for declared in told()]
    with as_of(end_of(scope.as_of) if scope.as_of else None):
        now = totals(scope, keys)
        cumulative = totals(scope.during(bulletin.campaign.starts_on, bulletin.until), keys)
        month_before = totals(_previous(scope), keys) if bulletin.is_monthly else None
        with override("zh-hans"):
            rows = county_rows(scope, MAIN)
    values = {key: now[key] for key in keys} | {f"{key}.total": cumulative[key] for key in keys}
    last = None if bulletin.is_monthly else Bulletin.objects.before(bulletin)
    before = month_before or (numbers(last.current.figures) if last else {})
    for key in keys:
        if before.get(key) is not None and now[key] is not None and not isinstance(indicator(key), Rate):
            change = now[key] - before[key]
            values |= {f"{key}.before": before[key], f"{key}.more": max(change, 0), f"{key}.less": max(-change, 0)}
        elif key in before:
            values[f"{key}.before"] = before[key]
    places = []
    for row in rows if len(rows) > 1 else []:
        code = row.scope.region.code + (OWN if row.scope.own else "")
        places.append([code, row.label])
        values |= {f"{key}@{code}": row.figures[key] for key in MAIN}
    return {
        "values": {name: None if value is None else str(value) for name, value in values.items()},
        "places": places,
        "before": before_in_words(bulletin, last) if before else "",
    }


def _previous(scope):
    """The same question for the month before."""
    last = scope.since.replace(day=1) - timedelta(days=1)
    return scope.during(last.replace(day=1), last)


def numbers(figures) -> dict[str, Decimal | None]:
    """The kept facts by their names."""
    return {name: None if value is None else Decimal(value) for name, value in figures["values"].items()}


@dataclass(frozen=True)
class Fact:
    """The name of a fact taken apart."""

    name: str

    @property
    def key(self) -> str:
        return self.name.partition("@")[0].partition(".")[0]

    @property
    def place(self) -> str:
        return self.name.partition("@")[2]

    @property
    def aspect(self) -> str:
        return "" if self.place else self.name.partition(".")[2]

    def label(self, places) -> str:
        """What the figure is, in words."""
        label = str(indicator(self.key).label)
        aspects = {
            "total": gettext("cumulative"), "before": gettext("last time"), "more": gettext("more than last time"),
            "less": gettext("less than last time"),
        }  # fmt: skip
        beside = dict(places).get(self.place, self.place) or aspects.get(self.aspect, "")
        return f"{label} · {beside}" if beside else label

    def scope(self, bulletin, regions) -> FigureScope | None:
        """The question that it answers; none where it compares two. `regions` by code."""
        scope = scope_of(bulletin)
        if self.place:
            return scope.at(regions[self.place.removesuffix(OWN)], own=self.place.endswith(OWN))
        if self.aspect == "total":
            return scope.during(bulletin.campaign.starts_on, bulletin.until)
        return None if self.aspect else scope


def regions_of(figures) -> dict[str, Region]:
    """The places that facts are of, by code. One query."""
    return {region.code: region for region in Region.objects.filter(code__in=_codes(figures))}


def _codes(figures):
    return {code.removesuffix(OWN) for code, _name in figures["places"]}
