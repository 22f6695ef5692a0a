"""What changed between two versions of a record, in the words of the screen."""

from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import Truncator

# What every change brings with it, what serves the machine, and what is shown only masked.
UNTOLD = {
    "version", "created_at", "created_by", "changed_at", "changed_by", "client_uuid", "content_digest", "draft_form",
    "identity_cipher", "identity_hash",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One field of a record before and after."""

    field: str
    old: str
    new: str


def changes_between(newer, older) -> list[Change]:
    """What differs from the older to the newer historical record, with the labels of fields and choices.

    The package's own comparison leaves out every field that no form shows, so just the status and its dates.
    """
    changes = []
    for field in newer.tracked_fields:
        if field.name not in UNTOLD and getattr(older, field.attname) != getattr(newer, field.attname):
            changes.append(Change(str(field.verbose_name), _in_words(older, field), _in_words(newer, field)))
    for field in newer._history_m2m_fields:
        old, new = (sorted(str(row) for row in _linked(version, field)) for version in (older, newer))
        if old != new:
            changes.append(Change(str(field.verbose_name), ", ".join(old) or "—", ", ".join(new) or "—"))
    return changes


def _linked(version, field):
    """The records that were linked to that version through a many-to-many field."""
    name = field.m2m_reverse_field_name()
    return [getattr(row, name) for row in getattr(version, field.name).select_related(name)]


def _in_words(version, field) -> str:
    value = getattr(version, field.attname)
    if value in (None, "", [], {}):
        return "—"
    if isinstance(field, models.ForeignKey):
        try:
            return str(getattr(version, field.name))
        except ObjectDoesNotExist:
            return str(value)
    if isinstance(value, dict | list):
        parts = (f"{key}: {part}" for key, part in value.items()) if isinstance(value, dict) else map(str, value)
        return Truncator(", ".join(parts)).chars(200)
    if isinstance(field, models.DateTimeField):
        value = timezone.localtime(value)
    label = dict(field.flatchoices).get(value, value) if isinstance(value, str) else value
    return str(localize(label))
