"""How a record becomes a row: columns derived from the model's fields, the same for list, card and workbook."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

STATUSES = {"status", "state", "verdict"}
SORTED_BY = {"region": "code", "unit": "rank", "officer": "name", "entity": "name"}
# What the name of a record says of those that it is linked to.
NAMED_BY = {
    **dict.fromkeys(("inspection", "hazard", "case", "seizure", "selfcheck", "order"), ("entity",)),
    "rectification": ("hazard__entity",),
    "checklistversion": ("checklist",),
}
NUMBERS = (models.PositiveIntegerField, models.PositiveSmallIntegerField, models.PositiveBigIntegerField)


@dataclass(frozen=True, eq=False)
class Column:
    """One column: a path of fields, or a function of the record where no field says it.

    `needs` are the fields of the record that such a function reads, where it reads no others; `lookup` and `field` are those of a
    path, so that its cells can be made of what the database answers, without a record.
    """

    name: str
    label: str | Promise
    kind: str = "text"
    read: Callable[[Any], Any] | None = None
    sort: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    prefetch: str = ""
    needs: tuple[str, ...] = ()
    lookup: str = ""
    field: models.Field | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "money")

    def value(self, record):
        """What stands in the cell: text, number, date or None; codes and choices as their words."""
        return self.read(record)

    def text(self, record) -> str:
        """The value as a person reads it."""
        return shown(self.value(record), self.kind)

    def teller(self) -> Callable[[Any], str]:
        """What says the text of any number of records: built once, in the language of now."""
        if not self.lookup:
            return self.text
        *steps, last = self.lookup.split("__")
        told, kind = reading(self.field, self.kind), self.kind

        def text(record):
            owner = _reached(record, steps)
            value = None if owner is None else getattr(owner, last)
            return "" if value is None else shown(told(value), kind)

        return text


def shown(value, kind="text") -> str:
    """A value in words: dates as 2024-05-01, thousands separated, yes and no."""
    if value is None or value == "":
        return ""
    if kind == "flag":
        return gettext("yes") if value else gettext("no")
    if kind == "money":
        return f"¥{value:,.2f}"
    if kind == "number":
        return f"{value:,}"
    if kind == "date":
        return value.isoformat()
    if kind == "time":
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def column(model, path) -> Column:
    """The column of a field path such as `entity.credit_code`: label, kind and order follow from the field."""
    if isinstance(path, Column):
        return path
    steps = path.split(".")
    owner = model
    for step in steps[:-1]:
        owner = owner._meta.get_field(step).related_model
    field = owner._meta.get_field(steps[-1])
    lookup = path.replace(".", "__")
    kind = kind_of(field)
    joins = ["__".join(steps[:-1])] if len(steps) > 1 else []
    sort = (lookup,)
    prefetch = ""
    if kind == "link":
        joins.append(lookup)
        key = SORTED_BY.get(field.related_model._meta.model_name)
        sort = (f"{lookup}__{key}",) if key else ()
        joins += [f"{lookup}__{name}" for name in NAMED_BY.get(field.related_model._meta.model_name, ())]
    elif kind == "many":
        sort, prefetch = (), lookup
    return Column(
        name=path,
        label=field.verbose_name,
        kind=kind,
        read=_reader(steps, field, kind),
        sort=sort,
        joins=tuple(joins),
        prefetch=prefetch,
        lookup="" if kind == "many" else lookup,
        field=field,
    )


def named(model):
    """All records of the model, whose names can be said without asking again."""
    rows = model._base_manager.all()
    said = NAMED_BY.get(model._meta.model_name)
    return rows.select_related(*said) if said else rows


def number_of(model) -> Column:
    """The number of the record, as text: nobody reckons with it."""
    key = column(model, model._meta.pk.name)
    return replace(key, name="pk", label=_("record number"), sort=(), read=lambda record: str(record.pk))


def kind_of(field) -> str:
    """How values of a model field are shown and written."""
    if field.choices:
        return "status" if field.name in STATUSES else "choice"
    for kind, classes in (
        ("many", models.ManyToManyField),
        ("link", models.ForeignKey),
        ("time", models.DateTimeField),
        ("date", models.DateField),
        ("clock", models.TimeField),
        ("flag", models.BooleanField),
        ("money", models.DecimalField),
        ("number", NUMBERS),
    ):
        if isinstance(field, classes):
            return kind
    return "text"


def display(record, field, kind=""):
    """The value of one field of the record in its readable form, of the type that its kind promises."""
    kind = kind or kind_of(field)
    if kind == "many":
        return ", ".join(str(related) for related in getattr(record, field.name).all())
    value = getattr(record, field.name)
    return None if value is None else reading(field, kind)(value)


def reading(field, kind) -> Callable[[Any], Any]:
    """What makes of a value of the field what is shown: built once in the language of now, for any number of values but None."""
    if kind in ("choice", "status"):
        # Django's own get_…_display translates every choice to find one: most of the time of a large export.
        words = dict(field.flatchoices)
        return cache(lambda value: str(words.get(value, value)))
    if kind == "time":
        here = timezone.get_current_timezone()
        return lambda value: value.astimezone(here).replace(tzinfo=None)
    if kind == "clock":
        return lambda value: f"{value:%H:%M}"
    return str if kind == "link" or isinstance(field, models.AutoField) else _as_it_is


def _as_it_is(value):
    return value


def chosen(kinds, values) -> str:
    """The words of a list of choices, of that enumeration, kept as JSON."""
    words = dict(kinds.choices) if values else {}
    return ", ".join(str(words.get(value, value)) for value in values)


def _reader(steps, field, kind):
    def read(record):
        owner = _reached(record, steps[:-1])
        return None if owner is None else display(owner, field, kind)

    return read


def _reached(record, steps):
    for step in steps:
        record = getattr(record, step)
        if record is None:
            return None
    return record
