"""Cases: proposed from a visit, a lead, a batch or an operation, and each step to their closing."""

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from entities.today import today
from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, DayForm, ReasonForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.models import (
    BatchStatus,
    Case,
    CaseStatus,
    Cause,
    Inspection,
    InspectionStatus,
    Lead,
    LeadStatus,
    Penalty,
    SamplingBatch,
    StepKind,
)
from inspections.models.case_step import steps_open_to

DECIDES = "inspections.decide_case"
FROM_BLOCK = _("Empty: the next of your unit's block.")
CAME_FROM = {
    "inspection": Case.Origin.INSPECTION, "batch": Case.Origin.SAMPLING, "lead": Case.Origin.LEAD,
    "operation": Case.Origin.OPERATION,
}  # fmt: skip
VISITS_SHOWN = 50


class CaseForm(RecordForm):
    """Against whom, for what, by which procedure; where the case comes from is given by the address."""

    origins = ("inspection", "lead", "batch", "operation")
    shown_at = {
        "case_against_entity_or_person": "entity",
        "case_proposed_after_the_act": "acted_on",
        "case_workshop_value_of_a_workshop": "workshop_value",
    }
    # Settled once the case is proposed.
    SETTLED = ("entity", "person_name", "inspection", "region", "procedure")

    entity = EntityField(required=False)
    identity_card = forms.CharField(
        label=_("identity-card number"), required=False, max_length=18, widget=forms.TextInput({"autocomplete": "off"})
    )

    class Meta:
        model = Case
        fields = (
            "entity", "person_name", "region", "inspection", "procedure", "proposed_on", "acted_on", "ground", "cause",
            "legal_basis", "officers", "goods_value", "closes_illegal_workshop", "workshop_value",
        )  # fmt: skip

    field_order = ("entity", "person_name", "identity_card")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person_name"].help_text = _("Only when the case is not against an entity.")
        self.fields["cause"].required = False
        self.fields["cause"].help_text = _("Only when the table of causes does not have it; with its articles.")
        self.order_fields([name for name in self.fields if name != "files"])
        if self.instance.pk:
            for name in self.SETTLED:
                self.fields.pop(name, None)
            if self.instance.entity_id:
                del self.fields["identity_card"]
            elif self.instance.masked_identity_card:
                self.fields["identity_card"].help_text = _("On file; leave empty to keep it.")
        else:
            self._begin()
        self._offer_grounds()

    def _begin(self):
        """What the origin tells: the day of the act and the place; without one, the entity's visits are offered."""
        origin = next(iter(self.given.values()), None)
        self.initial["officers"] = [self.by.pk]
        self.initial["acted_on"] = getattr(origin, origin.date_field) if origin is not None else today()
        if origin is not None:
            del self.fields["region"]
        if isinstance(origin, Inspection):
            self.initial["officers"] = list(origin.officers.values_list("pk", flat=True))
        if "entity" not in self.fields:  # the origin says against whom
            del self.fields["person_name"], self.fields["identity_card"]
        entity = self.initial.get("entity")
        if origin is not None or entity is None:
            del self.fields["inspection"]
            return
        visits = self.fields["inspection"].queryset.filter(entity=entity, status=InspectionStatus.SUBMITTED)
        newest = visits.order_by("-inspected_on").values("pk")[:VISITS_SHOWN]
        self.fields["inspection"].queryset = Inspection.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))

    def _offer_grounds(self):
        """Only causes whose articles were in force on the day of the act."""
        typed = self.data.get(self.add_prefix("acted_on"))
        try:
            day = parse_date(typed or "")
        except ValueError:
            day = None
        field = self.fields["ground"]
        field.queryset = Cause.objects.in_force(day or self.initial.get("acted_on") or today())
        field.label_from_instance = lambda cause: f"{cause} · {cause.penalised}"
        field.error_messages["invalid_choice"] = _(
            "This cause was not in force on the date of the act: choose one of those offered now."
        )

    def clean(self):
        """A cause is chosen or typed; the visit is one at the entity."""
        values = super().clean()
        if not values.get("ground") and not values.get("cause") and "ground" not in self.errors:
            self.add_error("ground", _("Choose the cause, or type it below."))
        visit, entity = values.get("inspection"), values.get("entity")
        if visit is not None and entity is not None and visit.entity_id != entity.pk:
            self.add_error("inspection", _("This visit was at another entity."))
        return values

    def write(self):
        case, values = self.instance, self.cleaned_data
        if not case.pk:
            named = (origin for name, origin in CAME_FROM.items() if getattr(case, f"{name}_id"))
            case.came_from = next(named, Case.Origin.TRANSFER)
        if values.get("ground"):
            case.rest_on(values["ground"])
        if values.get("identity_card"):
            case.set_identity_card(values["identity_card"])
        super().write()


class PaperForm(DayForm):
    """A step of the case: when, under which number, with which papers; the papers belong to the step."""

    shown_at = {
        "case_dates_follow_each_other": "on", "case_number_once_per_unit": "number", "filed_on": "on", "decided_on": "on",
        "closed_on": "on", "police_on": "on", "abnormal_on": "on", "taken_on": "on",
    }  # fmt: skip

    number = forms.CharField(label=_("number of the document"), max_length=50, required=False)
    files = EvidenceField(label=_("photos and documents"), required=False, help_text=FILES)

    def shown_by(self, done):
        return done


class NotedForm(PaperForm):
    """A step that may carry a note."""

    note = forms.CharField(label=_("note"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    field_order = ("on", "number", "note", "files")


class GivenForm(ReasonForm, PaperForm):
    """A step that says why."""

    field_order = ("reason", "on", "number", "files")


class FileForm(NotedForm):
    """Under which number the case is filed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("filed on")
        self.fields["number"].label, self.fields["number"].help_text = _("case number"), FROM_BLOCK


class StepForm(NotedForm):
    """Which step was taken."""

    kind = forms.ChoiceField(label=_("step"))
    field_order = ("kind", "on", "number", "note", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        open_to = [(kind.value, kind.label) for kind in steps_open_to(self.record)]
        # A step sent from a page that is out of date is refused by the verb, which says why.
        self.fields["kind"].choices = StepKind.choices if self.is_bound else open_to


class DecideForm(NotedForm):
    """What was decided, in short; the penalties follow."""

    no_penalty = forms.BooleanField(label=_("no penalty"), required=False)
    field_order = ("on", "number", "no_penalty", "note", "files")


class OnTheSpotForm(NotedForm):
    """The penalty that is decided at once."""

    kind = forms.ChoiceField(label=_("penalty"), choices=[(kind.value, kind.label) for kind in Penalty.ON_THE_SPOT])
    amount = forms.DecimalField(
        label=_("fine (yuan)"), required=False, max_digits=14, decimal_places=2,
        help_text=_("At most 200 yuan of a citizen, 3000 yuan of an organisation."),
    )  # fmt: skip
    field_order = ("kind", "amount", "on", "number", "note", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].label, self.fields["number"].help_text = _("decision number"), FROM_BLOCK

    def clean(self):
        """A fine has its amount, a warning none."""
        values = super().clean()
        is_fine, has_amount = values.get("kind") == Penalty.Kind.FINE, bool(values.get("amount"))
        if "kind" in values and "amount" not in self.errors and is_fine != has_amount:
            said = _("Enter the fine.") if is_fine else _("A warning has no amount.")
            self.add_error("amount", said)
        return values


class PoliceForm(NotedForm):
    """How many suspects go with the case."""

    suspects = forms.IntegerField(label=_("suspects handed over"), min_value=0, max_value=10_000, initial=0)
    field_order = ("suspects", "on", "number", "note", "files")


class TransferForm(GivenForm):
    """Who takes the case."""

    to = forms.CharField(
        label=_("authority that takes it"),
        max_length=80,
        error_messages={"required": _("Say which authority takes the case.")},
    )
    field_order = ("to", "reason", "on", "number", "files")


def _may_begin_at(origin) -> bool:
    if isinstance(origin, Inspection):
        return origin.status == InspectionStatus.SUBMITTED
    if isinstance(origin, Lead):
        return origin.status in (LeadStatus.RECEIVED, LeadStatus.HANDLED)
    if isinstance(origin, SamplingBatch):
        return origin.status not in (BatchStatus.SAMPLED, BatchStatus.PASSED, BatchStatus.VOIDED)
    return True


def _is_proposed(case):
    return case.status == CaseStatus.PROPOSED


CASE = Desk(
    Case,
    CaseForm,
    deeds=(
        Deed("decide_on_the_spot", _("Decide on the spot"), OnTheSpotForm, to=CaseStatus.DECIDED,
             when=lambda case: _is_proposed(case) and case.is_on_the_spot),
        Deed("file", _("File the case"), FileForm, to=CaseStatus.FILED, right=DECIDES),
        Deed("refuse", _("Do not file"), GivenForm, to=CaseStatus.NOT_FILED, right=DECIDES,
             warns=_("The case ends here; it can't be filed afterwards.")),
        Deed("investigate", _("Begin the investigation"), NotedForm, to=CaseStatus.INVESTIGATING),
        Deed("record_step", _("Record a step"), StepForm),
        Deed("decide", _("Decide"), DecideForm, to=CaseStatus.DECIDED, right=DECIDES,
             when=lambda case: case.status == CaseStatus.INVESTIGATING),
        Deed("close", _("Close the case"), NotedForm, to=CaseStatus.CLOSED, right=DECIDES),
        Deed("hand_to_police", _("Hand over to the police"), PoliceForm, to=CaseStatus.POLICE, right=DECIDES,
             warns=_("The case leaves our hands, and its deadlines end.")),
        Deed("transfer", _("Transfer to another authority"), TransferForm, to=CaseStatus.TRANSFERRED, right=DECIDES,
             warns=_("The case leaves our hands, and its deadlines end.")),
        Deed("list_as_abnormal", _("Enter in the list of abnormal operations"), NotedForm, right=DECIDES,
             when=lambda case: case.entity_id and case.abnormal_on is None and case.filed_on is not None),
        Deed("revoke", _("Revoke"), GivenForm, to=CaseStatus.REVOKED, right=DECIDES,
             warns=_("The case ends without a penalty that holds; this can't be undone.")),
    ),
    changeable=lambda case: case.status in (CaseStatus.PROPOSED, CaseStatus.FILED, CaseStatus.INVESTIGATING),
    begins_at=_may_begin_at,
)  # fmt: skip
