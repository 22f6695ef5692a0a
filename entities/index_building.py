"""Indexes on tables that grow are built while people work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class AddIndexWhileWorking(AddIndexConcurrently):
    """An index that is built without holding up writers (on PostgreSQL); alone in a migration with `atomic = False`."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
