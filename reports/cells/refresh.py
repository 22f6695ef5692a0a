"""Bringing the kept figures of a campaign up to date: the marks are taken, the marked places counted again, under a lock."""

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from entities.models import Region
from entities.standby import at_the_primary
from entities.today import today
from inspections.models import Campaign
from reports.cells.readings import readings
from reports.cells.recount import Recount
from reports.cells.spread import Spread, marked_by
from reports.models import Cell, Mark, Return, Summary

# What a reader counts again by itself, in figures times places: some tenths of a second. More is left to the workers.
MOST_FOR_A_READER = 10_000
PATIENCE_SECONDS = 2
TAKEN_AT_ONCE = 20_000


@dataclass(frozen=True)
class State:
    """A summary as it was read, and whether anything was written since it was counted."""

    summary: Summary
    is_marked: bool


def state_of(campaign) -> State | None:
    """How the kept figures of the campaign stand; None where it keeps none. One query."""
    marks = Mark.objects.filter(campaign=OuterRef("campaign"))
    summary = Summary.objects.filter(campaign=campaign).annotate(is_marked=Exists(marks)).first()
    return None if summary is None else State(summary, summary.is_marked)


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
    return _refresh(campaign, most=None, patience=None)


def rebuild(campaign) -> Summary:
    """Forget the kept figures of the campaign, and count all of them again."""
    with transaction.atomic():
        forget(campaign)
        return refresh(campaign)


def forget(campaign):
    """Keep no figures of the campaign any more: they are counted from its records each time."""
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
        marks = list(Mark.objects.filter(campaign=campaign.pk)[:TAKEN_AT_ONCE])
        if most is not None and len(marks) == TAKEN_AT_ONCE:
            return None
        while marks:
            Mark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
            if not _count_again(campaign, summary, marks, most):
                transaction.set_rollback(True)
                return None
            marks = list(Mark.objects.filter(campaign=campaign.pk)[:TAKEN_AT_ONCE])
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


def _count_again(campaign, summary, marks, most) -> bool:
    """Count what the marks name; False when that is more than so many figures times places."""
    known = readings(campaign)
    spread = Spread(campaign, marked_by(marks))
    kept = {key: reading for key, reading in known.items() if summary.kept.get(key) == reading.digest}
    # A figure that is declared otherwise by now is counted as a whole by the workers; until then nobody may read it.
    summary.kept = {key: digest for key, digest in summary.kept.items() if key in kept}
    places = {key: spread.places(reading) for key, reading in kept.items()}
    places = {key: found for key, found in places.items() if found is None or found}
    if most is not None:
        everywhere = Region.objects.count() if None in places.values() else 0
        if sum(everywhere if found is None else len(found) for found in places.values()) > most:
            return False
    returned = spread.marked.get(Return._meta.db_table)
    if not places and returned is None:
        _store(summary)
        return True
    recount = Recount(campaign, on=summary.day)
    sets = [*places.values(), *([None if returned.everywhere else returned.places] if returned else [])]
    recount.load(None if None in sets else set().union(*sets))
    for key, found in places.items():
        recount.count(kept[key].declared, found)
    if returned:
        recount.count_returned(sets[-1])
    recount.write()
    lacking = {key for key in places if "region" not in kept[key].declared.additive}
    for key in lacking:
        before = summary.lacking.get(key, [])
        all_of_them = before is None or places[key] is None
        summary.lacking[key] = None if all_of_them else sorted({*before, *places[key]})
    _store(summary)
    return True


def _count_the_rest(campaign, summary):
    """What no mark tells: figures that are new or declared otherwise, those of the day, and wholes that do not add up."""
    known = readings(campaign)
    is_new_day = summary.day != today()
    summary.day = today()
    wanted = {
        key
        for key, reading in known.items()
        if summary.kept.get(key) != reading.digest or (is_new_day and reading.is_of_the_day)
    }
    gone = summary.kept.keys() - known.keys()
    is_first = not summary.kept
    if wanted or gone:
        recount = Recount(campaign, on=summary.day)
        recount.load(None)
        for key in wanted:
            recount.count(known[key].declared, None)
        if is_first:
            recount.count_returned(None)
        recount.write()
    for key in wanted:
        if "region" not in known[key].declared.additive:
            summary.lacking[key] = None
    summary.kept = _digests(known)
    for key, places in summary.lacking.items():
        if key in known:
            Recount(campaign, on=summary.day).count_wholes(known[key].declared, places)
    if wanted or gone or summary.lacking:
        summary.lacking = {}
        _store(summary)


def _store(summary):
    summary.counted_at = timezone.now()
    summary.version = F("version") + 1
    summary.save()
    summary.refresh_from_db()
