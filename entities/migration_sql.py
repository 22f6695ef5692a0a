"""Statements of migrations that only PostgreSQL needs."""

from django.db import migrations


class OnPostgreSQL(migrations.RunSQL):
    """Runs its statements on PostgreSQL, and nothing elsewhere."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
