"""Of what a figure is asked: campaign, place, unit and period."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth, TruncWeek
from django.utils.translation import gettext

from entities.models import Entity, EntityState, Region, Unit
from entities.outside import is_storable
from entities.today import begin_of, now_in_words, today
from inspections.models import Campaign
from reports.models.returned import Return

# How a period is cut into steps.
STEPS = {"month": TruncMonth, "week": TruncWeek}


@dataclass(frozen=True)
class FigureScope:
    """A campaign, optionally a region (with everything inside it, or only its own records), a unit, and a period.

    `since` and `until` are inclusive dates of the events; `on` is the day by which “overdue” is judged. `as_of` says that the
    records are shown as they stood at the end of that day (reports/as_of.py), and is judged by it.
    """

    campaign: Campaign
    region: Region | None = None
    own: bool = False
    unit: Unit | None = None
    since: date | None = None
    until: date | None = None
    on: date | None = None
    as_of: date | None = None

    @classmethod
    def from_query(cls, campaign, query):
        """The scope that a URL's query names; raises ValidationError in words when it makes no sense."""
        since, until = _day(query.get("from")), _day(query.get("to"))
        if since and until and until < since:
            raise ValidationError(gettext("The period ends before it begins: check the two dates."))
        return cls(
            campaign=campaign,
            region=_row(Region, query.get("region"), gettext("There is no such region: choose one from the list.")),
            own=query.get("own") == "1",
            unit=_row(Unit, query.get("unit"), gettext("There is no such unit: choose one from the list.")),
            since=since,
            until=until,
            as_of=past_day(query),
        )

    def query(self, **more) -> dict[str, str]:
        """The scope as the query of a URL, so that every link carries it."""
        named = {
            "region": self.region.code if self.region else "",
            "own": "1" if self.own else "",
            "unit": self.unit.code if self.unit else "",
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "as_of": self.as_of.isoformat() if self.as_of else "",
        } | more
        return {name: value for name, value in named.items() if value}

    @property
    def judged_on(self) -> date:
        return self.on or self.as_of or today()

    @property
    def moment_in_words(self) -> str:
        """When the figures stood so: at the end of the past day, else now."""
        return f"{self.as_of:%Y-%m-%d} 24:00" if self.as_of else now_in_words()

    @property
    def place(self) -> Region:
        """The region asked for, the campaign's own when none was."""
        return self.region or self.campaign.region

    def at(self, region, *, own=False):
        """The same question for another place."""
        return replace(self, region=region, own=own)

    def during(self, since, until):
        """The same question for another period."""
        return replace(self, since=since, until=until)

    def of_unit(self, unit):
        """The same question for a unit and those under it."""
        return replace(self, unit=unit)

    def of(self, model):
        """All records of that kind in the campaign; place and period are narrowed afterwards, by `narrow`."""
        return model.objects.of_campaign(self.campaign)

    def of_register(self):
        """The entities in business on the day of judgement, in the campaign's area; they belong to no campaign."""
        inside = Entity.objects.filter(region__code__startswith=self.campaign.region_id, merged_into=None)
        return inside.filter(Q(state=EntityState.OPEN) | Q(state_on__gt=self.judged_on))

    def narrow(self, rows, *, date_field, region_field="region"):
        """Only the rows of this place, unit and period; a stock has no date and is of every period."""
        if self.region and self.own:
            rows = rows.filter(**{region_field: self.region})
        elif self.region:
            rows = rows.filter(**{f"{region_field}__code__startswith": self.region.code})
        if self.unit:
            rows = rows.filter(unit__in=self._units)
        if date_field:
            rows = rows.filter(*_between(date_field, self.since, self.until))
        return rows

    def returns(self):
        """The returns that are added to the figures of this place, unit and period: those that a second person checked."""
        return self.narrow(Return.objects.of_campaign(self.campaign).counted(), date_field="until")

    @cached_property
    def returned(self) -> dict[str, Decimal]:
        """What was returned for each indicator. One query for all figures of the scope."""
        summed = self.returns().order_by().values("indicator").annotate(sum=Sum("quantity"))
        return {row["indicator"]: row["sum"] for row in summed}

    @cached_property
    def _returned_by(self):
        return {}

    def returned_by(self, axis) -> dict[str, dict]:
        """What was returned for each indicator, by region code or by the first day of the month or week that the period ends in."""
        if axis not in self._returned_by:
            group = F("region__code") if axis == "region" else STEPS[axis]("until")
            rows = self.returns().order_by().values("indicator", group=group).annotate(sum=Sum("quantity"))
            found = self._returned_by[axis] = {}
            for row in rows:
                found.setdefault(row["indicator"], {})[row["group"]] = row["sum"]
        return self._returned_by[axis]

    @cached_property
    def _units(self):
        """The unit and those under it, looked up once for all figures of the scope."""
        return Unit.objects.under(self.unit)

    def months(self) -> list[date]:
        """First days of the months of the period; of the campaign up to today when none was given.

        Never before the campaign nor after today, where no record can lie, however far a period was asked for.
        """
        starts_on, latest = self.campaign.starts_on, max(today(), self.campaign.starts_on)
        first = max(self.since or starts_on, starts_on).replace(day=1)
        last = min(self.until or self.campaign.ends_on, latest)
        months = []
        while first <= last:
            months.append(first)
            first = (first + timedelta(days=31)).replace(day=1)
        return months

    def weeks(self, most) -> list[date]:
        """Mondays of the last weeks of the period, so many at the most; of the campaign up to today when none was given."""
        starts_on, latest = self.campaign.starts_on, max(today(), self.campaign.starts_on)
        first = max(self.since or starts_on, starts_on)
        last = min(self.until or self.campaign.ends_on, latest)
        monday = last - timedelta(days=last.weekday())
        found = [monday - timedelta(weeks=back) for back in range(most)]
        return sorted(week for week in found if week + timedelta(days=6) >= first)

    def describe(self) -> str:
        """The scope in words: place, unit, period."""
        place = self.place.name if not self.own else gettext("%(region)s itself") % {"region": self.place.name}
        parts = [place] + ([self.unit.name] if self.unit else [])
        if self.since or self.until:
            parts.append(f"{self.since or self.campaign.starts_on} – {self.until or today()}")
        return " · ".join(parts)


def past_day(query) -> date | None:
    """The past day (`as_of`) whose records a URL's query asks for; none for today. Raises ValidationError for a day to come."""
    day = _day(query.get("as_of"))
    if day and day > today():
        raise ValidationError(gettext("This date is in the future: today is %(day)s.") % {"day": today()})
    return day if day != today() else None


def _between(date_field, since, until) -> list[Q]:
    """From the first day to the last one, either of them or none; of a moment (“…__date”) so that the index of its order tells them."""
    field = date_field.removesuffix("__date")
    found = []
    if since:
        found.append(Q(**{f"{field}__gte": since if field == date_field else begin_of(since)}))
    if until and field == date_field:
        found.append(Q(**{f"{field}__lte": until}))
    elif until:
        found.append(Q(**{f"{field}__lt": begin_of(until + timedelta(days=1))}))
    return found


def _day(text):
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(gettext("“%(text)s” is not a date: write it as 2024-05-01.") % {"text": text}) from None


def _row(model, code, message):
    if not code:
        return None
    row = model.objects.filter(code=code).first() if is_storable(code) else None
    if row is None:
        raise ValidationError(message)
    return row
