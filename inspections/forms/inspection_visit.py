"""Who went where, when, and how it turned out."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from inspections.forms.files import EvidenceField
from inspections.forms.inspection_fields import REQUIRED_DATE, DayInput, PhotosField, RecordForm, TimeInput
from inspections.models import Inspection, JointTeam, Operation, Outcome, Signing

SEPARATORS = re.compile(r"[\s,，、;；]+")
PERSON = ("name", "unit", "certificate_number")
TIME = {"invalid": _("Enter the time as 14:30.")}


def companions(officer, entity):
    """Officers with a certificate who may go along: of the officer's own unit or of the entity's county, within sight."""
    return (
        Officer.objects.visible_to(officer)
        .active()
        .certified()
        .filter(Q(unit=officer.unit) | Q(unit__region=entity.region_id))
        .exclude(pk=officer.pk)
        .select_related("unit")
    )


class OthersField(forms.CharField):
    """Who else was there, one person a line, read as a list; what is not said of a person stays empty."""

    widget = forms.Textarea({"rows": 2})

    def __init__(self):
        super().__init__(
            label=_("others present"), required=False, max_length=1000,
            help_text=_("One person a line: name, unit, certificate number."),
        )  # fmt: skip

    def clean(self, value):
        people = []
        for line in super().clean(value).splitlines():
            parts = [part for part in SEPARATORS.split(line.strip(), maxsplit=2) if part]
            if parts:
                people.append(dict(zip(PERSON, [*parts, "", ""], strict=False)))
        return people


def as_lines(people) -> str:
    """The list as it is typed."""
    return "\n".join(" ".join(filter(None, (person.get(name, "") for name in PERSON))) for person in people)


class VisitForm(RecordForm):
    """The head and the end of the page: everything about the visit but its checklist."""

    record_class = Inspection
    record_fields = (
        "inspected_on", "started_at", "ended_at", "mode", "outcome", "operation", "joint_team", "officers",
        "departments", "vehicles_checked", "notice_number", "remarks", "record_number", "signing", "signer_name",
        "signer_relation", "refusal_reason", "refusal_witness", "recording_number",
    )  # fmt: skip
    widgets = {
        "inspected_on": DayInput(),
        "started_at": TimeInput(),
        "ended_at": TimeInput(),
        "outcome": forms.RadioSelect,
        "departments": forms.CheckboxSelectMultiple,
        "officers": forms.CheckboxSelectMultiple,
        "signing": forms.RadioSelect,
        "vehicles_checked": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        "remarks": forms.Textarea(attrs={"rows": 3}),
    }
    messages = {
        "inspected_on": REQUIRED_DATE,
        "started_at": TIME,
        "ended_at": TIME,
        "outcome": {"required": _("Say how the visit turned out.")},
        "officers": {
            "required": _("Choose the officers who were present."),
            "invalid_choice": _(
                "Only officers with a law-enforcement certificate who still work here can be chosen: choose another."
            ),
            "invalid_pk_value": _("Choose the officers from the list."),
        },
        "operation": {"invalid_choice": _("This operation is outside your scope: choose one from the list.")},
        "joint_team": {"invalid_choice": _("This team is outside your scope: choose one from the list.")},
    }
    field_of_rule = {
        "inspection_has_two_certified_officers": "officers",
        "inspection_ends_after_it_starts": "ended_at",
        "inspection_refusal_to_sign_is_explained": "refusal_reason",
        "inspection_record_number_once_per_unit": "record_number",
    }

    photos = PhotosField(label=_("photos of the visit"), required=False)
    found_at = forms.CharField(
        label=_("where it really is"), required=False, max_length=200,
        help_text=_("If you found it: the register gets this address. Otherwise it is recorded as moved away."),
    )  # fmt: skip
    others = OthersField()

    def __init__(self, *args, by, entity, campaign, saved_photos=0, saved_scans=0, paper=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.saved_photos, self.saved_scans, self.answers_errors = saved_photos, saved_scans, []
        if paper:
            self.fields["scan"] = EvidenceField(
                label=_("scan of the paper"), required=False, help_text=_("JPEG, PNG, WebP or PDF, up to 20 MB each.")
            )
        self.companions = list(companions(by, entity))
        # The officer and those companions, whoever else is in the scope.
        people = [*(o.pk for o in self.companions), *([] if paper else [by.pk])]
        self.fields["officers"].queryset = Officer.objects.filter(pk__in=people)
        self.fields["operation"].queryset = Operation.objects.visible_to(by).of_campaign(campaign)
        self.fields["joint_team"].queryset = JointTeam.objects.visible_to(by).of_campaign(campaign)
        self.fields["vehicles_checked"].required = False
        self.fields["signing"].choices = Signing.choices
        self.label_suffix = ""

    def give_to(self, record):
        super().give_to(record)
        record.others_present = self.cleaned_data.get("others", [])

    def clean_vehicles_checked(self):
        return self.cleaned_data["vehicles_checked"] or 0

    def clean(self):
        """Without an inspection, a photo must show that somebody really went there."""
        values = super().clean()
        if "scan" in self.fields and not values.get("scan") and not self.saved_scans and "scan" not in self.errors:
            self.add_error("scan", _("Attach the scan of the paper from which you type."))
        outcome = values.get("outcome")
        if not outcome or outcome == Outcome.INSPECTED:
            return values
        if not values.get("photos") and not self.saved_photos and "photos" not in self.errors:
            self.add_error("photos", _("Take at least one photo that shows what you found there."))
        return values

    def place_errors(self, error):
        """What is wrong with the answers belongs to the checklist, not to this form."""
        errors = error.update_error_dict({})
        for name in ("answers", "checklist_version"):
            self.answers_errors += [message for one in errors.pop(name, []) for message in one.messages]
        if errors:
            super().place_errors(ValidationError(errors))
