"""Bringing the kept figures of a campaign up to date: the marks are taken, the marked places counted again, under a lock."""

import time
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection, connections, router, transaction
from django.utils import timezone

from entities.models import Region
from entities.standby import at_the_primary
from entities.today import today
from inspections.models import Campaign
from reports.cells.at_once import everything_at_once
from reports.cells.readings import readings
from reports.cells.recount import Recount
from reports.cells.remembered import SUMMARIES
from reports.cells.spread import Spread, marked_by
from reports.models import Cell, Mark, Return, Summary

# What a reader counts again by itself, in figures times places: some tenths of a second. More is left to the workers.
MOST_FOR_A_READER = 10_000
PATIENCE_SECONDS = 2
TAKEN_AT_ONCE = 20_000
# Tables by which places lie inside one another, or inside the campaign.
TREE = {Region._meta.db_table, Campaign._meta.db_table}
STATE = (
    f'SELECT version, counted_at, EXISTS (SELECT 1 FROM "{Mark._meta.db_table}" WHERE campaign = campaign_id)'
    f' FROM "{Summary._meta.db_table}" WHERE campaign_id = %s'
)


@dataclass(frozen=True)
class State:
    """A summary as it was read, and whether anything was written since it was counted."""

    summary: Summary
    is_marked: bool


def state_of(campaign) -> State | None:
    """How the kept figures of the campaign stand; None where it keeps none. One query, two where they stand otherwise than before."""
    # Asked before every page of figures, so it is not put together anew each time.
    with connections[router.db_for_read(Summary)].cursor() as cursor:
        cursor.execute(STATE, [campaign.pk])
        found = cursor.fetchone()
    if found is None:
        return None
    version, counted_at, is_marked = found
    kept = Summary.objects.filter(campaign=campaign, version=version)
    summary = SUMMARIES.once((campaign.pk, version, counted_at), kept.first)
    # Without one they were counted again between the two queries.
    return State(summary, bool(is_marked)) if summary else state_of(campaign)


def current(campaign) -> State | None:
    """The kept figures of the campaign with every mark taken; None where it keeps none, or bringing them up to date is no
    matter of moments: then they are to be counted from the records.

    One query; those of counting again where something was written: then the cells are to be read at the primary, too.
    """
    state = state_of(campaign)
    if state is None or not state.is_marked:
        return state
    with at_the_primary():
        summary = _refresh(campaign, most=MOST_FOR_A_READER, patience=PATIENCE_SECONDS)
    return summary and State(summary, is_marked=True)


def refresh(campaign) -> Summary:
    """Take every mark and recount what it names, however much that is; what is kept nowhere yet, or for another day, too."""
    Summary.objects.get_or_create(campaign=campaign, defaults={"day": today()})
    summary = _refresh(campaign, most=None, patience=None)
    _count_lacking(campaign)
    return summary


@transaction.atomic
def rebuild(campaign) -> Summary:
    """Forget the kept figures of the campaign, and count all of them again."""
    forget(campaign)
    return refresh(campaign)


@transaction.atomic
def forget(campaign):
    """Keep no figures of the campaign any more, until workers begin again: they are counted from its records."""
    Summary.objects.filter(campaign=campaign).delete()
    Cell.objects.filter(campaign=campaign).delete()


def refresh_all():
    """Bring the kept figures of every campaign up to date, one after the other; the work of the background workers."""
    for campaign in Campaign.objects.order_by("pk"):
        state = state_of(campaign)
        if state is None or state.is_marked or _is_behind(campaign, state.summary):
            refresh(campaign)


def _is_behind(campaign, summary):
    return summary.day != today() or bool(summary.lacking) or summary.kept != _digests(readings(campaign))


def _digests(known):
    return {key: reading.digest for key, reading in known.items()}


def _refresh(campaign, *, most, patience):
    with transaction.atomic():
        summary = _locked(campaign, patience)
        if summary is None:
            return None
        marks = None
        # Not until there are none: where many write there are always some.
        while marks is None or len(marks) == TAKEN_AT_ONCE:
            marks = list(Mark.objects.filter(campaign=campaign.pk)[:TAKEN_AT_ONCE])
            if marks and not _take(campaign, summary, marks, most):
                return None  # nothing was changed in this round; the rounds before it stand
        if most is None:
            _count_the_rest(campaign, summary)
    return summary


def _locked(campaign, patience):
    """The summary, taken for this transaction; None when somebody else holds it longer than a reader has patience."""
    rows = Summary.objects.filter(campaign=campaign)
    if patience is None:
        return rows.select_for_update().first()
    until = time.monotonic() + patience
    while (summary := rows.select_for_update(skip_locked=connection.features.has_select_for_update).first()) is None:
        if time.monotonic() > until or not rows.exists():
            return None
        time.sleep(0.05)
    return summary


def _take(campaign, summary, marks, most) -> bool:
    """Count what the marks name and take them away; False when that is more than so many figures times places."""
    marked = marked_by(marks)
    if marked.keys() & TREE:
        _begin_anew(campaign, summary)
    elif not _count_again(campaign, summary, marked, most):
        return False
    Mark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    _store(summary)
    return True


def _begin_anew(campaign, summary):
    """The tree of regions, or the campaign's place in it, is another one: nothing is kept until the workers counted everything."""
    Cell.objects.filter(campaign=campaign).delete()
    summary.kept, summary.lacking = {}, {}


def _count_again(campaign, summary, marked, most) -> bool:
    """Count what was marked; False, and nothing changed, when that is too much."""
    known = readings(campaign)
    spread = Spread(campaign, marked)
    kept = {key: reading for key, reading in known.items() if summary.kept.get(key) == reading.digest}
    places = {key: spread.places(reading) for key, reading in kept.items()}
    places = {key: found for key, found in places.items() if found is None or found}
    if most is not None:
        everywhere = Region.objects.count() if None in places.values() else 0
        if sum(everywhere if found is None else len(found) for found in places.values()) > most:
            return False
    # A figure that is declared otherwise by now is counted as a whole by the workers; until then nobody may read it.
    summary.kept = {key: digest for key, digest in summary.kept.items() if key in kept}
    returned = marked.get(Return._meta.db_table)
    if not places and returned is None:
        return True
    recount = Recount(campaign, on=summary.day)
    sets = [*places.values(), *([None if returned.everywhere else returned.places] if returned else [])]
    recount.load(None if None in sets else set().union(*sets))
    alike = defaultdict(list)
    for key, found in places.items():
        alike[None if found is None else frozenset(found)].append(kept[key])
    for found, readings_there in alike.items():
        recount.count(readings_there, found)
    if returned:
        recount.count_returned(sets[-1])
    recount.write()
    for key in places:
        if not kept[key].adds_up_over_places:
            before = summary.lacking.get(key, [])
            everywhere = before is None or places[key] is None
            summary.lacking[key] = None if everywhere else sorted({*before, *places[key]})
    return True


def _count_the_rest(campaign, summary):
    """What no mark tells: figures that are new or declared otherwise, and those of the day."""
    known = readings(campaign)
    is_new_day = summary.day != today()
    summary.day = today()
    wanted = {
        key
        for key, reading in known.items()
        if summary.kept.get(key) != reading.digest or (is_new_day and reading.is_of_the_day)
    }
    if not wanted and summary.kept == _digests(known):
        return
    with everything_at_once():
        recount = Recount(campaign, on=summary.day)
        recount.load(None)
        recount.count([known[key] for key in wanted if known[key].adds_up_over_places], None)
        recount.count_own_and_whole([known[key] for key in wanted if not known[key].adds_up_over_places])
        if not summary.kept:
            recount.count_returned(None)
        recount.write()
    summary.kept = _digests(known)
    summary.lacking = {key: places for key, places in summary.lacking.items() if key in known and key not in wanted}
    _store(summary)


def _count_lacking(campaign):
    """Wholes that do not add up, each by itself: counted without a lock, and written when nothing was taken in meanwhile."""
    known = readings(campaign)
    for key in Summary.objects.get(campaign=campaign).lacking:
        summary = Summary.objects.get(campaign=campaign)
        if key not in summary.lacking or key not in known:
            continue
        recount = Recount(campaign, on=summary.day)
        recount.count_whole(known[key], summary.lacking[key])
        with transaction.atomic():
            now = _locked(campaign, None)
            if now is not None and now.version == summary.version:
                recount.write()
                del now.lacking[key]
                _store(now)


def _store(summary):
    summary.counted_at = timezone.now()
    summary.version += 1
    summary.save()
