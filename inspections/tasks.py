"""Handing out lists of entities (清单制+责任制): planned and looked at first, then assigned, given to others, taken back."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entities.models import Entity, Officer
from entities.roles import Role
from entities.stored import Stale
from inspections.bulk import remember
from inspections.models import Campaign, Hazard, Task

MOST_AT_ONCE = 2000
MOST_CHANGED_AT_ONCE = 200
NAMED_AT_MOST = 5
# They look on; nobody sends them out.
NEVER_SENT = (Role.LEADER, Role.DISCIPLINE)


class ListChanged(Stale):
    """What would be done is no longer what the officer looked at."""

    def __init__(self):
        super().__init__(
            _(
                "The list or the entries changed since you looked, and nothing was written: look again at what will happen."
            )
        )


@dataclass(frozen=True)
class Job:
    """One task to be made."""

    entity: Entity
    officer: Officer
    hazard: Hazard | None = None


@dataclass(frozen=True)
class Skipped:
    """An entity that gets no task, and why."""

    entity: Entity
    why: str


@dataclass
class Plan:
    """Who gets which entities, before anything is written."""

    purpose: str
    due_on: date
    jobs: list[Job]
    skipped: list[Skipped]

    @property
    def digest(self) -> str:
        """Two plans with the same digest assign the same."""
        jobs = [(job.entity.pk, job.officer.pk, job.hazard and job.hazard.pk) for job in self.jobs]
        return _digest(str(self.purpose), self.due_on, jobs, [skipped.entity.pk for skipped in self.skipped])

    @property
    def loads(self) -> list[tuple[Officer, int]]:
        """How many tasks each officer gets, in the order of the plan."""
        return list(Counter(job.officer for job in self.jobs).items())


def possible_assignees(by):
    """Officers to whom `by` may give tasks: at work, in sight, in a role that goes out."""
    return Officer.objects.visible_to(by).active().exclude(role__in=NEVER_SENT).select_related("unit__region")


def plan_tasks(entities, *, by, campaign, assignees, due_on, purpose) -> Plan:
    """Share the entities out over the officers: evenly, neighbours together, each to somebody who sees it.

    Entities that need no such task are skipped, and it is said why. About ten queries, and one for each officer.
    Raises ValidationError for a past day, for officers who can't be given these entities, for entities that none of them sees.
    """
    Task.refuse_past_due_day(due_on)
    _refuse_closed(campaign, purpose)
    officers = _checked(assignees, by)
    listed = _listed(entities, by)
    skipped, left = _sort_out(listed, campaign, purpose)
    hazards = dict.fromkeys((entity.pk for entity in left), [None])
    if purpose == Task.Purpose.REINSPECT:
        hazards = _hazards_to_reinspect(left, by, campaign)
        why = _("has no open hazard without such a task")
        skipped += [Skipped(entity, why) for entity in left if not hazards[entity.pk]]
        left = [entity for entity in left if hazards[entity.pk]]
    place = {entity.pk: number for number, entity in enumerate(listed)}
    jobs = [
        Job(entity, officer, hazard)
        for entity, officer in _share_out(left, officers)
        for hazard in hazards[entity.pk]
    ]  # fmt: skip
    return Plan(purpose, due_on, jobs, sorted(skipped, key=lambda one: place[one.entity.pk]))


@transaction.atomic
def assign_tasks(entities, *, by, campaign, assignees, due_on, purpose, note="", seen=None) -> Plan:
    """Give each officer their share of the entities until that day. Returns what was done.

    Raises ListChanged when `seen`, the digest of the plan that was looked at, is no longer what would be done.
    """
    keys = list(entities.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    # In one order: two who assign the same entities wait for each other, and the second one skips them.
    list(Entity.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))
    plan = plan_tasks(entities, by=by, campaign=campaign, assignees=assignees, due_on=due_on, purpose=purpose)
    if seen is not None and seen != plan.digest:
        raise ListChanged
    terms = {"campaign": campaign, "purpose": purpose, "due_on": due_on, "note": note}
    tasks = [Task(entity=job.entity, assignee=job.officer, hazard=job.hazard, **terms) for job in plan.jobs]
    written = Task.objects.write_all(tasks, by=by)
    remember([(task, None) for task in written], by=by, label=_("tasks assigned"))
    return plan


@transaction.atomic
def reassign_tasks(tasks, *, by, to, reason, due_on=None, seen=None) -> int:
    """Give all of these pending tasks to one officer, or none. Returns how many."""
    if to not in possible_assignees(by):
        raise ValidationError({"assignee": _not_to_be_sent([to])})
    change = partial(Task.reassign, to=to, by=by, reason=reason, due_on=due_on)
    return _change_all(tasks, seen, change, by=by, label=_("tasks given to another officer"))


@transaction.atomic
def withdraw_tasks(tasks, *, by, reason, seen=None) -> int:
    """Take all of these pending tasks back, or none. Returns how many."""
    change = partial(Task.withdraw, by=by, reason=reason)
    return _change_all(tasks, seen, change, by=by, label=_("tasks withdrawn"))


def as_seen(tasks) -> str:
    """The digest of tasks as an officer looked at them."""
    return _digest(sorted((task.pk, task.version) for task in tasks))


def _change_all(tasks, seen, change, *, by, label):
    locked = list(Task.objects.filter(pk__in=[task.pk for task in tasks]).order_by("pk").select_for_update())
    if seen is not None and seen != as_seen(locked):
        raise ListChanged
    before = {task.pk: task.version for task in locked}
    for task in locked:
        change(task)
    remember([(task, before[task.pk]) for task in locked], by=by, label=label)
    return len(locked)


def _digest(*parts) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _refuse_closed(campaign, purpose):
    open_for = {Campaign.Status.RUNNING}
    if purpose == Task.Purpose.REINSPECT:  # rectifications go on while the campaign wraps up
        open_for.add(Campaign.Status.WRAPPING_UP)
    if campaign is None or campaign.status not in open_for:
        raise ValidationError(_("The campaign takes no such task any more: choose a running campaign."))


def _checked(assignees, by):
    """The officers in their official order; raises ValidationError with the names of those who can't be sent."""
    if not assignees:
        raise ValidationError({"assignees": _("Choose at least one officer.")})
    possible = list(possible_assignees(by).filter(pk__in=[officer.pk for officer in assignees]))
    impossible = [officer for officer in assignees if officer not in possible]
    if impossible:
        raise ValidationError({"assignees": _not_to_be_sent(impossible)})
    return possible


def _not_to_be_sent(officers):
    said = _("They no longer work here, are outside your scope, or are not sent out: %(names)s.")
    return said % {"names": _named(officers)}


def _listed(entities, by):
    """The entities, neighbours beside each other; raises ValidationError when they are too many."""
    seen = Entity.objects.visible_to(by).filter(pk__in=entities.order_by().values("pk"))
    listed = list(seen.select_related("region").order_by("region_id", "township", "address", "pk")[: MOST_AT_ONCE + 1])
    if len(listed) > MOST_AT_ONCE:
        raise ValidationError(
            _("One go assigns %(count)d entities at most: go back and narrow the list, say by county.")
            % {"count": MOST_AT_ONCE}
        )
    return listed


def _sort_out(entities, campaign, purpose):
    """Those that need no such task, and the rest."""
    there = {}
    if purpose != Task.Purpose.REINSPECT:  # the hazards of one entity are re-inspected one by one
        pending = Task.objects.pending().of_campaign(campaign).filter(purpose=purpose, entity__in=entities)
        there = {task.entity_id: task for task in pending.select_related("assignee")}
    skipped, left = [], []
    for entity in entities:
        why = ""
        if entity.merged_into_id:
            why = _("a duplicate, merged into another entity")
        elif entity.pk in there:
            task = there[entity.pk]
            why = _("with %(officer)s already, until %(day)s") % {"officer": task.assignee, "day": task.due_on}
        elif not entity.is_open and purpose in (Task.Purpose.INSPECT, Task.Purpose.SELF_CHECK):
            why = _("recorded as “%(state)s”; to look whether it still is, assign a revisit") % {
                "state": entity.get_state_display()
            }
        if why:
            skipped.append(Skipped(entity, why))
        else:
            left.append(entity)
    return skipped, left


def _hazards_to_reinspect(entities, by, campaign):
    """For each entity its hazards that are still to be put right and that nobody is to re-inspect yet."""
    hazards = Hazard.objects.visible_to(by).of_campaign(campaign).pending().filter(entity__in=entities)
    taken = Task.objects.pending().filter(purpose=Task.Purpose.REINSPECT)
    found = defaultdict(list)
    for hazard in hazards.exclude(pk__in=taken.values("hazard")).order_by("deadline", "pk"):
        found[hazard.entity_id].append(hazard)
    return found


def _share_out(entities, officers):
    """Pairs of entity and officer, the entities in their order.

    Entities that the same officers see are shared out among these in unbroken stretches, so that each gets neighbours.
    """
    eyes = _who_sees(entities, officers)
    unseen = [entity for entity in entities if not eyes[entity.pk]]
    if unseen:
        raise ValidationError(
            {"assignees": _("None of the chosen officers sees these entities: %(names)s. Add somebody of their area.")
             % {"names": _named(unseen)}}
        )  # fmt: skip
    seeing = {officer for some in eyes.values() for officer in some}
    blind = [officer for officer in officers if officer not in seeing]
    if entities and blind:
        raise ValidationError(
            {"assignees": _("These officers see none of the entities: %(names)s.") % {"names": _named(blind)}}
        )
    groups = defaultdict(list)
    for entity in entities:
        groups[eyes[entity.pk]].append(entity)
    loads, given = Counter(), {}
    for some in sorted(groups, key=len):  # first what only few can do
        for entity, officer in _stretches(groups[some], some, loads):
            given[entity.pk] = officer
        loads.update(given[entity.pk] for entity in groups[some])
    return [(entity, given[entity.pk]) for entity in entities]


def _who_sees(entities, officers):
    """For each entity the officers who see it, in order. One query for each officer."""
    keys = [entity.pk for entity in entities]
    eyes = dict.fromkeys(keys, ())
    for officer in officers:
        seen = Entity.objects.visible_to(officer).one_by_one().filter(pk__in=keys)
        for key in seen.values_list("pk", flat=True):
            eyes[key] += (officer,)
    return eyes


def _stretches(entities, officers, loads):
    """The entities cut into one stretch for each officer, none more than one longer than another."""
    size, rest = divmod(len(entities), len(officers))
    one_more = sorted(officers, key=lambda officer: loads[officer])[:rest]
    start = 0
    for officer in officers:
        end = start + size + (officer in one_more)
        yield from ((entity, officer) for entity in entities[start:end])
        start = end


def _named(things) -> str:
    names = _(", ").join(str(thing) for thing in things[:NAMED_AT_MOST])
    more = len(things) - NAMED_AT_MOST
    if more > 0:
        names += ngettext(" and %(count)d more", " and %(count)d more", more) % {"count": more}
    return names
