"""The part of the form for measures on the spot: order to correct, interview, seizure, proposed case."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from inspections.forms.inspection_fields import DayInput
from inspections.measures import Measures
from inspections.models import Case, Interview, Order, SeizedItem, Seizure

ITEMS = range(1, 5)
# What a record takes from its visit when it is written.
FROM_VISIT = {"campaign", "region", "created_by", "changed_by", "inspection", "entity", "seizure", "case"}
RULES = {
    "order_due_not_before_issued": "due_on",
    "order_number_once_per_unit": "number",
    "interview_number_once_per_unit": "number",
    "seizure_number_once_per_unit": "number",
    "seized_item_quantity_positive": "quantity",
}
NUMBER_HELP = _("Empty: the next of your unit's block.")


class MeasuresForm(forms.Form):
    """Each measure is a tick that opens its few fields."""

    record_fields = ()

    order = forms.BooleanField(label=_("order to correct"), required=False)
    order_due_on = forms.DateField(
        label=_("to be corrected by"), required=False, widget=DayInput(),
        error_messages={"invalid": _("Enter the date as 2024-05-01.")},
    )  # fmt: skip
    order_number = forms.CharField(label=_("number"), required=False, max_length=50, help_text=NUMBER_HELP)
    interview = forms.BooleanField(label=_("interview on the spot"), required=False)
    interview_person = forms.CharField(label=_("responsible person"), required=False, max_length=50)
    interview_reason = forms.CharField(label=_("reason"), required=False, max_length=200)
    interview_minutes = forms.CharField(label=_("minutes"), required=False, widget=forms.Textarea({"rows": 3}))
    interview_number = forms.CharField(label=_("number"), required=False, max_length=50, help_text=NUMBER_HELP)
    seizure = forms.BooleanField(label=_("seizure"), required=False)
    seizure_reason = forms.CharField(label=_("reason"), required=False, max_length=200)
    seizure_place_kept = forms.CharField(label=_("place kept"), required=False, max_length=100)
    seizure_number = forms.CharField(label=_("decision number"), required=False, max_length=50, help_text=NUMBER_HELP)
    case = forms.BooleanField(label=_("propose a case"), required=False)
    case_cause = forms.CharField(label=_("cause"), required=False, max_length=200)

    def __init__(self, *args, by, entity, **kwargs):
        super().__init__(*args, prefix="m", **kwargs)
        self.by, self.entity, self.label_suffix = by, entity, ""
        for number in ITEMS:
            self.fields[f"item{number}_kind"] = forms.ChoiceField(
                label=_("kind"), required=False, choices=[("", "—"), *SeizedItem.Kind.choices]
            )
            self.fields[f"item{number}_description"] = forms.CharField(
                label=_("description"), required=False, max_length=200
            )
            self.fields[f"item{number}_quantity"] = forms.IntegerField(
                label=_("quantity"), required=False, min_value=1, max_value=100_000,
                widget=forms.NumberInput({"inputmode": "numeric", "min": 1}),
            )  # fmt: skip

    def items(self):
        """The rows of the list of things seized, each its three fields."""
        return [[self[f"item{number}_{name}"] for name in ("kind", "description", "quantity")] for number in ITEMS]

    def chosen(self, part) -> bool:
        """Whether that measure is ticked, on a page shown again too."""
        return bool(self[part].value())

    def measures(self, day) -> Measures:
        """The records as entered, their own rules asked, none written; what is wrong stands beside its field."""
        measures, values = Measures(), self.cleaned_data
        if values.get("order"):
            measures.order = self._record(
                Order(entity=self.entity, issued_on=day, due_on=values.get("order_due_on"), number=self._text("order_number")),
                "order",
            )  # fmt: skip
        if values.get("interview"):
            measures.person = self._text("interview_person")
            measures.interview = self._record(
                Interview(
                    held_on=day, reason=self._text("interview_reason"), minutes=self._text("interview_minutes"),
                    number=self._text("interview_number"),
                ),
                "interview",
            )  # fmt: skip
            if not measures.person:
                self.add_error("interview_person", _("Enter with whom you talked."))
        if values.get("seizure"):
            measures.seizure = self._record(
                Seizure(
                    entity=self.entity, seized_on=day, reason=self._text("seizure_reason"),
                    place_kept=self._text("seizure_place_kept"), number=self._text("seizure_number"),
                    department_id=self.by.unit.department_id if self.by.unit else None,
                ),
                "seizure",
            )  # fmt: skip
            measures.items = self._items()
        if values.get("case"):
            measures.case = self._record(
                Case(
                    entity=self.entity, came_from=Case.Origin.INSPECTION, proposed_on=day, acted_on=day,
                    cause=self._text("case_cause"),
                ),
                "case", {"came_from"},
            )  # fmt: skip
        return measures

    def _items(self):
        items = []
        for number in ITEMS:
            kind, quantity = (
                self.cleaned_data.get(f"item{number}_kind"),
                self.cleaned_data.get(f"item{number}_quantity"),
            )
            description = self._text(f"item{number}_description")
            if kind or quantity or description:
                item = SeizedItem(kind=kind or "", description=description, quantity=quantity)
                items.append(self._record(item, f"item{number}", {"unit"}))
        if not items and not any(name.startswith("item") for name in self.errors):
            self.add_error("item1_kind", _("Enter what was seized: kind and quantity."))
        return items

    def _text(self, name) -> str:
        return (self.cleaned_data.get(name) or "").strip()

    def _record(self, record, part, without=frozenset()):
        record.unit = self.by.unit
        try:
            record.full_clean(exclude=FROM_VISIT | without)
        except ValidationError as error:
            names = {str(rule.violation_error_message): rule.name for rule in record._meta.constraints}
            for name, errors in error.update_error_dict({}).items():
                for one in errors:
                    place = RULES.get(names.get(one.messages[0]), "") if name == NON_FIELD_ERRORS else name
                    field = f"{part}_{place}"
                    if field in self.fields and field not in self.errors:
                        self.add_error(field, one)
                    elif field not in self.fields:
                        self.add_error(part if part in self.fields else "seizure", one)
        return record
