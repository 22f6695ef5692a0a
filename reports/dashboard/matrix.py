"""Places against chosen indicators, each column with its own heat."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil

from reports.dashboard.figures import Figure, dashboard_url
from reports.indicators import INDICATORS, indicator, totals
from reports.rollup import county_rows

USUAL = (
    "self_check_entities",
    "inspections",
    "hazards_found",
    "hazards_rectified",
    "rectification_rate",
    "cases_filed",
)
MOST_COLUMNS = 12
STEPS = 5


@dataclass(frozen=True)
class Line:
    """A place, the address of its dashboard, and its figures, each with its heat from 0 (nothing) to 5 (the largest)."""

    label: str
    url: str
    cells: list[tuple[Figure, int]]


class Matrix:
    """The counties of a dashboard against the indicators that the address names. The queries of `county_rows` and `totals`."""

    def __init__(self, board, keys):
        self.board, self.scope = board, board.city
        known = {declared.key for declared in INDICATORS}
        self.keys = [key for key in dict.fromkeys(keys) if key in known][:MOST_COLUMNS] or list(USUAL)

    @property
    def columns(self):
        return [indicator(key) for key in self.keys]

    @property
    def choices(self):
        """Every indicator, and whether it is chosen."""
        return [(declared, declared.key in self.keys) for declared in INDICATORS]

    @cached_property
    def lines(self) -> list[Line]:
        rows = county_rows(self.scope, self.keys)
        largest = {key: max((row.figures[key] or 0 for row in rows), default=0) for key in self.keys}
        return [
            Line(
                row.label,
                dashboard_url(row.scope, rank=self.board.rank),
                [
                    (self.board.figure(key, scope=row.scope, figures=row.figures), heat(row.figures[key], largest[key]))
                    for key in self.keys
                ],
            )
            for row in rows
        ]

    @cached_property
    def city_line(self) -> list[Figure]:
        """The whole, counted for itself."""
        figures = totals(self.scope, self.keys)
        return [self.board.figure(key, scope=self.scope, figures=figures) for key in self.keys]


def heat(value, largest) -> int:
    """The fifth of the largest value in which this one lies; 0 for nothing."""
    return ceil(value * STEPS / largest) if value and largest else 0
