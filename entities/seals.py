"""Sealing the history, and proving that nothing in it was altered, removed or slipped in.

A seal lists the rows that it covers with their hashes, and its own digest covers that list and the digest of the seal before. Rows
carry the number of their seal, so that what is not sealed yet is found whatever the order in which transactions ended, and writers
never wait: they are sealed afterwards, by one sealer at a time.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from entities.models import AuditEvent, Seal

BATCH_ROWS = 2000
CHUNK = 500
LOCK = 0x59_5A_48_31  # the advisory lock of the one sealer
UNSEALED_FOR = timedelta(days=1)
# A seal and what it is told by are no part of what it covers.
OWN = "history_seal"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which row of which table, and in what way."""

    kind: str
    table: str
    row: int | None
    said: str = ""

    def __str__(self):
        return " ".join(str(part) for part in (self.kind, self.table, self.row or "", self.said) if part)


def sealed_models() -> list[type[models.Model]]:
    """Every table of history, and the events."""
    histories = [model for model in apps.get_models() if hasattr(model, "history_seal")]
    return sorted(histories, key=lambda model: model._meta.label_lower)


def digest_of(row, names) -> str:
    """The hash of a row over the fields of those names, and over what it was linked to."""
    told = {}
    for name in names:
        field = row._meta.get_field(name)
        value = field.value_from_object(row) if isinstance(field, models.JSONField) else field.value_to_string(row)
        told[name] = value
    for accessor, through in links_of(type(row)):
        others = [field.attname for field in through._meta.fields if field.is_relation and field.name != "history"]
        linked = getattr(row, accessor).all()
        told[f"+{accessor}"] = sorted([str(getattr(one, name)) for name in others] for one in linked)
    return _hash(told)


def links_of(model) -> list[tuple[str, type[models.Model]]]:
    """What a row of history was linked to through many-to-many fields: (accessor, the table of those links)."""
    relations = [relation for relation in model._meta.related_objects if relation.field.name == "history"]
    return [(relation.get_accessor_name(), relation.related_model) for relation in relations]


def _hash(told) -> str:
    return hashlib.sha256(
        json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    ).hexdigest()


def names_of(model) -> list[str]:
    return sorted(field.name for field in model._meta.concrete_fields if field.name != OWN)


def seal_next() -> int:
    """Seal what is not sealed yet, one batch. Returns how many rows that were; none while somebody else seals."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
                if not cursor.fetchone()[0]:
                    return 0
        rows, count = {}, 0
        for model in sealed_models():
            if count >= BATCH_ROWS:
                break
            names = names_of(model)
            found = list(_loaded(model).filter(history_seal=None).order_by("pk")[: BATCH_ROWS - count])
            if found:
                rows[model._meta.label_lower] = {
                    "fields": names,
                    "rows": {str(r.pk): digest_of(r, names) for r in found},
                }
                count += len(found)
        if count:
            _write(rows=rows)
        return count


def seal_all() -> int:
    """Seal everything that is there. Returns how many rows."""
    count = 0
    while sealed := seal_next():
        count += sealed
    return count


def _loaded(model):
    return model._base_manager.prefetch_related(*(accessor for accessor, _through in links_of(model)))


def _write(*, rows=None, removed=None):
    last = Seal.objects.order_by("-number").first()
    seal = Seal(number=last.number + 1 if last else 1, rows=rows or {}, removed=removed or {})
    seal.before = last.digest if last else ""
    seal.digest = chained(seal)
    seal.save(force_insert=True)
    for label, part in seal.rows.items():
        keys = list(part["rows"])
        for start in range(0, len(keys), CHUNK):
            apps.get_model(label)._base_manager.filter(pk__in=keys[start : start + CHUNK]).update(
                history_seal=seal.number
            )
    return seal


def chained(seal) -> str:
    """The digest that the seal should have."""
    at = seal.sealed_at.astimezone(timezone.get_default_timezone()).isoformat()
    return _hash([seal.number, at, seal.rows, seal.removed, seal.before])


def verify():
    """Yield everything that is wrong, seal by seal, in bounded memory: the first is the first altered row."""
    before, number, counted, doubted = "", 0, {}, set()
    removed = _removed()
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        number += 1
        if seal.number != number or seal.before != before or seal.digest != chained(seal):
            yield Finding("seal altered", "entities.seal", seal.number, str(seal.sealed_at))
            number = seal.number
        before = seal.digest
        for label, part in seal.rows.items():
            counted[label] = counted.get(label, 0) + len(part["rows"])
            for finding in _compare(seal, label, part, removed.get(label, set())):
                doubted.add(label)
                yield finding
    yield from _slipped_in(counted, removed, doubted)


def _compare(seal, label, part, removed):
    try:
        model = apps.get_model(label)
    except LookupError:
        yield Finding("table missing", label, None)
        return
    known = {field.name for field in model._meta.concrete_fields}
    if not set(part["fields"]) <= known:
        yield Finding("column missing", label, None, ", ".join(sorted(set(part["fields"]) - known)))
        return
    keys = list(part["rows"])
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found = {str(row.pk): row for row in _loaded(model).filter(pk__in=chunk)}
        for key in chunk:
            row = found.get(key)
            if row is None:
                if int(key) not in removed:
                    yield Finding("missing", label, int(key), f"seal {seal.number}")
            elif digest_of(row, part["fields"]) != part["rows"][key] or row.history_seal != seal.number:
                yield Finding("changed", label, int(key), _whose(row))


def _whose(row) -> str:
    who = getattr(row, "history_user_id", None) or getattr(row, "officer_id", None)
    at = getattr(row, "history_date", None) or getattr(row, "at", None)
    return f"officer {who or '-'} {at:%Y-%m-%d %H:%M:%S}"


def _slipped_in(counted, removed, doubted):
    """Rows that claim a seal which does not list them, and rows that nobody sealed for a day."""
    late = timezone.now() - UNSEALED_FOR
    for model in sealed_models():
        label = model._meta.label_lower
        rows = model._base_manager
        claimed = rows.exclude(history_seal=None).count()
        # Where a row is missing another one may stand in its place, so that the counts agree.
        if label in doubted or claimed + len(removed.get(label, ())) > counted.get(label, 0):
            listed = _listed(label)
            for key in rows.exclude(history_seal=None).values_list("pk", flat=True).iterator():
                if key not in listed:
                    yield Finding("inserted afterwards", label, key)
        day = "at" if model is AuditEvent else "history_date"
        for key in rows.filter(history_seal=None, **{f"{day}__lt": late}).values_list("pk", flat=True)[:CHUNK]:
            yield Finding("never sealed", label, key)


def _listed(label) -> set[int]:
    seals = Seal.objects.values_list("rows", flat=True).iterator(chunk_size=20)
    return {int(key) for rows in seals for key in rows.get(label, {}).get("rows", ())}


def _removed() -> dict[str, set[int]]:
    found = {}
    for removed in Seal.objects.exclude(removed={}).values_list("removed", flat=True):
        for label, keys in removed.items():
            found.setdefault(label, set()).update(keys)
    return found


def prune(model, rows, *, most=10_000) -> int:
    """Remove those sealed rows of history, whose time is over; a seal says which, so that the chain still holds. Returns how many."""
    with transaction.atomic():
        keys = list(rows.exclude(history_seal=None).order_by("pk").values_list("pk", flat=True)[:most])
        if keys:
            _write(removed={model._meta.label_lower: keys})
            with unprotected():
                for _accessor, through in links_of(model):
                    through._base_manager.filter(history_id__in=keys)._raw_delete(connection.alias)
                model._base_manager.filter(pk__in=keys)._raw_delete(connection.alias)
        return len(keys)


class unprotected:
    """Within it, and its transaction, the database lets rows of history be removed; only for the rule of retention."""

    def __enter__(self):
        self._set("on")

    def __exit__(self, *error):
        if not error[0]:
            self._set("off")

    def _set(self, value):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('campaign.retention', %s, true)", [value])
