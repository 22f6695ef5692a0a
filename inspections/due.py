"""What is due: every kind of record that has a last day, as one list for the home page and the daily digest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entities.models import Unit
from entities.roles import Role
from inspections.models import Assignment, Campaign, Deadline, Hazard, Task

WITHIN = timedelta(days=7)
AT_WORK = (Campaign.Status.RUNNING, Campaign.Status.WRAPPING_UP)


@dataclass(frozen=True)
class Due:
    """One thing with a last day."""

    label: str
    about: str
    url: str
    due_on: date


@dataclass(frozen=True)
class Source:
    """A kind of record that can be due: what still waits, its last day, and whose it is by itself."""

    label: str | Promise
    waiting: Callable[[], QuerySet]
    day_field: str
    of_person: Callable[[object], Q]
    describe: Callable[[object], tuple[str, str, str]]  # label, about, address
    joins: tuple[str, ...] = ()

    def rows(self, officer, *, on) -> QuerySet:
        """Overdue, or due within a week, and in the officer's scope; campaigns that are over do not press any more."""
        rows = self.waiting().visible_to(officer).filter(campaign__status__in=AT_WORK)
        return rows.filter(**{f"{self.day_field}__lte": on + WITHIN})

    def concerning(self, officer, *, on) -> QuerySet:
        """Of these an inspector's own; for everybody else what their unit and those under it have to do."""
        mine = self.of_person(officer)
        if officer.role != Role.INSPECTOR and officer.unit_id:
            mine |= Q(unit__in=Unit.objects.under(officer.unit))
        return self.rows(officer, on=on).filter(mine)

    def read(self, record) -> Due:
        label, about, url = self.describe(record)
        return Due(str(label), about, url, getattr(record, self.day_field))


def _hazards_of(officer):
    mine = Q(created_by=officer) | Q(entity__responsible_officer=officer)
    # A partner department's officers have the hazards that were given to their department.
    partner = officer.unit is not None and officer.unit.kind == Unit.Kind.PARTNER
    return mine | Q(responsible_department=officer.department_id) if partner else mine


DEADLINES = Source(
    _("deadlines"), lambda: Deadline.objects.counting(), "due_on", lambda officer: Q(officer=officer),
    lambda d: (d.get_kind_display(), d.about, d.get_absolute_url()),
)  # fmt: skip
HAZARDS = Source(
    _("hazards"), lambda: Hazard.objects.pending(), "deadline", _hazards_of,
    lambda h: (_("hazard"), str(h), h.get_absolute_url()), joins=("entity",),
)  # fmt: skip
TASKS = Source(
    _("tasks"), lambda: Task.objects.pending(), "due_on", lambda officer: Q(assignee=officer),
    lambda t: (_("task"), str(t), t.place_url), joins=("entity",),
)  # fmt: skip
ASSIGNMENTS = Source(
    _("assignments"), lambda: Assignment.objects.filter(status=Assignment.Status.OPEN), "due_on",
    lambda officer: Q(to_officer=officer) | Q(to_officer=None, to_unit=officer.unit_id),
    lambda a: (_("assignment"), a.what, a.get_absolute_url()),
)  # fmt: skip
SOURCES = [DEADLINES, ASSIGNMENTS, HAZARDS, TASKS]


def watch_source(source):
    """Put a further kind of record among what is due; called once for each, when the application is ready."""
    SOURCES.append(source)


def sources_without_panel() -> list[Source]:
    """Those that the home page does not list by themselves: hazards and tasks have panels of their own."""
    return [source for source in SOURCES if source not in (HAZARDS, TASKS)]


@dataclass(frozen=True)
class DueList:
    """The first things due and how many there are in all."""

    first: list[Due]
    overdue: int
    soon: int

    @property
    def count(self) -> int:
        return self.overdue + self.soon


def due_list(selections, *, on, most) -> DueList:
    """The most urgent of those (source, rows), and the counts of all. Two queries for each source."""
    found, overdue, count = [], 0, 0
    for source, rows in selections:
        days = list(rows.order_by().values_list(source.day_field, flat=True))
        overdue, count = overdue + sum(day < on for day in days), count + len(days)
        linked = rows.select_related(*source.joins or [None])  # without a name Django joins everything
        urgent = linked.order_by(source.day_field, "pk")[:most] if days else ()
        found += [source.read(record) for record in urgent]
    return DueList(sorted(found, key=lambda due: due.due_on)[:most], overdue, count - overdue)
