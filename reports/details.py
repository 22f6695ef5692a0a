"""Everything about one record, laid out for reading: fields, related records, evidence, history."""

from dataclasses import dataclass

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from entities.history import changes_of
from entities.identity import IdentityCard
from inspections.desk.declare import buttons
from inspections.documents import paper_of
from inspections.models import Deadline, WithDeadlines
from inspections.models.record import Record, WithEvidence
from reports.columns import display, kind_of, named, shown
from reports.ledgers import BY_NAME
from reports.timeline import timeline_of
from reports.words import told, told_apart

# What serves the machine, not the reader; numbers of identity cards are never shown but masked.
HIDDEN = {"id", "version", "client_uuid", "content_digest", "draft_form", "identity_cipher", "identity_hash", "answers", "about",
          "content_type", "object_id"}  # fmt: skip
CHILDREN_SHOWN = 100
VERSIONS_SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A field of the record: its label, its value in words, and the page of the record that it names."""

    label: str
    text: str
    url: str = ""


class Details:
    """One record as an officer may read it."""

    def __init__(self, record, officer):
        self.record, self.officer = record, officer

    @cached_property
    def lines(self) -> list[Line]:
        """Every field that has a value: first what is the record's own, then what all records share."""
        meta = self.record._meta
        fields = [field for field in (*meta.fields, *meta.many_to_many) if field.name not in HIDDEN]
        shared = {field.name for field in Record._meta.fields}
        lines = [self._line(field) for field in sorted(fields, key=lambda field: field.name in shared)]
        if isinstance(self.record, IdentityCard) and self.record.identity_cipher:
            lines.append(Line(gettext("identity card"), self.record.masked_identity_card))
        if isinstance(self.record, Deadline):
            lines.insert(0, Line(gettext("record"), self.record.about, self.record.owner.get_absolute_url()))
        return [line for line in lines if line.text]

    def _line(self, field):
        if isinstance(field, models.JSONField):
            value = getattr(self.record, field.name)
            return Line(field.verbose_name, told(field, value) if value else "")
        kind = kind_of(field)
        related = getattr(self.record, field.name) if kind == "link" else None
        url = related.get_absolute_url() if hasattr(related, "get_absolute_url") else ""
        if url and not type(related).objects.visible_to(self.officer).one_by_one().filter(pk=related.pk).exists():
            url = ""
        return Line(field.verbose_name, shown(display(self.record, field), kind), url)

    @cached_property
    def children(self) -> list[tuple]:
        """(ledger, records, how many more) of every kind of record that comes from this one and that the officer may see."""
        found = []
        for relation in self.record._meta.related_objects:
            model = relation.related_model
            if not issubclass(model, Record) or relation.hidden or model._meta.model_name not in BY_NAME:
                continue
            declared = BY_NAME[model._meta.model_name]
            if not self.officer.has_perm(declared.permission):
                continue
            rows = model.objects.visible_to(self.officer).one_by_one().filter(**{relation.field.name: self.record.pk})
            count = rows.count()
            if count:
                records = list(declared.loaded(rows, declared.shown)[:CHILDREN_SHOWN])
                found.append((declared, records, count - len(records)))
        return found

    @cached_property
    def buttons(self):
        """What the officer may do with the record."""
        return buttons(self.officer, self.record)

    @cached_property
    def deadlines(self):
        """The periods that run for the record first, then those that are over."""
        if not isinstance(self.record, WithDeadlines):
            return []
        deadlines = self.record.deadlines.select_related("officer")
        return sorted(deadlines, key=lambda deadline: (not deadline.is_running, deadline.due_on))

    @cached_property
    def timeline(self):
        """What happened to the record, the latest first."""
        return timeline_of(self.record)

    @cached_property
    def evidence(self):
        """Photos and documents attached to the record."""
        return list(self.record.evidence.all()) if isinstance(self.record, WithEvidence) else []

    @cached_property
    def versions(self):
        """(historical record, what changed) of the last versions, newest first; nothing without the right to read history."""
        if not self.officer.has_perm("inspections.read_history"):
            return []
        # One more than shown, to compare the last one with.
        versions = list(self.record.history.select_related("history_user")[: VERSIONS_SHOWN + 1])
        pairs = list(zip(versions, [*versions[1:], None], strict=False))[
            :VERSIONS_SHOWN
        ]  # none at all of what was loaded without
        changes = changes_of(pairs, named=named, structured=told_apart)
        return [(version, found) for (version, _before), found in zip(pairs, changes, strict=True)]

    @property
    def paper_url(self) -> str:
        """Where the paper that is made out of the record is printed; empty for a record without one."""
        key = paper_of(self.record)
        return reverse("document", args=[key, self.record.pk]) if key else ""

    @property
    def admin_url(self) -> str:
        """Where the record is changed, for those who may; empty for all others."""
        meta = self.record._meta
        right = f"{meta.app_label}.change_{meta.model_name}"
        if self.officer.is_staff and self.officer.has_perm(right) and admin.site.is_registered(type(self.record)):
            return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.record.pk])
        return ""
