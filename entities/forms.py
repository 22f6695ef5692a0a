"""Forms that hand their entries to one verb of a record, the form of an entity, and the search over the register."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.choices import code_in, offer, regions_near
from entities.models import Entity, EntityKind, EntityState, IdentityKind, Officer, ProductType, Region, RiskLevel
from entities.stored import Stale

WRONG_DAY = _("Enter the date as 2024-05-01.")


class DayInput(forms.DateInput):
    """A date as the browser's own calendar shows it."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class VerbForm(forms.Form):
    """A form whose entries go to one verb of a record; what the verb refuses is said beside the field that it concerns."""

    # Where a refusal is shown whose name is no field of this form: the record's field, or the name of a constraint.
    shown_at: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.is_stale = False

    def applies(self, verb, **values) -> bool:
        """Call the verb in one transaction; when it refuses, nothing is written and the page shows why."""
        try:
            with transaction.atomic():
                self.before_verb()
                self.result = verb(**values)
        except ValidationError as error:
            record = getattr(verb, "__self__", None)
            self.is_stale = isinstance(error, Stale)
            self.refuse(error, record)
            if isinstance(record, models.Model) and record.pk:
                record.refresh_from_db()  # the page shows the record as it stands, beside what was typed
            return False
        return True

    def before_verb(self):
        """What is asked inside the transaction before the verb; for a plain form nothing."""

    @property
    def answer(self) -> int:
        """The HTTP status of the page that shows this form: 409 when somebody was faster, 422 when it was refused."""
        return 409 if self.is_stale else 422 if self.errors else 200

    def refuse(self, error, record=None):
        """Put each message beside the field that it concerns, the rest on top."""
        constraints = record._meta.constraints if isinstance(record, models.Model) else ()
        names = {str(rule.violation_error_message): rule.name for rule in constraints}
        for name, errors in error.update_error_dict({}).items():
            for one in errors:
                rule = names.get(one.messages[0], "") if name == NON_FIELD_ERRORS else name
                place = self.shown_at.get(rule, rule)
                self.add_error(place if place in self.fields else None, one)


class SeenForm(VerbForm):
    """A form that changes a record as the officer saw it: a change made meanwhile is told first, and nothing typed is lost."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, **kwargs)
        self.record = record
        self.initial["version"] = record.version

    def clean(self):
        """Keep the version apart: it is no entry of the verb's."""
        values = super().clean()
        self.seen = values.pop("version", None)
        return values

    def before_verb(self):
        self.record.lock(self.seen)

    def applies(self, verb, **values) -> bool:
        """As for every form; after a clash the page carries the version that the officer has now been told of."""
        done = super().applies(verb, **values)
        if self.is_stale:
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = self.record.version
        return done


class EntityForm(VerbForm, forms.ModelForm):
    """Everything that is known of an entity but its state, which changes by a verb of its own."""

    shown_at = {
        "entity_credit_code_once_per_address": "credit_code",
        "entity_credit_code_form": "credit_code",
    }
    # Where the number stands by which an entity of that identity is known.
    NUMBERS = {
        IdentityKind.USCC: "credit_code",
        IdentityKind.OLD_LICENCE: "licence_number",
        IdentityKind.IDENTITY_CARD: "identity_card",
    }
    SECTIONS = (
        (_("What it is"), ("name", "kind", "further_kinds", "goods", "brands", "risk_level")),
        (_("Identity"), ("identity_kind", "credit_code", "licence_number", "identity_card")),
        (_("Where"), ("region", "township", "address", "registered_address", "longitude", "latitude")),
        (_("People"), (
            "legal_representative", "contact", "phone", "responsible_officer", "responsible_leader",
            "pledged_on", "quality_director", "quality_officer",
        )),
    )  # fmt: skip
    WIDE = {"name", "further_kinds", "goods", "brands", "address", "registered_address"}

    identity_card = forms.CharField(
        label=_("identity-card number"), required=False, max_length=18, widget=forms.TextInput({"autocomplete": "off"})
    )
    further_kinds = forms.MultipleChoiceField(
        label=_("further kinds"), choices=EntityKind, required=False, widget=forms.CheckboxSelectMultiple
    )
    goods = forms.MultipleChoiceField(
        label=_("goods handled"), choices=ProductType, required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Entity
        fields = (
            "name", "kind", "further_kinds", "goods", "brands", "risk_level", "identity_kind", "credit_code",
            "licence_number", "region", "township", "address", "registered_address", "longitude", "latitude",
            "legal_representative", "contact", "phone", "responsible_officer", "responsible_leader", "pledged_on",
            "quality_director", "quality_officer",
        )  # fmt: skip
        widgets = {
            "pledged_on": DayInput,
            "phone": forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
            "credit_code": forms.TextInput(
                {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
            ),
            "longitude": forms.NumberInput({"step": "0.000001", "min": -180, "max": 180, "inputmode": "decimal"}),
            "latitude": forms.NumberInput({"step": "0.000001", "min": -90, "max": 90, "inputmode": "decimal"}),
        }
        error_messages = {
            "name": {"required": _("Enter the name as on the licence or the sign.")},
            "kind": {"required": _("Choose the kind of entity.")},
            "address": {"required": _("Enter where the business really is.")},
            "region": {
                "required": _("Choose the region."),
                "invalid_choice": _("This region is outside your scope: choose one from the list."),
            },
            "pledged_on": {"invalid": WRONG_DAY},
        }  # fmt: skip

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        entity = self.instance
        regions = Region.objects.filter(
            Q(pk__in=Region.objects.visible_to(by).counties().values("pk")) | Q(pk=entity.region_id)
        ).order_by("code")
        self.fields["region"].queryset = regions
        # An inspector knows one county: nothing to choose.
        choices = list(regions[:2])
        if len(choices) == 1 and not entity.region_id:
            self.initial["region"] = choices[0].pk
        for name in ("responsible_officer", "responsible_leader"):
            now = getattr(entity, f"{name}_id")
            self.fields[name].queryset = Officer.objects.filter(
                Q(pk__in=Officer.objects.visible_to(by).active().values("pk")) | Q(pk=now)
            ).select_related("unit")
            self.fields[name].label_from_instance = lambda officer: f"{officer} · {officer.unit or '—'}"
            self.fields[name].error_messages["invalid_choice"] = _(
                "This officer is outside your scope or no longer works here: choose one from the list."
            )
        if entity.pk:
            self.fields["version"].required = True
            self.initial["version"] = entity.version
        self.masked_card = entity.masked_identity_card
        if self.masked_card:
            self.fields["identity_card"].help_text = _("On file; leave empty to keep it.")

    def add_error(self, field, error):
        """The record's own rules, asked by ModelForm, are shown like a verb's refusals."""
        if field is None and hasattr(error, "error_dict"):
            self.refuse(error, self.instance)
        else:
            super().add_error(field, error)

    def sections(self):
        """The fields by topic, in the order of the page, each with whether it takes a whole line."""
        return [(label, [(self[name], name in self.WIDE) for name in names]) for label, names in self.SECTIONS]

    def clean_further_kinds(self):
        """The main kind needs not be said twice."""
        return [kind for kind in self.cleaned_data["further_kinds"] if kind != self.cleaned_data.get("kind")]

    def clean(self):
        """The number goes in encrypted, and goes away when the entity is no longer known by it."""
        values = super().clean()
        number, kind = values.get("identity_card", ""), values.get("identity_kind")
        self.shown_at = self.shown_at | {"entity_identified_as_it_says": self.NUMBERS.get(kind, "identity_kind")}
        try:
            if kind != IdentityKind.IDENTITY_CARD:
                self.instance.set_identity_card("")
            elif number:
                self.instance.set_identity_card(number)
        except ValidationError as error:
            self.refuse(error)
        return values

    def saves(self, *, by) -> bool:
        """Write the entity; false when it was refused, and then the page keeps everything typed.

        After a clash the form carries the version that the officer has now been told of, so that saving again goes through.
        """
        version = self.cleaned_data.get("version") if self.instance.pk else None
        if self.applies(self.instance.store, by=by, version=version):
            return True
        if self.is_stale:
            now = Entity.objects.values_list("version", flat=True).get(pk=self.instance.pk)
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = now
        return False


class EntityFilterForm(forms.Form):
    """Search and filters of the register, kept in the URL."""

    q = forms.CharField(label=_("Name, initials, credit code, address or phone"), required=False, max_length=100)
    region = forms.ModelChoiceField(label=_("region"), queryset=None, required=False, empty_label=_("all"))
    kind = forms.ChoiceField(label=_("kind"), choices=[("", _("all")), *EntityKind.choices], required=False)
    state = forms.ChoiceField(label=_("state"), choices=[("", _("all")), *EntityState.choices], required=False)
    risk = forms.ChoiceField(label=_("risk level"), choices=[("", _("all")), *RiskLevel.choices], required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        regions = Region.objects.visible_to(by)
        offer(self.fields["region"], regions, regions_near(regions, code_in(self.data)))
        self.fields["q"].widget.attrs |= {"type": "search", "autocomplete": "off"}
        self.fields["q"].widget.input_type = "search"

    def narrow(self, entities):
        """The entities that fit; a filter that makes no sense leaves none."""
        if not self.is_valid():
            return entities.none()
        values = self.cleaned_data
        if values["q"]:
            entities = entities.matching(values["q"])
        if values["region"]:
            entities = entities.inside(values["region"].code)
        for name, field in (("kind", "kind"), ("state", "state"), ("risk", "risk_level")):
            if values[name]:
                entities = entities.filter(**{field: values[name]})
        return entities
