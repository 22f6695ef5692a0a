"""The records as they stood at a past moment, rebuilt from their history."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import connection, transaction

from entities.stored import Stored
from entities.today import begin_of


def end_of(day: date) -> datetime:
    """The moment at which that local day ended."""
    return begin_of(day + timedelta(days=1))


@contextmanager
def as_of(moment: datetime | None):
    """Within it every query of records is answered as the database stood just before that moment; without one, as it stands.

    Each table that has changed since is covered, for this connection alone, by a temporary table of the same name, filled from
    the history. So lists, figures and scope need no second way to ask. For reading only. Links of many to many (officers present,
    departments of an operation), accounts, places and settings have no history of their own and are as they are now. Two
    queries for each kind of record, one more for each that has changed since. Raises RuntimeError when nested.
    """
    if moment is None:
        yield
        return
    if is_past_shown():
        raise RuntimeError("The past is already being shown.")
    connection._as_of = moment
    covered = []
    try:
        if connection.vendor == "sqlite":
            # A transaction would keep writers waiting, and temporary tables are no part of the database's own file.
            try:
                _cover(moment, covered)
                yield
            finally:
                _uncover(covered)
        else:
            with transaction.atomic():
                _cover(moment, covered)
                yield
                transaction.set_rollback(True)
    finally:
        connection._as_of = None


def is_past_shown() -> bool:
    """Whether queries are answered as of a past moment just now."""
    return getattr(connection, "_as_of", None) is not None


def _cover(moment, covered):
    for model in apps.get_models():
        if not issubclass(model, Stored):
            continue
        history = model.history.model
        if history.objects.filter(history_date__gte=moment).exists():
            _fill(model, history, moment)
            covered.append(model)


def _uncover(covered):
    with connection.cursor() as cursor:
        for model in covered:
            cursor.execute(f"DROP TABLE IF EXISTS temp.{connection.ops.quote_name(model._meta.db_table)}")


def _fill(model, history, moment):
    """The temporary table over one model's: of each record the last row of its history before the moment."""
    quote = connection.ops.quote_name
    table, past, key = quote(model._meta.db_table), quote(history._meta.db_table), quote(model._meta.pk.column)
    kept = {field.name for field in history._meta.concrete_fields}
    columns = [
        f"{'h' if field.name in kept else 'now'}.{quote(field.column)}" for field in model._meta.local_concrete_fields
    ]
    temporary = "temp." if connection.vendor == "sqlite" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} AS SELECT {', '.join(columns)} FROM ("
            f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY history_date DESC, history_id DESC) AS place"
            f" FROM {past} WHERE history_date < %s) h JOIN {table} now ON now.{key} = h.{key}"
            f" WHERE h.place = 1 AND h.history_type <> '-'",
            [connection.ops.adapt_datetimefield_value(moment)],
        )
        name = quote(f"past_{model._meta.db_table}")
        cursor.execute(f"CREATE UNIQUE INDEX {temporary}{name} ON {table} ({key})")
