"""Certificates of products with their four states, and recalls."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.deadline import ReasonOnDayForm
from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, DayForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.models import Certificate, CertificateStatus, Recall


class CertificateForm(RecordForm):
    """What stands on the certificate."""

    shown_at = {
        "certificate_number_once": "number",
        "certificate_expires_after_issue": "expires_on",
        "verified_on": "issued_on",
    }

    entity = EntityField()

    class Meta:
        model = Certificate
        fields = ("number", "entity", "product", "model_name", "issuer", "issued_on", "expires_on")
        help_texts = {"expires_on": _("Empty when the certificate names no last day.")}


class VerifyForm(DayForm):
    """When it was compared with the register, and what the register said."""

    shown_at = {"verified_on": "on"}

    files = EvidenceField(label=_("picture of the register"), required=False, help_text=FILES)


class StateForm(ReasonOnDayForm):
    """Since when the certificate is in that state, and by which notice."""

    files = EvidenceField(label=_("the notice"), required=False, help_text=FILES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("in this state since")
        self.order_fields(["on", "reason"])


class RecallForm(RecordForm):
    """What is taken back, and why."""

    shown_at = {"recall_has_items": "items"}

    entity = EntityField()

    class Meta:
        model = Recall
        fields = ("entity", "product", "model_name", "announced_on", "items", "reason")
        widgets = {"reason": forms.Textarea({"rows": 3})}


_FOR_GOOD = _("A certificate that was cancelled or revoked never becomes valid again.")

CERTIFICATE = Desk(
    Certificate,
    CertificateForm,
    deeds=(
        Deed("verify", _("Compare with the register"), VerifyForm),
        Deed("suspend", _("Record a suspension"), StateForm, to=CertificateStatus.SUSPENDED),
        Deed("restore", _("Record that it is valid again"), StateForm, to=CertificateStatus.VALID),
        Deed("cancel", _("Record the cancellation"), StateForm, to=CertificateStatus.CANCELLED, warns=_FOR_GOOD),
        Deed("revoke", _("Record the revocation"), StateForm, to=CertificateStatus.REVOKED, warns=_FOR_GOOD),
    ),
)
RECALL = Desk(Recall, RecallForm)
