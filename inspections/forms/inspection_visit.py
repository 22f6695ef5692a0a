"""Who went where, when, and how it turned out."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from inspections.forms.inspection_fields import REQUIRED_DATE, DayInput, PhotosField, RecordForm, TimeInput
from inspections.models import Inspection, JointTeam, Operation, Outcome

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


class VisitForm(RecordForm):
    """The head and the end of the page: everything about the visit but its checklist."""

    record_class = Inspection
    record_fields = (
        "inspected_on", "started_at", "ended_at", "mode", "outcome", "operation", "joint_team", "officers",
        "departments", "vehicles_checked", "notice_number", "remarks", "refusal_reason", "refusal_witness",
    )  # fmt: skip
    widgets = {
        "inspected_on": DayInput(),
        "started_at": TimeInput(),
        "ended_at": TimeInput(),
        "outcome": forms.RadioSelect,
        "departments": forms.CheckboxSelectMultiple,
        "officers": forms.CheckboxSelectMultiple,
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
    }

    photos = PhotosField(label=_("photos of the visit"), required=False)

    def __init__(self, *args, by, entity, campaign, saved_photos=0, **kwargs):
        super().__init__(*args, **kwargs)
        self.saved_photos, self.answers_errors = saved_photos, []
        self.companions = list(companions(by, entity))
        # The officer and those companions, whoever else is in the scope.
        self.fields["officers"].queryset = Officer.objects.filter(pk__in=[by.pk, *(o.pk for o in self.companions)])
        self.fields["operation"].queryset = Operation.objects.visible_to(by).of_campaign(campaign)
        self.fields["joint_team"].queryset = JointTeam.objects.visible_to(by).of_campaign(campaign)
        self.fields["vehicles_checked"].required = False
        self.label_suffix = ""

    def clean_vehicles_checked(self):
        return self.cleaned_data["vehicles_checked"] or 0

    def clean(self):
        """Without an inspection, a photo and words must show that somebody really went there."""
        values = super().clean()
        outcome = values.get("outcome")
        if not outcome or outcome == Outcome.INSPECTED:
            return values
        if not values.get("photos") and not self.saved_photos and "photos" not in self.errors:
            self.add_error("photos", _("Take at least one photo that shows what you found there."))
        if not values.get("remarks"):
            self.add_error("remarks", _("Say in the remarks what you found there."))
        if outcome == Outcome.REFUSED:
            for name, message in [
                ("refusal_reason", _("Enter the reason that was given for refusing.")),
                ("refusal_witness", _("Enter who witnessed the refusal.")),
            ]:
                if not values.get(name):
                    self.add_error(name, message)
        return values

    def place_errors(self, error):
        """What is wrong with the answers belongs to the checklist, not to this form."""
        errors = error.update_error_dict({})
        for name in ("answers", "checklist_version"):
            self.answers_errors += [message for one in errors.pop(name, []) for message in one.messages]
        if errors:
            super().place_errors(ValidationError(errors))
