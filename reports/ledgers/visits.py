"""Visits, hazards and what follows them."""

from django.utils.translation import gettext_lazy as _

from entities.today import today
from inspections import models as work
from reports.columns import Column
from reports.ledgers.declare import CODE, ENTITY, KIND, WHERE, Ledger

VISITS = (
    Ledger(
        work.Inspection, "visits", "inspect",
        ("entity", KIND, "inspected_on", "mode", "outcome", "officers", *WHERE, "status"),
        facts=("inspected_on", "outcome", "status"),
        further=(CODE, "started_at", "ended_at", "operation", "joint_team", "departments", "notice_number",
                 "vehicles_checked", "checklist_version.checklist", "remarks", "refusal_reason", "refusal_witness",
                 "submitted_at", "void_reason", "transcribed_by"),
        search=(*ENTITY, "notice_number", "officers__name"),
        filters=("status", "mode", "outcome", KIND, "operation"), date="inspected_on",
    ),
    Ledger(
        work.Hazard, "visits", "hazard",
        ("entity", "description", "category", "severity", "found_on", "deadline", "rectified_on", *WHERE, "status"),
        facts=("description", "deadline", "status"),
        further=(KIND, CODE, "places", "item", "responsible_department", "closing_note", "inspection", "self_check"),
        search=(*ENTITY, "description"), filters=("status", "severity", "category", KIND, "responsible_department"),
        date="found_on", reached=(("operation", "inspection__operation"), ("responsible", "entity__responsible_officer")),
        switches=(("pending", _("still to be rectified"), lambda rows: rows.pending()),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today())),
                  ("counted", _("not withdrawn"), lambda rows: rows.counted())),
    ),
    Ledger(
        work.Handover, "visits", "handover",
        (Column("about", _("hazard"), read=lambda h: str(h.hazard), joins=("hazard__entity",), sort=("hazard__entity__name",)),
         "department", "handed_on", "acknowledged_on", "receipt", *WHERE),
        facts=("department", "handed_on", "acknowledged_on"), further=("note",),
        search=("hazard__entity", "hazard__description", "receipt"), filters=("department",), date="handed_on",
        switches=(("waiting", _("not yet acknowledged"), lambda rows: rows.unacknowledged()),),
    ),
    Ledger(
        work.Rectification, "visits", "rectify",
        ("hazard.entity", "measures", "submitted_on", "on_the_spot", "reviewer", "reviewed_on", *WHERE, "verdict"),
        facts=("measures", "submitted_on", "verdict"),
        further=("hazard.description", "hazard.severity", "method", "comment"),
        search=("hazard__entity", "measures", "hazard__description"),
        filters=("verdict", "method", "on_the_spot"), date="submitted_on",
    ),
    Ledger(
        work.Order, "visits", "document",
        ("number", "entity", "issued_on", "due_on", "served_on", "goods_off_sale", *WHERE), facts=("entity", "issued_on", "due_on"),
        further=(KIND, CODE, "inspection", "served_how", "demands", "closes_unlicensed"), search=("number", *ENTITY),
        filters=(KIND, "closes_unlicensed"), date="issued_on",
    ),
    Ledger(
        work.Evidence, "visits", "photo",
        ("original_name", Column("kind_of_record", _("kind of record"), joins=("content_type",),
         read=lambda e: str(e.content_type)), "caption", "created_by", "created_at", *WHERE),
        facts=("kind_of_record", "created_by", "created_at"),
        further=(Column("object_id", _("number of the record"), read=lambda e: str(e.object_id)),
                 "media_type", "size", "sha256", "taken_at"),
        search=("original_name", "caption"), begins=("sha256",),
        filters=(), date="created_at__date",
    ),
)  # fmt: skip
