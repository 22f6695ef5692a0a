"""Joint work: operations, standing teams, what is handed over, what is made public."""

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.desk.declare import Deed, Desk
from inspections.desk.forms import DayForm, RecordForm
from inspections.models import Exposure, Handover, JointTeam, Operation

CHECKBOXES = forms.CheckboxSelectMultiple


class OperationForm(RecordForm):
    """A concentrated action: who leads it, where, when, with whom."""

    shown_at = {"operation_ends_after_it_starts": "ends_on"}

    class Meta:
        model = Operation
        fields = (
            "name", "key", "kind", "region", "starts_on", "ends_on", "regions", "departments", "teams", "officers", "goal",
        )  # fmt: skip
        widgets = {"departments": CHECKBOXES, "regions": CHECKBOXES, "goal": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["officers"].help_text = _(
            "They see the operation's inspections and hazards on its days, also from another county."
        )
        if self.instance.pk:
            self.fields["key"].disabled = True

    def write(self):
        self.instance.check_regions(self.cleaned_data["regions"])
        super().write()

    def after(self, record, *, by):
        """Its officers are lent sight of it."""
        record.lend_scope(by=by)


class JointTeamForm(RecordForm):
    shown_at = {"joint_team_name_once": "name"}

    class Meta:
        model = JointTeam
        fields = ("name", "formed_on", "leader", "headcount", "departments", "region")
        widgets = {"departments": CHECKBOXES}


class ExposureForm(RecordForm):
    class Meta:
        model = Exposure
        fields = ("kind", "title", "exposed_on", "medium", "cases", "batches", "brands", "region")
        widgets = {"brands": forms.Textarea({"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cases, batches = self.fields["cases"], self.fields["batches"]
        cases.queryset = cases.queryset.filed().select_related("entity")
        batches.queryset = batches.queryset.failed()


class AcknowledgeForm(DayForm):
    """The department's receipt, and its day."""

    receipt = forms.CharField(
        label=_("receipt"), max_length=100, help_text=_("Its number, or who took it over."),
        error_messages={"required": _("Enter the receipt.")},
    )  # fmt: skip
    shown_at = {"handover_acknowledged_after_handing_over": "on"}


OPERATION = Desk(Operation, OperationForm)
JOINT_TEAM = Desk(JointTeam, JointTeamForm)
EXPOSURE = Desk(Exposure, ExposureForm)
HANDOVER = Desk(
    Handover,
    None,
    deeds=(
        Deed("acknowledge", _("Acknowledge"), AcknowledgeForm, when=lambda handover: handover.acknowledged_on is None),
    ),
)
