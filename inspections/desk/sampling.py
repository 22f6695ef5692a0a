"""Sampling: plans, batches, and each step from the result to the end of the follow-up handling."""

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.models import Region
from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, DayForm, ReasonForm, RecordForm
from inspections.forms.files import EvidenceField
from inspections.models import (
    BatchStatus,
    DeadlineKind,
    Inspection,
    InspectionStatus,
    Order,
    SamplingBatch,
    SamplingPlan,
)

DECIDES = "inspections.decide_case"
FROM_PLAN = ("level", "product", "laboratory")
PASSED, FAILED = "passed", "failed"


class PlanForm(RecordForm):
    """How many batches of what, when, by which laboratory."""

    shown_at = {"sampling_plan_has_batches": "planned", "sampling_plan_ends_after_it_starts": "ends_on"}

    class Meta:
        model = SamplingPlan
        fields = ("name", "level", "product", "planned", "starts_on", "ends_on", "laboratory", "region")


class BatchForm(RecordForm):
    """What was sampled where; a maker's model that was sampled lately is told, and may be sampled all the same."""

    origins = ("plan",)
    shown_at = {"batch_number_once": "number"}

    entity = EntityField(label=_("entity sampled"))
    all_the_same = forms.BooleanField(label=_("Save it all the same"), required=False)

    class Meta:
        model = SamplingBatch
        fields = (
            "number", "plan", "entity", "level", "sampled_on", "maker", "product", "brand", "model_name", "quantity",
            "laboratory",
        )  # fmt: skip

    field_order = ("number", "plan", "entity")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.all_the_same = self.fields.pop("all_the_same")
        plan = self.given.get("plan")
        if plan is not None:
            del self.fields["plan"]
            self.initial |= {name: getattr(plan, name) for name in FROM_PLAN}
        if self.instance.pk:
            del self.fields["entity"]

    def clean(self):
        values = super().clean()
        lately = self._lately_sampled(values)
        if lately:
            self.fields["all_the_same"] = self.all_the_same
            if not self.data.get(self.add_prefix("all_the_same")):
                self.add_error("all_the_same", self._told(lately))
        return values

    def _lately_sampled(self, values):
        """Batches of the same maker and model that the officer may know of, in any campaign."""
        maker, model_name, day = (values.get(name) for name in ("maker", "model_name", "sampled_on"))
        if not (maker and model_name and day):
            return []
        if self.instance.pk and not {"maker", "model_name", "sampled_on"} & set(self.changed_data):
            return []
        known = SamplingBatch.objects.visible_to(self.by).exclude(pk=self.instance.pk)
        return list(known.lately_sampled(maker=maker, model_name=model_name, on=day)[:3])

    def _told(self, lately):
        some = "; ".join(f"{batch.number} ({date_format(batch.sampled_on, 'Y-m-d')})" for batch in lately)
        return gettext(
            "The same maker and model was sampled within six months: %(some)s. Tick this to save it all the same."
        ) % {"some": some}


class ResultForm(DayForm):
    """What the laboratory found."""

    shown_at = {"batch_failed_names_items": "failed_items", "batch_result_not_before_sampled": "on", "result_on": "on"}

    passed = forms.TypedChoiceField(
        label=_("result"), choices=[(PASSED, _("passed")), (FAILED, _("failed"))], widget=forms.RadioSelect,
        coerce=lambda value: value == PASSED, error_messages={"required": _("Choose the result.")},
    )  # fmt: skip
    failed_items = forms.CharField(
        label=_("failed items"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    report_number = forms.CharField(label=_("number of the test report"), max_length=60, required=False)
    files = EvidenceField(label=_("test report"), required=False, help_text=FILES)

    field_order = ("passed", "failed_items", "report_number", "on", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("result on")


class ObjectForm(ReasonForm, DayForm):
    """What the entity objects to; an objection after its deadline is told, and recorded all the same."""

    shown_at = {"objected_on": "on"}

    files = EvidenceField(label=_("photos and documents"), required=False, help_text=FILES)

    field_order = ("on", "reason", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("objected on")
        period = self.record.deadlines.running().filter(kind=DeadlineKind.OBJECTION).first()
        if period is not None and period.is_overdue():
            self.fields["on"].help_text = _(
                "The time to object ended on %(day)s: an objection after that day is late."
            ) % {"day": date_format(period.due_on, "Y-m-d")}


class TransferForm(DayForm):
    """Which county handles it."""

    shown_at = {"handling_region": "region"}

    region = forms.ModelChoiceField(
        label=_("handled by region"), queryset=Region.objects.none(),
        error_messages={
            "required": _("Choose the region that handles the batch."),
            "invalid_choice": _("This region is outside the campaign: choose another."),
        },
    )  # fmt: skip

    field_order = ("region", "on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        inside = Region.objects.counties().filter(code__startswith=self.record.campaign.region_id)
        self.fields["region"].queryset = inside.order_by("code")
        self.initial.setdefault("region", self.record.region_id)


class OrderForm(DayForm):
    """By which order to correct, where it is recorded."""

    order_to_correct = forms.ModelChoiceField(
        label=_("order to correct"), queryset=Order.objects.none(), required=False, empty_label="—",
        help_text=_("Those recorded for this entity; it may be left empty."),
    )  # fmt: skip

    field_order = ("order_to_correct", "on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        orders = Order.objects.visible_to(self.by).one_by_one().filter(entity=self.record.entity_id)
        self.fields["order_to_correct"].queryset = orders.select_related("entity")


class ReinspectForm(DayForm):
    """By which visit, where it is recorded."""

    reinspection = forms.ModelChoiceField(
        label=_("re-inspected by"), queryset=Inspection.objects.none(), required=False, empty_label="—",
        help_text=_("Visits to this entity; it may be left empty."),
    )  # fmt: skip
    files = EvidenceField(label=_("photos and documents"), required=False, help_text=FILES)

    field_order = ("reinspection", "on", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        visits = Inspection.objects.visible_to(self.by).filter(
            entity=self.record.entity_id, status=InspectionStatus.SUBMITTED
        )
        self.fields["reinspection"].queryset = visits.select_related("entity")


SAMPLING_PLAN = Desk(SamplingPlan, PlanForm)
SAMPLING_BATCH = Desk(
    SamplingBatch,
    BatchForm,
    deeds=(
        Deed("record_result", _("Enter the result"), ResultForm, to=BatchStatus.PASSED),
        Deed(
            "object", _("Record an objection"), ObjectForm, to=BatchStatus.OBJECTION,
            when=lambda batch: batch.objected_on is None,
        ),
        Deed("transfer", _("Transfer to the handling county"), TransferForm, to=BatchStatus.TRANSFERRED, right=DECIDES),
        Deed("order", _("Order to correct"), OrderForm, to=BatchStatus.ORDERED),
        Deed("reinspect", _("Record the re-inspection"), ReinspectForm, to=BatchStatus.REINSPECTED),
        Deed("handle", _("Finish the handling"), DayForm, to=BatchStatus.HANDLED, right=DECIDES),
        Deed(
            "void", _("Void the batch"), ReasonForm, to=BatchStatus.VOIDED, right=DECIDES,
            warns=_("A voided batch counts nowhere, and gets no result any more."),
        ),
    ),
    changeable=lambda batch: batch.status == BatchStatus.SAMPLED,
    pages=((_("Results from a laboratory"), "sampling_results"),),
)  # fmt: skip
