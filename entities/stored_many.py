"""Writing many new records at once, each left as `store` would leave it."""

from django.db import connection, models, transaction
from django.utils import timezone

from entities.among import among
from entities.inserting import insert
from entities.making import Maker


@transaction.atomic
def store_new(records, *, by, reason="", judged=False):
    """Write new records of one model, with their history, in a number of queries that does not grow with them.

    Raises ValidationError for a record that breaks a rule of its own. What takes the other records to judge — that something is
    unique, or a rule across fields — is left to the constraints of the database: IntegrityError says that one of these records is
    refused, but not which nor why. `store` says it, one by one. `judged`: of all of them together the caller has asked what `clean`
    would ask of each, and whether what they point to is there.
    """
    if not records:
        return
    model, now = type(records[0]), timezone.now()
    maker, not_asked = Maker(model), {field.name for field in model._meta.fields if field.is_relation} if judged else ()
    for record in records:
        record.place(by)
        record.created_by = record.changed_by = by
        maker.clean_fields(record, exclude=not_asked)
        if not judged:
            record.clean()
        record.version, record.changed_at = 1, now
    insert(records)
    _remember(model, records, by=by, reason=reason, at=now)


def _remember(model, records, *, by, reason, at):
    """Copy the rows into the history inside the database: what is remembered is what was written."""
    history = model.history.model
    if history._history_m2m_fields:
        raise NotImplementedError(f"The history of {model.__name__} follows links, which are written one by one.")
    shared = history(history_date=at, history_type="+", history_user=by, history_change_reason=reason or None)
    tracked = {field.attname for field in history.tracked_fields}
    columns, sources, values = [], [], []
    for field in history._meta.concrete_fields:
        if isinstance(field, models.AutoField):
            continue
        columns.append(connection.ops.quote_name(field.column))
        if field.attname in tracked:
            sources.append(columns[-1])
        else:
            sources.append("%s")
            values.append(field.get_db_prep_save(getattr(shared, field.attname), connection))
    table, past, key = map(
        connection.ops.quote_name, (model._meta.db_table, history._meta.db_table, model._meta.pk.column)
    )
    written, keys = among(connection.vendor, key, [record.pk for record in records])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {past} ({', '.join(columns)}) SELECT {', '.join(sources)} FROM {table} WHERE {written} ORDER BY {key}",
            [*values, keys],
        )
