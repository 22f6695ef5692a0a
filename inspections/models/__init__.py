"""What the campaign does: its records, one file per noun."""

from inspections.models.bulk import BulkChange, BulkRow
from inspections.models.calendar import Holiday
from inspections.models.campaign import Campaign, Severity
from inspections.models.case import Case, CaseStatus
from inspections.models.case_step import CaseStep, StepKind
from inspections.models.cause import Cause, CauseGroup
from inspections.models.certificate import Certificate, CertificateChange, CertificateStatus, Recall
from inspections.models.checklist import Answer, Checklist, ChecklistItem, ChecklistVersion
from inspections.models.coordination import Assignment, CoordinationEvent
from inspections.models.deadline import Deadline, DeadlineKind, DeadlineRule, Suspension, WithDeadlines
from inspections.models.digest import Digest
from inspections.models.duty import Duty
from inspections.models.evidence import Evidence
from inspections.models.exposure import Exposure
from inspections.models.handover import Handover
from inspections.models.hazard import Hazard, HazardCategory, HazardStatus
from inspections.models.inspection import Inspection
from inspections.models.interview import Interview, InterviewedEntity
from inspections.models.lead import Lead, LeadStatus
from inspections.models.letter import Letter
from inspections.models.listing import Listing, ListingCheck, ListingStatus, MonitoringRun
from inspections.models.numbering import NumberBlock, Series
from inspections.models.operation import JointTeam, Operation
from inspections.models.order import Order
from inspections.models.outreach import OutreachEvent, Publicity, Training
from inspections.models.penalty import Penalty
from inspections.models.rectification import Rectification, Verdict
from inspections.models.sampling import BatchStatus, Level, SamplingBatch, SamplingPlan
from inspections.models.seizure import Disposal, SeizedItem, Seizure
from inspections.models.self_check import SelfCheck
from inspections.models.task import Task, TaskState
from inspections.models.visit import InspectionStatus, Mode, Outcome, Relation, Signing

__all__ = [
    "BulkChange",
    "BulkRow",
    "Answer",
    "Assignment",
    "BatchStatus",
    "Campaign",
    "Case",
    "CaseStatus",
    "CaseStep",
    "Cause",
    "CauseGroup",
    "Certificate",
    "CertificateChange",
    "CertificateStatus",
    "Checklist",
    "ChecklistItem",
    "ChecklistVersion",
    "CoordinationEvent",
    "Deadline",
    "DeadlineKind",
    "DeadlineRule",
    "Digest",
    "Disposal",
    "Duty",
    "Evidence",
    "Exposure",
    "Handover",
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
    "Letter",
    "Level",
    "Listing",
    "ListingCheck",
    "ListingStatus",
    "Mode",
    "MonitoringRun",
    "NumberBlock",
    "Operation",
    "Order",
    "Outcome",
    "OutreachEvent",
    "Penalty",
    "Publicity",
    "Recall",
    "Rectification",
    "Relation",
    "SamplingBatch",
    "SamplingPlan",
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
