"""What can be imported: how a row is found in the database, and by which verb it is written."""

from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext

from entities.making import Maker
from entities.stored_many import store_new
from reports.imports.declare import Sheet


@dataclass
class Found:
    """What a row means against the database: the record of its natural key, possible duplicates, and what is wrong."""

    record: models.Model | None = None
    candidates: tuple = ()
    errors: tuple[tuple[str, str], ...] = ()


class Noun:
    """One kind of record that can be imported; a subclass says what its columns mean."""

    sheet: Sheet
    model: type
    right: str
    icon = ""
    attributes: dict[str, str] = {}
    # Whether the right rows may be written without the wrong ones.
    stands_alone = True
    # Whether `make` writes the record and nothing else, so that many new ones can be written at once.
    makes_many = False

    def permits(self, officer) -> bool:
        """Whether the officer may write this kind of record by a list."""
        return officer.has_perm("reports.add_import") and officer.has_perm(self.right)

    def named(self, column) -> list[str]:
        """The attributes of the record that the column fills."""
        return [attribute for attribute, key in self.attributes.items() if key == column.key]

    # Whether `clean` of the record judges single cells, so that it can be asked whatever the others say.
    cleans_cells = False

    def load(self, rows, *, officer, campaign, partly=()):
        """Ask the database for all that the rows need, at once; of rows that can be read `partly` the place alone."""
        raise NotImplementedError

    def key(self, row) -> tuple:
        """What the row is known by; two rows of one file never have the same."""
        raise NotImplementedError

    def find(self, row, context) -> Found:
        """What the row means against what was loaded."""
        raise NotImplementedError

    def values(self, row, context) -> dict:
        """The attributes of the record that the row says."""
        raise NotImplementedError

    def check(self, values, maker):
        """Raise what the model's own rules say of a new record, without asking the database."""
        record = maker.make(stated(values))
        maker.clean_fields(record, exclude=self.not_checked)
        record.clean()

    def check_cells(self, row, keys, maker):
        """Raise what the model's own rules say of those columns alone, whatever stands in the others."""
        stand = [(name, row[key]) for name, key in self.attributes.items() if key in keys and name in self._plain]
        said = {name: value for name, value in stand if value not in ("", None)}
        record = maker.make(said)
        errors = {}
        try:
            maker.clean_fields(record, exclude=(self._plain | self.not_checked) - said.keys())
        except ValidationError as error:
            error.update_error_dict(errors)
        try:
            if self.cleans_cells:
                record.clean()
        except ValidationError as error:
            error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def misplaced(self, row, keys, context) -> tuple[tuple[str, str], ...]:
        """What is wrong with the place that the row names, where its columns are among these."""
        return ()

    @cached_property
    def not_checked(self) -> set[str]:
        """The fields that only the database can judge."""
        return {field.name for field in self.model._meta.fields if field.is_relation}

    @cached_property
    def _plain(self):
        return {field.name for field in self.model._meta.fields if not field.is_relation}

    def changes(self, record, values, row, context) -> list[str]:
        """The attributes in which the row differs from the record; an empty cell changes nothing."""
        return [name for name, value in values.items() if value not in (None, "", []) and _kept(record, name) != value]

    def make(self, row, values, context, *, by):
        """Write a new record. Raises ValidationError when a rule is broken."""
        record = self.model(**stated(values))
        record.store(by=by, reason=gettext("import"))
        return record

    def make_many(self, values, *, by):
        """Write new records as `make` would, all at once. Raises ValidationError or IntegrityError when a rule is broken."""
        maker = Maker(self.model)
        records = [maker.make(stated(one)) for one in values]
        store_new(records, by=by, reason=gettext("import"))
        return records

    @transaction.atomic
    def change(self, record, row, values, context, *, by):
        """Write what the row says otherwise to the record, which is locked. Raises ValidationError when a rule is broken."""
        for name in self.changes(record, values, row, context):
            setattr(record, name, values[name])
        record.store(by=by, reason=gettext("import"))

    def take_back_new(self, record, *, by, reason):
        """Undo a record that the import made. Raises ValidationError that says what hinders."""
        remove(record, by=by, reason=reason)

    @transaction.atomic
    def take_back_change(self, record, before, source, *, by, reason):
        """Give the record, which is locked, the values before the import changed it. Raises ValidationError likewise."""
        for name in self.restored:
            setattr(record, name, getattr(before, name))
        record.store(by=by, reason=reason)

    @property
    def restored(self) -> list[str]:
        """The fields that a list may change."""
        names = {field.name for field in self.model._meta.fields}
        return [name for name in self.attributes if name in names]


def stated(values) -> dict:
    """The values that are there; the others are the record's own defaults."""
    return {name: value for name, value in values.items() if value is not None}


@transaction.atomic
def remove(record, *, by, reason):
    """Take a record away that was made by mistake; its history keeps it, with who took it away and why.

    Raises ValidationError when somebody worked on it since, or when something depends on it.
    """
    record.lock()
    if record.version > 1 or (hasattr(record, "evidence") and record.evidence.exists()):
        raise ValidationError(gettext("“%(record)s” was worked on since: it stays.") % {"record": record})
    record._history_user, record._change_reason = by, reason
    try:
        models.Model.delete(record)
    except ProtectedError as error:
        what = gettext(", ").join(sorted({str(one._meta.verbose_name) for one in error.protected_objects}))
        raise ValidationError(
            gettext("“%(record)s” stays, because this depends on it: %(what)s.") % {"record": record, "what": what}
        ) from error


def _kept(record, name):
    # A foreign key is compared by its number, so that nothing is asked of the database.
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist:
        return getattr(record, name)
    return field.related_model(pk=getattr(record, field.attname)) if field.many_to_one else getattr(record, name)
