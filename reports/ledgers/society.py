"""Coordination, outreach, the duties of entities, sales pages and certificates."""

from django.utils.translation import gettext_lazy as _

from entities.today import today
from inspections import models as work
from reports.ledgers.declare import CODE, ENTITY, KIND, WHERE, Ledger

SOCIETY = (
    Ledger(
        work.CoordinationEvent, "society", "document",
        ("title", "kind", "held_on", "number", "status", *WHERE), facts=("kind", "held_on", "unit"), further=("summary",),
        search=("title", "number", "summary"), filters=("kind", "status"), date="held_on",
    ),
    Ledger(
        work.Assignment, "society", "task",
        ("what", "to_unit", "to_officer", "given_on", "due_on", "status", *WHERE), facts=("to_unit", "due_on", "status"),
        further=("event", "feedback", "reported_on", "done_on"), search=("what", "feedback", "to_unit__name"),
        filters=("status",), date="due_on",
        switches=(("pending", _("not yet done"), lambda rows: rows.pending()),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today()))),
    ),
    Ledger(
        work.Training, "society", "training",
        ("title", "held_on", "directors", "quality_officers", "others", "enterprises", *WHERE),
        facts=("held_on", "directors", "quality_officers"), search=("title",), date="held_on",
    ),
    Ledger(
        work.Publicity, "society", "publicity",
        ("title", "kind", "produced_on", "quantity", *WHERE), facts=("kind", "produced_on", "quantity"),
        search=("title",), filters=("kind",), date="produced_on",
    ),
    Ledger(
        work.OutreachEvent, "society", "publicity",
        ("title", "kind", "held_on", "participants", *WHERE), facts=("kind", "held_on", "participants"),
        search=("title",), filters=("kind",), date="held_on",
    ),
    Ledger(
        work.Duty, "society", "check",
        ("entity", "kind", "person", "done_on", "ended_on", *WHERE), facts=("kind", "person", "done_on"),
        further=(KIND, CODE), search=(*ENTITY, "person"), filters=("kind", KIND), date="done_on",
    ),
    Ledger(
        work.MonitoringRun, "society", "online",
        ("platform", "ran_on", "pages_checked", "shops_monitored", "advertisements_blocked", *WHERE),
        facts=("ran_on", "pages_checked", "shops_monitored"), further=("remarks",), search=("platform", "remarks"),
        date="ran_on",
    ),
    Ledger(
        work.Exposure, "society", "exposure",
        ("title", "kind", "exposed_on", "medium", *WHERE), facts=("kind", "exposed_on", "medium"),
        further=("cases", "batches", "brands"), search=("title", "medium", "brands"), filters=("kind",), date="exposed_on",
    ),
    Ledger(
        work.Listing, "society", "online",
        ("title", "platform", "entity", "found_on", "status", "removed_on", *WHERE), facts=("platform", "entity", "found_on"),
        further=("url", "run", KIND, CODE), search=("title", "platform", "url", *ENTITY), filters=("status", KIND), date="found_on",
    ),
    Ledger(
        work.ListingCheck, "society", "online",
        ("listing", "listing.entity", "listing.platform", "checked_on", "shows_notice", *WHERE),
        facts=("listing.platform", "checked_on", "shows_notice"), further=("listing.url", "run", "remarks"),
        search=("listing__title", "listing__platform", "listing__entity"), filters=("shows_notice",),
        date="checked_on",
    ),
    Ledger(
        work.Certificate, "society", "document",
        ("number", "entity", "product", "model_name", "issuer", "issued_on", "expires_on", "status", *WHERE),
        facts=("entity", "model_name", "status"), further=("verified_on", KIND, CODE),
        search=("number", "model_name", "issuer", *ENTITY), filters=("status", "product", KIND), date="issued_on",
        page=("certificate_check", _("Check a certificate")),
    ),
    Ledger(
        work.CertificateChange, "society", "document",
        ("certificate", "status", "from_on", "reason", *WHERE), facts=("status", "from_on", "reason"),
        search=("certificate__number", "reason"), filters=("status",), date="from_on",
    ),
    Ledger(
        work.Recall, "society", "document",
        ("model_name", "entity", "product", "announced_on", "items", *WHERE), facts=("entity", "announced_on", "items"),
        further=("reason", KIND, CODE), search=("model_name", "reason", *ENTITY), filters=("product", KIND),
        date="announced_on",
    ),
)  # fmt: skip
