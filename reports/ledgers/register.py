"""The register, tasks, self-checks and leads."""

from django.utils.translation import gettext_lazy as _

from entities.models import Entity, EntityKind, ProductType
from entities.today import today
from inspections import models as work
from reports.columns import Column, chosen
from reports.ledgers.declare import CODE, ENTITY, KIND, WHERE, Ledger

REGISTER = (
    Ledger(
        Entity, "register", "shop",
        ("name", "kind", Column("identity", _("credit code or licence"), read=lambda e: e.identity, sort=("credit_code",),
                                needs=("credit_code", "licence_number", "identity_cipher")),
         "region", "township", "address", "contact", "phone", "risk_level", "state"),
        facts=("kind", "address", "state"),
        further=(
            Column("further_kinds", _("further kinds"), read=lambda e: chosen(EntityKind, e.further_kinds),
                   needs=("further_kinds",)),
            Column("goods", _("goods handled"), read=lambda e: chosen(ProductType, e.goods), needs=("goods",)),
            "identity_kind", "brands", "registered_address", "legal_representative", "responsible_officer",
            "responsible_leader", "pledged_on", "quality_director", "quality_officer", "state_on", "state_reason", "unit",
        ),
        search=("legal_representative", "contact"),
        filters=("kind", "risk_level", "state"), of_campaign=False,
    ),
    Ledger(
        work.Task, "register", "task",
        ("entity", "purpose", "assignee", "due_on", "done_on", *WHERE), facts=("purpose", "assignee", "due_on"),
        further=(KIND, CODE, "inspection", "self_check"), search=(*ENTITY, "assignee__name"),
        filters=("purpose", KIND, "assignee"), date="due_on",
        switches=(("pending", _("not yet done"), lambda rows: rows.pending()),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today()))),
    ),
    Ledger(
        work.SelfCheck, "register", "check",
        ("entity", KIND, "checked_on", "answered_by", "receipt_number", *WHERE),
        facts=(KIND, "checked_on", "region"), further=(CODE, "remarks"),
        search=(*ENTITY, "receipt_number", "answered_by"), filters=(KIND,), date="checked_on",
    ),
    Ledger(
        work.Lead, "register", "lead",
        ("text", "came_from", "received_on", "informant", "entity", "status", *WHERE), facts=("came_from", "received_on", "entity"),
        further=("outcome", "closed_on", "passed_to", "handled_by", "listing"), search=("text", "informant", *ENTITY),
        filters=("status", "came_from", KIND), date="received_on",
        switches=(("open", _("not yet dealt with"), lambda rows: rows.open()),),
    ),
)  # fmt: skip
