"""The second ring, enforcement: cases, penalties, seizures and sampling in detail."""

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entities.models import ProductType
from inspections.models import (
    Case,
    CauseGroup,
    Lead,
    LeadStatus,
    Penalty,
    SamplingBatch,
    SamplingPlan,
    SeizedItem,
)
from reports.indicators.declare import DISTINCT, Rate, further
from reports.indicators.units import BATCHES, CASES, ENTITIES, PIECES, YUAN

VEHICLES = [ProductType.EBIKE, ProductType.EMOTORCYCLE]


def _cases(key, label, narrow, *, parent="cases_all", date_field="filed_on", unit=CASES, **more):
    return further(
        key, "casework", label, unit, lambda scope: narrow(scope.of(Case).filed()), date_field, "case",
        parent=parent, **more,
    )  # fmt: skip


def _penalties(key, label, narrow, measure, *, parent="", unit=YUAN, chapter="casework"):
    return further(
        key, chapter, label, unit, lambda scope: narrow(scope.of(Penalty)), "decided_on", "penalty", measure=measure,
        parent=parent,
    )  # fmt: skip


def _batches(key, label, narrow, *, parent="batches_all", date_field="sampled_on", unit=BATCHES, **more):
    return further(
        key, "sampling", label, unit, lambda scope: narrow(scope.of(SamplingBatch).counted()), date_field,
        "samplingbatch", parent=parent, **more,
    )  # fmt: skip


ENFORCEMENT = (
    _cases("cases_all", _("all cases filed"), lambda rows: rows, parent=""),
    _cases("cases_decided", _("cases decided"), lambda rows: rows.exclude(decided_on=None), date_field="decided_on"),
    _cases(
        "cases_closed", _("cases closed"), lambda rows: rows.exclude(closed_on=None), date_field="closed_on",
        parent="cases_decided",
    ),
    *(
        _cases(f"cases_{group.value}", label, lambda rows, g=group: rows.filter(ground__group=g))
        for group, label in [
            (CauseGroup.MODIFICATION, _("of which illegal modification")),
            (CauseGroup.PRODUCTION, _("of which production")),
            (CauseGroup.SALE, _("of which sale")),
        ]
    ),
    _cases(
        "cases_to_police", _("cases handed to the police"), lambda rows: rows.exclude(police_on=None),
        date_field="police_on",
    ),
    _cases(
        "suspects", _("suspects handed to the police"), lambda rows: rows.exclude(police_on=None),
        date_field="police_on", unit=pgettext_lazy("unit", "people"), measure=Sum("suspects"), parent="",
    ),
    _cases(
        "goods_value", _("value of the goods involved"), lambda rows: rows, unit=YUAN, measure=Sum("goods_value"),
        parent="",
    ),
    _penalties("fines_all", _("all fines"), lambda rows: rows.filter(kind=Penalty.Kind.FINE), Sum("amount"),
               parent="fines_and_gains"),
    _penalties("gains_all", _("illegal gains confiscated"), lambda rows: rows.filter(kind=Penalty.Kind.GAINS),
               Sum("amount"), parent="fines_and_gains"),
    _penalties(
        "fines_and_gains", _("fines and gains together"),
        lambda rows: rows.filter(kind__in=[Penalty.Kind.FINE, Penalty.Kind.GAINS]), Sum("amount"),
    ),
    _penalties(
        "goods_all", _("all goods confiscated"), lambda rows: rows.filter(kind=Penalty.Kind.GOODS), Sum("quantity"),
        unit=PIECES,
    ),
    _penalties(
        "vehicles_confiscated", _("vehicles confiscated"),
        lambda rows: rows.filter(kind=Penalty.Kind.GOODS, goods_kind__in=VEHICLES), Sum("quantity"),
        parent="goods_all", unit=pgettext_lazy("unit", "vehicles"),
    ),
    _penalties(
        "parts_confiscated", _("parts confiscated"),
        lambda rows: rows.filter(kind=Penalty.Kind.GOODS).exclude(goods_kind__in=VEHICLES), Sum("quantity"),
        parent="goods_all", unit=PIECES,
    ),
    further(
        "leads_passed_on", "casework", _("leads passed on"), pgettext_lazy("unit", "leads"),
        lambda scope: scope.of(Lead).filter(status=LeadStatus.PASSED_ON), "closed_on", "lead",
    ),
    _cases(
        "abnormal_entities", _("entities listed as abnormal"), lambda rows: rows.exclude(abnormal_on=None),
        date_field="abnormal_on", unit=ENTITIES, measure=Count("entity", distinct=True), additive=frozenset(),
    ),
    further(
        "parts_seized", "casework", _("parts seized"), PIECES,
        lambda scope: scope.of(SeizedItem).filter(kind=SeizedItem.Kind.PART), "seizure__seized_on", "seizeditem",
        measure=Sum("quantity"),
    ),
    _cases(
        "workshop_value", _("value at workshops closed"), lambda rows: rows.filter(closes_illegal_workshop=True),
        unit=YUAN, measure=Sum("workshop_value"), parent="",
    ),
)  # fmt: skip

SAMPLING = (
    further(
        "batches_planned", "sampling", _("batches planned"), BATCHES, lambda scope: scope.of(SamplingPlan), "starts_on",
        "samplingplan", measure=Sum("planned"),
    ),
    _batches("batches_all", _("all batches sampled"), lambda rows: rows, parent=""),
    _batches("batches_passed", _("batches passed"), lambda rows: rows.filter(status="passed"), date_field="result_on"),
    _batches("batches_failed", _("all batches failed"), lambda rows: rows.failed(), date_field="result_on"),
    _batches(
        "batches_judged", _("batches with a result"), lambda rows: rows.filter(Q(status="passed") | Q(pk__in=rows.failed())),
        date_field="result_on",
    ),
    Rate(
        "failure_rate", "sampling", _("failure rate"), "batches_failed", "batches_judged", published=False
    ),
    _batches(
        "entities_sampled", _("entities sampled"), lambda rows: rows.first_of_entity("sampled_on"), unit=ENTITIES,
        additive=DISTINCT,
    ),
    _batches(
        "entities_failed", _("entities with failed batches"), lambda rows: rows.failed().first_of_entity("result_on"),
        date_field="result_on", unit=ENTITIES, parent="entities_sampled", additive=DISTINCT,
    ),
    _batches(
        "brands_failed", _("brands with failed batches"), lambda rows: rows.failed().exclude(brand=""),
        date_field="result_on", unit=pgettext_lazy("unit", "brands"), parent="batches_failed",
        measure=Count("brand", distinct=True), additive=frozenset(),
    ),
    _batches(
        "batches_handled", _("failed batches handled"), lambda rows: rows.filter(status="handled"),
        date_field="handled_on", parent="batches_failed",
    ),
    _penalties(
        "fines_from_sampling", _("fines from follow-up handling"),
        lambda rows: rows.filter(kind=Penalty.Kind.FINE, case__came_from=Case.Origin.SAMPLING), Sum("amount"),
        parent="fines_all", chapter="sampling",
    ),
)  # fmt: skip
