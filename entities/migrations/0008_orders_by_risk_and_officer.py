"""Indexes for two orders of lists that no column has: entities by their level of risk, tasks by the name of their officer."""

from django.db import migrations, models
from django.db.models import Case, Value, When

from entities.index_building import AddIndexWhileWorking

RANK = Case(
    When(risk_level="low", then=Value(0)), When(risk_level="medium", then=Value(1)), When(risk_level="high", then=Value(2))
)


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("entities", "0007_register_by_key")]

    operations = [
        AddIndexWhileWorking("entity", models.Index(RANK, "name", "id", name="entity_by_risk")),
        AddIndexWhileWorking("officer", models.Index(fields=["name", "id"], name="officer_by_name")),
    ]
