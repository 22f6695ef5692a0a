from django.db import migrations

from entities.migration_sql import OnPostgreSQL

# The pieces of a search text as entities/search.py asks for them: its pairs, and its fours, which are rare where pairs of digits and
# letters are not. What was written last waits in a short list: each search reads it through.
INDEX = r"""
CREATE INDEX CONCURRENTLY "entity_search" ON "entities_entity" USING gin (
    (string_to_array(regexp_replace(substr(search_text, 1), '(..)', '\1' || chr(31), 'g') || chr(31)
        || regexp_replace(substr(search_text, 2), '(..)', '\1' || chr(31), 'g'), chr(31))),
    (string_to_array(regexp_replace(substr(search_text, 1), '(....)', '\1' || chr(31), 'g') || chr(31)
        || regexp_replace(substr(search_text, 2), '(....)', '\1' || chr(31), 'g') || chr(31)
        || regexp_replace(substr(search_text, 3), '(....)', '\1' || chr(31), 'g') || chr(31)
        || regexp_replace(substr(search_text, 4), '(....)', '\1' || chr(31), 'g'), chr(31)))
) WITH (gin_pending_list_limit = 512)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("entities", "0005_fill_search_text")]

    operations = [
        # A run that was cut off leaves an index that answers nothing.
        OnPostgreSQL('DROP INDEX CONCURRENTLY IF EXISTS "entity_search"', migrations.RunSQL.noop),
        OnPostgreSQL(INDEX, 'DROP INDEX CONCURRENTLY IF EXISTS "entity_search"'),
    ]
