"""The columns that every table of history got at once: way, address and seal."""

from django.db import models
from django.db.migrations.operations.base import Operation

from entities import trace


class AddTrace(Operation):
    """Adds the three columns to the tables of those historical models.

    One operation for all: as 180 single ones they would cost every new database a minute and more, since Django works out the state
    of all models anew after each. The columns have defaults of the database's own, so code that does not know them goes on writing.
    """

    reduces_to_sql = True
    reversible = False

    def __init__(self, names):
        self.names = names

    def deconstruct(self):
        return (self.__class__.__qualname__, [self.names], {})

    def describe(self):
        return "Add way, address and seal to the tables of history"

    def state_forwards(self, app_label, state):
        fields = {field.name: field for field in trace.Traced._meta.get_fields()}
        for name in self.names:
            for field_name, field in fields.items():
                state.models[app_label, name].fields[field_name] = field.clone()
        state.__dict__.pop("apps", None)  # worked out once, when it is asked for again

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        address = models.GenericIPAddressField().db_type(schema_editor.connection)
        for name in self.names:
            table = f"{app_label}_{name}"
            for column in (
                "history_way varchar(10) DEFAULT '' NOT NULL",
                f"history_address {address} NULL",
                "history_seal integer NULL CHECK (history_seal >= 0)",
            ):
                schema_editor.execute(f'ALTER TABLE "{table}" ADD COLUMN {column}')
            schema_editor.execute(f'CREATE INDEX "{table[:50]}_seal" ON "{table}" (history_seal)')
