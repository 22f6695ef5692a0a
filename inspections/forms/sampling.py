"""The list of results that a laboratory sends."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entities.forms import VerbForm
from inspections.laboratory import read_list


class ResultsForm(VerbForm):
    """The workbook; its rows are read as it comes in."""

    workbook = forms.FileField(
        label=_("the laboratory's list"), help_text=_("An Excel workbook (.xlsx), up to 5 MB and 5000 rows."),
        widget=forms.FileInput({"accept": ".xlsx"}),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty: choose another.")},
    )  # fmt: skip

    def clean_workbook(self):
        upload = self.cleaned_data["workbook"]
        if not upload.name.lower().endswith(".xlsx"):
            raise ValidationError(_("This is no Excel workbook that can be read: save it as .xlsx."))
        self.rows, self.source = read_list(upload)
        return upload
