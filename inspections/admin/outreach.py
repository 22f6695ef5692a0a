"""Operations, teams, coordination, training, publicity, sales pages."""

from django.contrib import admin

from inspections.admin.record import OF_ENTITY, REGION, PlacedAdmin, RecordAdmin, SeenOnlyAdmin
from inspections.models import (
    Assignment,
    Certificate,
    CertificateChange,
    CoordinationEvent,
    Duty,
    Exposure,
    Handover,
    JointTeam,
    Listing,
    ListingCheck,
    MonitoringRun,
    Operation,
    OutreachEvent,
    Publicity,
    Recall,
    Training,
)


@admin.register(Operation)
class OperationAdmin(PlacedAdmin):
    fixed = ("key",)
    list_display = ["name", "kind", "starts_on", "ends_on", "unit", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["unit", "region"]
    search_fields = ["key", "name"]


@admin.register(JointTeam)
class JointTeamAdmin(PlacedAdmin):
    list_display = ["name", "formed_on", "leader", "headcount", "unit", "region"]
    list_filter = [REGION]
    list_select_related = ["unit", "region"]
    search_fields = ["name", "leader"]


@admin.register(CoordinationEvent)
class CoordinationEventAdmin(PlacedAdmin):
    list_display = ["held_on", "kind", "title", "number", "unit", "region"]
    list_display_links = ["held_on", "title"]
    list_filter = ["kind", REGION]
    list_select_related = ["unit", "region"]
    search_fields = ["title", "number"]


@admin.register(Exposure)
class ExposureAdmin(PlacedAdmin):
    list_display = ["exposed_on", "kind", "title", "medium", "region"]
    list_display_links = ["exposed_on", "title"]
    list_filter = ["kind", REGION]
    list_select_related = ["region"]
    search_fields = ["title", "medium"]


@admin.register(Training)
class TrainingAdmin(PlacedAdmin):
    list_display = ["held_on", "title", "directors", "quality_officers", "others", "enterprises", "region"]
    list_display_links = ["held_on", "title"]
    list_filter = [REGION]
    list_select_related = ["region"]
    search_fields = ["title"]


@admin.register(Publicity)
class PublicityAdmin(PlacedAdmin):
    list_display = ["produced_on", "kind", "title", "quantity", "region"]
    list_display_links = ["produced_on", "title"]
    list_filter = ["kind", REGION]
    list_select_related = ["region"]
    search_fields = ["title"]


@admin.register(Listing)
class ListingAdmin(RecordAdmin):
    fixed = ("entity",)
    list_display = ["title", "platform", "entity", "found_on", "region"]
    list_filter = ["platform", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "title", "url"]


@admin.register(ListingCheck)
class ListingCheckAdmin(RecordAdmin):
    asked = ()
    fixed = ("listing",)
    list_display = ["checked_on", "listing", "shows_notice", "region"]
    list_display_links = ["checked_on", "listing"]
    list_filter = ["shows_notice", REGION]
    list_select_related = ["listing", "region"]
    search_fields = ["listing__title", "listing__entity__name"]


@admin.register(Assignment)
class AssignmentAdmin(PlacedAdmin):
    list_display = ["what", "to_unit", "to_officer", "due_on", "status", "region"]
    list_filter = ["status", REGION]
    list_select_related = ["to_unit", "to_officer", "region"]
    search_fields = ["what"]


@admin.register(Handover)
class HandoverAdmin(SeenOnlyAdmin):
    """A hazard is handed over on its own page, and acknowledged on the handover's."""

    list_display = ["hazard", "department", "handed_on", "acknowledged_on", "receipt", "region"]
    list_filter = ["department", REGION]
    list_select_related = ["hazard__entity", "department", "region"]
    search_fields = ["hazard__entity__name", "receipt"]


@admin.register(OutreachEvent)
class OutreachEventAdmin(PlacedAdmin):
    list_display = ["title", "kind", "held_on", "participants", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["region"]
    search_fields = ["title"]


@admin.register(Duty)
class DutyAdmin(RecordAdmin):
    fixed = ("entity",)
    list_display = ["entity", "kind", "person", "done_on", "ended_on", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "person"]


@admin.register(MonitoringRun)
class MonitoringRunAdmin(PlacedAdmin):
    list_display = ["platform", "ran_on", "pages_checked", "shops_monitored", "advertisements_blocked", "region"]
    list_filter = ["platform", REGION]
    list_select_related = ["region"]
    search_fields = ["platform"]


@admin.register(Certificate)
class CertificateAdmin(RecordAdmin):
    fixed = ("entity",)
    list_display = ["number", "entity", "product", "model_name", "issuer", "issued_on", "status", "region"]
    list_filter = ["status", "product", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "number", "model_name"]


@admin.register(CertificateChange)
class CertificateChangeAdmin(SeenOnlyAdmin):
    list_display = ["certificate", "status", "from_on", "reason", "region"]
    list_filter = ["status", REGION]
    list_select_related = ["certificate", "region"]
    search_fields = ["certificate__number"]


@admin.register(Recall)
class RecallAdmin(RecordAdmin):
    fixed = ("entity",)
    list_display = ["model_name", "entity", "product", "announced_on", "items", "region"]
    list_filter = ["product", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "model_name"]
