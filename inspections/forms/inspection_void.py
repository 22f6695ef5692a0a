"""Why a submitted inspection is taken back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.forms.inspection_fields import RecordForm
from inspections.models import Inspection


class VoidForm(RecordForm):
    """The reason, asked of a manager."""

    record_class = Inspection
    record_fields = ()

    void_reason = forms.CharField(
        label=_("reason for voiding"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the inspection is voided.")},
    )
