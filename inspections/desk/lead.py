"""Leads: entered when they come in, and followed to what became of them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, DayForm, ReasonForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.models import Inspection, InspectionStatus, Lead, LeadStatus


class LeadForm(RecordForm):
    """Where it comes from and what it says."""

    origins = ("listing",)
    entity = EntityField(required=False, help_text=_("Empty while it is not known."))

    class Meta:
        model = Lead
        fields = ("came_from", "received_on", "informant", "text", "entity", "region")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.given and not self.instance.pk:
            self.initial["came_from"] = Lead.Origin.ONLINE
        if self.given or self.instance.pk:
            del self.fields["region"]
        else:
            self.fields["region"].help_text = _("Where an entity is named, its own region is taken.")


class ClosingForm(DayForm):
    """When it was closed, with the papers about it."""

    shown_at = {"lead_closed_not_before_received": "on", "closed_on": "on"}

    files = EvidenceField(label=_("photos and documents"), required=False, help_text=FILES)


class HandleForm(ClosingForm):
    """The visit that looked into it, or what became of it in words."""

    inspection = forms.ModelChoiceField(
        label=_("handled by inspection"), queryset=Inspection.objects.none(), required=False, empty_label="—"
    )
    outcome = forms.CharField(
        label=_("what became of it"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    field_order = ("inspection", "outcome", "on", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lead = self.record
        visits = Inspection.objects.filter(
            campaign=lead.campaign_id, entity=lead.entity_id, status=InspectionStatus.SUBMITTED,
            inspected_on__gte=lead.received_on,
        )  # fmt: skip
        if self.by is not None and lead.entity_id is not None:
            self.fields["inspection"].queryset = visits.visible_to(self.by).select_related("entity")


class UnfoundedForm(ReasonForm, ClosingForm):
    """What was looked at, and that nothing was found."""

    field_order = ("reason", "on", "files")


class PassOnForm(ClosingForm):
    """To whom it goes."""

    to = forms.CharField(
        label=_("passed on to"), max_length=80, error_messages={"required": _("Say to whom it is passed on.")}
    )
    reason = forms.CharField(label=_("reason"), required=False, max_length=300, widget=forms.Textarea({"rows": 2}))
    field_order = ("to", "reason", "on", "files")


LEAD = Desk(
    Lead,
    LeadForm,
    deeds=(
        Deed("handle", _("Note what became of it"), HandleForm, to=LeadStatus.HANDLED),
        Deed("find_unfounded", _("Unfounded"), UnfoundedForm, to=LeadStatus.UNFOUNDED,
             warns=_("The lead ends here; enter a new one when more comes to light."), for_many=True),
        Deed("pass_on", _("Pass on"), PassOnForm, to=LeadStatus.PASSED_ON,
             warns=_("The lead leaves our hands, and its deadline ends.")),
    ),
    changeable=lambda lead: lead.status == LeadStatus.RECEIVED,
)  # fmt: skip
