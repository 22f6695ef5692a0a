"""The change history of everything, searched: who, when, from where, by which way, and what was before and after."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from entities.choices import offer, placed_near
from entities.forms import DayInput
from entities.history import UNTOLD, Change, changes_of
from entities.models import AuditEvent, Officer
from entities.scope import inside_of
from entities.seals import sealed_models
from entities.today import begin_of, today
from entities.trace import Way
from reports.columns import named
from reports.words import told_apart

PAGE_ROWS = 50
LOOKED_AT = 2 * PAGE_ROWS  # rows compared at once: some tell of no change
TYPES = {"+": _("entered"), "~": _("changed"), "-": _("removed")}
EVENTS = "events"
BEHIND_ALL_KINDS = 1000


def kinds() -> dict[str, type]:
    """Every kind of record that has a history, by its name."""
    found = [model.instance_type for model in sealed_models() if model is not AuditEvent]
    return {model._meta.model_name: model for model in found}


class Place(NamedTuple):
    """Where an entry stands: its moment; of one moment, in which many may be written, first one kind, then another."""

    at: datetime
    kind: int
    row: int

    def __str__(self):
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}_{-self.kind}_{self.row}"

    @classmethod
    def read(cls, text):
        """The place that the text says; of a bare moment the one before all that was written at it.

        Raises ValueError or OverflowError where it says none.
        """
        moment, *rest = text.split("_")
        at = datetime.fromisoformat(moment)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        kind, row = map(int, rest or (BEHIND_ALL_KINDS, 0))
        return cls(at, -kind, row)

    def beyond(self, kind, *, at, row) -> Q:
        """What comes after this place among the rows of a kind, by the names of their moment and their number."""
        if kind != self.kind:
            return Q(**{f"{at}__lte" if kind < self.kind else f"{at}__lt": self.at})
        return Q(**{f"{at}__lte": self.at}) & (Q(**{f"{at}__lt": self.at}) | Q(**{f"{row}__lt": self.row}))


class PlaceField(forms.RegexField):
    """The end of the page before, or a moment."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(r"^[\d:.TZ+-]{10,35}(_\d{1,3}_\d{1,18})?\Z", required=False)

    def clean(self, value):
        text = super().clean(value)
        try:
            return Place.read(text) if text else None
        except (ValueError, OverflowError):
            raise forms.ValidationError(RegexValidator.message) from None


class HistoryForm(forms.Form):
    """What is looked for."""

    kind = forms.ChoiceField(label=_("kind of record"), required=False)
    record = forms.IntegerField(label=_("number of the record"), required=False, min_value=1, max_value=2**63 - 1)
    officer = forms.ModelChoiceField(
        label=_("by whom"), queryset=Officer.objects.none(), required=False, empty_label=_("all")
    )
    way = forms.ChoiceField(label=_("way"), required=False, choices=[("", _("all")), *Way.choices])
    address = forms.GenericIPAddressField(label=_("network address"), required=False)
    since = forms.DateField(label=_("from"), required=False, widget=DayInput)
    until = forms.DateField(label=_("to"), required=False, widget=DayInput)
    before = PlaceField()

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        labels = sorted((str(model._meta.verbose_name), name) for name, model in kinds().items())
        self.fields["kind"].choices = [
            ("", _("every kind")), (EVENTS, _("log-ins and exports")), *((name, label) for label, name in labels),
        ]  # fmt: skip
        officers = Officer.objects.visible_to(by)
        offer(
            self.fields["officer"],
            officers,
            placed_near(officers, by.unit.region_id if by.unit else "", path="unit__region__code"),
        )


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    place: Place
    who: str
    way: str
    address: str
    kind: str
    record: str
    url: str
    what: str
    changes: list[Change]

    @property
    def at(self) -> datetime:
        return self.place.at


class HistorySearch:
    """The newest entries first that fit the form and lie in the officer's scope; `next` is where the following page begins.

    One query for each kind of record that is searched, and a few for each kind that is found, however many entries.
    """

    def __init__(self, form, officer):
        self.officer, self.values = officer, form.cleaned_data
        kind, models = self.values["kind"], kinds().items()
        if kind == EVENTS:
            found = [self._events()]
        else:
            found = [self._of(-number, model) for number, (name, model) in enumerate(models) if kind in ("", name)]
        # Below the last row of a kind that was not read to its end lies more of it: there this page ends.
        ends = [rows[-1].place for rows in found if len(rows) > PAGE_ROWS]
        end = max(ends, default=None)
        rows = sorted((row for rows in found for row in rows), key=lambda row: row.place, reverse=True)
        rows = [row for row in rows if end is None or row.place >= end]
        entries = rows if kind == EVENTS else self._telling(rows)
        self.entries = entries[:PAGE_ROWS]
        last = self.entries[-1].place if len(entries) > PAGE_ROWS else end
        self.next = str(last) if last else ""

    def _narrowed(self, rows, kind, *, who, at, row):
        values = self.values
        asked = {"history_way": values["way"], "history_address": values["address"]}
        if who:
            asked[who] = values["officer"]
        if values["since"]:
            asked[f"{at}__gte"] = begin_of(values["since"])
        rows = rows.filter(**{name: value for name, value in asked.items() if value})
        if values["until"]:
            rows = rows.filter(**{f"{at}__lt": begin_of(values["until"] + timedelta(days=1))})
        return rows.filter(values["before"].beyond(kind, at=at, row=row)) if values["before"] else rows

    def _events(self):
        rows = AuditEvent.objects.visible_to(self.officer)
        if asked := self.values["officer"]:
            rows = rows.of(asked)
        rows = self._narrowed(rows, 0, who="", at="at", row="id")
        return [
            Entry(Place(event.at, 0, event.pk), str(event.officer or event.account or "—"), event.get_history_way_display(),
                  event.history_address or "", str(event.get_kind_display()), "", "", event.what, [])
            for event in rows.select_related("officer").order_by("-at", "-id")[: PAGE_ROWS + 1]
        ]  # fmt: skip

    def _of(self, kind, model):
        """The newest rows of the history of a model."""
        history = model.history.model
        rows = self._narrowed(history.objects.all(), kind, who="history_user", at="history_date", row="history_id")
        key = model._meta.pk.attname
        if hasattr(model.objects, "visible_to"):
            there = model.objects.visible_to(self.officer)
            there = there.one_by_one() if hasattr(there, "one_by_one") else there
            rows = rows.filter(_has_one(there, "pk", key) | _has_one(self._removed(history), key, key))
        if self.values["record"]:
            if key != "id":
                return []
            rows = rows.filter(id=self.values["record"])
        earlier = history.objects.filter(**{key: OuterRef(key), "history_id__lt": OuterRef("history_id")})
        before = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
        rows = rows.annotate(before=before).select_related("history_user").order_by("-history_date", "-history_id")
        if history._history_excluded_fields:
            rows = rows.exclude(_tells_nothing(history))
        found = list(rows[: PAGE_ROWS + 1])
        for row in found:
            row.place = Place(row.history_date, kind, row.history_id)
        return found

    def _telling(self, rows) -> list[Entry]:
        """The first entries of those rows, one more than a page; a row that says nothing of what happened is none."""
        entries = []
        for start in range(0, len(rows), LOOKED_AT):
            entries += self._entries(rows[start : start + LOOKED_AT])
            if len(entries) > PAGE_ROWS:
                break
        return entries[: PAGE_ROWS + 1]

    def _entries(self, rows):
        before = defaultdict(set)
        for row in rows:
            before[type(row)].add(row.before)
        older = {history: history.objects.in_bulk(keys - {None}) for history, keys in before.items()}
        pairs = [(row, older[type(row)].get(row.before)) for row in rows]
        compared = changes_of(pairs, named=named, structured=told_apart)
        return [
            _entry(row, changes)
            for row, changes in zip(rows, compared, strict=True)
            if changes or row.history_type != "~" or row.history_change_reason
        ]

    def _removed(self, history):
        """The last versions of records that are no longer there (a list taken back, a draft thrown away), by where they were."""
        gone = history.objects.filter(history_type="-")
        if self.officer.is_superuser:
            return gone
        inside = Q(pk__in=[])
        for grant in self.officer.grants_in_force(today()):
            if hasattr(history, "region_id") and not grant.operation_key and not grant.department_id:
                inside |= inside_of("region__code", grant.region_id)
        return gone.filter(inside)


def _entry(row, changes) -> Entry:
    model = row.instance_type
    is_there = row.history_type != "-" and hasattr(model, "get_absolute_url")
    return Entry(
        row.place, str(row.history_user or "—"), row.get_history_way_display(), row.history_address or "",
        str(model._meta.verbose_name), str(getattr(row, model._meta.pk.attname)), _as_it_was(row).get_absolute_url() if is_there else "",
        " ".join(filter(None, [str(TYPES[row.history_type]), row.history_change_reason])), changes,
    )  # fmt: skip


def _as_it_was(row):
    """The record of that row; the package's own asks the database for what the history leaves out."""
    return row.instance_type(**{field.attname: getattr(row, field.attname) for field in row.tracked_fields})


def _has_one(rows, name, key) -> Q:
    """Whether one of those rows has the key of the entry, asked of each entry that is shown.

    As a range from the key to itself: of an equal key PostgreSQL would gather all rows first.
    """
    return Q(Exists(rows.order_by().filter(**{f"{name}__gte": OuterRef(key), f"{name}__lte": OuterRef(key)})))


def _tells_nothing(history) -> Q:
    """Whether an entry differs from the one before in nothing that is kept: each log-in of an officer writes one."""
    same = Q(history_id=OuterRef("before"))
    for field in history.tracked_fields:
        if field.name not in UNTOLD:
            is_same = Q(**{field.attname: OuterRef(field.attname)})
            both_empty = Q(**{f"{field.attname}__isnull": True}) & Q(IsNull(OuterRef(field.attname), True))
            same &= is_same | both_empty if field.null else is_same
    unexplained = Q(history_change_reason=None) | Q(history_change_reason="")
    return Q(history_type="~") & unexplained & Q(Exists(history.objects.filter(same)))
