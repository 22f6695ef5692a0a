"""Asking for the rows whose column holds one of many values, which are given as one parameter however many they are."""

import json

from django.db import models
from django.db.models import F, Func


def among(vendor, column, values) -> tuple[str, object]:
    """SQL that asks it of a column, and its one parameter."""
    if vendor == "postgresql":
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


class Among(Func):
    """Whether the field holds one of the values, to filter by."""

    output_field = models.BooleanField()

    def __init__(self, field, values):
        super().__init__(F(field) if isinstance(field, str) else field)
        self.values = values

    def as_sql(self, compiler, connection, **_context):
        column, parameters = compiler.compile(self.source_expressions[0])
        asked, value = among(connection.vendor, column, self.values)
        return asked, [*parameters, value]
