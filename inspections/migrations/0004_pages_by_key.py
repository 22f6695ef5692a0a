"""Indexes in the order of the lists, so that each page of a list is read from where the page before it ended."""

from django.db import migrations, models

from entities.index_building import AddIndexWhileWorking


class Migration(migrations.Migration):
    atomic = False  # as building without holding up writers asks

    dependencies = [("inspections", "0003_history")]

    operations = [
        AddIndexWhileWorking("case", models.Index(fields=["campaign", "proposed_on", "id"], name="case_list")),
        AddIndexWhileWorking("casestep", models.Index(fields=["campaign", "taken_on", "id"], name="case_step_list")),
        AddIndexWhileWorking("evidence", models.Index(fields=["campaign", "created_at", "id"], name="evidence_list")),
        AddIndexWhileWorking("hazard", models.Index(fields=["campaign", "deadline", "id"], name="hazard_list")),
        AddIndexWhileWorking(
            "hazard",
            models.Index(
                fields=["campaign", "deadline", "id"],
                name="hazard_pending_list",
                condition=models.Q(status__in=["open", "submitted"]),
            ),
        ),
        AddIndexWhileWorking("inspection", models.Index(fields=["campaign", "inspected_on", "id"], name="inspection_list")),
        AddIndexWhileWorking(
            "inspection",
            models.Index(fields=["created_by", "id"], name="inspection_drafts", condition=models.Q(status="draft")),
        ),
        AddIndexWhileWorking("interview", models.Index(fields=["campaign", "held_on", "id"], name="interview_list")),
        AddIndexWhileWorking("penalty", models.Index(fields=["campaign", "decided_on", "id"], name="penalty_list")),
        AddIndexWhileWorking("rectification", models.Index(fields=["campaign", "submitted_on", "id"], name="rectification_list")),
        AddIndexWhileWorking("samplingbatch", models.Index(fields=["campaign", "sampled_on", "id"], name="batch_list")),
        AddIndexWhileWorking("seizure", models.Index(fields=["campaign", "seized_on", "id"], name="seizure_list")),
        AddIndexWhileWorking("selfcheck", models.Index(fields=["campaign", "checked_on", "id"], name="self_check_list")),
        AddIndexWhileWorking("task", models.Index(fields=["campaign", "due_on", "id"], name="task_list")),
        AddIndexWhileWorking(
            "task",
            models.Index(
                fields=["campaign", "due_on", "id"],
                name="task_pending_list",
                condition=models.Q(done_on=None, withdrawn_on=None),
            ),
        ),
    ]
