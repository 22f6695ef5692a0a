"""The trigger that notes which entities were moved to another region, whichever way they were (entities/models/relocation.py)."""

from django.apps import apps
from django.db import connections, transaction

TRIGGER = "note_relocation"


def install(using="default", **_signal):
    """Put the trigger where it is not, and note what was moved before, as the history tells; where there is no table, take it away.

    Asked after each `migrate`: SQLite loses the triggers of a table that it has to make anew.
    """
    connection = connections[using]
    entity, relocation = apps.get_model("entities", "Entity"), apps.get_model("entities", "Relocation")
    entities, moved = entity._meta.db_table, relocation._meta.db_table
    is_postgres = connection.vendor == "postgresql"
    with transaction.atomic(using=using), connection.cursor() as cursor:
        is_wanted = moved in connection.introspection.table_names(cursor)
        if is_wanted == _is_there(cursor, is_postgres):
            return
        if not is_wanted:
            cursor.execute(f"DROP FUNCTION {TRIGGER}() CASCADE" if is_postgres else f"DROP TRIGGER {TRIGGER}")
            return
        note = f'INSERT INTO "{moved}" (entity_id)'
        if is_postgres:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN {note} VALUES (NEW.id) ON CONFLICT DO NOTHING; RETURN NULL; END$$"
            )
        act = (
            f"EXECUTE FUNCTION {TRIGGER}()"
            if is_postgres
            else f"BEGIN {note} VALUES (NEW.id) ON CONFLICT DO NOTHING; END"
        )
        cursor.execute(
            f'CREATE TRIGGER {TRIGGER} AFTER UPDATE OF region_id ON "{entities}" '
            f"FOR EACH ROW WHEN (OLD.region_id <> NEW.region_id) {act}"
        )
        past = entity.history.model._meta.db_table
        cursor.execute(
            f'{note} SELECT DISTINCT e.id FROM "{entities}" e JOIN "{past}" p ON p.id = e.id '
            "WHERE p.region_id <> e.region_id ON CONFLICT DO NOTHING"
        )


def _is_there(cursor, is_postgres) -> bool:
    kept = "SELECT count(*) FROM pg_trigger WHERE tgname = %s" if is_postgres else (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = %s"
    )  # fmt: skip
    cursor.execute(kept, [TRIGGER])
    return bool(cursor.fetchone()[0])
