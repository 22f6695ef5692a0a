"""Interviews, cases with their penalties, seizures, sampling."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from entities.scoped_admin import StoredInline
from inspections.admin.record import OF_ENTITY, REGION, UNIT, PlacedAdmin, RecordAdmin, SeenOnlyAdmin
from inspections.models import (
    BatchStatus,
    Case,
    CaseStep,
    Deadline,
    Disposal,
    Interview,
    InterviewedEntity,
    Letter,
    Penalty,
    SamplingBatch,
    SamplingPlan,
    SeizedItem,
    Seizure,
    Suspension,
)
from inspections.models.case import CaseStatus


class InterviewedEntityInline(StoredInline):
    model = InterviewedEntity
    fields = ["seen_version", "entity", "person"]


@admin.register(Interview)
class InterviewAdmin(PlacedAdmin):
    list_display = ["held_on", "reason", "level", "unit", "region"]
    list_display_links = ["held_on", "reason"]
    list_filter = ["level", REGION]
    list_select_related = ["unit", "region"]
    search_fields = ["reason", "interviewed__entity__name"]
    inlines = [InterviewedEntityInline]


@admin.register(InterviewedEntity)
class InterviewedEntityAdmin(RecordAdmin):
    asked = ()
    fixed = ("interview", "entity")
    list_display = ["entity", "interview", "person", "region"]
    list_filter = [REGION]
    list_select_related = ["entity", "interview", "region"]
    search_fields = [*OF_ENTITY, "person"]


class PenaltyInline(StoredInline):
    model = Penalty
    fields = [
        "seen_version", "kind", "amount", "goods_kind", "quantity", "goods_value", "number", "decided_on", "paid_on",
    ]  # fmt: skip


@admin.register(Case)
class CaseAdmin(PlacedAdmin):
    fixed = (
        "entity",
        "person_name",
        "came_from",
        "inspection",
        "operation",
        "batch",
        "lead",
        "procedure",
        "number",
        "ground",
    )
    list_display = ["number_or_status", "party", "cause", "status", "proposed_on", "decided_on", "region"]
    list_display_links = ["number_or_status", "party"]
    list_filter = ["status", "came_from", "procedure", "closes_illegal_workshop", REGION, UNIT]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "number", "person_name", "cause"]
    inlines = [PenaltyInline]

    @admin.display(description=_("case number"), ordering="number")
    def number_or_status(self, obj):
        return obj.number or obj.get_status_display()

    @admin.display(description=_("party"))
    def party(self, obj):
        return obj.party

    def get_inlines(self, request, obj):
        """Penalties follow the decision."""
        decided = obj is not None and obj.status in (CaseStatus.DECIDED, CaseStatus.CLOSED)
        return self.inlines if decided and not obj.no_penalty else []

    def get_exclude(self, request, obj=None):
        """The number is given when the case is filed; a cause of the table is chosen on the page of the case, with its articles."""
        return [*super().get_exclude(request, obj), *(["number", "ground"] if obj is None else [])]

    def is_settled(self, obj):
        return not obj.moves.get(obj.status)


@admin.register(Penalty)
class PenaltyAdmin(RecordAdmin):
    asked = ()
    fixed = ("case",)
    list_display = ["number", "case", "kind", "amount", "quantity", "decided_on", "paid_on", "region"]
    list_filter = ["kind", ("paid_on", admin.EmptyFieldListFilter), REGION]
    list_select_related = ["case__entity", "region"]
    search_fields = ["number", "case__number", "case__entity__name", "case__person_name"]

    def is_settled(self, obj):
        return obj.case.status == CaseStatus.REVOKED


class SeizedItemInline(StoredInline):
    model = SeizedItem
    fields = ["seen_version", "kind", "description", "quantity", "released", "confiscated"]
    readonly_fields = ["released", "confiscated"]


@admin.register(Seizure)
class SeizureAdmin(PlacedAdmin):
    fixed = ("entity", "person_name", "inspection", "case")
    list_display = ["seized_on", "party", "department", "number", "place_kept", "region"]
    list_display_links = ["seized_on", "party"]
    list_filter = ["department", REGION]
    list_select_related = ["entity", "department", "region"]
    search_fields = [*OF_ENTITY, "person_name", "number"]
    inlines = [SeizedItemInline]

    @admin.display(description=_("party"))
    def party(self, obj):
        return obj.entity or obj.person_name


@admin.register(SeizedItem)
class SeizedItemAdmin(RecordAdmin):
    asked = ()
    fixed = ("seizure",)
    list_display = ["seizure", "kind", "quantity", "released", "confiscated", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["seizure__entity", "region"]
    search_fields = ["seizure__number", "seizure__entity__name", "seizure__person_name"]


@admin.register(SamplingBatch)
class SamplingBatchAdmin(RecordAdmin):
    fixed = ("entity",)
    list_display = ["number", "entity", "product", "model_name", "level", "sampled_on", "status", "region"]
    list_filter = ["status", "level", "product", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "number", "maker", "model_name"]

    def is_settled(self, obj):
        return obj.status == BatchStatus.VOIDED


@admin.register(Deadline)
class DeadlineAdmin(SeenOnlyAdmin):
    """A deadline begins, stands still and ends by the verbs of its record and of its own page."""

    list_display = ["about", "kind", "officer", "starts_on", "due_on", "suspended_on", "met_on", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["officer", "region"]
    search_fields = ["about"]


@admin.register(Suspension)
class SuspensionAdmin(SeenOnlyAdmin):
    list_display = ["deadline", "began_on", "ended_on", "reason", "region"]
    list_filter = [REGION]
    list_select_related = ["deadline", "region"]
    search_fields = ["reason"]


@admin.register(CaseStep)
class CaseStepAdmin(SeenOnlyAdmin):
    """Steps are taken on the case's own page."""

    list_display = ["case", "kind", "taken_on", "number", "created_by", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["case__entity", "created_by", "region"]
    search_fields = ["number", "case__number", "case__entity__name"]


@admin.register(Disposal)
class DisposalAdmin(SeenOnlyAdmin):
    """Pieces are released or confiscated on the seized item's own page."""

    list_display = ["item", "kind", "quantity", "settled_on", "number", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["item", "region"]
    search_fields = ["number", "item__seizure__number"]


@admin.register(Letter)
class LetterAdmin(PlacedAdmin):
    fixed = ("entity",)
    list_display = ["addressee", "kind", "number", "sent_on", "entity", "region"]
    list_filter = ["kind", REGION]
    list_select_related = ["entity", "region"]
    search_fields = [*OF_ENTITY, "addressee", "number"]


@admin.register(SamplingPlan)
class SamplingPlanAdmin(PlacedAdmin):
    list_display = ["name", "level", "product", "planned", "starts_on", "ends_on", "region"]
    list_filter = ["level", "product", REGION]
    list_select_related = ["region"]
    search_fields = ["name", "laboratory"]
