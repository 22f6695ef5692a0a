from django.db import models

from django.db import migrations
from entities.index_building import AddIndexWhileWorking


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("entities", "0006_search_index")]

    operations = [
        AddIndexWhileWorking("entity", models.Index(fields=["region", "name", "id"], name="entity_list")),
        AddIndexWhileWorking("entity", models.Index(fields=["name", "id"], name="entity_by_name")),
        AddIndexWhileWorking("entity", models.Index(fields=["kind", "name", "id"], name="entity_by_kind")),
        AddIndexWhileWorking("entity", models.Index(fields=["state", "name", "id"], name="entity_by_state")),
        AddIndexWhileWorking("entity", models.Index(fields=["credit_code", "licence_number", "id"], name="entity_by_code")),
        AddIndexWhileWorking("entity", models.Index(fields=["region", "id"], opclasses=["varchar_pattern_ops", ""], name="entity_in_region")),
    ]
