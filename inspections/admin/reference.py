"""Campaigns, holidays, checklists and document numbers: what an administrator or the office sets up."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from entities.models import EntityKind
from entities.scoped_admin import CityAdmin, ScopedAdmin, ScopedInline
from inspections.models import (
    Campaign,
    Cause,
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    DeadlineRule,
    Holiday,
    Inspection,
    NumberBlock,
    Severity,
)


@admin.register(Campaign)
class CampaignAdmin(CityAdmin):
    """An administrator opens, winds up and closes the campaign by its status."""

    has_many_rows = False
    list_display = ["name", "code", "region", "starts_on", "ends_on", "status"]
    list_filter = ["status"]
    list_select_related = ["region"]
    search_fields = ["code", "name", "name_en"]
    listed = {"inspector_reviews": Severity}


@admin.register(Holiday)
class HolidayAdmin(CityAdmin):
    has_many_rows = False
    fixed = ("day",)
    list_display = ["day", "name", "is_worked"]
    list_filter = ["is_worked"]
    search_fields = ["name"]
    date_hierarchy = "day"


@admin.register(Cause)
class CauseAdmin(CityAdmin):
    """A new wording of the law is a new row; the old one ends the day before."""

    has_many_rows = False
    list_display = ["code", "name", "violated", "penalised", "group", "in_force_from", "in_force_to"]
    list_display_links = ["code", "name"]
    list_filter = ["group"]
    search_fields = ["code", "name", "violated", "penalised"]


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(CityAdmin):
    has_many_rows = False
    list_display = ["kind", "days", "in_working_days", "extension_days", "in_force_from", "in_force_to", "basis"]
    list_filter = ["kind"]


class ChecklistVersionInline(ScopedInline):
    model = ChecklistVersion
    fields = ["number", "in_force_from", "in_force_to"]


@admin.register(Checklist)
class ChecklistAdmin(CityAdmin):
    has_many_rows = False
    list_display = ["code", "name"]
    list_display_links = ["code", "name"]
    search_fields = ["code", "name"]
    listed = {"kinds": EntityKind}
    inlines = [ChecklistVersionInline]


def is_answered(version) -> bool:
    """Whether a visit was answered by that version: from then on its points stay as they were read."""
    return version is not None and Inspection.objects.filter(checklist_version=version).exists()


class ChecklistItemInline(ScopedInline):
    model = ChecklistItem
    fields = ["position", "code", "section", "text", "severity", "is_key_point", "in_force_from", "in_force_to"]

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not is_answered(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not is_answered(obj)


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(CityAdmin):
    fixed = ("checklist", "number")
    list_display = ["checklist", "number", "in_force_from", "in_force_to"]
    list_display_links = ["checklist", "number"]
    list_filter = ["checklist"]
    list_select_related = ["checklist"]
    search_fields = ["checklist__code", "checklist__name"]
    inlines = [ChecklistItemInline]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(CityAdmin):
    list_display = ["code", "version", "section", "text", "severity", "is_key_point", "in_force_from", "in_force_to"]
    list_display_links = ["code", "text"]
    list_filter = ["version__checklist", "severity", "is_key_point"]
    list_select_related = ["version__checklist"]
    search_fields = ["code", "text", "basis"]
    listed = {"kinds": EntityKind}

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("version__checklist")

    def is_settled(self, obj):
        return is_answered(obj.version)


@admin.register(NumberBlock)
class NumberBlockAdmin(ScopedAdmin):
    """The office reserves numbers for a unit; of a block that exists only the end moves."""

    has_many_rows = False
    fixed = ("unit", "series", "year", "pattern", "first")
    list_display = ["unit", "series", "year", "pattern", "first", "last", "following", "left"]
    list_display_links = ["unit", "series"]
    list_filter = ["series", "year", ("unit", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["unit"]
    search_fields = ["unit__name", "pattern"]

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return [*readonly, "left"] if obj is not None else readonly

    @admin.display(description=_("numbers left"))
    def left(self, obj):
        return obj.left
