"""Sampling, operations and teams."""

from django.utils.translation import gettext_lazy as _

from inspections import models as work
from reports.columns import Column
from reports.ledgers.declare import CODE, ENTITY, KIND, WHERE, Ledger
from reports.models import Return, RoundReport

RETURNED = Column(
    "label", _("indicator"), read=lambda returned: returned.label, sort=("indicator",),
    prefetch="campaign__own_indicators",
)  # fmt: skip

DEPARTMENTS = (
    Ledger(
        work.SamplingPlan, "departments", "sample",
        ("name", "level", "product", "planned", "starts_on", "ends_on", "laboratory", *WHERE),
        facts=("level", "planned", "starts_on"), search=("name", "laboratory"), filters=("level", "product"),
        date="starts_on",
    ),
    Ledger(
        work.SamplingBatch, "departments", "sample",
        ("number", "entity", "product", "model_name", "level", "sampled_on", "result_on", "handling_region", *WHERE,
         "status"),
        facts=("entity", "sampled_on", "status"),
        further=(KIND, CODE, "plan", "maker", "brand", "quantity", "laboratory", "report_number", "objected_on",
                 "order_to_correct", "reinspection", "failed_items", "transferred_on", "ordered_on", "reinspected_on", "handled_on"),
        search=("number", "maker", "brand", "model_name", *ENTITY), filters=("status", "level", "product", KIND),
        date="sampled_on",
    ),
    Ledger(
        work.Operation, "departments", "operation",
        ("name", "kind", "starts_on", "ends_on", "departments", "regions", *WHERE), facts=("kind", "starts_on", "unit"),
        further=("key", "teams", "officers", "goal"), search=("name", "key"), filters=("kind",), date="starts_on",
    ),
    Ledger(
        work.JointTeam, "departments", "team",
        ("name", "formed_on", "leader", "headcount", "departments", *WHERE), facts=("formed_on", "leader", "headcount"),
        search=("name", "leader"), date="formed_on",
    ),
    Ledger(
        Return, "departments", "table",
        (RETURNED, "since", "until", "quantity", "document_number", "is_opening", *WHERE, "status"),
        facts=("until", "quantity", "status"), further=("indicator", "note", "checked_by", "checked_on"),
        search=("indicator", "document_number", "note"), filters=("status", "is_opening"), date="until",
    ),
    Ledger(
        RoundReport, "departments", "table",
        ("round", "due_on", "status", "is_zero", "submitted_at", "approved_at", *WHERE),
        facts=("due_on", "status", "unit"),
        further=("person_in_charge", "compiler", "phone", "submitted_by", "approved_by", "reminded_at", "returned_reason"),
        search=("unit__name", "compiler"), filters=("status", "is_zero"), date="due_on",
    ),
)  # fmt: skip
