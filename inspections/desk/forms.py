"""The forms of the desk: one that makes or changes a record, and one that hands its entries to a verb."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Q, When
from django.forms.models import construct_instance
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.forms import WRONG_DAY, DayInput, SeenForm, VerbForm
from entities.models import Entity, Officer, Region
from entities.today import today
from inspections.desk.fields import EntitiesField, EntityField, ScopedText
from inspections.forms.files import EvidenceField
from inspections.models import Evidence
from inspections.models.evidence import files_as_written
from inspections.models.record import Record, WithEvidence

FILES = _("JPEG, PNG, WebP, HEIC or PDF, up to 20 MB each.")


def attach_all(record, uploads, *, by):
    """Attach every file to the record, or none."""
    with files_as_written() as written:
        for upload in uploads:
            written.append(Evidence.attach(record, upload, by=by))


class DeedForm(SeenForm):
    """What is asked before a deed; its fields become the arguments of the verb, its `files` evidence of the record."""

    def __init__(self, *args, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def shown_by(self, _done):
        """The record to which the files are attached; `_done` is what the verb returned."""
        return self.record

    def does(self, deed, *, by) -> bool:
        """Do it in one transaction; false when it was refused, and then the page keeps everything typed."""
        values = dict(self.cleaned_data)
        uploads = values.pop("files", ())
        verb = getattr(self.record, deed.name)

        def act():
            done = verb(by=by, **values)
            attach_all(self.shown_by(done), uploads, by=by)

        return self.applies(act)

    def refuse(self, error, record=None):
        super().refuse(error, self.record)


class ReasonForm(DeedForm):
    """Why it is done."""

    reason = forms.CharField(
        label=_("reason"), max_length=300, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why.")},
    )  # fmt: skip


class DayForm(DeedForm):
    """When it happened: today unless another day is entered."""

    on = forms.DateField(
        label=_("date"), widget=DayInput, error_messages={"required": _("Enter the date."), "invalid": WRONG_DAY}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", today())
        self.fields["on"].widget.attrs["max"] = today().isoformat()

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > today():
            raise ValidationError(gettext("This date is in the future: today is %(day)s.") % {"day": today()})
        return day


class RecordForm(VerbForm, forms.ModelForm):
    """Makes or changes a record; `store` checks it, once, in its transaction.

    `origins` are foreign keys given by the address and never chosen from a list. Whatever can be chosen lies in the officer's
    scope.
    """

    NEW, CHANGE = _("New: %(record)s"), _("Change")

    origins: tuple[str, ...] = ()

    files = EvidenceField(label=_("photos and documents"), required=False, help_text=FILES)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, by, campaign=None, given=None, entities=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.given, record = by, given or {}, self.instance
        self.campaign = record.campaign if record.pk else campaign
        if not record.pk:
            record.campaign = campaign
            for name, origin in self.given.items():
                setattr(record, name, origin)
        self._settle_files()
        self._settle_entity(list(entities))
        for name, field in self.fields.items():
            self._settle(name, field)
        if record.pk:
            self.fields["version"].required = True
            self.initial["version"] = record.version

    @classmethod
    def given_by_address(cls) -> tuple[str, ...]:
        """The foreign keys that an address may give: the origins, and the entity."""
        asks_entity = isinstance(cls.base_fields.get("entity"), EntityField)
        return (*cls.origins, "entity") if asks_entity else cls.origins

    @classmethod
    def read_address(cls, query, *, by) -> dict:
        """The origins that the address names, and `entities`; Http404 for what is outside the officer's scope."""
        given = {}
        for name in cls.origins:
            if query.get(name):
                model = cls._meta.model._meta.get_field(name).related_model
                given[name] = _seen(model, query[name], by)
        return {"given": given, "entities": [_seen(Entity, pk, by) for pk in query.getlist("entity")]}

    def _settle_files(self):
        if not issubclass(self._meta.model, WithEvidence):
            del self.fields["files"]

    def _settle_entity(self, entities):
        """An origin that has an entity settles it; else the address may propose it."""
        origin = next((o for o in self.given.values() if getattr(o, "entity", None) is not None), None)
        field = self.fields.get("entity")
        if isinstance(field, EntityField) and origin is not None and not self.instance.pk:
            self.instance.entity = origin.entity
            del self.fields["entity"]
        elif isinstance(field, EntityField) and entities:
            self.initial["entity"] = entities[0]
        if isinstance(self.fields.get("entities"), EntitiesField):
            proposed = entities or ([origin.entity] if origin is not None else [])
            if proposed:
                self.initial.setdefault("entities", proposed)

    def _settle(self, name, field):
        if isinstance(field, ScopedText):
            field.by = self.by
        elif isinstance(field, forms.ModelChoiceField):
            self._narrow(name, field)
        elif isinstance(field, forms.DateField) and not isinstance(field.widget, DayInput):
            field.widget = DayInput()
            field.error_messages["invalid"] = WRONG_DAY
        if name == self._meta.model.date_field and not self.instance.pk:
            self.initial.setdefault(name, today())

    def _narrow(self, name, field):
        """Only what the officer may see, of this campaign; what the record already names stays."""
        rows, model = field.queryset, field.queryset.model
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.by)
        if issubclass(model, Record) and self.campaign is not None:
            rows = rows.filter(campaign=self.campaign)
        if model is Officer:
            rows = rows.active().select_related("unit")
        if model is Region and self.campaign is not None:
            rows = rows.filter(code__startswith=self.campaign.region_id, level__in=["city", "county"]).order_by("code")
            if not self.instance.pk and self.by.unit is not None:
                self.initial.setdefault(name, self.by.unit.region_id)
        if self.instance.pk and name in self.initial:
            kept = self.initial[name]
            keys = [getattr(one, "pk", one) for one in (kept if isinstance(kept, list) else [kept])]
            rows = model._default_manager.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=[key for key in keys if key]))
        if model is Officer and isinstance(field, forms.ModelMultipleChoiceField):
            field.widget, field.widget.is_required = forms.CheckboxSelectMultiple(), field.required
            rows = rows.select_related("unit").order_by(
                Case(When(unit=self.by.unit_id, then=0), default=1), "unit", "name"
            )
        field.queryset = rows

    def _post_clean(self):
        """Only fill the record: `store` checks everything."""
        if not self.errors:
            self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)

    def refuse(self, error, record=None):
        super().refuse(error, self.instance)

    def saves(self) -> bool:
        """Write the record with what belongs to it, all or nothing; false when it was refused."""
        done = self.applies(self._write)
        if self.is_stale:
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = self.instance.version
        return done

    def _write(self):
        is_new = self.instance.pk is None
        try:
            with transaction.atomic():
                self.write()
                self._save_m2m()
                self.after(self.instance, by=self.by)
                attach_all(self.instance, self.cleaned_data.get("files", ()), by=self.by)
        except BaseException:
            if is_new:  # the refused record was never written: the page asks for it anew
                self.instance.pk, self.instance._state.adding = None, True
            raise

    def write(self):
        """Write the record itself; a record that begins by a verb of another one calls that verb here."""
        version = self.cleaned_data.get("version") if self.instance.pk else None
        self.instance.store(by=self.by, version=version)

    def after(self, record, *, by):
        """Write what belongs to the record: rows of its own that the form asks for."""


def _seen(model, pk, by):
    if not str(pk).isdecimal():
        raise Http404
    return get_object_or_404(model.objects.visible_to(by), pk=pk)
