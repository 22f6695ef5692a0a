"""Interviews, cases, penalties, seizures and their deadlines."""

from django.utils.translation import gettext_lazy as _

from entities.today import today
from inspections import models as work
from reports.columns import Column
from reports.ledgers.declare import CARD, CODE, ENTITY, KIND, PARTY, WHERE, Ledger, party

ENFORCEMENT = (
    Ledger(
        work.Deadline, "enforcement", "clock",
        ("about", "kind", "officer", "starts_on",
         "due_on", "suspended_on", "met_on", *WHERE),
        facts=("kind", "officer", "due_on"),
        further=("days", "in_working_days", "extended_by", "extension_days", "basis", "dropped_on"),
        search=("about", "officer__name"), filters=("kind",), date="due_on",
        switches=(("pending", _("running"), lambda rows: rows.running()),
                  ("soon", _("due within a week"), lambda rows: rows.due_soon(on=today())),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today()))),
    ),
    Ledger(
        work.Suspension, "enforcement", "clock",
        ("deadline", "began_on", "ended_on", "reason", *WHERE), facts=("began_on", "ended_on", "reason"),
        search=("reason",), date="began_on",
    ),
    Ledger(
        work.Interview, "enforcement", "talk",
        ("reason", "held_on", "level", "officers", *WHERE), facts=("held_on", "level", "region"),
        further=("minutes",), search=("reason", "interviewed__entity"), filters=("level",), date="held_on",
    ),
    Ledger(
        work.InterviewedEntity, "enforcement", "talk",
        ("entity", KIND, "person", "interview.held_on", "interview.reason", *WHERE),
        facts=("person", "interview.held_on", "region"), further=(CODE, "interview.level"),
        search=(*ENTITY, "person", "interview__reason"), filters=(KIND,), date="interview__held_on",
    ),
    Ledger(
        work.Letter, "enforcement", "document",
        ("addressee", "kind", "number", "sent_on", "entity", *WHERE), facts=("kind", "sent_on", "entity"),
        further=("text", KIND, CODE), search=("addressee", "number", *ENTITY), filters=("kind", KIND), date="sent_on",
    ),
    Ledger(
        work.Case, "enforcement", "case",
        (PARTY, "number", "cause", "came_from", "proposed_on", "filed_on", "decided_on", *WHERE, "status"),
        facts=("number", "cause", "status"),
        further=(KIND, CODE, CARD, "inspection", "operation", "batch", "lead", "acted_on", "ground",
                 "legal_basis", "procedure", "closed_on",
                 "police_on", "no_penalty", "officers", "goods_value", "closes_illegal_workshop",
                 "workshop_value", "suspects", "transferred_to", "abnormal_on"),
        search=("number", "person_name", "cause", *ENTITY),
        filters=("status", "ground", "came_from", "procedure", KIND, "closes_illegal_workshop"), date="proposed_on",
        reached=(("operation", "operation", "inspection__operation"),),
        switches=(("filed", _("filed"), lambda rows: rows.filed()),),
    ),
    Ledger(
        work.CaseStep, "enforcement", "case",
        (Column("party", _("entity or natural person"), read=lambda step: step.case.party, joins=("case__entity",),
                sort=("case__entity__name", "case__person_name")),
         "kind", "taken_on", "number", "note", "created_by", *WHERE),
        facts=("kind", "taken_on", "note"), further=("case.number", "case.cause"),
        search=("number", "note", "case__number", "case__person_name", "case__entity"), filters=("kind",),
        date="taken_on",
    ),
    Ledger(
        work.Penalty, "enforcement", "penalty",
        (Column("party", _("entity or natural person"), read=lambda p: p.case.party, joins=("case__entity",),
                sort=("case__entity__name", "case__person_name")),
         "kind", "number", "decided_on", "amount", "goods_kind", "quantity", "paid_on", *WHERE),
        facts=("kind", "amount", "decided_on"),
        further=(KIND, "goods_value", "case.number", "case.cause"),
        search=("number", "case__number", "case__person_name", "case__entity"),
        filters=("kind", "goods_kind", KIND), date="decided_on",
    ),
    Ledger(
        work.Seizure, "enforcement", "seize",
        (PARTY, "seized_on", "number", "department", "reason", "place_kept", *WHERE),
        facts=("seized_on", "department", "reason"), further=(KIND, CARD, "inspection", "case"),
        search=("number", "person_name", "reason", *ENTITY), filters=("department", KIND), date="seized_on",
    ),
    Ledger(
        work.SeizedItem, "enforcement", "seize",
        (Column("party", _("entity or natural person"), read=lambda item: party(item.seizure),
                joins=("seizure__entity",), sort=("seizure__entity__name", "seizure__person_name")),
         "kind", "description", "quantity", "released", "confiscated", "seizure.seized_on", "seizure.department", *WHERE),
        facts=("kind", "quantity", "seizure.seized_on"), further=("seizure.number", "seizure.reason"),
        search=("description", "seizure__number", "seizure__person_name", "seizure__entity"),
        filters=("kind",), date="seizure__seized_on", reached=(("operation", "seizure__inspection__operation"),),
    ),
    Ledger(
        work.Disposal, "enforcement", "seize",
        (Column("party", _("entity or natural person"), read=lambda d: party(d.item.seizure),
                joins=("item__seizure__entity",), sort=("item__seizure__entity__name", "item__seizure__person_name")),
         "item.kind", "kind", "quantity", "settled_on", "number", *WHERE),
        facts=("kind", "quantity", "settled_on"), further=("note", "item.seizure.number"),
        search=("number", "note", "item__seizure__number", "item__seizure__entity"), filters=("kind",),
        date="settled_on",
    ),
)  # fmt: skip
