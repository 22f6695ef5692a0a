"""What reports keep by themselves: numbers returned without records, own indicators, and which indicators a campaign shows."""

from reports.models.api_answer import ApiAnswer
from reports.models.bulletin import Bulletin, BulletinVersion
from reports.models.cell import Cell, Mark, Summary
from reports.models.chosen import ChosenIndicator
from reports.models.imported import Import, ImportedRow, ImportStatus, RowOutcome
from reports.models.job import Job, JobStatus, Worker
from reports.models.own import OwnIndicator
from reports.models.ranking import RankingRule
from reports.models.returned import Return, ReturnStatus
from reports.models.round import Round, RoundReport
from reports.models.saved_filter import SavedFilter
from reports.models.snapshot import Snapshot, SnapshotLine
from reports.models.superior_form import FilledForm, FormBinding, Holds, SuperiorForm, When

__all__ = [
    "ApiAnswer",
    "Bulletin",
    "BulletinVersion",
    "Cell",
    "ChosenIndicator",
    "FilledForm",
    "FormBinding",
    "Holds",
    "Import",
    "ImportStatus",
    "ImportedRow",
    "Job",
    "JobStatus",
    "Mark",
    "OwnIndicator",
    "RankingRule",
    "Return",
    "ReturnStatus",
    "Round",
    "RoundReport",
    "SavedFilter",
    "Snapshot",
    "SnapshotLine",
    "RowOutcome",
    "Summary",
    "SuperiorForm",
    "When",
    "Worker",
]
