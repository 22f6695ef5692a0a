"""The second ring, in the field: the register, inspections, hazards, orders and interviews in detail."""

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entities.models import EntityKind
from inspections.models import (
    Hazard,
    HazardCategory,
    Inspection,
    InterviewedEntity,
    Letter,
    Mode,
    Order,
    Severity,
    Task,
)
from reports.indicators.declare import DISTINCT, Rate, further
from reports.indicators.units import ENTITIES, PIECES, PLACES, VISITS


def _register(key, kind, label):
    """Entities in business on the day of judgement: a stock, of no period."""
    return further(
        key, "register", label, ENTITIES, lambda scope: scope.of_register().filter(kind=kind), "", "entity",
        additive=frozenset({"region", "unit"}),
    )  # fmt: skip


def _inspected(scope):
    return scope.of(Inspection).inspected()


def _visits(key, label, narrow, parent="visits_all", unit=VISITS, **more):
    return further(
        key, "visits", label, unit, lambda scope: narrow(_inspected(scope)), "inspected_on", "inspection",
        parent=parent, **more,
    )  # fmt: skip


def _hazards(key, label, narrow, *, parent="hazards_all", date_field="found_on", unit=PLACES, **more):
    return further(
        key, "findings", label, unit, lambda scope: narrow(scope.of(Hazard).counted(), scope), date_field, "hazard",
        parent=parent, **more,
    )  # fmt: skip


def _of_department(code):
    return lambda rows, scope: rows.filter(responsible_department=code)


REGISTER = (
    _register("register_producers", EntityKind.PRODUCER, _("producers in business")),
    _register("register_parts_producers", EntityKind.PARTS_PRODUCER, _("parts producers in business")),
    _register("register_sellers", EntityKind.SELLER, _("sellers in business")),
    _register("register_repair_shops", EntityKind.REPAIR_SHOP, _("repair shops in business")),
    _register("register_online_sellers", EntityKind.ONLINE_SELLER, _("online sellers in business")),
    further(
        "entities_due",
        "register",
        _("entities to be inspected"),
        ENTITIES,
        lambda scope: scope.of_register(),
        "",
        "entity",
        additive=frozenset({"region", "unit"}),
    ),
)

INSPECTIONS = (
    _visits("visits_all", _("all inspections"), lambda rows: rows, parent=""),
    _visits(
        "entities_inspected", _("entities inspected"), lambda rows: rows.first_of_entity("inspected_on"),
        unit=ENTITIES, additive=DISTINCT,
    ),
    Rate(
        "coverage_rate", "visits", _("coverage of inspection"), "entities_inspected", "entities_due", published=False
    ),
    further(
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
    further(
        "vehicles_checked", "visits", _("vehicles checked"), pgettext_lazy("unit", "vehicles"), _inspected,
        "inspected_on", "inspection", measure=Sum("vehicles_checked"),
    ),
    _visits("visits_joint", _("joint inspections"), lambda rows: rows.filter(mode=Mode.JOINT)),
    _visits("visits_cross_county", _("cross-county inspections"), lambda rows: rows.filter(mode=Mode.CROSS_COUNTY)),
    _visits("visits_crackdown", _("inspections in crackdowns"), lambda rows: rows.filter(mode=Mode.CRACKDOWN)),
    further(
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
        "hazards_all_found_and_rectified", _("all found and rectified"), lambda rows, scope: rows.rectified()
    ),
    Rate(
        "all_rectification_rate", "findings", _("rectification rate of all hazards"),
        "hazards_all_found_and_rectified", "hazards_all", published=False,
    ),
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
    further(
        "orders_issued", "orders", _("orders to correct issued"), pgettext_lazy("unit", "orders"),
        lambda scope: scope.of(Order), "issued_on", "order",
    ),
    further(
        "entities_ordered", "orders", _("entities ordered to correct"), ENTITIES,
        lambda scope: scope.of(Order).first_of_entity("issued_on"), "issued_on", "order", parent="orders_issued",
        additive=DISTINCT,
    ),
    further(
        "goods_off_sale", "orders", _("goods taken off sale"), PIECES, lambda scope: scope.of(Order), "issued_on",
        "order", measure=Sum("goods_off_sale"),
    ),
    further(
        "unlicensed_closed", "orders", _("unlicensed operators closed down"), ENTITIES,
        lambda scope: scope.of(Order).filter(closes_unlicensed=True), "issued_on", "order", parent="orders_issued",
    ),
    further(
        "platforms_interviewed", "orders", _("platforms and delivery companies interviewed"), ENTITIES,
        lambda scope: scope.of(InterviewedEntity)
        .filter(entity_kind__in=[EntityKind.PLATFORM, EntityKind.DELIVERY]).first_of_entity("interview__held_on"),
        "interview__held_on", "interviewedentity", parent="entities_interviewed", additive=DISTINCT,
    ),
    further(
        "reminder_letters", "orders", _("reminder letters sent"), pgettext_lazy("unit", "letters"),
        lambda scope: scope.of(Letter).filter(kind=Letter.Kind.REMINDER), "sent_on", "letter",
    ),
)  # fmt: skip
