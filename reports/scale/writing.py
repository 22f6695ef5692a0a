"""Writing many rows: by COPY on PostgreSQL, by bulk inserts elsewhere. The rows are the same."""

import json
from itertools import islice

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

CHUNK = 2_000


class Writer:
    """Writes rows given as tuples; keeps count, and gives out keys from the first free one on."""

    def __init__(self):
        self.counts = {}
        self.is_postgres = connection.vendor == "postgresql"

    def next_pk(self, model) -> int:
        """The first key that nobody has; a caller who numbers rows itself begins there."""
        return (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1

    def write(self, model, names, rows, **same):
        """Write the rows: `names` says what each holds by column, `same` what is equal in all; every other column its default.

        Rows without a key are numbered in their order.
        """
        fields = {field.attname: field for field in model._meta.concrete_fields}
        key = model._meta.pk.attname
        if key not in names and isinstance(model._meta.pk, models.AutoField):
            rows = ((pk, *row) for pk, row in enumerate(rows, start=self.next_pk(model)))
            names = [key, *names]
        for name, field in fields.items():
            if name not in names and name not in same:
                same[name] = field.get_default()
        write = self._copy if self.is_postgres else self._insert
        self.counts[model] = self.counts.get(model, 0) + write(model, names, iter(rows), same)
        self.free_keys(model)

    @staticmethod
    def free_keys(model):
        """The next record that is entered gets the key behind the last one written."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)

    def _copy(self, model, names, rows, same):
        meta, text = model._meta, _Text()
        columns = ", ".join(f'"{meta.get_field(name).column}"' for name in [*names, *same])
        ending = "".join(f"\t{text(value)}" for value in same.values()) + "\n"
        count = 0
        statement = f'COPY "{meta.db_table}" ({columns}) FROM STDIN'
        with connection.cursor() as cursor, cursor.copy(statement) as copy, connection.execute_wrapper(_refuse):
            while chunk := list(islice(rows, CHUNK)):
                copy.write("".join("\t".join(map(text, row)) + ending for row in chunk))
                count += len(chunk)
        return count

    @staticmethod
    def _insert(model, names, rows, same):
        count = 0
        while chunk := list(islice(rows, CHUNK)):
            model._base_manager.bulk_create(model(**dict(zip(names, row, strict=True)), **same) for row in chunk)
            count += len(chunk)
        return count


def _refuse(_execute, sql, *_more):
    """The connection is taken by the COPY: a query made by whoever yields the rows would wait for ever."""
    raise RuntimeError(f"Rows that are copied are made without the database: {sql}")


class _Text:
    """A value as COPY reads it. The texts written here hold no tab, backslash or end of line, so that none is escaped."""

    def __init__(self):
        self.known = {}

    def __call__(self, value):
        kind = value.__class__
        if kind is str:
            return value
        if value is None:
            return "\\N"
        if kind is int:
            return str(value)
        if kind is bool:
            return "t" if value else "f"
        if kind is dict or kind is list:
            # By identity: the few different lists of answers and goods are shared by all rows, and stay alive with the key.
            found = self.known.get(id(value))
            if found is None:
                found = self.known[id(value)] = (json.dumps(value, ensure_ascii=False), value)
            return found[0]
        found = self.known.get(value)
        if found is None:
            found = self.known[value] = str(value)
        return found
