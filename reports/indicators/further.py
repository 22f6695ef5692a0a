"""The second ring: what other cities and provinces report on the same campaign, and no bulletin of this one does."""

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entities.models import EntityKind, ProductType
from inspections.models import (
    Case,
    CauseGroup,
    Certificate,
    CertificateChange,
    CertificateStatus,
    Duty,
    Exposure,
    Hazard,
    HazardCategory,
    Inspection,
    InterviewedEntity,
    Lead,
    LeadStatus,
    Letter,
    Listing,
    ListingStatus,
    Mode,
    MonitoringRun,
    Order,
    OutreachEvent,
    Penalty,
    Recall,
    SamplingBatch,
    SamplingPlan,
    SeizedItem,
    Severity,
    Task,
    Training,
)
from reports.indicators.declare import Indicator, Rate

FURTHER_CHAPTERS = {
    "register": _("Register of entities"),
    "visits": _("Inspections in detail"),
    "findings": _("Hazards in detail"),
    "orders": _("Orders and interviews in detail"),
    "casework": _("Cases in detail"),
    "sampling": _("Sampling in detail"),
    "certification": _("Certification and recall"),
    "online": _("Online monitoring"),
    "responsibility": _("Responsibility of entities"),
    "outreach": _("Outreach in detail"),
}
DISTINCT = frozenset({"month", "region"})
VEHICLES = [ProductType.EBIKE, ProductType.EMOTORCYCLE]
CASES, YUAN = pgettext_lazy("unit", "cases"), pgettext_lazy("unit", "yuan")
ENTITIES, PLACES = pgettext_lazy("unit", "entities"), pgettext_lazy("unit", "hazard places")
VISITS, BATCHES, PIECES = (
    pgettext_lazy("unit", "visits"),
    pgettext_lazy("unit", "batches"),
    pgettext_lazy("unit", "pieces"),
)


def _further(key, chapter, label, unit, select, date_field, ledger, **more):
    return Indicator(key, chapter, label, unit, select, date_field, ledger, published=False, **more)


def _register(key, kind, label):
    """Entities in business on the day of judgement: a stock, of no period."""
    return _further(
        key, "register", label, ENTITIES, lambda scope: scope.of_register().filter(kind=kind), "", "entity",
        additive=frozenset({"region", "unit"}),
    )  # fmt: skip


def _inspected(scope):
    return scope.of(Inspection).inspected()


def _visits(key, label, narrow, parent="visits_all", **more):
    return _further(
        key, "visits", label, VISITS, lambda scope: narrow(_inspected(scope)), "inspected_on", "inspection",
        parent=parent, **more,
    )  # fmt: skip


def _hazards(key, label, narrow, *, parent="hazards_all", date_field="found_on", unit=PLACES, **more):
    return _further(
        key, "findings", label, unit, lambda scope: narrow(scope.of(Hazard).counted(), scope), date_field, "hazard",
        parent=parent, **more,
    )  # fmt: skip


def _cases(key, label, narrow, *, parent="cases_all", date_field="filed_on", unit=CASES, **more):
    return _further(
        key, "casework", label, unit, lambda scope: narrow(scope.of(Case).filed()), date_field, "case",
        parent=parent, **more,
    )  # fmt: skip


def _penalties(key, label, narrow, measure, *, parent="", unit=YUAN, chapter="casework"):
    return _further(
        key, chapter, label, unit, lambda scope: narrow(scope.of(Penalty)), "decided_on", "penalty", measure=measure,
        parent=parent,
    )  # fmt: skip


def _batches(key, label, narrow, *, parent="batches_all", date_field="sampled_on", unit=BATCHES, **more):
    return _further(
        key, "sampling", label, unit, lambda scope: narrow(scope.of(SamplingBatch).counted()), date_field,
        "samplingbatch", parent=parent, **more,
    )  # fmt: skip


def _changes(key, status, label):
    return _further(
        key, "certification", label, pgettext_lazy("unit", "certificates"),
        lambda scope: scope.of(CertificateChange).since_campaign().filter(status=status), "from_on", "certificatechange",
    )  # fmt: skip


def _runs(key, label, unit, measure):
    return _further(
        key, "online", label, unit, lambda scope: scope.of(MonitoringRun), "ran_on", "monitoringrun", measure=measure
    )  # fmt: skip


def _duties(key, kind, label, unit):
    return _further(
        key, "responsibility", label, unit, lambda scope: scope.of(Duty).filter(kind=kind), "done_on", "duty"
    )  # fmt: skip


def _exposed(key, label, unit, measure, **more):
    return _further(
        key, "outreach", label, unit, lambda scope: scope.of(Exposure), "exposed_on", "exposure", measure=measure, **more
    )  # fmt: skip


def _of_department(code):
    return lambda rows, scope: rows.filter(responsible_department=code)


REGISTER = (
    _register("register_producers", EntityKind.PRODUCER, _("producers in business")),
    _register("register_parts_producers", EntityKind.PARTS_PRODUCER, _("parts producers in business")),
    _register("register_sellers", EntityKind.SELLER, _("sellers in business")),
    _register("register_repair_shops", EntityKind.REPAIR_SHOP, _("repair shops in business")),
    _register("register_online_sellers", EntityKind.ONLINE_SELLER, _("online sellers in business")),
)

INSPECTIONS = (
    _visits("visits_all", _("all inspections"), lambda rows: rows, parent=""),
    _visits(
        "entities_inspected", _("entities inspected"), lambda rows: rows.first_of_entity("inspected_on"),
        additive=DISTINCT,
    ),
    _further(
        "officers_dispatched", "visits", _("officers dispatched"), pgettext_lazy("unit", "person-visits"), _inspected,
        "inspected_on", "inspection", measure=Count("officers"),
    ),
    _visits(
        "visits_production", _("inspections of producers"),
        lambda rows: rows.filter(entity_kind__in=[EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER]),
    ),
    _visits(
        "visits_sales", _("inspections of sellers"),
        lambda rows: rows.filter(entity_kind__in=[EntityKind.SELLER, EntityKind.ONLINE_SELLER]),
    ),
    _visits(
        "visits_repair", _("inspections of repair shops"), lambda rows: rows.filter(entity_kind=EntityKind.REPAIR_SHOP)
    ),
    _further(
        "vehicles_checked", "visits", _("vehicles checked"), pgettext_lazy("unit", "vehicles"), _inspected,
        "inspected_on", "inspection", measure=Sum("vehicles_checked"),
    ),
    _visits("visits_joint", _("joint inspections"), lambda rows: rows.filter(mode=Mode.JOINT)),
    _visits("visits_cross_county", _("cross-county inspections"), lambda rows: rows.filter(mode=Mode.CROSS_COUNTY)),
    _visits("visits_crackdown", _("inspections in crackdowns"), lambda rows: rows.filter(mode=Mode.CRACKDOWN)),
    _further(
        "towns_covered", "visits", _("towns covered"), pgettext_lazy("unit", "towns"),
        lambda scope: _inspected(scope).exclude(entity__township=""), "inspected_on", "inspection",
        measure=Count("entity__township", distinct=True), additive=frozenset(),
    ),
    _visits(
        "visits_again", _("revisits"),
        lambda rows: rows.filter(pk__in=Task.objects.filter(purpose=Task.Purpose.REVISIT).values("inspection")),
    ),
)  # fmt: skip

HAZARDS = (
    _hazards("hazards_all", _("all hazards"), lambda rows, scope: rows, parent=""),
    _hazards(
        "entities_with_hazards", _("entities with hazards"), lambda rows, scope: rows.first_of_entity("found_on"),
        unit=ENTITIES, additive=DISTINCT,
    ),
    _hazards(
        "hazard_products", _("places or products with problems"), lambda rows, scope: rows, parent="", unit=PIECES,
        measure=Sum("places"),
    ),
    _hazards("hazards_market", _("hazards of market supervision"), _of_department("market")),
    _hazards("hazards_fire", _("hazards of the fire department"), _of_department("fire")),
    _hazards("hazards_police", _("hazards of the police"), _of_department("police")),
    _hazards(
        "hazards_other_departments", _("hazards of other departments"),
        lambda rows, scope: rows.exclude(responsible_department__in=["market", "fire", "police"]),
    ),
    *(
        _hazards(
            f"hazards_in_{category.value}", category.label, lambda rows, scope, c=category: rows.filter(category=c)
        )
        for category in HazardCategory
    ),
    *(
        _hazards(
            f"hazards_{severity.value}", severity.label, lambda rows, scope, s=severity: rows.filter(severity=s)
        )
        for severity in Severity
    ),
    _hazards(
        "hazards_all_rectified", _("all hazards rectified"), lambda rows, scope: rows.rectified(),
        date_field="rectified_on",
    ),
    _hazards(
        "hazards_on_the_spot", _("rectified on the spot"),
        lambda rows, scope: rows.rectified().filter(accepted_rectification__on_the_spot=True),
        date_field="rectified_on", parent="hazards_all_rectified",
    ),
    _hazards(
        "hazards_all_overdue", _("all hazards overdue"), lambda rows, scope: rows.overdue(on=scope.judged_on)
    ),
)  # fmt: skip

ORDERS = (
    _further(
        "orders_issued", "orders", _("orders to correct issued"), pgettext_lazy("unit", "orders"),
        lambda scope: scope.of(Order), "issued_on", "order",
    ),
    _further(
        "entities_ordered", "orders", _("entities ordered to correct"), ENTITIES,
        lambda scope: scope.of(Order).first_of_entity("issued_on"), "issued_on", "order", parent="orders_issued",
        additive=DISTINCT,
    ),
    _further(
        "goods_off_sale", "orders", _("goods taken off sale"), PIECES, lambda scope: scope.of(Order), "issued_on",
        "order", measure=Sum("goods_off_sale"),
    ),
    _further(
        "unlicensed_closed", "orders", _("unlicensed operators closed down"), ENTITIES,
        lambda scope: scope.of(Order).filter(closes_unlicensed=True), "issued_on", "order", parent="orders_issued",
    ),
    _further(
        "platforms_interviewed", "orders", _("platforms and delivery companies interviewed"), ENTITIES,
        lambda scope: scope.of(InterviewedEntity)
        .filter(entity_kind__in=[EntityKind.PLATFORM, EntityKind.DELIVERY]).first_of_entity("interview__held_on"),
        "interview__held_on", "interviewedentity", parent="entities_interviewed", additive=DISTINCT,
    ),
    _further(
        "reminder_letters", "orders", _("reminder letters sent"), pgettext_lazy("unit", "letters"),
        lambda scope: scope.of(Letter).filter(kind=Letter.Kind.REMINDER), "sent_on", "letter",
    ),
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
    _further(
        "leads_passed_on", "casework", _("leads passed on"), pgettext_lazy("unit", "leads"),
        lambda scope: scope.of(Lead).filter(status=LeadStatus.PASSED_ON), "closed_on", "lead",
    ),
    _cases(
        "abnormal_entities", _("entities listed as abnormal"), lambda rows: rows.exclude(abnormal_on=None),
        date_field="abnormal_on", unit=ENTITIES, measure=Count("entity", distinct=True), additive=frozenset(),
    ),
    _further(
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
    _further(
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

CERTIFICATION = (
    _further(
        "certificates_verified", "certification", _("certificates verified"), pgettext_lazy("unit", "certificates"),
        lambda scope: scope.of(Certificate).exclude(verified_on=None), "verified_on", "certificate",
    ),
    _changes("certificates_suspended", CertificateStatus.SUSPENDED, _("certificates suspended")),
    _changes("certificates_cancelled", CertificateStatus.CANCELLED, _("certificates cancelled")),
    _changes("certificates_revoked", CertificateStatus.REVOKED, _("certificates revoked")),
    _further(
        "letters_to_certifiers", "certification", _("letters to certification bodies"), pgettext_lazy("unit", "letters"),
        lambda scope: scope.of(Letter).filter(kind=Letter.Kind.CERTIFICATION_BODY), "sent_on", "letter",
    ),
    _further(
        "recalls", "certification", _("recalls"), pgettext_lazy("unit", "recalls"), lambda scope: scope.of(Recall),
        "announced_on", "recall",
    ),
    _further(
        "items_recalled", "certification", _("items recalled"), PIECES, lambda scope: scope.of(Recall), "announced_on",
        "recall", measure=Sum("items"),
    ),
)  # fmt: skip

ONLINE = (
    _runs("monitoring_runs", _("monitoring runs"), pgettext_lazy("unit", "runs"), Count("pk")),
    _runs("pages_monitored", _("pages monitored"), pgettext_lazy("unit", "pages"), Sum("pages_checked")),
    _runs("shops_monitored", _("online shops monitored"), pgettext_lazy("unit", "shops"), Sum("shops_monitored")),
    _further(
        "leads_online", "online", _("leads from online monitoring"), pgettext_lazy("unit", "leads"),
        lambda scope: scope.of(Lead).filter(came_from=Lead.Origin.ONLINE), "received_on", "lead",
    ),
    _further(
        "listings_removed", "online", _("sales pages removed"), pgettext_lazy("unit", "pages"),
        lambda scope: scope.of(Listing).filter(status=ListingStatus.REMOVED), "removed_on", "listing",
    ),
    _runs(
        "advertisements_blocked", _("advertisements blocked"), pgettext_lazy("unit", "advertisements"),
        Sum("advertisements_blocked"),
    ),
)  # fmt: skip

RESPONSIBILITY = (
    _duties("directors_appointed", Duty.Kind.DIRECTOR, _("quality-safety directors appointed"), pgettext_lazy("unit", "people")),
    _duties("officers_appointed", Duty.Kind.OFFICER, _("quality-safety officers appointed"), pgettext_lazy("unit", "people")),
    _duties("dispatches_kept", Duty.Kind.DISPATCH, _("monthly dispatch records kept"), pgettext_lazy("unit", "records")),
    _duties("exams_held", Duty.Kind.EXAM, _("exams held"), pgettext_lazy("unit", "exams")),
    _duties("pledges_signed", Duty.Kind.PLEDGE, _("pledges signed"), pgettext_lazy("unit", "pledges")),
)  # fmt: skip

OUTREACH = (
    _further(
        "events_held", "outreach", _("outreach events held"), pgettext_lazy("unit", "events"),
        lambda scope: scope.of(OutreachEvent), "held_on", "outreachevent",
    ),
    _further(
        "enterprises_trained", "outreach", _("enterprises trained"), ENTITIES, lambda scope: scope.of(Training), "held_on",
        "training", measure=Sum(F("enterprises")),
    ),
    _further(
        "cases_exposed", "outreach", _("typical cases exposed"), CASES,
        lambda scope: scope.of(Exposure).filter(kind=Exposure.Kind.CASE), "exposed_on", "exposure",
    ),
    _exposed("batches_exposed", _("batches exposed"), BATCHES, Count("batches")),
    _exposed(
        "brands_exposed", _("brands exposed"), pgettext_lazy("unit", "brands"), Count("batches__brand", distinct=True),
        additive=frozenset(),
    ),
)  # fmt: skip

FURTHER = (
    *REGISTER, *INSPECTIONS, *HAZARDS, *ORDERS, *ENFORCEMENT, *SAMPLING, *CERTIFICATION, *ONLINE, *RESPONSIBILITY,
    *OUTREACH,
)  # fmt: skip
