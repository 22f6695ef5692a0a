"""A failed point: what is wrong, until when, and what was done at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.forms.inspection_fields import DayInput, PhotosField, RecordForm
from inspections.models import Hazard

# What the record takes from its inspection when it is written, or is not there to be asked yet.
FROM_INSPECTION = ("inspection", "campaign", "region", "unit", "created_by", "changed_by", "entity", "repeats")


class HazardForm(RecordForm):
    """The form that opens under a point answered *fail*."""

    record_class = Hazard
    record_fields = ("description", "category", "severity", "deadline", "places", "responsible_department")
    widgets = {
        "description": forms.Textarea(attrs={"rows": 2}),
        "deadline": DayInput(),
        "places": forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
    }
    messages = {
        "description": {"required": _("Say what is wrong, or tap a suggestion.")},
        "category": {"required": _("Choose the category of the hazard.")},
        "severity": {"required": _("Choose how serious the hazard is.")},
        "deadline": {
            "required": _("Enter until when it must be put right."),
            "invalid": _("Enter the date as 2024-05-01."),
        },
        "places": {"required": _("Enter in how many places, at least 1.")},
    }
    field_of_rule = {
        "hazard_deadline_not_before_found": "deadline",
        "hazard_places_positive": "places",
    }

    photos = PhotosField(label=_("photos of the hazard"), required=False)
    rectified = forms.BooleanField(label=_("rectified on the spot"), required=False)
    measures = forms.CharField(label=_("measures taken"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photos_after = PhotosField(label=_("photos after"), required=False)

    def __init__(self, *args, departments, saved_photos=0, saved_after=0, **kwargs):
        super().__init__(*args, **kwargs)
        self.saved_photos, self.saved_after = saved_photos, saved_after
        # Read once for the page, not once for every point.
        self.fields["responsible_department"].choices = departments
        self.label_suffix = ""

    def clean(self):
        """Rectified on the spot is believed with words and photos before and after."""
        values = super().clean()
        if not values.get("rectified"):
            return values
        if not values.get("measures"):
            self.add_error("measures", _("Say what was done to put it right."))
        for name, saved, message in [
            ("photos", self.saved_photos, _("Take a photo of the hazard before it was put right.")),
            ("photos_after", self.saved_after, _("Take a photo that shows it put right.")),
        ]:
            if not values.get(name) and not saved and name not in self.errors:
                self.add_error(name, message)
        return values

    def hazard(self, item, entity, found_on):
        """The hazard as entered, its rules asked; not yet written."""
        hazard = Hazard(item=item, entity=entity, entity_kind=entity.kind, found_on=found_on)
        self.give_to(hazard)
        self.ask(hazard, without=FROM_INSPECTION if found_on else (*FROM_INSPECTION, "found_on"))
        return hazard
