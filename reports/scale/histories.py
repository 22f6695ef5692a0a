"""The history of what was written, copied from the rows by the database itself."""

from django.db import connection

PLAIN = {"history_change_reason": "NULL", "history_way": "'command'", "history_address": "NULL", "history_seal": "NULL"}


def write_history(model, *, at="t.created_at", by="t.created_by_id", kind="+", where="TRUE", join="", **then):
    """A row of history for each record that `where` lets through, written when and by whom those expressions say.

    `then` gives in SQL what the record held at that time, where that is not what it holds now.
    """
    table, kept = model._meta.db_table, model.history.model._meta
    values = {f.column: f't."{f.column}"' for f in kept.concrete_fields if not f.name.startswith("history_")}
    values |= then | PLAIN | {"history_type": f"'{kind}'", "history_date": at, "history_user_id": by}
    columns = ", ".join(f'"{column}"' for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{kept.db_table}" ({columns}) SELECT {", ".join(values.values())} FROM "{table}" t {join} '
            f"WHERE {where} ORDER BY t.id"
        )


def write_linked(model, name):
    """What each row of history was linked to through the field of that name: what the record is linked to."""
    through = getattr(model, name).through._meta.db_table
    kept = model.history.model._meta
    relation = next(r for r in kept.related_objects if r.related_model._meta.db_table.endswith(f"_{name}"))
    own, other = f"{model._meta.model_name}_id", f"{getattr(model, name).field.related_model._meta.model_name}_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{relation.related_model._meta.db_table}" (id, {own}, {other}, history_id) '
            f'SELECT l.id, l.{own}, l.{other}, h.history_id FROM "{through}" l JOIN "{kept.db_table}" h ON h.id = l.{own} '
            "ORDER BY l.id, h.history_id"
        )
