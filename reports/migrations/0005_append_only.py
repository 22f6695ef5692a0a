from django.db import migrations

# A row of history is never changed but for the number of its seal, once; it is removed only by the rule of retention, which says so.
FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('campaign.retention', true), '') = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME <> 'entities_seal'
       AND to_jsonb(OLD) ->> 'history_seal' IS NULL
       AND to_jsonb(NEW) - 'history_seal' = to_jsonb(OLD) - 'history_seal' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The history is append-only: % of % refused.', TG_OP, TG_TABLE_NAME;
END $$;
"""


def tables(apps):
    marks = {"history_seal", "m2m_history_id"}  # rows of history, and what they were linked to
    found = [model for model in apps.get_models() if marks & {field.name for field in model._meta.fields}]
    return sorted({model._meta.db_table for model in found} | {"entities_seal"})


def protect(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTION, params=None)
    for table in tables(apps):
        schema_editor.execute(
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history()",
            params=None,
        )


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS refuse_change_of_history() CASCADE")


class Migration(migrations.Migration):
    dependencies = [
        ("entities", "0003_history"),
        ("inspections", "0003_history"),
        ("reports", "0004_history"),
    ]

    operations = [migrations.RunPython(protect, release)]
