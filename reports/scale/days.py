"""The days and moments of the campaign, each made once."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from django.utils import timezone

from inspections.demo.ledger import MONTHS, START, TODAY

__all__ = ["START", "TODAY", "Days"]

MOMENTS = 48  # of each day, ten minutes apart from half past eight on


class Days:
    """Working days by number, busier in some months; and moments of each day."""

    def __init__(self, chance):
        self.chance = chance
        self.all = [START + timedelta(days=nth) for nth in range((TODAY - START).days + 1)]
        weights = [MONTHS[day.replace(day=1)] if day.weekday() < 5 else 0.3 for day in self.all]
        self.cumulated = list(accumulate(weights))
        self._moments = {}

    def draw(self) -> int:
        """The number of a day, in busy months more often."""
        return bisect(self.cumulated, self.chance.random() * self.cumulated[-1])

    def later(self, day: date, least, most) -> date | None:
        """A day some days later; None when that is still to come."""
        found = day + timedelta(days=self.chance.randint(least, most))
        return found if found <= TODAY else None

    def moment(self, day: date, nth=None) -> datetime:
        """A moment of that day in office hours."""
        if day not in self._moments:
            begins = timezone.make_aware(datetime.combine(day, time(8, 30)))
            self._moments[day] = [begins + timedelta(minutes=10 * step) for step in range(MOMENTS)]
        return self._moments[day][self.chance.randrange(MOMENTS) if nth is None else nth % MOMENTS]
