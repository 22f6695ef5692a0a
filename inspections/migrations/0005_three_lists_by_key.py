"""An index in the order of the three lists, which go from place to place."""

from django.db import migrations, models

from entities.index_building import AddIndexWhileWorking


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("inspections", "0004_pages_by_key")]

    operations = [
        AddIndexWhileWorking(
            "hazard", models.Index(fields=["campaign", "region", "deadline", "id"], name="hazard_by_place")
        ),
    ]
