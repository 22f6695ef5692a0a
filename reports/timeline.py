"""What happened to a record, in the order of its days: entered, moved on, its steps, its deadlines."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from inspections.models import WithDeadlines


@dataclass(frozen=True)
class Event:
    """One line of a timeline."""

    on: date
    at: datetime
    who: str
    title: str
    text: str = ""
    url: str = ""
    of_status: bool = False


def timeline_of(record) -> list[Event]:
    """The events of a record that has a status or steps, the latest first; empty for any other. Three queries at most."""
    found = []
    if hasattr(record, "status"):
        found += _moves(record)
    if hasattr(record, "steps"):
        found = [event for event in found if not event.of_status]  # each of them is a step
        found += [
            Event(step.taken_on, step.created_at, str(step.created_by), capfirst(step.get_kind_display()),
                  " · ".join(part for part in (step.number, step.note) if part), step.get_absolute_url())
            for step in record.steps.select_related("created_by")
        ]  # fmt: skip
    if isinstance(record, WithDeadlines):
        found += list(_periods(record))
    return sorted(found, key=lambda event: (event.on, event.at), reverse=True)


def _moves(record):
    """The record's beginning, and each change of its status with its reason."""
    labels, older, lines = dict(record._meta.get_field("status").flatchoices), None, []
    for version in record.history.select_related("history_user").order_by("history_date", "history_id"):
        at, who = version.history_date, str(version.history_user or "—")
        if older is None:
            began = getattr(record, record.date_field)
            on = timezone.localdate(began) if isinstance(began, datetime) else began
            lines.append(Event(on, at, who, gettext("Entered")))
        elif version.status != older.status:
            title = capfirst(f"{labels.get(older.status, older.status)} → {labels.get(version.status, version.status)}")
            lines.append(Event(timezone.localdate(at), at, who, title, version.history_change_reason or "",
                               of_status=True))  # fmt: skip
        older = version
    return lines


def _periods(record):
    for deadline in record.deadlines.select_related("officer", "changed_by"):
        kind = {"kind": deadline.get_kind_display()}
        if deadline.met_on:
            title = gettext("In time: %(kind)s") if deadline.met_on <= deadline.due_on else gettext("Late: %(kind)s")
            text = gettext("due on %(day)s") % {"day": deadline.due_on}
            who = str(deadline.changed_by)
            yield Event(deadline.met_on, deadline.changed_at, who, title % kind, text, deadline.get_absolute_url())
