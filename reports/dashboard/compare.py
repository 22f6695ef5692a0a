"""Two questions side by side: two periods, two places, two units or two campaigns."""

from dataclasses import dataclass
from decimal import Decimal

from reports.as_of import as_of, end_of
from reports.dashboard.figures import in_words, records_url
from reports.indicators import totals
from reports.own import is_own, shown_for
from reports.scope import FigureScope


@dataclass(frozen=True)
class Side:
    """A figure of one side, and its records where the officer may open them."""

    words: str
    url: str


@dataclass(frozen=True)
class Pair:
    """An indicator, its figure on both sides, and what the second is more than the first."""

    declared: object
    left: Side
    right: Side
    difference: int | Decimal | None


def compared(left: FigureScope, right: FigureScope, officer) -> list[tuple[str, list[Pair]]]:
    """The chapters that the campaign of the left side shows, each with its figures on both sides.

    Twice the queries of `totals`, and those of `as_of` for a side that shows a past day.
    """
    chapters = [
        (label, [i for i in indicators if not is_own(i)])
        for label, indicators in shown_for(left.campaign, supporting=True)
    ]
    keys = {i.key for _label, indicators in chapters for i in indicators}
    ours, theirs = _as_they_stood(left, keys), _as_they_stood(right, keys)

    def side(declared, scope, value):
        opens = value is not None and officer.covers(scope.place.code)
        return Side(" ".join(in_words(declared, value)).strip(), records_url(declared, scope) if opens else "")

    def pair(declared):
        a, b = ours[declared.key], theirs[declared.key]
        difference = None if a is None or b is None else b - a
        return Pair(declared, side(declared, left, a), side(declared, right, b), difference)

    return [(label, [pair(i) for i in indicators]) for label, indicators in chapters if indicators]


def _as_they_stood(scope, keys):
    with as_of(end_of(scope.as_of) if scope.as_of else None):
        return totals(scope, keys)
