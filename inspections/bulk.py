"""Doing something to many records at once, all or none, and undoing it within the hour."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.stored import Stale
from inspections.models import BulkChange, BulkRow, Task

MOST_AT_ONCE = 200
OF_EVERY_RECORD = {"id", "version", "created_at", "created_by", "changed_at", "changed_by"}


@transaction.atomic
def do_to_all(records, deed, *, by, label) -> BulkChange:
    """Do the deed to each of the records, in their order; `records` are pairs of a record and the version that was seen.

    Raises Stale when somebody changed one since, and ValidationError, that names the record, when it refuses: then nothing is done.
    """
    done = []
    for record, seen in records:
        record.lock(seen)
        before = record.version
        try:
            deed(record)
        except Stale:
            raise
        except ValidationError as error:
            raise ValidationError(
                gettext("“%(record)s”: %(reason)s") % {"record": record, "reason": " ".join(error.messages)}
            ) from error
        done.append((record, before))
    return remember(done, by=by, label=label)


def remember(done, *, by, label) -> BulkChange:
    """Keep what was done: pairs of a record as it is now and its version before, None for a new one."""
    change = BulkChange.objects.create(label=str(label), by=by, count=len(done))
    BulkRow.objects.bulk_create(
        BulkRow(
            change=change, content_type=ContentType.objects.get_for_model(record), object_id=record.pk,
            version_before=before, version_after=record.version,
        )
        for record, before in done
    )  # fmt: skip
    return change


@transaction.atomic
def undo(change, *, by):
    """Give every record the values that it had before; new tasks are withdrawn.

    Raises ValidationError, and changes nothing, when the hour is over, when it was undone already, or when somebody worked on
    one of the records since.
    """
    locked = BulkChange.objects.select_for_update().filter(pk=change.pk)
    if not (locked & BulkChange.objects.undoable_by(by)).exists():
        raise ValidationError(_("This can't be undone any more: the hour is over, or it was undone already."))
    for row in change.rows.order_by("-pk").select_related("content_type"):
        _undo(row, by)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])


def _undo(row, by):
    record = row.record
    record.lock()
    if record.version != row.version_after:
        raise ValidationError(gettext("“%(record)s” was changed since: nothing is undone.") % {"record": record})
    reason = gettext("undone")
    if row.version_before is None and isinstance(record, Task):
        record.withdraw(by=by, reason=reason)
        return
    before = record.history.get(version=row.version_before)
    for field in record._meta.concrete_fields:
        if field.name not in OF_EVERY_RECORD:
            setattr(record, field.attname, getattr(before, field.attname))
    record.store(by=by, reason=reason)
