"""Every total, declared once. Dashboard, ledgers, workbook, API and command line all ask here; none has a filter of its own."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Aggregate, Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
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
from reports.scope import FigureScope

TRADE = [EntityKind.PRODUCER, EntityKind.PARTS_PRODUCER, EntityKind.SELLER]
COUNT = Count("pk")
EVERYWHERE = frozenset({"month", "region", "unit"})

CHAPTERS = {
    "coordination": _("Bureau and discipline-inspection group"),
    "enterprises": _("Bureau and enterprises"),
    "departments": _("Bureau and other departments"),
    "society": _("Bureau and society"),
}


@dataclass(frozen=True)
class Indicator:
    """One total: which records (`select`), measured how, placed by which date and region.

    `additive` names what the parts of a table may be summed over; over anything else a total is computed for itself.
    `published` tells the figures of the campaign's bulletin from those that support them.
    """

    key: str
    chapter: str
    label: str | Promise
    unit: str | Promise
    select: Callable[[FigureScope], QuerySet]
    date_field: str
    ledger: str
    measure: Aggregate = COUNT
    region_field: str = "region"
    additive: frozenset[str] = EVERYWHERE
    parent: str = ""
    published: bool = True

    def rows(self, scope: FigureScope) -> QuerySet:
        """The records that the figure counts: its drill-down."""
        return scope.narrow(self.select(scope), date_field=self.date_field, region_field=self.region_field)

    def total(self, scope: FigureScope) -> int | Decimal:
        """The figure: its measure over its drill-down. One query."""
        return self.measured(self.rows(scope))

    def measured(self, rows: QuerySet) -> int | Decimal:
        """The measure over some of its rows: what a filtered list shows as its sum."""
        return rows.order_by().aggregate(figure=self.measure)["figure"] or 0

    def by(self, scope: FigureScope, axis: str) -> dict[str | date, int | Decimal]:
        """The figure for each region code or first day of a month that has any. One query."""
        group = F(f"{self.region_field}__code") if axis == "region" else TruncMonth(self.date_field)
        grouped = self.rows(scope).order_by().values(group=group).annotate(figure=self.measure)
        return {row["group"]: row["figure"] or 0 for row in grouped}


@dataclass(frozen=True)
class Rate:
    """A share in per cent, of two other indicators; never summed, always computed from its two totals."""

    key: str
    chapter: str
    label: str | Promise
    part: str
    whole: str
    unit: str = "%"
    additive: frozenset[str] = frozenset()
    parent: str = ""
    published: bool = True

    @property
    def ledger(self):
        return indicator(self.part).ledger

    def of(self, part, whole) -> Decimal | None:
        """The share, rounded half up to one place; None when there is nothing to divide by."""
        if not whole:
            return None
        return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def rows(self, scope: FigureScope) -> QuerySet:
        """The records of its part; the whole has its own drill-down."""
        return indicator(self.part).rows(scope)

    def total(self, scope: FigureScope) -> Decimal | None:
        return self.of(indicator(self.part).total(scope), indicator(self.whole).total(scope))

    def by(self, scope: FigureScope, axis: str) -> dict[str | date, Decimal | None]:
        parts, wholes = indicator(self.part).by(scope, axis), indicator(self.whole).by(scope, axis)
        return {group: self.of(parts.get(group, 0), whole) for group, whole in wholes.items()}


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
        key, "coordination", label, unit, lambda scope: scope.of(CoordinationEvent).filter(kind=kind), "held_on",
        "coordinationevent",
    )  # fmt: skip


Event = CoordinationEvent.Kind
PUBLICITY_ITEMS = [
    Publicity.Kind.LEAFLET, Publicity.Kind.POSTER, Publicity.Kind.DIAGRAM, Publicity.Kind.VIDEO,
]  # fmt: skip

INDICATORS: tuple[Indicator | Rate, ...] = (
    _coordination("plans_issued", Event.PLAN, _("implementation plans issued"), pgettext_lazy("unit", "copies")),
    _coordination("task_forces", Event.TASK_FORCE, _("task forces set up"), pgettext_lazy("unit", "task forces")),
    _coordination("meetings_held", Event.MEETING, _("city-wide progress meetings"), pgettext_lazy("unit", "meetings")),
    _coordination("joint_consultations", Event.CONSULTATION, _("joint consultations"), pgettext_lazy("unit", "consultations")),
    _coordination("supervision_visits", Event.SUPERVISION, _("supervision visits"), pgettext_lazy("unit", "supervision rounds")),
    _coordination("bulletins_issued", Event.BULLETIN, _("bulletins issued"), pgettext_lazy("unit", "issues")),
    Indicator(
        "self_check_entities", "enterprises", _("entities self-checked"), pgettext_lazy("unit", "entities"),
        lambda scope: _trade_self_checks(scope).first_of_entity("checked_on"), "checked_on", "selfcheck",
        additive=frozenset({"month", "region"}),
    ),
    Indicator(
        "self_check_hazards", "enterprises", _("hazards found in self-checks"), pgettext_lazy("unit", "hazards"),
        lambda scope: scope.of(Hazard).from_self_checks(_trade_self_checks(scope)), "found_on", "hazard",
    ),
    Indicator(
        "inspections", "enterprises", _("inspections of producers and sellers"), pgettext_lazy("unit", "visits"),
        _trade_visits, "inspected_on", "inspection",
    ),
    Indicator("hazards_found", "enterprises", _("hazards found"), pgettext_lazy("unit", "hazard places"), _hazards, "found_on", "hazard"),
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
        "interviewedentity", additive=frozenset({"month", "region"}),
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
        lambda scope: scope.of(Operation).filter(kind=Operation.Kind.CRACKDOWN), "starts_on", "operation",
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
        "inspected_on", "inspection", additive=frozenset({"month", "region"}),
    ),
    Indicator(
        "joint_repair_shops_visited", "departments", _("repair shops visited in joint supervision"),
        pgettext_lazy("unit", "places of business"),
        lambda scope: _joint_visits(scope).filter(entity_kind=EntityKind.REPAIR_SHOP).first_of_entity("inspected_on"),
        "inspected_on", "inspection", additive=frozenset({"month", "region"}),
    ),
    Indicator(
        "illegal_modification_entities", "departments", _("entities with illegal modification"), pgettext_lazy("unit", "entities"),
        lambda scope: scope.of(Hazard).from_inspections(_joint_visits(scope)).illegal_modification()
        .first_of_entity("found_on"),
        "found_on", "hazard", additive=frozenset({"month", "region"}),
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

_BY_KEY = {declared.key: declared for declared in INDICATORS}


def indicator(key: str) -> Indicator | Rate:
    """The declaration of that key; raises KeyError when there is none."""
    return _BY_KEY[key]


def published() -> list[Indicator | Rate]:
    """The indicators of the bulletin, in its order."""
    return [declared for declared in INDICATORS if declared.published]


def totals(scope: FigureScope, keys=None) -> dict[str, int | Decimal | None]:
    """The figures of those keys, of all without any. One query for each indicator that is not a rate."""
    return _with_rates({declared.key: declared.total(scope) for declared in _counted(keys)})


def totals_by(scope: FigureScope, axis: str, keys=None) -> dict[str | date, dict[str, int | Decimal | None]]:
    """The figures for each region code ("region") or first day of a month ("month") that has any record.

    One query for each indicator that is not a rate.
    """
    table = defaultdict(dict)
    counted = _counted(keys)
    for declared in counted:
        for group, figure in declared.by(scope, axis).items():
            table[group][declared.key] = figure
    return {
        group: _with_rates({declared.key: figures.get(declared.key, 0) for declared in counted})
        for group, figures in sorted(table.items())
        if group is not None
    }


def no_figures(keys=None) -> dict[str, int | None]:
    """What `totals` gives where there is no record at all."""
    return _with_rates({declared.key: 0 for declared in _counted(keys)})


def _counted(keys):
    """The indicators that must be asked for those keys: themselves, and the two totals of each rate."""
    if keys is None:
        return [i for i in INDICATORS if isinstance(i, Indicator)]
    asked = set(keys)
    asked |= {key for i in INDICATORS if isinstance(i, Rate) and i.key in asked for key in (i.part, i.whole)}
    return [i for i in INDICATORS if isinstance(i, Indicator) and i.key in asked]


def _with_rates(figures):
    """The figures in the order of their declaration, with every rate whose two totals are there."""
    answer = {}
    for declared in INDICATORS:
        if declared.key in figures:
            answer[declared.key] = figures[declared.key]
        elif isinstance(declared, Rate) and {declared.part, declared.whole} <= figures.keys():
            answer[declared.key] = declared.of(figures[declared.part], figures[declared.whole])
    return answer
