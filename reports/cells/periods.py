"""A period as whole months, which cells keep, and the days at its two ends, which are counted from the records."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
HALF_A_MONTH = 15


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Edge:
    """Days to be counted from the records, and added (1) or taken away (-1)."""

    since: date
    until: date
    sign: int


@dataclass(frozen=True)
class Months:
    """Whole months from the first to the last (their first days; None is open), corrected by edges.

    With neither end it is all time, the records without a date included.
    """

    first: date | None
    last: date | None
    edges: tuple[Edge, ...] = ()

    @property
    def is_all_time(self) -> bool:
        return self.first is None and self.last is None

    @property
    def is_one_month(self) -> bool:
        return self.first is not None and self.first == self.last and not self.edges


def months_of(since: date | None, until: date | None, latest: date | None = None) -> Months | None:
    """The period as whole months and edges; None where it holds no whole month to begin with.

    `latest` is the day after which little has happened yet: an edge is taken on the side that has less to count.
    """
    if since and since.year == date.max.year or until and until.year == date.min.year:
        return None  # no month beside it
    edges = []
    first = last = None
    if since:
        first = month_of(since)
        if since.day > HALF_A_MONTH:  # less to count on this side
            edges.append(Edge(since, end_of_month(since), 1))
            first = end_of_month(since) + DAY
        elif since.day > 1:
            edges.append(Edge(first, since - DAY, -1))
    if until:
        last, end = month_of(until), end_of_month(until)
        happened = min(end, latest) if latest else end
        if until.day <= (happened - until).days and until != end:
            edges.append(Edge(last, until, 1))
            last = month_of(last - DAY)
        elif until != end:
            edges.append(Edge(until + DAY, end, -1))
    if first and last and first > last:
        return None
    return Months(first, last, tuple(edges))
