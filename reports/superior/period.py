"""The period for which a form is filled."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class PeriodKind(models.TextChoices):
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    WEEK = "week", _("week")
    CUMULATIVE = "cumulative", _("cumulative to the end of a month")


PATTERNS = {
    PeriodKind.MONTH: (re.compile(r"^(\d{4})-(\d{2})$", re.ASCII), "2024-12"),
    PeriodKind.QUARTER: (re.compile(r"^(\d{4})-Q([1-4])$", re.ASCII), "2024-Q4"),
    PeriodKind.WEEK: (re.compile(r"^(\d{4})-W(\d{2})$", re.ASCII), "2024-W50"),
    PeriodKind.CUMULATIVE: (re.compile(r"^(\d{4})-(\d{2})$", re.ASCII), "2024-12"),
}


def _months_after(year, month, months):
    count = year * 12 + month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True)
class Period:
    """A month, quarter or week; of the kind “cumulative”, the whole time up to that month's end, so that `since` is empty."""

    kind: str
    first: date
    until: date

    @classmethod
    def parse(cls, kind, text):
        """The period written like 2024-12, 2024-Q4 or 2024-W50. Raises ValidationError for anything else."""
        pattern, example = PATTERNS[kind]
        found = pattern.match((text or "").strip())
        try:
            year, number = (int(part) for part in found.groups())
            return cls._at(kind, year, number)
        except (AttributeError, ValueError, OverflowError):
            raise ValidationError(
                gettext("“%(text)s” is not a period of this form: write it as %(example)s.")
                % {"text": text, "example": example}
            ) from None

    @classmethod
    def _at(cls, kind, year, number):
        if kind == PeriodKind.WEEK:
            first = date.fromisocalendar(year, number, 1)
            return cls(kind, first, first + timedelta(days=6))
        if kind == PeriodKind.QUARTER:
            first = date(year, 3 * number - 2, 1)
            return cls(kind, first, _months_after(year, first.month, 3) - timedelta(days=1))
        return cls(kind, date(year, number, 1), _months_after(year, number, 1) - timedelta(days=1))

    @classmethod
    def ended_before(cls, kind, day):
        """The last period that had ended on that day: what is usually reported."""
        return cls.around(kind, day).previous()

    @classmethod
    def around(cls, kind, day):
        """The period that the day lies in."""
        if kind == PeriodKind.WEEK:
            return cls._at(kind, *day.isocalendar()[:2])
        return cls._at(kind, day.year, (day.month + 2) // 3 if kind == PeriodKind.QUARTER else day.month)

    def previous(self):
        """The period before it."""
        return Period.around(self.kind, self.first - timedelta(days=1))

    @property
    def since(self) -> date | None:
        return None if self.kind == PeriodKind.CUMULATIVE else self.first

    @property
    def key(self) -> str:
        """As it is written in addresses."""
        if self.kind == PeriodKind.WEEK:
            return f"{self.first:%G-W%V}"
        if self.kind == PeriodKind.QUARTER:
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        """As it is printed in the form."""
        names = {"year": self.first.year, "month": self.first.month, "quarter": (self.first.month + 2) // 3}
        if self.kind == PeriodKind.MONTH:
            return gettext("%(year)s-%(month)02d") % names
        if self.kind == PeriodKind.QUARTER:
            return gettext("quarter %(quarter)s of %(year)s") % names
        if self.kind == PeriodKind.CUMULATIVE:
            return gettext("up to the end of %(year)s-%(month)02d") % names
        return gettext("%(first)s to %(last)s") % {"first": self.first, "last": self.until}
