"""What every part of the demonstration shares: chance with a fixed seed, the calendar, and bulk writing with history."""

import random
from bisect import bisect
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from inspections.models import ChecklistItem, ChecklistVersion, Holiday

START = date(2024, 5, 1)
TODAY = date(2025, 1, 20)
# How busy each month was: a slow start, a summer of visits, the last weeks of the campaign.
MONTHS = {
    date(2024, 5, 1): 5, date(2024, 6, 1): 9, date(2024, 7, 1): 13, date(2024, 8, 1): 14, date(2024, 9, 1): 13,
    date(2024, 10, 1): 12, date(2024, 11, 1): 13, date(2024, 12, 1): 12, date(2025, 1, 1): 9,
}  # fmt: skip


class Ledger:
    """One run of the loader: the same seed gives the same campaign, row for row."""

    def __init__(self, campaign):
        self.campaign = campaign
        self.chance = random.Random(20240501)
        self.special = dict(Holiday.objects.values_list("day", "is_worked"))
        self.deadlines, self.checklists = {}, {}
        self.rule_days = sorted(days_on_which_rules_change())

    def is_working(self, day):
        """Whether offices are open: Monday to Friday, but for holidays and the weekends worked instead."""
        return self.special.get(day, day.weekday() < 5)

    def working_day(self, since=START, until=TODAY):
        """A day on which offices are open, in busy months more often."""
        months = {first: weight for first, weight in MONTHS.items() if since <= _last(first) and first <= until}
        while True:
            first = self.chance.choices(list(months), list(months.values()))[0]
            day = first + timedelta(days=self.chance.randrange((_last(first) - first).days + 1))
            if since <= day <= until and self.is_working(day):
                return day

    def open_from(self, day):
        """That day, or the next one on which offices are open."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def soon_after(self, day, most=10, least=1):
        """A working day some days later, today at the latest."""
        return min(self.open_from(day + timedelta(days=self.chance.randint(least, most))), TODAY)

    def deadline(self, severity, day):
        """The campaign's own deadline, asked once for each severity and day."""
        if (severity, day) not in self.deadlines:
            self.deadlines[severity, day] = self.campaign.deadline(severity, day)
        return self.deadlines[severity, day]

    def checklist(self, kind, day):
        """The version for that kind on that day and its points, looked up once for each time between two new rules."""
        period = kind, bisect(self.rule_days, day)
        if period not in self.checklists:
            version = ChecklistVersion.objects.for_visit(kind, day)
            self.checklists[period] = version, version.items_on(day, kind)
        return self.checklists[period]

    def at(self, day, since=9):
        """A moment of that day during office hours."""
        minutes = self.chance.randrange(since * 60, 18 * 60)
        return timezone.make_aware(datetime.combine(day, time(minutes // 60, minutes % 60)))

    @staticmethod
    def morning(day):
        """Half past nine of that day, which leaves chance as it is."""
        return timezone.make_aware(datetime.combine(day, time(9, 30)))

    def signed(self, record, *, by, on, at=None):
        """The record with its campaign, authors and times, as if it had been entered on that day or at that moment."""
        if hasattr(record, "campaign_id") and record.campaign_id is None:
            record.campaign = self.campaign
        record.created_by = record.changed_by = record._history_user = by
        record.created_at = record.changed_at = record._history_date = at or self.at(on)
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

    def rewrite(self, records, fields, *, when, by=None, why=None):
        """Write changes with one more row of history, on the day `when(record)`, in the name of `by(record)`."""
        for record in records:
            # Two steps of one day follow each other.
            record.changed_at = max(self.at(when(record)), record.changed_at + timedelta(minutes=7))
            record._history_date, record._change_reason = record.changed_at, why(record) if why else None
            if by:
                record.changed_by = record._history_user = by(record)
            record.version += 1
        if records:
            every = [*fields, "changed_at", "changed_by", "version"]
            bulk_update_with_history(records, type(records[0]), every, batch_size=200)

    @staticmethod
    def link(through, pairs):
        """Write the rows of a many-to-many table."""
        through.objects.bulk_create([through(**pair) for pair in pairs], batch_size=500)


def parts(chance, whole, count, *, least):
    """`whole` in so many uneven parts, none smaller than `least`."""
    sizes = [least] * count
    for _ in range(whole - least * count):
        sizes[chance.randrange(count)] += 1
    return sizes


def days_on_which_rules_change():
    """Each day from which a list or a point applies, or no longer does."""
    for model in (ChecklistVersion, ChecklistItem):
        for first, last in model.objects.values_list("in_force_from", "in_force_to"):
            yield from [day for day in (first, last and last + timedelta(days=1)) if day]


def _last(first):
    """The last day of that month, today in the last one."""
    return min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), TODAY)
