"""What a desk is: the form of a kind of record, and the deeds that its page offers."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise

from inspections.desk.forms import DeedForm, RecordForm


@dataclass(frozen=True)
class Deed:
    """Something an officer does with one record: the model's method `name`, fed by the fields of `form`.

    It is offered where the record may move to the status `to`, where `when` holds, and to those who have the `right`;
    the method checks all of it again. `warns` says before what can't be undone. With `for_many` a list
    offers it for all its records; `by_whom` narrows it to some of those with the right.
    """

    name: str
    label: str | Promise
    form: type[DeedForm] = DeedForm
    to: str = ""
    right: str = ""
    when: Callable[[models.Model], bool] | None = None
    warns: str | Promise = ""
    for_many: bool = False
    by_whom: Callable[[models.Model, object], bool] | None = None

    def is_possible(self, record) -> bool:
        """Whether the record stands so that it can be done."""
        if self.to and self.to not in record.moves.get(record.status, ()):
            return False
        return self.when is None or self.when(record)

    def is_for(self, officer, record) -> bool:
        """Whether it is this officer's to do, beside the right."""
        return self.by_whom is None or self.by_whom(record, officer)


@dataclass(frozen=True)
class Desk:
    """The form of one kind of record and its deeds.

    `changeable` says until when a record is changed by its form; `begins_at` whether one can begin at a given origin;
    `back` names the foreign key whose record is shown after saving, for parts that have no life of their own. `pages` are further
    pages for many such records at once, (label, name of the URL), offered beside the list to those who may change them.
    """

    model: type[models.Model]
    form: type[RecordForm] | None
    deeds: tuple[Deed, ...] = ()
    add_right: str = ""
    changeable: Callable[[models.Model], bool] = lambda record: True
    begins_at: Callable[[models.Model], bool] = lambda origin: True
    back: str = ""
    pages: tuple[tuple[str | Promise, str], ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.model_name

    def right(self, verb) -> str:
        """The right to `view`, `add` or `change` this kind of record."""
        if verb == "add" and self.add_right:
            return self.add_right
        return f"{self.model._meta.app_label}.{verb}_{self.name}"

    def right_for(self, deed) -> str:
        return deed.right or self.right("change")

    def may_add(self, officer) -> bool:
        return self.form is not None and officer.has_perm(self.right("add"))

    def may_change(self, officer, record) -> bool:
        return self.form is not None and officer.has_perm(self.right("change")) and self.changeable(record)

    def offered(self, officer, record) -> list[Deed]:
        """The deeds that this officer may do with the record as it stands."""
        return [
            deed
            for deed in self.deeds
            if deed.is_possible(record) and officer.has_perm(self.right_for(deed)) and deed.is_for(officer, record)
        ]

    def deed(self, name) -> Deed | None:
        return next((deed for deed in self.deeds if deed.name == name), None)

    @property
    def new_url(self) -> str:
        return reverse("desk_new", args=[self.name])

    def origin_names(self, model) -> list[str]:
        """The foreign keys by which such a record begins at a record of that model."""
        if self.form is None:
            return []
        given = self.form.given_by_address()
        return [name for name in given if self.model._meta.get_field(name).related_model is model]


_DESKS: dict[str, Desk] = {}


def open_desk(*desks):
    """Let officers work at those desks."""
    _DESKS.update({desk.name: desk for desk in desks})


def desk_of(name) -> Desk | None:
    """The desk of that kind of record, by the model's name; None where records are only read."""
    return _DESKS.get(name)


def all_desks() -> list[Desk]:
    """Every desk at which officers work."""
    return list(_DESKS.values())


@dataclass(frozen=True)
class Button:
    """A link to the page of a deed, or of a form."""

    label: str
    url: str
    leads: bool = False


def buttons(officer, record) -> list[Button]:
    """What the officer may do with this record: its deeds, its form, and what begins at it. No query."""
    found = []
    desk = desk_of(record._meta.model_name)
    if desk is not None:
        address = [desk.name, record.pk]
        found += [
            Button(deed.label, reverse("desk_deed", args=[*address, deed.name]), leads=bool(deed.to) and not deed.warns)
            for deed in desk.offered(officer, record)
        ]
        if desk.may_change(officer, record):
            found.append(Button(RecordForm.CHANGE, reverse("desk_change", args=address)))
    return found + beginnings(officer, record)


def beginnings(officer, record) -> list[Button]:
    """The forms of new records that begin at this one. No query."""
    found = []
    for desk in _DESKS.values():
        names = desk.origin_names(type(record))
        if names and desk.may_add(officer) and desk.begins_at(record):
            label = desk.model._meta.verbose_name
            found.append(Button(label, f"{desk.new_url}?{urlencode({names[0]: record.pk})}"))
    return found
