"""What changed between two versions of a record, in the words of the screen."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext

from entities.structured import told_apart

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
    """What differs from the older to the newer historical record, with the labels of fields and choices."""
    return changes_of([(newer, older)])[0]


def _stored(model):
    return model._base_manager.all()


def changes_of(pairs, *, named=_stored, structured=told_apart) -> list[list[Change]]:
    """What differs in each pair of a newer and an older historical record; of a version without an older one nothing.

    Asks once for each kind of record that is named, however many pairs there are: `named` gives the rows of a model with what
    their names say, and `structured` says a field that holds a structure before and after.
    The package's own comparison leaves out every field that no form shows, so just the status and its dates.
    """
    compared = [pair for pair in pairs if pair[1] is not None]
    links = _links([version for pair in compared for version in pair])
    names = _names(compared, links, named)
    return [_changes(newer, older, links, names, structured) if older is not None else [] for newer, older in pairs]


def _changes(newer, older, links, names, structured):
    changes = []
    for field in _differing(newer, older):
        old, new = getattr(older, field.attname), getattr(newer, field.attname)
        if isinstance(field, models.JSONField):
            words = structured(field, old, new)
        elif isinstance(field, models.ForeignKey):
            words = [_empty(key) or names[field.target_field].get(key, str(key)) for key in (old, new)]
        else:
            words = [_in_words(field, value) for value in (old, new)]
        changes.append(Change(str(field.verbose_name), *words))
    for field in newer._history_m2m_fields:
        called = names[field.related_model._meta.pk]
        old, new = (sorted(called[key] for key in links[field][version.pk]) for version in (older, newer))
        if old != new:
            changes.append(Change(str(field.verbose_name), ", ".join(old) or "—", ", ".join(new) or "—"))
    return changes


def _differing(newer, older):
    """The fields that tell something and are not the same."""
    fields = [field for field in newer.tracked_fields if field.name not in UNTOLD]
    return [field for field in fields if getattr(older, field.attname) != getattr(newer, field.attname)]


def _links(versions) -> dict:
    """The keys that the versions were linked to through many-to-many fields, by the field and the version's key."""
    numbers = defaultdict(set)
    for version in versions:
        numbers[type(version)].add(version.pk)
    links = defaultdict(lambda: defaultdict(list))
    for history, keys in numbers.items():
        for field in history._history_m2m_fields:
            rows = getattr(history, field.name).model.objects.filter(history__in=keys)
            for number, key in rows.values_list("history", field.m2m_reverse_field_name()):
                links[field][number].append(key)
    return links


def _names(pairs, links, named) -> dict:
    """What the records are called that are named before or after, by the field that their key is of and the key."""
    keys = defaultdict(set)
    for newer, older in pairs:
        for field in _differing(newer, older):
            if isinstance(field, models.ForeignKey):
                keys[field.target_field] |= {getattr(newer, field.attname), getattr(older, field.attname)} - {None}
    for field, linked in links.items():
        keys[field.related_model._meta.pk].update(*linked.values())
    return defaultdict(dict) | {
        target: {key: str(row) for key, row in named(target.model).in_bulk(wanted, field_name=target.name).items()}
        for target, wanted in keys.items()
    }


def _empty(value) -> str:
    return "—" if value in (None, "") else ""


def _in_words(field, value) -> str:
    if _empty(value):
        return "—"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, models.DateTimeField):
        value = timezone.localtime(value)
    label = dict(field.flatchoices).get(value, value) if isinstance(value, str) else value
    return str(localize(label))
