"""Whose it is: what is overdue by officer and unit, entities found at fault again and again, and the officers' load."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from entities.models import Entity, Officer, Unit
from inspections.models import Task
from reports.dashboard.figures import records_url
from reports.indicators import indicator

SHOWN = 10


@dataclass(frozen=True)
class Owner:
    """An officer responsible for entities (none where nobody is named), their unit, and the hazards overdue there."""

    officer: Officer | None
    unit: Unit
    hazards: int
    url: str


def overdue_by_owner(scope, officer) -> list[Owner]:
    """Whose overdue hazards the officer may see, most first. Two queries."""
    rows = indicator("hazards_overdue").rows(scope).visible_to(officer).order_by()
    grouped = rows.values("entity__responsible_officer", "unit").annotate(hazards=Count("pk"))
    counted = sorted(grouped, key=lambda row: -row["hazards"])[:SHOWN]
    people = Officer.objects.select_related("unit").in_bulk(
        {row["entity__responsible_officer"] for row in counted} - {None}
    )
    units = Unit.objects.in_bulk({row["unit"] for row in counted})
    return [_owner(scope, people.get(row["entity__responsible_officer"]), units[row["unit"]], row) for row in counted]


def _owner(scope, person, unit, row):
    """The line of one officer; where nobody is named the list is that of the unit."""
    url = ""
    if person is not None:
        narrowed = scope.of_unit(unit)
        url = records_url(indicator("hazards_overdue"), narrowed, responsible=person.pk)
    return Owner(person, unit, row["hazards"], url)


@dataclass(frozen=True)
class Offender:
    """An entity with hazards found on several visits, or with several cases."""

    entity: Entity
    visits: int
    hazards: int
    cases: int


def repeat_offenders(scope, officer) -> list[Offender]:
    """Entities of the officer's scope at fault on two visits or more, worst first. Three queries."""
    found = indicator("hazards_found").rows(scope).visible_to(officer).order_by()
    counted = {
        row["entity"]: row
        for row in found.values("entity").annotate(visits=Count("inspection", distinct=True), hazards=Count("pk"))
    }
    cases = dict(
        indicator("cases_filed").rows(scope).visible_to(officer).order_by().exclude(entity=None)
        .values_list("entity").annotate(Count("pk"))
    )  # fmt: skip
    again = [
        (counted.get(pk, {}).get("visits", 0), cases.get(pk, 0), counted.get(pk, {}).get("hazards", 0), pk)
        for pk in {*counted, *cases}
    ]
    worst = sorted([row for row in again if row[0] > 1 or row[1] > 1], reverse=True)[:SHOWN]
    entities = Entity.objects.select_related("region").in_bulk([pk for *_numbers, pk in worst])
    return [Offender(entities[pk], visits, hazards, cases) for visits, cases, hazards, pk in worst]


@dataclass(frozen=True)
class Load:
    """What one officer did in the period and still has to do."""

    officer: Officer
    visits: int
    open_tasks: int
    late_tasks: int

    @property
    def tasks_url(self) -> str:
        return f"{reverse('ledger', args=['task'])}?{urlencode({'assignee': self.officer.pk})}"


def workload(scope, officer) -> list[Load]:
    """The officers whom the officer may see, the most burdened first. Three queries."""
    visits = dict(
        indicator("inspections")
        .rows(scope)
        .visible_to(officer)
        .order_by()
        .values_list("officers")
        .annotate(Count("pk"))
    )
    tasks = scope.narrow(Task.objects.visible_to(officer).of_campaign(scope.campaign).pending(), date_field="")
    late = Count("pk", filter=Q(due_on__lt=scope.judged_on))
    due = {row["assignee"]: row for row in tasks.order_by().values("assignee").annotate(all=Count("pk"), late=late)}
    people = Officer.objects.visible_to(officer).active().select_related("unit").filter(pk__in={*visits, *due} - {None})
    loads = [
        Load(one, visits.get(one.pk, 0), due.get(one.pk, {}).get("all", 0), due.get(one.pk, {}).get("late", 0))
        for one in people
    ]
    return sorted(loads, key=lambda load: (-load.late_tasks, -load.open_tasks, -load.visits))
