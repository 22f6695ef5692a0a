"""The number of a paper, its stamped scan, and the amendment of a visit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from entities.forms import WRONG_DAY, DayInput, SeenForm, VerbForm
from entities.models import Department
from inspections.documents import SCAN, SERVICE
from inspections.forms.files import EvidenceField
from inspections.forms.inspection_fields import TimeInput
from inspections.forms.inspection_visit import TIME, OthersField, as_lines
from inspections.models import Inspection, JointTeam, Mode, Operation, Relation


class NumberForm(SeenForm):
    """The number as typed; empty takes the next of the unit's block."""

    shown_at = {
        "inspection_record_number_once_per_unit": "number",
        "order_number_once_per_unit": "number",
        "interview_number_once_per_unit": "number",
        "seizure_number_once_per_unit": "number",
        "batch_number_once": "number",
        "record_number": "number",
    }

    number = forms.CharField(
        label=_("number"), max_length=50, required=False, help_text=_("Empty: the next of your unit's block.")
    )
    reason = forms.CharField(label=_("reason for correcting it"), max_length=200, required=False)

    def __init__(self, *args, record, number, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        if not number:
            del self.fields["reason"]

    def entries(self) -> dict:
        """What was typed; one tap on “take the next” goes before what stands in the field."""
        number = "" if "take" in self.data else self.cleaned_data["number"]
        return {"number": number, "reason": self.cleaned_data.get("reason", "")}

    def refuse(self, error, record=None):
        """The verb is no method of the record, whose rules it breaks."""
        super().refuse(error, self.record)
        self.record.refresh_from_db()


class ScanForm(VerbForm):
    """A scan with the stamp on it, or what proves that the paper was served."""

    slot = forms.ChoiceField(
        label=_("what it shows"), choices=[(SCAN, _("stamped paper")), (SERVICE, _("proof of service"))],
        initial=SCAN, widget=forms.RadioSelect,
    )  # fmt: skip
    file = EvidenceField(label=_("scan or photo"), help_text=_("JPEG, PNG, WebP, HEIC or PDF, up to 20 MB each."))
    served_on = forms.DateField(
        label=_("served on"), required=False, widget=DayInput, error_messages={"invalid": WRONG_DAY}
    )

    def __init__(self, *args, record, is_served, **kwargs):
        super().__init__(*args, **kwargs)
        if is_served:
            self.initial["served_on"] = record.served_on
        else:
            del self.fields["served_on"]

    def clean(self):
        """Something is attached, and a proof of service proves a day."""
        values = super().clean()
        if not values.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose the scan."))
        is_bare = "served_on" in self.fields and not values.get("served_on") and "served_on" not in self.errors
        if values.get("slot") == SERVICE and is_bare:
            self.add_error("served_on", _("Enter the day on which it was served."))
        return values

    def entries(self) -> dict:
        """What is attached, and the day of service where the paper keeps it."""
        values = self.cleaned_data
        return {"uploads": values["file"], "slot": values["slot"], "served_on": values.get("served_on")}


class AmendForm(SeenForm):
    """What may be corrected of a submitted visit; answers, hazards and officers may not."""

    started_at = forms.TimeField(label=_("from"), required=False, widget=TimeInput(), error_messages=TIME)
    ended_at = forms.TimeField(label=_("to"), required=False, widget=TimeInput(), error_messages=TIME)
    mode = forms.ChoiceField(label=_("mode"), choices=Mode)
    operation = forms.ModelChoiceField(label=_("operation"), queryset=None, required=False, empty_label="—")
    joint_team = forms.ModelChoiceField(label=_("joint team"), queryset=None, required=False, empty_label="—")
    departments = forms.ModelMultipleChoiceField(
        label=_("departments present"), queryset=Department.objects.all(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    others_present = OthersField()
    vehicles_checked = forms.IntegerField(label=_("vehicles checked"), min_value=0, max_value=1_000_000)
    notice_number = forms.CharField(label=_("notice number"), max_length=50, required=False)
    signer_name = forms.CharField(label=_("signed for the entity by"), max_length=50, required=False)
    signer_relation = forms.ChoiceField(
        label=_("relation to the entity"), required=False, choices=[("", "—"), *Relation.choices]
    )
    remarks = forms.CharField(label=_("remarks"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 4}))
    reason = forms.CharField(
        label=_("reason for the amendment"), max_length=200, widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Say why the visit is amended.")},
    )  # fmt: skip

    shown_at = {"inspection_ends_after_it_starts": "ended_at"}

    def __init__(self, *args, visit, by, **kwargs):
        now = {name: getattr(visit, name) for name in Inspection.AMENDABLE}
        now |= {"departments": visit.departments.all(), "others_present": as_lines(visit.others_present)}
        super().__init__(*args, record=visit, **({"initial": now} | kwargs))
        self.fields["operation"].queryset = Operation.objects.visible_to(by).of_campaign(visit.campaign_id)
        self.fields["joint_team"].queryset = JointTeam.objects.visible_to(by).of_campaign(visit.campaign_id)

    def changes(self) -> dict:
        """The new values of what was changed."""
        return {name: self.cleaned_data[name] for name in Inspection.AMENDABLE if name in self.changed_data}
