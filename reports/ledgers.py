"""The ledgers (台账): one declaration for each kind of record; list, drill-down, card and workbook all follow it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import JSONField, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity, EntityKind, ProductType
from entities.today import today
from inspections import models as work
from reports.columns import Column, chosen, column

CHAPTERS = {
    "register": _("Register and tasks"),
    "visits": _("Visits and hazards"),
    "enforcement": _("Cases, penalties and seizures"),
    "departments": _("Sampling and joint work"),
    "society": _("Coordination and outreach"),
}


@dataclass(frozen=True)
class Ledger:
    """The ledger of one model.

    `columns` stand on the screen, `further` only in the workbook, `facts` on a phone's card under the first column.
    `date` is the lookup that places a record in a period; `switches` are ready-made selections by name.
    """

    model: type
    chapter: str
    icon: str
    columns: tuple
    facts: tuple[str, ...]
    further: tuple = ()
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    date: str = ""
    joins: tuple[str, ...] = ()
    switches: tuple[tuple[str, object, Callable], ...] = ()
    of_campaign: bool = True

    @property
    def name(self):
        return self.model._meta.model_name

    @property
    def label(self):
        return self.model._meta.verbose_name_plural

    @property
    def singular(self):
        return self.model._meta.verbose_name

    @property
    def permission(self):
        """The right to look at this kind of record."""
        return f"{self.model._meta.app_label}.view_{self.name}"

    @cached_property
    def shown(self) -> list[Column]:
        return [column(self.model, path) for path in self.columns]

    @cached_property
    def exported(self) -> list[Column]:
        """Every column of the workbook: those of the screen, the further ones, and who entered the record when."""
        also = ("created_by", "created_at", "changed_at")
        number = Column("pk", _("record number"), read=lambda record: str(record.pk))
        return [*self.shown, *(column(self.model, path) for path in (*self.further, *also)), number]

    @cached_property
    def date_label(self):
        """The name of the date by which a period is asked for."""
        return column(self.model, self.date.replace("__date", "").replace("__", ".")).label if self.date else ""

    def records(self, officer, campaign):
        """The records of the campaign that the officer may see; of drafts of visits only the own ones."""
        rows = self.model.objects.all()
        if self.of_campaign:
            rows = rows.filter(campaign=campaign) if campaign else rows.none()
        if self.model is work.Inspection:
            rows = rows.exclude(~Q(created_by=officer), status=work.InspectionStatus.DRAFT)
        return rows.visible_to(officer)

    def loaded(self, rows, columns):
        """The rows with everything that those columns show, in a number of queries that does not grow with them."""
        read = {c.name for c in columns}
        unread = [f.name for f in self.model._meta.fields if isinstance(f, JSONField) and f.name not in read]
        if self.model is Entity:
            unread = []
        joins = {join for c in columns for join in c.joins} | set(self.joins)
        many = [c.prefetch for c in columns if c.prefetch]
        return rows.select_related(*sorted(joins)).prefetch_related(*many).defer(*unread)


_KIND = "entity_kind"
_WHERE = ("region", "unit")
_ENTITY = ("entity__name", "entity__credit_code")
_CODE = "entity.credit_code"


def _party(record):
    return str(record.entity or record.person_name)


PARTY = Column(
    "party", _("entity or natural person"), read=_party, sort=("entity__name", "person_name"), joins=("entity",)
)
CARD = Column("identity_card", _("identity card"), read=lambda record: record.masked_identity_card)

LEDGERS = (
    Ledger(
        Entity, "register", "shop",
        ("name", "kind", Column("identity", _("credit code or licence"), read=lambda e: e.identity, sort=("credit_code",)),
         "region", "township", "address", "contact", "phone", "risk_level", "state"),
        facts=("kind", "address", "state"),
        further=(
            Column("further_kinds", _("further kinds"), read=lambda e: chosen(EntityKind.choices, e.further_kinds)),
            Column("goods", _("goods handled"), read=lambda e: chosen(ProductType.choices, e.goods)),
            "identity_kind", "brands", "registered_address", "legal_representative", "responsible_officer",
            "responsible_leader", "pledged_on", "quality_director", "quality_officer", "state_on", "state_reason", "unit",
        ),
        search=("name", "credit_code", "licence_number", "address", "phone", "legal_representative", "contact"),
        filters=("kind", "risk_level", "state"), of_campaign=False,
    ),
    Ledger(
        work.Task, "register", "task",
        ("entity", "purpose", "assignee", "due_on", "done_on", *_WHERE), facts=("purpose", "assignee", "due_on"),
        further=(_KIND, _CODE, "inspection", "self_check"), search=(*_ENTITY, "assignee__name"),
        filters=("purpose", _KIND), date="due_on",
        switches=(("pending", _("not yet done"), lambda rows: rows.pending()),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today()))),
    ),
    Ledger(
        work.SelfCheck, "register", "check",
        ("entity", _KIND, "checked_on", "answered_by", "receipt_number", *_WHERE),
        facts=(_KIND, "checked_on", "region"), further=(_CODE, "remarks"),
        search=(*_ENTITY, "receipt_number", "answered_by"), filters=(_KIND,), date="checked_on",
    ),
    Ledger(
        work.Lead, "register", "lead",
        ("text", "came_from", "received_on", "informant", "entity", *_WHERE, "status"),
        facts=("came_from", "received_on", "status"), further=("handled_by", "outcome", "closed_on", "passed_to"),
        search=("text", "informant", *_ENTITY), filters=("status", "came_from", _KIND), date="received_on",
        switches=(("open", _("nothing became of it yet"), lambda rows: rows.open()),),
    ),
    Ledger(
        work.Inspection, "visits", "inspect",
        ("entity", _KIND, "inspected_on", "mode", "outcome", "officers", *_WHERE, "status"),
        facts=("inspected_on", "outcome", "status"),
        further=(_CODE, "started_at", "ended_at", "operation", "joint_team", "departments", "notice_number",
                 "vehicles_checked", "checklist_version.checklist", "remarks", "refusal_reason", "refusal_witness",
                 "submitted_at", "void_reason", "transcribed_by"),
        search=(*_ENTITY, "notice_number", "officers__name"),
        filters=("status", "mode", "outcome", _KIND), date="inspected_on",
    ),
    Ledger(
        work.Hazard, "visits", "hazard",
        ("entity", "description", "category", "severity", "found_on", "deadline", "rectified_on", *_WHERE, "status"),
        facts=("description", "deadline", "status"),
        further=(_KIND, _CODE, "places", "item", "responsible_department", "closing_note", "inspection", "self_check"),
        search=(*_ENTITY, "description"), filters=("status", "severity", "category", _KIND, "responsible_department"),
        date="found_on",
        switches=(("pending", _("still to be rectified"), lambda rows: rows.pending()),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today()))),
    ),
    Ledger(
        work.Rectification, "visits", "rectify",
        ("hazard.entity", "measures", "submitted_on", "on_the_spot", "reviewer", "reviewed_on", *_WHERE, "verdict"),
        facts=("measures", "submitted_on", "verdict"),
        further=("hazard.description", "hazard.severity", "method", "comment"),
        search=("hazard__entity__name", "measures", "hazard__description"),
        filters=("verdict", "method", "on_the_spot"), date="submitted_on",
    ),
    Ledger(
        work.Order, "visits", "document",
        ("number", "entity", "issued_on", "due_on", "served_on", *_WHERE), facts=("entity", "issued_on", "due_on"),
        further=(_KIND, _CODE, "inspection"), search=("number", *_ENTITY), filters=(_KIND,), date="issued_on",
    ),
    Ledger(
        work.Evidence, "visits", "photo",
        ("original_name", Column("kind_of_record", _("kind of record"), joins=("content_type",),
         read=lambda e: str(e.content_type)), "caption", "created_by", "created_at", *_WHERE),
        facts=("kind_of_record", "created_by", "created_at"),
        further=(Column("object_id", _("number of the record"), read=lambda e: str(e.object_id)),
                 "media_type", "size", "sha256", "taken_at"),
        search=("original_name", "caption", "sha256"),
        filters=(), date="created_at__date",
    ),
    Ledger(
        work.Deadline, "enforcement", "clock",
        ("about", "kind", "officer", "starts_on",
         "due_on", "suspended_on", "met_on", *_WHERE),
        facts=("kind", "officer", "due_on"),
        further=("days", "in_working_days", "extended_by", "extension_days", "basis", "dropped_on"),
        search=("about", "officer__name"), filters=("kind",), date="due_on",
        switches=(("pending", _("running"), lambda rows: rows.running()),
                  ("soon", _("due within a week"), lambda rows: rows.due_soon(on=today())),
                  ("overdue", _("overdue"), lambda rows: rows.overdue(on=today()))),
    ),
    Ledger(
        work.Suspension, "enforcement", "clock",
        ("deadline", "began_on", "ended_on", "reason", *_WHERE), facts=("began_on", "ended_on", "reason"),
        search=("reason",), date="began_on",
    ),
    Ledger(
        work.Interview, "enforcement", "talk",
        ("reason", "held_on", "level", "officers", *_WHERE), facts=("held_on", "level", "region"),
        further=("minutes",), search=("reason", "interviewed__entity__name"), filters=("level",), date="held_on",
    ),
    Ledger(
        work.InterviewedEntity, "enforcement", "talk",
        ("entity", _KIND, "person", "interview.held_on", "interview.reason", *_WHERE),
        facts=("person", "interview.held_on", "region"), further=(_CODE, "interview.level"),
        search=(*_ENTITY, "person", "interview__reason"), filters=(_KIND,), date="interview__held_on",
    ),
    Ledger(
        work.Case, "enforcement", "case",
        (PARTY, "number", "cause", "came_from", "proposed_on", "filed_on", "decided_on", *_WHERE, "status"),
        facts=("number", "cause", "status"),
        further=(_KIND, _CODE, CARD, "inspection", "operation", "batch", "lead", "legal_basis", "procedure", "closed_on",
                 "police_on", "no_penalty", "officers", "goods_value", "closes_illegal_workshop",
                 "acted_on", "workshop_value", "suspects", "transferred_to", "abnormal_on"),
        search=("number", "person_name", "cause", *_ENTITY),
        filters=("status", "came_from", "procedure", _KIND, "closes_illegal_workshop"), date="proposed_on",
    ),
    Ledger(
        work.CaseStep, "enforcement", "case",
        (Column("case", _("case"), read=lambda step: str(step.case), joins=("case__entity",), sort=("case__number",)),
         "kind", "taken_on", "number", "note", "created_by", *_WHERE),
        facts=("kind", "taken_on", "number"), search=("number", "note", "case__number", "case__entity__name"),
        filters=("kind",), date="taken_on",
    ),
    Ledger(
        work.Penalty, "enforcement", "penalty",
        (Column("party", _("entity or natural person"), read=lambda p: p.case.party, joins=("case__entity",),
                sort=("case__entity__name", "case__person_name")),
         "kind", "number", "decided_on", "amount", "goods_kind", "quantity", "paid_on", *_WHERE),
        facts=("kind", "amount", "decided_on"),
        further=(_KIND, "goods_value", "case.number", "case.cause"),
        search=("number", "case__number", "case__person_name", "case__entity__name"),
        filters=("kind", "goods_kind", _KIND), date="decided_on",
    ),
    Ledger(
        work.Seizure, "enforcement", "seize",
        (PARTY, "seized_on", "number", "department", "reason", "place_kept", *_WHERE),
        facts=("seized_on", "department", "reason"), further=(_KIND, CARD, "inspection", "case"),
        search=("number", "person_name", "reason", *_ENTITY), filters=("department", _KIND), date="seized_on",
    ),
    Ledger(
        work.SeizedItem, "enforcement", "seize",
        (Column("party", _("entity or natural person"), read=lambda item: _party(item.seizure),
                joins=("seizure__entity",), sort=("seizure__entity__name", "seizure__person_name")),
         "kind", "description", "quantity", "released", "confiscated", "seizure.seized_on", "seizure.department", *_WHERE),
        facts=("kind", "quantity", "seizure.seized_on"), further=("seizure.number", "seizure.reason"),
        search=("description", "seizure__number", "seizure__person_name", "seizure__entity__name"),
        filters=("kind",), date="seizure__seized_on",
    ),
    Ledger(
        work.Disposal, "enforcement", "seize",
        (Column("party", _("entity or natural person"), read=lambda disposal: _party(disposal.item.seizure),
                joins=("item__seizure__entity",), sort=("item__seizure__entity__name",)),
         "item", "kind", "quantity", "settled_on", "number", *_WHERE),
        facts=("kind", "quantity", "settled_on"), further=("note", "item.seizure.number"),
        search=("number", "note", "item__seizure__number", "item__seizure__entity__name"),
        filters=("kind",), date="settled_on",
    ),
    Ledger(
        work.SamplingBatch, "departments", "sample",
        ("number", "entity", "product", "model_name", "level", "sampled_on", "result_on", "handling_region", *_WHERE,
         "status"),
        facts=("entity", "sampled_on", "status"),
        further=(_KIND, _CODE, "maker", "failed_items", "transferred_on", "ordered_on", "reinspected_on", "handled_on"),
        search=("number", "maker", "model_name", *_ENTITY), filters=("status", "level", "product", _KIND),
        date="sampled_on",
    ),
    Ledger(
        work.Operation, "departments", "operation",
        ("name", "kind", "starts_on", "ends_on", "departments", "regions", *_WHERE), facts=("kind", "starts_on", "unit"),
        further=("key", "officers"), search=("name", "key"), filters=("kind",), date="starts_on",
    ),
    Ledger(
        work.JointTeam, "departments", "team",
        ("name", "formed_on", "leader", "headcount", "departments", *_WHERE), facts=("formed_on", "leader", "headcount"),
        search=("name", "leader"), date="formed_on",
    ),
    Ledger(
        work.CoordinationEvent, "society", "document",
        ("title", "kind", "held_on", "number", *_WHERE), facts=("kind", "held_on", "unit"), further=("summary",),
        search=("title", "number", "summary"), filters=("kind",), date="held_on",
    ),
    Ledger(
        work.Training, "society", "training",
        ("title", "held_on", "directors", "quality_officers", "others", "enterprises", *_WHERE),
        facts=("held_on", "directors", "quality_officers"), search=("title",), date="held_on",
    ),
    Ledger(
        work.Publicity, "society", "publicity",
        ("title", "kind", "produced_on", "quantity", *_WHERE), facts=("kind", "produced_on", "quantity"),
        search=("title",), filters=("kind",), date="produced_on",
    ),
    Ledger(
        work.Exposure, "society", "exposure",
        ("title", "kind", "exposed_on", "medium", *_WHERE), facts=("kind", "exposed_on", "medium"),
        search=("title", "medium"), filters=("kind",), date="exposed_on",
    ),
    Ledger(
        work.Listing, "society", "online",
        ("title", "platform", "entity", "found_on", *_WHERE), facts=("platform", "entity", "found_on"),
        further=("url", _KIND, _CODE), search=("title", "platform", "url", *_ENTITY), filters=(_KIND,), date="found_on",
    ),
    Ledger(
        work.ListingCheck, "society", "online",
        ("listing", "listing.entity", "listing.platform", "checked_on", "shows_notice", *_WHERE),
        facts=("listing.platform", "checked_on", "shows_notice"), further=("listing.url", "remarks"),
        search=("listing__title", "listing__platform", "listing__entity__name"), filters=("shows_notice",),
        date="checked_on",
    ),
)  # fmt: skip

BY_NAME = {declared.name: declared for declared in LEDGERS}
