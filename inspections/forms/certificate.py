"""What is asked about certificates: whose or which, and on which day."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entities.forms import WRONG_DAY, DayInput
from entities.models import ProductType
from inspections.desk.fields import EntityField


class CertificateCheckForm(forms.Form):
    """A certificate by its number, or all of an entity, and the day of the act."""

    number = forms.CharField(
        label=_("certificate number"), max_length=50, required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    entity = EntityField(required=False)
    product = forms.ChoiceField(label=_("product"), choices=[("", "—"), *ProductType.choices], required=False)
    on = forms.DateField(
        label=_("on which day"), widget=DayInput, help_text=_("The day on which it was made, sold or used."),
        error_messages={"required": _("Enter the date."), "invalid": WRONG_DAY},
    )  # fmt: skip

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["entity"].by = by

    def clean(self):
        """Something to look for must be named."""
        values = super().clean()
        if not self.errors and not values["number"] and not values["entity"]:
            raise ValidationError(_("Enter a certificate number or an entity."))
        return values

    def narrow(self, certificates):
        """Those of the rows that are asked for, with their state on the day."""
        values = self.cleaned_data
        if values["number"]:
            certificates = certificates.filter(number__iexact=values["number"])
        if values["entity"]:
            certificates = certificates.filter(entity=values["entity"])
        if values["product"]:
            certificates = certificates.filter(product=values["product"])
        return certificates.with_state_on(values["on"])
