from django.db import migrations

BATCH = 5_000

# The trigger works the text out; what is written here does not matter.
FILL = """
UPDATE entities_entity SET search_text = '' WHERE id IN (
    SELECT id FROM entities_entity WHERE id > %s AND id <= %s AND search_text IS NULL)
"""


def fill(apps, schema_editor):
    """Batch by batch, each committed by itself: rows are locked for a moment only, and a run that was cut off is begun again."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM entities_entity WHERE search_text IS NULL")
        first, last = cursor.fetchone()
        for start in range(first - 1, last, BATCH):
            cursor.execute(FILL, [start, start + BATCH])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("entities", "0004_search_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
