"""Entities with a case or seizure that was begun in another region than theirs are noted as relocated."""

from django.db import migrations

NOTE = """
INSERT INTO entities_relocation (entity_id)
SELECT DISTINCT e.id FROM entities_entity e JOIN {table} r ON r.entity_id = e.id
WHERE r.region_id <> e.region_id ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0005_three_lists_by_key"), ("entities", "0010_relocated_entities")]

    operations = [
        migrations.RunSQL(NOTE.format(table=table), migrations.RunSQL.noop)
        for table in ("inspections_case", "inspections_seizure")
    ]
