"""What a ledger (台账) is: list, drill-down, card and workbook of one kind of record all follow one declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import JSONField, Q
from django.utils.translation import gettext_lazy as _

from entities.models import Entity
from inspections import models as work
from reports.columns import Column, column, number_of

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

    `search` are fields of text, and links to an entity, which is searched as the register does it; the register itself always is.
    `begins` are fields in small letters that are found by their beginning, of eight characters or more.
    `columns` stand on the screen, `further` only in the workbook, `facts` on a phone's card under the first column.
    `reached` are filters of what other records say: (name in the address, lookup, further lookups of the same).
    `date` is the lookup that places a record in a period; `switches` are ready-made selections by name; `page` is a page of its
    own that answers a question about such records: the name of its URL, and a label.
    """

    model: type
    chapter: str
    icon: str
    columns: tuple
    facts: tuple[str, ...]
    further: tuple = ()
    search: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    reached: tuple[tuple[str, ...], ...] = ()
    date: str = ""
    joins: tuple[str, ...] = ()
    switches: tuple[tuple[str, object, Callable], ...] = ()
    of_campaign: bool = True
    page: tuple[str, object] | None = None

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
        return [*self.shown, *(column(self.model, path) for path in (*self.further, *also)), number_of(self.model)]

    @cached_property
    def date_label(self):
        """The name of the date by which a period is asked for."""
        return column(self.model, self.date.replace("__date", "").replace("__", ".")).label if self.date else ""

    def records(self, officer, campaign):
        """The records of the campaign that the officer may see, all without one; of drafts of visits only the own ones."""
        rows = self.model.objects.all()
        if self.of_campaign:
            rows = rows.filter(campaign=campaign) if campaign else rows.none()
        if self.model is work.Inspection:
            rows = rows.exclude(~Q(created_by=officer), status=work.InspectionStatus.DRAFT)
        return rows if officer is None else rows.visible_to(officer)

    def loaded(self, rows, columns):
        """The rows with everything that those columns show, in a number of queries that does not grow with them."""
        read = {c.name for c in columns}
        unread = [f.name for f in self.model._meta.fields if isinstance(f, JSONField) and f.name not in read]
        if self.model is Entity:
            unread = []
        joins = {join for c in columns for join in c.joins} | set(self.joins)
        many = [c.prefetch for c in columns if c.prefetch]
        return rows.select_related(*sorted(joins) or [None]).prefetch_related(*many).defer(*unread)


# Names of fields that many ledgers share.
KIND = "entity_kind"
WHERE = ("region", "unit")
ENTITY = ("entity",)
CODE = "entity.credit_code"


def party(record):
    return str(record.entity or record.person_name)


PARTY = Column(
    "party", _("entity or natural person"), read=party, sort=("entity__name", "person_name"), joins=("entity",)
)
CARD = Column(
    "identity_card", _("identity card"), read=lambda record: record.masked_identity_card, needs=("identity_cipher",)
)
