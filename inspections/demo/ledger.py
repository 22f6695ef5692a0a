"""What every part of the demonstration shares: chance with a fixed seed, the calendar, and bulk writing with history."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

START = date(2024, 5, 1)
TODAY = date(2025, 1, 20)
# How busy each month was: a slow start, a summer of visits, the last weeks of the campaign.
MONTHS = {
    date(2024, 5, 6): 5, date(2024, 6, 1): 9, date(2024, 7, 1): 13, date(2024, 8, 1): 14, date(2024, 9, 1): 13,
    date(2024, 10, 8): 12, date(2024, 11, 1): 13, date(2024, 12, 1): 12, date(2025, 1, 2): 9,
}  # fmt: skip


class Ledger:
    """One run of the loader: the same seed gives the same campaign, row for row."""

    def __init__(self, campaign):
        self.campaign = campaign
        self.chance = random.Random(20240501)

    def working_day(self, since=START, until=TODAY):
        """A day from Monday to Friday, in busy months more often."""
        months = {first: weight for first, weight in MONTHS.items() if since <= _end(first) and first <= until}
        while True:
            first = self.chance.choices(list(months), list(months.values()))[0]
            day = first + timedelta(days=self.chance.randrange((_end(first) - first).days + 1))
            if since <= day <= until and day.weekday() < 5:
                return day

    def soon_after(self, day, most=10, least=1):
        """A working day some days later, today at the latest."""
        later = min(day + timedelta(days=self.chance.randint(least, most)), TODAY)
        while later.weekday() > 4:
            later -= timedelta(days=1)
        return max(later, day)

    def at(self, day):
        """A moment of that day during office hours."""
        minutes = self.chance.randrange(9 * 60, 18 * 60)
        return timezone.make_aware(datetime.combine(day, time(minutes // 60, minutes % 60)))

    def signed(self, record, *, by, on):
        """The record with its campaign, authors and times, as if it had been entered on that day."""
        if hasattr(record, "campaign_id") and record.campaign_id is None:
            record.campaign = self.campaign
        moment = self.at(on)
        record.created_by = record.changed_by = by
        record.created_at = record.changed_at = record._history_date = moment
        record._history_user = by
        record.version = 1
        if record.unit_id is None:
            record.unit = by.unit
        return record

    @staticmethod
    def write(records):
        """Write new records of one kind with their first row of history; they get their keys."""
        if records:
            bulk_create_with_history(records, type(records[0]), batch_size=500)
        return records

    def rewrite(self, records, fields, *, when):
        """Write changes with a second row of history, dated by `when(record)`."""
        for record in records:
            record.changed_at = record._history_date = self.at(when(record))
            record.version += 1
        if records:
            bulk_update_with_history(records, type(records[0]), [*fields, "changed_at", "version"], batch_size=200)

    @staticmethod
    def link(through, pairs):
        """Write the rows of a many-to-many table."""
        through.objects.bulk_create([through(**pair) for pair in pairs], batch_size=500)


def _end(first):
    return min((first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1), TODAY)
