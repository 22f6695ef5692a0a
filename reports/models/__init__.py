"""What reports keep by themselves: numbers returned without records, own indicators, and which indicators a campaign shows."""

from reports.models.chosen import ChosenIndicator
from reports.models.job import Job, JobStatus, Worker
from reports.models.own import OwnIndicator
from reports.models.returned import Return, ReturnStatus

__all__ = ["ChosenIndicator", "Job", "JobStatus", "OwnIndicator", "Return", "ReturnStatus", "Worker"]
