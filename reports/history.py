"""The change history of everything, searched: who, when, from where, by which way, and what was before and after."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entities.choices import offer, placed_near
from entities.forms import DayInput
from entities.history import Change, changes_between
from entities.models import AuditEvent, Officer
from entities.scope import inside_of
from entities.seals import sealed_models
from entities.today import today
from entities.trace import Way

PAGE_ROWS = 50
TYPES = {"+": _("entered"), "~": _("changed"), "-": _("removed")}
EVENTS = "events"


def kinds() -> dict[str, type]:
    """Every kind of record that has a history, by its name."""
    found = [model.instance_type for model in sealed_models() if model is not AuditEvent]
    return {model._meta.model_name: model for model in found}


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
    before = forms.DateTimeField(required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])

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

    at: datetime
    who: str
    way: str
    address: str
    kind: str
    record: str
    url: str
    what: str
    changes: list[Change]
    is_telling: bool = True


class HistorySearch:
    """The newest entries first that fit the form and lie in the officer's scope; `next` is where the following page begins.

    Two queries for each kind of record that is searched.
    """

    def __init__(self, form, officer):
        self.officer, self.values = officer, form.cleaned_data
        kind = self.values["kind"]
        if kind == EVENTS:
            entries = self._events()
        else:
            models = [kinds()[kind]] if kind else list(kinds().values())
            entries = [entry for model in models for entry in self._of(model)]
        entries.sort(key=lambda entry: entry.at, reverse=True)
        self.entries = entries[:PAGE_ROWS]
        self.next = self.entries[-1].at.isoformat(timespec="microseconds") if len(entries) > PAGE_ROWS else ""

    def _narrowed(self, rows, *, who, at):
        values = self.values
        asked = {"history_way": values["way"], "history_address": values["address"]}
        if who:
            asked[who] = values["officer"]
        asked[f"{at}__lt"] = values["before"]
        if values["since"]:
            asked[f"{at}__gte"] = _midnight(values["since"])
        rows = rows.filter(**{name: value for name, value in asked.items() if value})
        if values["until"]:
            rows = rows.filter(**{f"{at}__lt": _midnight(values["until"] + timedelta(days=1))})
        return rows

    def _events(self):
        rows = AuditEvent.objects.visible_to(self.officer)
        if asked := self.values["officer"]:
            rows = rows.of(asked)
        rows = self._narrowed(rows, who="", at="at")
        return [
            Entry(event.at, str(event.officer or event.account or "—"), event.get_history_way_display(),
                  event.history_address or "", str(event.get_kind_display()), "", "", event.what, [])
            for event in rows.select_related("officer")[: PAGE_ROWS + 1]
        ]  # fmt: skip

    def _of(self, model):
        history = model.history.model
        rows = self._narrowed(history.objects.all(), who="history_user", at="history_date")
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
        found = list(rows[: PAGE_ROWS + 1])
        older = history.objects.in_bulk([row.before for row in found if row.before])
        entries = [self._entry(model, row, older.get(row.before)) for row in found]
        # A log-in changes the row of its officer and nothing that anybody would look for.
        return [entry for entry in entries if entry.changes or entry.is_telling]

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

    def _entry(self, model, row, older):
        is_there = row.history_type != "-" and hasattr(model, "get_absolute_url")
        url = row.instance.get_absolute_url() if is_there else ""
        return Entry(
            row.history_date, str(row.history_user or "—"), row.get_history_way_display(), row.history_address or "",
            str(model._meta.verbose_name), str(getattr(row, model._meta.pk.attname)), url,
            " ".join(filter(None, [str(TYPES[row.history_type]), row.history_change_reason])),
            changes_between(row, older) if older else [],
            is_telling=row.history_type != "~" or bool(row.history_change_reason),
        )  # fmt: skip


def _has_one(rows, name, key) -> Q:
    """Whether one of those rows has the key of the entry, asked of each entry that is shown.

    As a range from the key to itself: of an equal key PostgreSQL would gather all rows first.
    """
    return Q(Exists(rows.order_by().filter(**{f"{name}__gte": OuterRef(key), f"{name}__lte": OuterRef(key)})))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))
