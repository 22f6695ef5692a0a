"""Seizures with what was taken, and what becomes of each thing."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, DayForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.measures import number_on_arrival
from inspections.models import Inspection, InspectionStatus, SeizedItem, Seizure, Series

ROWS = range(1, 5)


class SeizureForm(RecordForm):
    """From whom, why, where it is kept; the things are entered with it."""

    origins = ("inspection", "case")
    shown_at = {"seizure_from_entity_or_person": "entity", "seizure_number_once_per_unit": "number"}
    # Settled once things are seized.
    SETTLED = ("entity", "person_name", "region", "department", "seized_on")

    entity = EntityField(required=False)
    identity_card = forms.CharField(
        label=_("identity-card number"), required=False, max_length=18, widget=forms.TextInput({"autocomplete": "off"})
    )
    field_order = ("entity", "person_name", "identity_card")

    class Meta:
        model = Seizure
        fields = ("entity", "person_name", "region", "department", "seized_on", "reason", "number", "place_kept")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person_name"].help_text = _("Only when the things are not an entity's.")
        if self.instance.pk:
            for name in self.SETTLED:
                self.fields.pop(name, None)
            if self.instance.entity_id:
                del self.fields["identity_card"]
            return
        self.fields["number"].help_text = _("Empty: the next of your unit's block.")
        origin = next(iter(self.given.values()), None)
        if origin is not None:
            del self.fields["region"]
            self.initial["person_name"] = getattr(origin, "person_name", "")
        if self.by.unit is not None:
            self.initial["department"] = self.by.unit.department_id
        if "entity" not in self.fields:  # the origin says from whom
            del self.fields["person_name"], self.fields["identity_card"]
        for row in ROWS:
            self._add_row(row)
        self.order_fields([*(name for name in self.fields if name != "files"), "files"])

    def _add_row(self, row):
        kinds = [("", "—"), *SeizedItem.Kind.choices]
        said = {"row": row}
        self.fields[f"item{row}_kind"] = forms.ChoiceField(
            label=gettext("thing %(row)d: kind") % said, required=False, choices=kinds
        )
        self.fields[f"item{row}_description"] = forms.CharField(
            label=gettext("thing %(row)d: description") % said, required=False, max_length=200
        )
        self.fields[f"item{row}_quantity"] = forms.IntegerField(
            label=gettext("thing %(row)d: quantity") % said, required=False, min_value=1, max_value=100_000
        )

    def clean(self):
        """At least one thing, each with its kind and quantity."""
        values = super().clean()
        self.items = []
        if self.instance.pk:
            return values
        for row in ROWS:
            item = {name: values.get(f"item{row}_{name}") for name in ("kind", "description", "quantity")}
            if not any(item.values()):
                continue
            for name in ("kind", "quantity"):
                place = f"item{row}_{name}"
                if not item[name] and place not in self.errors:
                    self.add_error(place, _("Enter what was seized: kind and quantity."))
            self.items.append(item)
        if not self.items and not any(name.startswith("item") for name in self.errors):
            self.add_error("item1_kind", _("Enter what was seized: kind and quantity."))
        return values

    def write(self):
        seizure, values = self.instance, self.cleaned_data
        if values.get("identity_card"):
            seizure.set_identity_card(values["identity_card"])
        if not seizure.pk and not seizure.number and self.by.unit is not None:
            seizure.number = number_on_arrival(self.by.unit, Series.SEIZURE, seizure.seized_on)
        super().write()

    def after(self, record, *, by):
        for item in self.items:
            SeizedItem(seizure=record, **item).store(by=by)


class DisposeForm(DayForm):
    """How many pieces, by which decision; its papers belong to the seizure."""

    shown_at = {"settled_on": "on", "seized_item_adds_up": "quantity"}

    quantity = forms.IntegerField(label=_("how many"), min_value=1, max_value=100_000)
    number = forms.CharField(label=_("decision number"), max_length=50, required=False)
    note = forms.CharField(label=_("note"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    files = EvidenceField(label=_("photos and documents"), required=False, help_text=FILES)
    field_order = ("quantity", "on", "number", "note", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["quantity"] = self.record.kept
        self.fields["quantity"].help_text = gettext("%(kept)d are still kept.") % {"kept": self.record.kept}

    def shown_by(self, done):
        return done.item.seizure


SEIZURE = Desk(
    Seizure,
    SeizureForm,
    begins_at=lambda origin: not isinstance(origin, Inspection) or origin.status == InspectionStatus.SUBMITTED,
)
SEIZED_ITEM = Desk(
    SeizedItem,
    None,
    deeds=(
        Deed("release", _("Release"), DisposeForm, when=lambda item: item.kept > 0),
        Deed("confiscate", _("Confiscate"), DisposeForm, when=lambda item: item.kept > 0,
             warns=_("Confiscated pieces are kept for good.")),
    ),
    back="seizure",
)  # fmt: skip
