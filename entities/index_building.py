"""Indexes on tables that grow are built, and taken away, while people work.

In a migration with `atomic = False`, which can be run again when it was cut off: what it left is taken away first.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

from entities.migration_sql import OnPostgreSQL
from entities.search import PIECES
from entities.word_search import SIZES


class AddIndexWhileWorking(AddIndexConcurrently):
    """An index that is built without holding up writers (on PostgreSQL)."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class RemoveIndexWhileWorking(RemoveIndexConcurrently):
    """An index that is taken away without holding up anybody (on PostgreSQL)."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.RemoveIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.RemoveIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class AddWordsIndex(OnPostgreSQL):
    """The index of the pieces of a model's texts, as entities/word_search.py asks for them.

    What was written last waits in a short list, which each search reads through. Whoever changes PIECES or SIZES makes such indexes anew.
    """

    def __init__(self, name, table, columns):
        text = f"upper({' || chr(31) || '.join(columns)})"
        pieces = ", ".join(f"({PIECES[size] % {'text': text}})" for size in SIZES)
        drop = f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"'
        make = (
            f'CREATE INDEX CONCURRENTLY "{name}" ON "{table}" USING gin ({pieces}) WITH (gin_pending_list_limit = 512)'
        )
        super().__init__([drop, make], [drop])
