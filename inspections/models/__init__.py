"""What the campaign does: its records, one file per noun."""

from inspections.models.calendar import Holiday
from inspections.models.campaign import Campaign, Severity
from inspections.models.case import Case, CaseStatus, Penalty
from inspections.models.case_step import CaseStep, StepKind
from inspections.models.cause import Cause, CauseGroup
from inspections.models.checklist import Answer, Checklist, ChecklistItem, ChecklistVersion
from inspections.models.deadline import Deadline, DeadlineKind, DeadlineRule, Suspension, WithDeadlines
from inspections.models.digest import Digest
from inspections.models.evidence import Evidence
from inspections.models.hazard import Hazard, HazardCategory, HazardStatus
from inspections.models.inspection import Inspection
from inspections.models.interview import Interview, InterviewedEntity, Order
from inspections.models.lead import Lead, LeadStatus
from inspections.models.numbering import NumberBlock, Series
from inspections.models.operation import JointTeam, Operation
from inspections.models.outreach import CoordinationEvent, Exposure, Listing, ListingCheck, Publicity, Training
from inspections.models.rectification import Rectification, Verdict
from inspections.models.sampling import BatchStatus, SamplingBatch
from inspections.models.seizure import Disposal, SeizedItem, Seizure
from inspections.models.self_check import SelfCheck
from inspections.models.task import Task, TaskState
from inspections.models.visit import InspectionStatus, Mode, Outcome, Relation, Signing

__all__ = [
    "Answer",
    "BatchStatus",
    "Campaign",
    "Case",
    "CaseStatus",
    "CaseStep",
    "Cause",
    "CauseGroup",
    "Checklist",
    "ChecklistItem",
    "ChecklistVersion",
    "CoordinationEvent",
    "Deadline",
    "DeadlineKind",
    "DeadlineRule",
    "Digest",
    "Disposal",
    "Evidence",
    "Exposure",
    "Hazard",
    "HazardCategory",
    "HazardStatus",
    "Holiday",
    "Inspection",
    "InspectionStatus",
    "Interview",
    "InterviewedEntity",
    "JointTeam",
    "Lead",
    "LeadStatus",
    "Listing",
    "ListingCheck",
    "Mode",
    "NumberBlock",
    "Operation",
    "Order",
    "Outcome",
    "Penalty",
    "Publicity",
    "Rectification",
    "Relation",
    "SamplingBatch",
    "SeizedItem",
    "Seizure",
    "SelfCheck",
    "Series",
    "Severity",
    "Signing",
    "StepKind",
    "Suspension",
    "Task",
    "TaskState",
    "Training",
    "Verdict",
    "WithDeadlines",
]
