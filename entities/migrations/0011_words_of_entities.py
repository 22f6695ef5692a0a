"""An index for the people of an entity, whom its ledger looks for."""

from django.db import migrations

from entities.index_building import AddWordsIndex


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("entities", "0010_relocated_entities")]

    operations = [AddWordsIndex("entity_words", "entities_entity", ["legal_representative", "contact"])]
