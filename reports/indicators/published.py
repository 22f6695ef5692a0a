"""The first ring: the figures of the published campaign, and those that support them."""

from django.db.models import Count, F, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entities.models import EntityKind
from inspections.models import (
    Case,
    CoordinationEvent,
    Exposure,
    Hazard,
    Inspection,
    InterviewedEntity,
    JointTeam,
    Listing,
    ListingCheck,
    Operation,
    Penalty,
    Publicity,
    SamplingBatch,
    SeizedItem,
    SelfCheck,
    Training,
)
from reports.indicators.declare import DISTINCT, Indicator, Rate

TRADE = [EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER, EntityKind.SELLER]

CHAPTERS = {
    "coordination": _("Bureau and discipline-inspection group"),
    "enterprises": _("Bureau and enterprises"),
    "departments": _("Bureau and other departments"),
    "society": _("Bureau and society"),
}


def _trade_self_checks(scope):
    return scope.of(SelfCheck).filter(entity_kind__in=TRADE)


def _trade_visits(scope):
    return scope.of(Inspection).inspected().led_by_market_supervision().of_trade()


def _hazards(scope):
    return scope.of(Hazard).from_inspections(_trade_visits(scope))


def _visit_cases(scope):
    return scope.of(Case).filed().filter(came_from=Case.Origin.INSPECTION, inspection__in=_trade_visits(scope))


def _penalties(scope, kind):
    return scope.of(Penalty).filter(kind=kind, case__in=_visit_cases(scope).not_from_crackdowns())


def _joint_visits(scope):
    return scope.of(Inspection).inspected().filter(operation__kind=Operation.Kind.JOINT_SUPERVISION)


def _coordination(key, kind, label, unit):
    return Indicator(
        key, "coordination", label, unit, lambda scope: scope.of(CoordinationEvent).issued().filter(kind=kind), "held_on",
        "coordinationevent",
    )  # fmt: skip


Event = CoordinationEvent.Kind
PUBLICITY_ITEMS = [
    Publicity.Kind.LEAFLET, Publicity.Kind.POSTER, Publicity.Kind.DIAGRAM, Publicity.Kind.VIDEO,
]  # fmt: skip

PUBLISHED: tuple[Indicator | Rate, ...] = (
    _coordination("plans_issued", Event.PLAN, _("implementation plans issued"), pgettext_lazy("unit", "copies")),
    _coordination("task_forces", Event.TASK_FORCE, _("task forces set up"), pgettext_lazy("unit", "task forces")),
    _coordination("meetings_held", Event.MEETING, _("city-wide progress meetings"), pgettext_lazy("unit", "meetings")),
    _coordination("joint_consultations", Event.CONSULTATION, _("joint consultations"), pgettext_lazy("unit", "consultations")),
    _coordination("supervision_visits", Event.SUPERVISION, _("supervision visits"), pgettext_lazy("unit", "supervision rounds")),
    _coordination("bulletins_issued", Event.BULLETIN, _("bulletins issued"), pgettext_lazy("unit", "issues")),
    Indicator(
        "self_check_entities", "enterprises", _("entities self-checked"), pgettext_lazy("unit", "entities"),
        lambda scope: _trade_self_checks(scope).first_of_entity("checked_on"), "checked_on", "selfcheck",
        additive=DISTINCT,
    ),
    Indicator(
        "self_check_hazards", "enterprises", _("hazards found in self-checks"), pgettext_lazy("unit", "hazards"),
        lambda scope: scope.of(Hazard).from_self_checks(_trade_self_checks(scope)), "found_on", "hazard",
    ),
    Indicator(
        "inspections", "enterprises", _("inspections of producers and sellers"), pgettext_lazy("unit", "visits"),
        _trade_visits, "inspected_on", "inspection",
    ),
    Indicator(
        "hazards_found", "enterprises", _("hazards found"), pgettext_lazy("unit", "hazard places"), _hazards, "found_on",
        "hazard", broken_down_by=("category", "severity"),
    ),
    Indicator(
        "hazards_rectified", "enterprises", _("hazards rectified"), pgettext_lazy("unit", "hazard places"),
        lambda scope: _hazards(scope).rectified(), "rectified_on", "hazard", parent="hazards_found",
    ),
    Indicator(
        "hazards_found_and_rectified", "enterprises", _("of those found: rectified since"), pgettext_lazy("unit", "hazard places"),
        lambda scope: _hazards(scope).rectified(), "found_on", "hazard", parent="hazards_found", published=False,
    ),
    Rate(
        "rectification_rate", "enterprises", _("rectification rate"), "hazards_found_and_rectified", "hazards_found",
        published=False,
    ),
    Indicator(
        "hazards_pending", "enterprises", _("in rectification"), pgettext_lazy("unit", "hazard places"),
        lambda scope: _hazards(scope).pending(), "found_on", "hazard", parent="hazards_found", published=False,
    ),
    Indicator(
        "hazards_overdue", "enterprises", _("overdue"), pgettext_lazy("unit", "hazard places"),
        lambda scope: _hazards(scope).overdue(on=scope.judged_on), "found_on", "hazard", parent="hazards_pending",
        published=False,
    ),
    Indicator(
        "hazards_handed_over", "enterprises", _("handed over"), pgettext_lazy("unit", "hazard places"),
        lambda scope: _hazards(scope).handed_over(), "found_on", "hazard", parent="hazards_found", published=False,
    ),
    Indicator(
        "hazards_ended", "enterprises", _("ended"), pgettext_lazy("unit", "hazard places"),
        lambda scope: _hazards(scope).ended(), "found_on", "hazard", parent="hazards_found", published=False,
    ),
    Indicator(
        "entities_interviewed", "enterprises", _("entities interviewed"), pgettext_lazy("unit", "entities"),
        lambda scope: scope.of(InterviewedEntity).first_of_entity("interview__held_on"), "interview__held_on",
        "interviewedentity", additive=DISTINCT,
    ),
    Indicator(
        "cases_filed", "enterprises", _("cases filed"), pgettext_lazy("unit", "cases"),
        lambda scope: _visit_cases(scope).not_from_crackdowns(), "filed_on", "case",
    ),
    Indicator(
        "goods_confiscated", "enterprises", _("goods confiscated"), pgettext_lazy("unit", "pieces"),
        lambda scope: _penalties(scope, Penalty.Kind.GOODS), "decided_on", "penalty", measure=Sum("quantity"),
    ),
    Indicator(
        "fines_amount", "enterprises", _("fines"), pgettext_lazy("unit", "yuan"),
        lambda scope: _penalties(scope, Penalty.Kind.FINE), "decided_on", "penalty", measure=Sum("amount"),
    ),
    Indicator(
        "sampling_batches", "departments", _("batches sampled"), pgettext_lazy("unit", "batches"),
        lambda scope: scope.of(SamplingBatch).counted().ordered_by("city", "county"), "sampled_on", "samplingbatch",
    ),
    Indicator(
        "sampling_failed_city", "departments", _("batches failed in city sampling"), pgettext_lazy("unit", "batches"),
        lambda scope: scope.of(SamplingBatch).counted().ordered_by("city").failed(), "result_on", "samplingbatch",
        parent="sampling_batches",
    ),
    Indicator(
        "sampling_transferred", "departments", _("failed batches transferred to counties"), pgettext_lazy("unit", "batches"),
        lambda scope: scope.of(SamplingBatch).counted().ordered_by("city").failed().transferred(), "transferred_on",
        "samplingbatch", region_field="handling_region", parent="sampling_failed_city",
    ),
    Indicator(
        "crackdown_operations", "departments", _("crackdowns on illegal assembly and modification"), pgettext_lazy("unit", "operations"),
        lambda scope: scope.of(Operation).filter(kind=Operation.Kind.CRACKDOWN, starts_on__lte=scope.judged_on),
        "starts_on", "operation",
    ),
    Indicator(
        "crackdown_cases", "departments", _("cases from crackdowns"), pgettext_lazy("unit", "cases"),
        lambda scope: scope.of(Case).filed().from_crackdowns(), "filed_on", "case",
    ),
    Indicator(
        "illegal_workshops_closed", "departments", _("illegal modification workshops closed"), pgettext_lazy("unit", "workshops"),
        lambda scope: scope.of(Case).filed().filter(closes_illegal_workshop=True), "filed_on", "case",
    ),
    Indicator(
        "joint_outlets_visited", "departments", _("outlets visited in joint supervision"), pgettext_lazy("unit", "places of business"),
        lambda scope: _joint_visits(scope).filter(entity_kind=EntityKind.SELLER).first_of_entity("inspected_on"),
        "inspected_on", "inspection", additive=DISTINCT,
    ),
    Indicator(
        "joint_repair_shops_visited", "departments", _("repair shops visited in joint supervision"),
        pgettext_lazy("unit", "places of business"),
        lambda scope: _joint_visits(scope).filter(entity_kind=EntityKind.REPAIR_SHOP).first_of_entity("inspected_on"),
        "inspected_on", "inspection", additive=DISTINCT,
    ),
    Indicator(
        "illegal_modification_entities", "departments", _("entities with illegal modification"), pgettext_lazy("unit", "entities"),
        lambda scope: scope.of(Hazard).from_inspections(_joint_visits(scope)).illegal_modification()
        .first_of_entity("found_on"),
        "found_on", "hazard", additive=DISTINCT,
    ),
    Indicator(
        "vehicles_seized", "departments", _("illegally modified vehicles seized"), pgettext_lazy("unit", "vehicles"),
        lambda scope: scope.of(SeizedItem).filter(kind=SeizedItem.Kind.VEHICLE), "seizure__seized_on", "seizeditem",
        measure=Sum("quantity"),
    ),
    Indicator(
        "batteries_seized", "departments", _("illegally modified batteries seized"), pgettext_lazy("unit", "batteries"),
        lambda scope: scope.of(SeizedItem).filter(kind=SeizedItem.Kind.BATTERY), "seizure__seized_on", "seizeditem",
        measure=Sum("quantity"),
    ),
    Indicator(
        "fire_incidents_exposed", "departments", _("fire incidents exposed"), pgettext_lazy("unit", "incidents"),
        lambda scope: scope.of(Exposure).filter(kind=Exposure.Kind.FIRE), "exposed_on", "exposure",
    ),
    Indicator(
        "joint_teams", "departments", _("joint inspection teams formed"), pgettext_lazy("unit", "teams"),
        lambda scope: scope.of(JointTeam), "formed_on", "jointteam",
    ),
    Indicator(
        "departments_joined", "departments", _("departments taking part"), pgettext_lazy("unit", "departments"),
        lambda scope: scope.of(JointTeam), "formed_on", "jointteam",
        measure=Count("departments", distinct=True), additive=frozenset(),
    ),
    Indicator(
        "trainings_held", "society", _("quality-safety trainings"), pgettext_lazy("unit", "training sessions"),
        lambda scope: scope.of(Training), "held_on", "training",
    ),
    Indicator(
        "people_trained", "society", _("quality-safety directors and officers trained"), pgettext_lazy("unit", "people"),
        lambda scope: scope.of(Training), "held_on", "training", measure=Sum(F("directors") + F("quality_officers")),
    ),
    Indicator(
        "publicity_items", "society", _("publicity items produced"), pgettext_lazy("unit", "sheets"),
        lambda scope: scope.of(Publicity).filter(kind__in=PUBLICITY_ITEMS), "produced_on", "publicity",
        measure=Sum("quantity"),
    ),
    Indicator(
        "listings_checked", "society", _("sales pages checked"), pgettext_lazy("unit", "pages"),
        lambda scope: scope.of(ListingCheck).latest_of_listing(), "checked_on", "listingcheck",
        published=False,
    ),
    Indicator(
        "listings_with_notice", "society", _("sales pages with the notice"), pgettext_lazy("unit", "pages"),
        lambda scope: scope.of(ListingCheck).latest_of_listing().showing_notice(), "checked_on",
        "listingcheck", parent="listings_checked", published=False,
    ),
    Indicator(
        "listings_unchecked", "society", _("sales pages never checked"), pgettext_lazy("unit", "pages"),
        lambda scope: scope.of(Listing).unchecked(), "found_on", "listing", published=False,
    ),
    Rate(
        "listing_notice_rate", "society", _("sales pages showing “no illegal modification”"), "listings_with_notice",
        "listings_checked",
    ),
)  # fmt: skip
