"""Which entities have lain in more than one region: filled, and kept, by the database (entities/relocating.py)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entities", "0009_region_by_range")]

    operations = [
        migrations.CreateModel(
            name="Relocation",
            fields=[
                (
                    "entity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="relocation",
                        serialize=False,
                        to="entities.entity",
                        verbose_name="entity",
                    ),
                ),
            ],
            options={"verbose_name": "relocated entity", "verbose_name_plural": "relocated entities"},
        ),
    ]
