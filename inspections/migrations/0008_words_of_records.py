"""Indexes for the texts that ledgers look through, and for the beginning of a file's SHA-256."""

from django.db import migrations, models

from entities.index_building import AddIndexWhileWorking, AddWordsIndex


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("entities", "0011_words_of_entities"), ("inspections", "0007_inspection_by_notice")]

    operations = [
        AddWordsIndex("selfcheck_words", "inspections_selfcheck", ["receipt_number", "answered_by"]),
        AddWordsIndex("hazard_words", "inspections_hazard", ["description"]),
        AddWordsIndex("rectification_words", "inspections_rectification", ["measures"]),
        AddWordsIndex("evidence_words", "inspections_evidence", ["original_name", "caption"]),
        AddIndexWhileWorking(
            "evidence",
            models.Index(fields=["sha256"], opclasses=["varchar_pattern_ops"], name="evidence_by_sha256"),
        ),
    ]
