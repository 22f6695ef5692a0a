"""The index of an entity's visits has what figures ask of all visits, so that they are counted without reading the visits."""

from django.db import migrations, models

from entities.index_building import AddIndexWhileWorking, RemoveIndexWhileWorking


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("inspections", "0008_words_of_records")]

    operations = [
        AddIndexWhileWorking(
            "inspection",
            models.Index(
                fields=["entity", "inspected_on"],
                include=["campaign", "status", "outcome", "region", "id"],
                name="inspection_of_entity_and_day",
            ),
        ),
        RemoveIndexWhileWorking("inspection", name="inspection_of_entity_by_day"),
    ]
