from django.db import migrations

from entities.migration_sql import OnPostgreSQL

# The text in which an entity is searched (entities/search.py): a column of PostgreSQL's own, written by a trigger alone. A generated
# column would say the same, but adding one writes the whole table anew under a lock that stops everybody.
COLUMN = 'ALTER TABLE "entities_entity" ADD COLUMN "search_text" text NULL'

# lower under "C" changes A–Z alone, whatever the database's own locale.
FUNCTION = """
CREATE OR REPLACE FUNCTION write_entity_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search_text := lower(normalize(concat_ws(chr(31),
        NEW.name, NEW.initials, NEW.credit_code, NEW.licence_number, NEW.address, NEW.phone), NFKC) COLLATE "C");
    RETURN NEW;
END $$
"""

TRIGGER = """
CREATE TRIGGER write_search_text BEFORE INSERT OR UPDATE ON "entities_entity"
FOR EACH ROW EXECUTE FUNCTION write_entity_search_text()
"""


class Migration(migrations.Migration):
    dependencies = [("entities", "0003_history")]

    operations = [
        migrations.AlterModelOptions(
            name="entity",
            options={"ordering": ["region_id", "name", "pk"], "verbose_name": "entity", "verbose_name_plural": "entities"},
        ),
        OnPostgreSQL(COLUMN),
        OnPostgreSQL(FUNCTION),
        OnPostgreSQL(TRIGGER),
    ]
