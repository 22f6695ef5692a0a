"""Operations, teams, coordination, training, publicity, sales pages."""

from django.contrib import admin

from inspections.admin.record import OF_ENTITY, REGION, PlacedAdmin, RecordAdmin
from inspections.models import (
    CoordinationEvent,
    Exposure,
    JointTeam,
    Listing,
    ListingCheck,
    Operation,
    Publicity,
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
