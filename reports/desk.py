"""Returns at the desk: entered by one person, checked by another."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Deed, Desk
from inspections.desk.forms import DeedForm, ReasonForm, RecordForm
from reports.models import Return, ReturnStatus
from reports.own import returnable


class ReturnForm(RecordForm):
    """An indicator, where and when, and the number with its document."""

    shown_at = {
        "return_period_in_order": "until",
        "return_quantity_not_negative": "quantity",
        "return_once": "indicator",
    }

    indicator = forms.ChoiceField(label=_("indicator"), choices=())

    class Meta:
        model = Return
        fields = (
            "indicator", "region", "unit", "since", "until", "quantity", "document_number", "is_opening", "note",
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "—"), *returnable(self.campaign).items()]
        self.fields["unit"].required = False
        self.initial.setdefault("unit", self.by.unit_id)
        if self.campaign is not None:
            self.initial.setdefault("since", self.campaign.starts_on)


RETURN = Desk(
    Return,
    ReturnForm,
    deeds=(
        Deed("check_off", _("Checked against the document"), DeedForm, to=ReturnStatus.CHECKED),
        Deed(
            "refuse", _("Refuse"), ReasonForm, to=ReturnStatus.REFUSED,
            warns=_("A refused return counts no more; its number must be entered anew."),
        ),
    ),
    changeable=lambda returned: returned.status == ReturnStatus.ENTERED,
)  # fmt: skip
