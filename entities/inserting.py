"""Inserting many rows at once as the database does it soonest: PostgreSQL by COPY, any other by inserts of many rows."""

from itertools import chain

from django.db import connection, models

STEP_RECORDS = 100


def insert(records):
    """Insert new records of one model, as its manager's `bulk_create` would; afterwards each has its key.

    What a record points to must be stored already. Raises IntegrityError or DataError when the database refuses one of them.
    """
    model = type(records[0])
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    # A default that the database works out itself can't be copied.
    if connection.vendor != "postgresql" or any(field.has_db_default() for field in fields):
        model._base_manager.bulk_create(records)
        return
    _number(model, records)
    # In steps, so that the database is at work on one while the next is prepared.
    steps = (records[start : start + STEP_RECORDS] for start in range(0, len(records), STEP_RECORDS))
    insert_rows(model, fields, chain.from_iterable(_prepared(fields, step) for step in steps))
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def insert_rows(model, fields, rows):
    """Insert rows that hold a value for each of these fields of the model, as the database writes it.

    Raises IntegrityError or DataError when the database refuses one of them.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})", list(rows)
            )


def _number(model, records):
    """Give the records the next keys of their table."""
    key, table = model._meta.pk, connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, key.column, len(records)],
        )
        for record, (number,) in zip(records, cursor.fetchall(), strict=True):
            record.pk = number


def _prepared(fields, records):
    """The rows of the records, as each field writes its value; one that all have is prepared once."""
    return zip(*(_column(field, [field.pre_save(record, True) for record in records]) for field in fields), strict=True)


def _column(field, values):
    first = field.get_db_prep_save(values[0], connection)
    # Lists and objects may be equal and yet not say the same, as [1] and [True].
    if not isinstance(field, models.JSONField) and values.count(values[0]) == len(values):
        return [first] * len(values)
    return [first, *(field.get_db_prep_save(value, connection) for value in values[1:])]
