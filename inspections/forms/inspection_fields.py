"""What the forms of a visit share: photos, the values of a draft, and asking a record whether its values may stand."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.uploads import check as check_upload


class PhotosInput(forms.FileInput):
    """Opens the camera of a phone, or the files of a computer."""

    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else []


class PhotosField(forms.FileField):
    """Any number of photos, each judged by its content; every one that is refused says why."""

    widget = PhotosInput(attrs={"multiple": True, "accept": "image/*,.heic,.heif", "capture": "environment"})

    def clean(self, data, initial=None):
        errors = []
        for upload in data:
            try:
                check_upload(upload, photo_only=True)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return data


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs):
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs):
        super().__init__(format="%H:%M", attrs=attrs)


class RecordForm(forms.Form):
    """Some fields of a record, and a check of all its rules before anything is written."""

    record_class: type[models.Model]
    record_fields: tuple[str, ...] = ()
    widgets: dict = {}
    # A constraint spans fields, so its message has no field of its own: the name of the constraint says where to show it.
    field_of_rule: dict[str, str] = {}
    messages: dict[str, dict] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = forms.fields_for_model(
            self.record_class, self.record_fields, widgets=self.widgets, error_messages=self.messages
        )
        self.fields = own | self.fields

    def give_to(self, record):
        """Set the record's fields to what was entered, as far as it could be read."""
        for name in self.record_fields:
            field = record._meta.get_field(name)
            if name in self.cleaned_data and not field.many_to_many:
                setattr(record, name, self.cleaned_data[name])

    def ask(self, record, *, without=()):
        """Show what the record's rules say beside the fields they concern; fields already in error are not asked again."""
        try:
            record.full_clean(exclude={*self.errors, *without})
        except ValidationError as error:
            self.place_errors(error)

    def place_errors(self, error):
        """Put a record's errors beside the fields of this form that they concern, the rest on top."""
        names = {str(rule.violation_error_message): rule.name for rule in self.record_class._meta.constraints}
        for name, errors in error.update_error_dict({}).items():
            for one in errors:
                place = name
                if name == NON_FIELD_ERRORS:
                    place = self.field_of_rule.get(names.get(one.messages[0]))
                self.add_error(place if place in self.fields else None, one)


def initial_from(typed, form_class, prefix=""):
    """Initial values for the form from what a draft kept; valid or not, as it was typed."""
    names = [*form_class.record_fields, *form_class.base_fields]
    several = {"officers", "departments"}
    initial = {}
    for name in names:
        key = f"{prefix}-{name}" if prefix else name
        if key in typed:
            initial[name] = typed.getlist(key) if name in several else typed.get(key)
    return initial


REQUIRED_DATE = {"required": _("Enter the date."), "invalid": _("Enter the date as 2024-05-01.")}
