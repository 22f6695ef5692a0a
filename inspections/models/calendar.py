"""The calendar by which deadlines run: days off, days worked to make up, and the last day of a period."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from entities.trace import History

ONE_DAY = timedelta(days=1)


class Holiday(models.Model):
    """A day on which the calendar differs from the week (节假日与调休): a day off, or a weekend day that is worked."""

    day = models.DateField(_("day"), primary_key=True)
    name = models.CharField(_("name"), max_length=50)
    is_worked = models.BooleanField(_("worked to make up"), default=False)

    history = History()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"


def working_days_after(start, days: int):
    """The date `days` working days after `start`, counting from the next day. One query."""
    return last_day(start, days, in_working_days=True)


def last_day(start, days: int, *, in_working_days, pauses=()) -> date:
    """The last day of a period of so many days after `start`. One query.

    The first day is the next one; days inside a pause, (first, last) inclusive, do not count. A period of calendar days that
    would end on a day off ends on the next working day (市场监督管理行政处罚程序规定, 期间). Monday to Friday are worked, corrected
    by the table of holidays that an administrator keeps; `years_without_holidays` warns where it is empty.
    """
    standing = sum((last - first).days + 1 for first, last in pauses)
    until = start + timedelta(days=days * 3 + 30 + standing)
    special = dict(Holiday.objects.filter(day__gt=start, day__lte=until).values_list("day", "is_worked"))

    def is_worked(day):
        return special.get(day, day.weekday() < 5)

    def counts(day):
        is_paused = any(first <= day <= last for first, last in pauses)
        return not is_paused and (is_worked(day) or not in_working_days)

    day = start
    while days:
        day += ONE_DAY
        days -= counts(day)
    while not in_working_days and day > start and not is_worked(day):
        day += ONE_DAY
    return day


def years_without_holidays(*days) -> list[int]:
    """The years of those days for which nobody has entered holidays: deadlines there are only as good as the weekends."""
    years = {day.year for day in days}
    return sorted(years - set(Holiday.objects.filter(day__year__in=years).values_list("day__year", flat=True)))
