"""What the database does when a record is written: it leaves a mark, in the transaction of the writer.

On PostgreSQL once for each statement, whatever the number of rows; on SQLite once for each row that is not marked already.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections

from entities.models import Entity, Region
from inspections.models import Campaign
from inspections.models.record import Record
from reports.models import Mark

# Rows of reference that figures read: only a change of these columns counts, and it counts everywhere. The code of a region is its
# key and never changes; that there is one more, or one less, does.
WATCHED = {
    "entities_unit": ("department_id",),
    "inspections_cause": ("group",),
    "inspections_campaign": ("starts_on", "region_id"),
    "entities_region": ("code",),
}
CAMPAIGNS = Campaign._meta.db_table
MARK = f'INSERT INTO "{Mark._meta.db_table}" (source, campaign, place, entity)'


@dataclass(frozen=True)
class Source:
    """A table whose rows are counted, and the columns that tell campaign, places and entity of a row.

    A link between a record and others (`owner`: its table, and our column of its key) is marked as a change of that record.
    Without a campaign a row belongs to every campaign, and without places to every place.
    """

    table: str
    campaign: str = "campaign_id"
    places: tuple[str, ...] = ("region_id",)
    entity: str = ""
    owner: tuple[str, str] | None = None
    watched: tuple[str, ...] = ()

    @property
    def marked(self) -> str:
        return self.owner[0] if self.owner else self.table

    @property
    def events(self) -> tuple[str, ...]:
        """What is marked: of a reference row that others name, only its change."""
        if self.table == Region._meta.db_table:
            return ("DELETE", "INSERT")
        return ("UPDATE",) if self.watched else ("DELETE", "INSERT", "UPDATE")


def sources() -> list[Source]:
    """Every table that figures read: records, entities, the links between a record and others, and watched reference rows."""
    found = [Source(Entity._meta.db_table, campaign="")]
    found += [
        Source(table, "id" if table == CAMPAIGNS else "", places=(), watched=columns)
        for table, columns in WATCHED.items()
    ]
    for model in apps.get_models():
        if issubclass(model, Record):
            fields = model._meta.concrete_fields
            places = tuple(f.column for f in fields if f.remote_field and f.remote_field.model is Region)
            entity = next((f.column for f in fields if f.name == "entity"), "")
            found.append(Source(model._meta.db_table, places=places, entity=entity))
            found += [
                Source(link.remote_field.through._meta.db_table, owner=(model._meta.db_table, link.m2m_column_name()))
                for link in model._meta.local_many_to_many
                if link.remote_field.through._meta.auto_created
            ]
    return found


def install(using="default", **kwargs):
    """Give every source its triggers where they are missing or others; called after each `migrate`, which on SQLite drops them
    with every table that it makes anew."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if Mark._meta.db_table not in connection.introspection.table_names(cursor):
            for statement in _removal(connection):
                cursor.execute(statement)
            return
        absent = missing(connection)
        for source in sources():
            if source.table in absent:
                for statement in _statements(connection.vendor, source):
                    cursor.execute(statement)
                # What was written meanwhile nobody marked.
                cursor.execute(f"{MARK} SELECT '{source.marked}', campaign_id, NULL, NULL FROM reports_summary")


def missing(connection) -> set[str]:
    """The tables whose triggers are not there, or not these."""
    there = _on_postgres(connection) if connection.vendor == "postgresql" else _on_sqlite(connection)
    return {source.table for source in sources() if there.get(source.table) != _body(connection.vendor, source)}


def _removal(connection):
    """Statements that take the triggers away: the tables were migrated back to before there were marks."""
    there = _on_postgres(connection) if connection.vendor == "postgresql" else _on_sqlite(connection)
    for source in sources():
        if source.table in there:
            if connection.vendor == "postgresql":
                yield f'DROP FUNCTION "mark_{source.table}"() CASCADE'
            else:
                yield from (f'DROP TRIGGER "{name}"' for name in _sqlite_triggers(source))


def _body(vendor, source):
    return _function_body(source) if vendor == "postgresql" else "\n".join(_sqlite_triggers(source).values())


def _statements(vendor, source):
    if vendor == "postgresql":
        name = f"mark_{source.table}"
        yield f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $${_function_body(source)}$$'
        rows = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
        rows["UPDATE"] = f"{rows['DELETE']} {rows['INSERT']}"
        for event in source.events:
            yield (
                f'CREATE OR REPLACE TRIGGER "mark_{event.lower()}" AFTER {event} ON "{source.table}" '
                f'REFERENCING {rows[event]} FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
            )
    else:
        for name, statement in _sqlite_triggers(source).items():
            yield f'DROP TRIGGER IF EXISTS "{name}"'
            yield statement


def _on_postgres(connection):
    """By table the source of its function, where all its triggers call it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.prosrc, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'mark_' || c.relname"
            " AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname, p.prosrc"
        )
        events = {source.table: len(source.events) for source in sources()}
        return {table: body for table, body, count in cursor.fetchall() if count == events.get(table)}


def _on_sqlite(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'mark_%' ORDER BY name"
        )
        there = {}
        for table, statement in cursor.fetchall():
            there.setdefault(table, []).append(statement)
    return {table: "\n".join(statements) for table, statements in there.items()}


def _function_body(source):
    """PL/pgSQL: an inserted row marks its places; a changed one also those that it left, with its entity; a deleted one likewise."""
    if source.table == Region._meta.db_table:
        everywhere = f"{MARK} SELECT '{source.table}', id, NULL, NULL::bigint FROM \"{CAMPAIGNS}\";"
        return f"\nBEGIN\n{everywhere}\nRETURN NULL;\nEND "
    if source.watched:
        changed = " OR ".join(f'o."{column}" IS DISTINCT FROM n."{column}"' for column in source.watched)
        picked = f"SELECT '{source.table}', {'n.id' if source.campaign else 'c.id'}, NULL, NULL::bigint"
        joined = "" if source.campaign else f' CROSS JOIN "{CAMPAIGNS}" c'
        return (
            f"\nBEGIN\n{MARK} {picked} FROM old_rows o JOIN new_rows n ON o.id = n.id{joined} WHERE {changed};"
            "\nRETURN NULL;\nEND "
        )
    new, old = _pairs(source, "new_rows"), _pairs(source, "old_rows")
    return f"""
BEGIN
IF TG_OP = 'INSERT' THEN
{MARK} SELECT DISTINCT '{source.marked}', campaign, place, NULL::bigint FROM ({new}) n;
ELSIF TG_OP = 'DELETE' THEN
{MARK} SELECT DISTINCT '{source.marked}', campaign, place, entity FROM ({old}) o;
ELSE
{MARK} SELECT DISTINCT '{source.marked}', campaign, place, NULL::bigint FROM ({new}) n;
{MARK} SELECT '{source.marked}', campaign, place, entity FROM (({old}) EXCEPT ({new})) o;
END IF;
RETURN NULL;
END """


def _pairs(source, rows):
    """Campaign, place and entity of those rows, a line for each place."""
    entity = f'r."{source.entity}"' if source.entity else "NULL::bigint"
    if source.owner:
        table, column = source.owner
        return (
            f'SELECT p.campaign_id AS campaign, p.region_id AS place, NULL::bigint AS entity FROM "{rows}" r'
            f' JOIN "{table}" p ON p.id = r."{column}"'
        )
    campaign = f'r."{source.campaign}"' if source.campaign else "c.id"
    joined = "" if source.campaign else f' CROSS JOIN "{CAMPAIGNS}" c'
    return " UNION ALL ".join(
        f'SELECT {campaign} AS campaign, r."{place}" AS place, {entity} AS entity FROM "{rows}" r{joined}'
        f' WHERE r."{place}" IS NOT NULL'
        for place in source.places
    )


def _sqlite_triggers(source):
    """By name, in the order of the names: the same, row by row. What is marked already is not marked again."""
    if source.table == Region._meta.db_table:
        marks = f"{MARK} SELECT '{source.table}', id, NULL, NULL FROM \"{CAMPAIGNS}\";"
        return {f"mark_{source.table}_{e.lower()}": _sqlite_trigger(source, e, marks) for e in source.events}
    if source.watched:
        changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in source.watched)
        where = f"WHERE c.id = NEW.id AND ({changed})" if source.campaign else f"WHERE {changed}"
        marks = f"{MARK} SELECT '{source.table}', c.id, NULL, NULL FROM \"{CAMPAIGNS}\" c {where};"
        return {f"mark_{source.table}_update": _sqlite_trigger(source, "UPDATE", marks)}
    new, old = _sqlite_marks(source, "NEW", named=False), _sqlite_marks(source, "OLD", named=True)
    moved = _sqlite_marks(source, "OLD", named=True, unless="NEW")
    bodies = {"DELETE": old, "INSERT": new, "UPDATE": f"{new} {moved}"}
    return {
        f"mark_{source.table}_{event.lower()}": _sqlite_trigger(source, event, body) for event, body in bodies.items()
    }


def _sqlite_trigger(source, event, body):
    return f'CREATE TRIGGER "mark_{source.table}_{event.lower()}" AFTER {event} ON "{source.table}" BEGIN {body} END'


def _sqlite_marks(source, row, *, named, unless=""):
    marks = []
    for place in source.places:
        entity = f'{row}."{source.entity}"' if source.entity and named else "NULL"
        where = ""
        if source.owner:
            table, column = source.owner
            rows = f'"{table}" p WHERE p.id = {row}."{column}"'
            campaign, place = "p.campaign_id", "p.region_id"
            moved = [column]
        else:
            rows = f'"{CAMPAIGNS}" p WHERE ' + (f'p.id = {row}."{source.campaign}"' if source.campaign else "1")
            campaign, moved = "p.id", [c for c in (source.campaign, source.entity, place) if c]
            place = f'{row}."{place}"'
            where = f" AND {place} IS NOT NULL"
        if unless:
            where += " AND (" + " OR ".join(f'{row}."{c}" IS NOT {unless}."{c}"' for c in moved) + ")"
        marks.append(
            f"{MARK} SELECT '{source.marked}', {campaign}, {place}, {entity} FROM {rows}{where} AND NOT EXISTS"
            f" (SELECT 1 FROM \"{Mark._meta.db_table}\" m WHERE m.source = '{source.marked}' AND m.campaign = {campaign}"
            f" AND m.place = {place} AND m.entity IS {entity});"
        )
    return " ".join(marks)
