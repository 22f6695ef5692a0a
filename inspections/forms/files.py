"""Files that are attached: photos from the camera, and papers."""

from django import forms
from django.core.exceptions import ValidationError

from inspections.uploads import check as check_upload


class FilesInput(forms.FileInput):
    """Several files at once; a phone offers its camera among them."""

    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else []


class EvidenceField(forms.FileField):
    """Photos and PDFs, each judged by its content; every one that is refused says why."""

    widget = FilesInput(attrs={"multiple": True, "accept": "image/*,.heic,.heif,application/pdf"})

    def clean(self, data, initial=None):
        errors = []
        for upload in data:
            try:
                check_upload(upload)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return data
