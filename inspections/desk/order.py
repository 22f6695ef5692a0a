"""Orders to correct: from a visit, from hazards or by themselves, and how they reached the entity."""

from datetime import timedelta

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from entities.today import today
from inspections.desk.declare import Deed, Desk
from inspections.desk.fields import EntityField
from inspections.desk.forms import FILES, DayForm, RecordForm
from inspections.documents import SERVICE, attach_scan
from inspections.forms.files import EvidenceField
from inspections.models import Hazard, HazardStatus, Inspection, InspectionStatus, Order, Severity

GRAVEST_FIRST = [Severity.MAJOR, Severity.SERIOUS, Severity.GENERAL]
PENDING = (HazardStatus.OPEN, HazardStatus.SUBMITTED)


class OrderForm(RecordForm):
    """What is to be corrected until when; the hazards offered are those of the visit or the entity."""

    origins = ("inspection", "hazards")
    shown_at = {"order_number_once_per_unit": "number", "order_due_not_before_issued": "due_on"}

    entity = EntityField()

    class Meta:
        model = Order
        fields = (
            "entity", "hazards", "demands", "number", "issued_on", "due_on", "goods_off_sale", "closes_unlicensed",
        )  # fmt: skip
        widgets = {"hazards": forms.CheckboxSelectMultiple}

    @classmethod
    def read_address(cls, query, *, by):
        """Hazards may be given too, one or several of one entity (`hazard` or `hazards`)."""
        asked = [*query.getlist("hazard"), *query.getlist("hazards")]
        plain = query.copy()
        for name in ("hazard", "hazards"):
            plain.pop(name, None)
        if not all(pk.isdecimal() for pk in asked):
            raise Http404
        found = list(
            Hazard.objects.visible_to(by)
            .one_by_one()
            .filter(pk__in=asked)
            .select_related("entity", "inspection", "campaign")
        )
        if len(found) != len(set(asked)):
            raise Http404
        return super().read_address(plain, by=by) | {"hazards": found}

    def __init__(self, *args, hazards=(), entities=(), **kwargs):
        if hazards:
            kwargs["campaign"] = hazards[0].campaign
        super().__init__(*args, entities=entities, **kwargs)
        self.fields["number"].help_text = _("Empty: it is given on the page of the paper.")
        if self.instance.pk:
            del self.fields["entity"]
            self._offer(self.instance.entity)
            return
        if hazards:
            self._begin_at(hazards)
        known = next(iter([*(o.entity for o in self.given.values()), *(h.entity for h in hazards), *entities]), None)
        self._offer(known)
        visit = self.instance.inspection
        if not hazards and visit is not None and "hazards" in self.fields:
            hazards = [h for h in self.fields["hazards"].queryset if h.inspection_id == visit.pk]
        self.initial["hazards"] = [hazard.pk for hazard in hazards]
        self.initial["due_on"] = self._due(hazards)

    def _begin_at(self, hazards):
        """The order is about their entity, and of their visit where all come from one."""
        self.instance.entity = hazards[0].entity
        del self.fields["entity"]
        visits = {hazard.inspection for hazard in hazards}
        if len(visits) == 1 and self.instance.inspection is None:
            self.instance.inspection = visits.pop()

    def _offer(self, entity):
        """The hazards of that entity that wait to be put right, and those that the order already names."""
        if entity is None:
            del self.fields["hazards"]
            return
        field = self.fields["hazards"]
        named = [] if not self.instance.pk else self.instance.hazards.values("pk")
        offered = field.queryset.filter(entity=entity, status__in=PENDING) | field.queryset.filter(pk__in=named)
        field.queryset = offered.distinct().order_by("deadline", "pk")
        field.label_from_instance = lambda hazard: f"{hazard.get_severity_display()} · {hazard.description}"

    def _due(self, hazards):
        """By the gravest of them, as the campaign sets it, counted from today."""
        gravest = next((s for s in GRAVEST_FIRST if any(h.severity == s for h in hazards)), Severity.GENERAL)
        return self.campaign.deadline(gravest, today()) if self.campaign else today() + timedelta(days=15)

    def clean(self):
        """An order names hazards, or says itself what must be done; its visit counts."""
        values = super().clean()
        if not values.get("hazards") and not values.get("demands") and not self.errors:
            place = "hazards" if "hazards" in self.fields else "demands"
            self.add_error(place, _("Choose the hazards, or say below what must be done.") if place == "hazards"
                           else _("Say what must be done."))  # fmt: skip
        visit = self.instance.inspection
        if visit is not None and visit.status != InspectionStatus.SUBMITTED and not self.instance.pk:
            self.add_error(None, _("The visit is not submitted, or voided: no order can come from it."))
        return values


class ServeForm(DayForm):
    """When and how it reached the entity, with the proof."""

    how = forms.ChoiceField(label=_("how it was served"), choices=Order.Service)
    files = EvidenceField(label=_("proof of service"), required=False, help_text=FILES)

    field_order = ("how", "on", "files")
    shown_at = {"served_on": "on", "served_how": "how"}

    def does(self, deed, *, by):
        """The proof stands among the scans of the paper."""
        values = dict(self.cleaned_data)
        uploads = values.pop("files")

        def act():
            self.record.serve(by=by, **values)
            attach_scan(self.record, uploads, by=by, slot=SERVICE)

        return self.applies(act)


def _may_begin(origin):
    if isinstance(origin, Inspection):
        return origin.status == InspectionStatus.SUBMITTED
    return not isinstance(origin, Hazard) or origin.status in PENDING


ORDER = Desk(
    Order,
    OrderForm,
    deeds=(Deed("serve", _("Record the service"), ServeForm, when=lambda order: order.served_on is None),),
    changeable=lambda order: order.served_on is None,
    begins_at=_may_begin,
)
