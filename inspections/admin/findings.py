"""Visits, hazards and what belongs to them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from entities.scoped_admin import StoredInline
from inspections.admin.record import OF_ENTITY, REGION, UNIT, PlacedAdmin, RecordAdmin, SeenOnlyAdmin
from inspections.models import (
    Evidence,
    Hazard,
    HazardStatus,
    Inspection,
    InspectionStatus,
    Lead,
    Order,
    Rectification,
    SelfCheck,
    Task,
)


@admin.register(Inspection)
class InspectionAdmin(SeenOnlyAdmin):
    list_display = ["inspected_on", "entity", "region", "unit", "mode", "outcome", "status"]
    list_display_links = ["inspected_on", "entity"]
    list_filter = ["status", "outcome", "mode", "entity_kind", REGION, UNIT]
    list_select_related = ["entity", "region", "unit"]
    search_fields = [*OF_ENTITY, "notice_number"]


class RectificationInline(StoredInline):
    model = Rectification
    can_change = False
    fields = ["submitted_on", "measures", "method", "verdict", "reviewer", "reviewed_on", "comment"]
    readonly_fields = ["verdict", "reviewer", "reviewed_on"]


@admin.register(Hazard)
class HazardAdmin(RecordAdmin):
    """The deadline changes by an extension or a rejection, each with its reason, on the hazard's own page."""

    asked = ()
    fixed = ("entity", "self_check", "inspection", "lead", "found_on", "deadline")
    list_display = ["entity", "description", "severity", "category", "found_on", "deadline", "status", "region"]
    list_display_links = ["entity", "description"]
    list_filter = ["status", "severity", "category", "responsible_department", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "description"]
    inlines = [RectificationInline]

    def get_exclude(self, request, obj=None):
        """The entity is that of the source; a visit's hazards come with its form, since a submitted one is not edited."""
        return [*super().get_exclude(request, obj), *(["entity", "inspection"] if obj is None else [])]

    def get_inlines(self, request, obj):
        return self.inlines if obj is not None else []

    def is_settled(self, obj):
        closed = obj.status in (HazardStatus.RECTIFIED, HazardStatus.ENDED, HazardStatus.WITHDRAWN)
        return closed or (obj.inspection is not None and obj.inspection.status == InspectionStatus.VOIDED)


@admin.register(Rectification)
class RectificationAdmin(SeenOnlyAdmin):
    list_display = ["submitted_on", "hazard", "on_the_spot", "verdict", "reviewer", "reviewed_on"]
    list_display_links = ["submitted_on", "hazard"]
    list_filter = ["verdict", "on_the_spot", "method", REGION]
    list_select_related = ["hazard__entity", "reviewer"]
    search_fields = ["hazard__entity__name", "hazard__entity__credit_code", "measures"]


@admin.register(Evidence)
class EvidenceAdmin(SeenOnlyAdmin):
    """Files are opened through the scoped view, never by their place in the store."""

    exclude = ["file"]
    list_display = ["original_name", "media_type", "size", "created_at", "created_by", "region", "link"]
    list_filter = ["media_type", REGION]
    list_select_related = ["created_by", "region"]
    search_fields = ["original_name", "caption", "sha256"]
    date_hierarchy = "created_at"
    readonly_fields = ["link"]

    @admin.display(description=_("file"))
    def link(self, obj):
        return format_html('<a href="{}">{}</a>', reverse("evidence", args=[obj.pk]), obj.original_name)


@admin.register(Task)
class TaskAdmin(RecordAdmin):
    """Whose it is and until when changes on the pages of the tasks, each time with a reason."""

    fixed = ("entity", "assignee", "purpose", "due_on")
    list_display = ["due_on", "entity", "purpose", "assignee", "region", "done_on", "withdrawn_on"]
    list_display_links = ["due_on", "entity"]
    list_filter = ["purpose", ("done_on", admin.EmptyFieldListFilter), REGION]
    list_select_related = ["entity", "assignee", "region"]
    search_fields = [*OF_ENTITY, "assignee__name"]
    date_hierarchy = "due_on"

    def is_settled(self, obj):
        return not obj.is_pending


@admin.register(SelfCheck)
class SelfCheckAdmin(RecordAdmin):
    exclude = ["answers"]
    fixed = ("entity",)
    list_display = ["checked_on", "entity", "answered_by", "receipt_number", "region"]
    list_display_links = ["checked_on", "entity"]
    list_filter = ["entity_kind", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "receipt_number"]


@admin.register(Lead)
class LeadAdmin(PlacedAdmin):
    fixed = ("entity",)
    list_display = ["received_on", "came_from", "entity", "informant", "region"]
    list_filter = ["came_from", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "text", "informant"]


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    asked = ()
    fixed = ("inspection",)
    list_display = ["number", "entity", "issued_on", "due_on", "served_on", "region"]
    list_filter = [("served_on", admin.EmptyFieldListFilter), REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "number"]
