"""What sheets about entities share: the columns that name the entity, and how it is found."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.among import Among
from entities.models import Entity, Officer
from inspections.models import Campaign
from reports.imports.declare import Column, Kind
from reports.imports.noun import Found, Noun

CHUNK_KEYS = 2000
ENTITY_COLUMNS = (
    Column("credit_code", _("unified social credit code"),
           ("统一社会信用代码", "信用代码", "社会信用代码", "credit code"), Kind.CODE,
           note=_("Finds the entity; without it the name does, and the address where a name is found twice.")),
    Column("name", _("name"), ("企业名称", "主体名称", "单位名称", "名称", "name")),
    Column("address", _("actual address"), ("实际经营地址", "经营地址", "地址", "address")),
)  # fmt: skip


def chunks(keys):
    """The keys that are given, each once, so many at a time as the database takes."""
    keys = sorted({key for key in keys if key})
    return (keys[start : start + CHUNK_KEYS] for start in range(0, len(keys), CHUNK_KEYS))


@dataclass
class Known:
    """The entities that the rows name, the records that are there already, and for whom and what it is imported."""

    officer: Officer
    campaign: Campaign
    by_code: dict = field(default_factory=lambda: defaultdict(list))
    by_name: dict = field(default_factory=lambda: defaultdict(list))
    records: dict = field(default_factory=dict)
    elsewhere: set = field(default_factory=set)

    @property
    def entities(self) -> set[int]:
        """The keys of all the entities that were found."""
        return {one.pk for some in (*self.by_code.values(), *self.by_name.values()) for one in some}

    def entity(self, row) -> tuple[Entity | None, tuple]:
        """The one entity that the row names, or None and what is wrong."""
        code, name, address = row["credit_code"], row["name"], row["address"]
        if not code and not name:
            return None, (("credit_code", gettext("Enter the credit code or the name of the entity.")),)
        column = "credit_code" if code else "name"
        found = self.by_code.get(code, []) if code else self.by_name.get(name, [])
        if not found:
            return None, ((column, gettext("There is no such entity in your area: enter it in the register first.")),)
        if len(found) > 1 and address:
            found = [one for one in found if one.address == address]
            column = "address"
        if len(found) == 1:
            return found[0], ()
        return None, ((column, gettext("Several places of business are meant: enter the address as in the register.")),)


class OfEntityNoun(Noun):
    """Records about an entity of the register: the entity must be known, and in sight of who imports."""

    known = Known

    def load(self, rows, *, officer, campaign, partly=()):
        """The entities that the rows name, among those that the officer may see, and what is recorded of them."""
        known = self.known(officer, campaign)
        seen = Entity.objects.visible_to(officer).filter(merged_into=None)
        for codes in chunks(row["credit_code"] for row in chain(rows, partly)):
            for entity in seen.filter(Among("credit_code", codes)):
                known.by_code[entity.credit_code].append(entity)
        for names in chunks(row["name"] for row in chain(rows, partly) if not row["credit_code"]):
            for entity in seen.filter(Among("name", names)):
                known.by_name[entity.name].append(entity)
        self.load_records(rows, known)
        return known

    def load_records(self, rows, known):
        """Put into `known` the records that the rows may mean."""
        raise NotImplementedError

    def known_key(self, row, entity):
        """By what the row's record is known in `records`."""
        raise NotImplementedError

    def find(self, row, context):
        """The record of that entity with that key."""
        entity, errors = context.entity(row)
        if entity is None:
            return Found(errors=errors)
        return Found(record=context.records.get(self.known_key(row, entity)))

    def misplaced(self, row, keys, context):
        """An entity that is not known, or not clear."""
        return context.entity(row)[1] if keys >= {column.key for column in ENTITY_COLUMNS} else ()

    def values(self, row, context):
        """The columns that are attributes, with the entity and the campaign."""
        values = {name: row[column] for name, column in self.attributes.items() if row[column] not in ("", None)}
        entity, _errors = context.entity(row)
        return values | {"entity": entity, "campaign": context.campaign}

    def changes(self, record, values, row, context):
        """Entity and campaign are the key or come with it; all else may differ."""
        said = {name: value for name, value in values.items() if name not in ("entity", "campaign")}
        return super().changes(record, said, row, context)
