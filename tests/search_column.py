"""The column in which PostgreSQL searches, where tables are made without migrations: it is made by a migration alone."""

import importlib


def make_search_column(connection):
    """Make it, with the trigger that fills it; nothing where it is not needed."""
    if connection.vendor != "postgresql":
        return
    search = importlib.import_module("entities.migrations.0004_search_text")
    with connection.cursor() as cursor:
        for statement in (search.COLUMN, search.FUNCTION, search.TRIGGER):
            cursor.execute(statement)
