"""One entity with everything the campaign did there, and the change of its state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from entities.models import Entity, EntityKind, EntityState, ProductType
from entities.today import today
from inspections import workflow
from inspections.forms.entity_state import EntityStateForm
from inspections.frame import request_frame
from inspections.models import (
    Case,
    Hazard,
    Inspection,
    InspectionStatus,
    InterviewedEntity,
    Order,
    SamplingBatch,
    Seizure,
    SelfCheck,
    Task,
    TaskState,
)
from inspections.models.hazard import HazardStatus
from inspections.models.record import OfEntity

SHOWN_OF_EACH = 200
TASK_TONES = {
    TaskState.PENDING: "muted", TaskState.OVERDUE: "danger", TaskState.DONE: "good", TaskState.WITHDRAWN: "voided",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    on: date
    kind: str
    title: str
    url: str
    status: str = ""
    tone: str = ""
    campaign: str = ""


@login_required
@permission_required("entities.view_entity", raise_exception=True)
@require_safe
def entity_detail(request, pk):
    """Who and where, open hazards, and one timeline; the same number of queries for any number of records."""
    visible = Entity.objects.visible_to(request.user).select_related(
        "region", "unit", "responsible_officer", "responsible_leader", "merged_into", "created_by"
    )
    entity = get_object_or_404(visible, pk=pk)
    campaign = request_frame(request).campaign
    # The records of a merged duplicate stay with it and are shown here.
    duplicates = list(Entity.objects.visible_to(request.user).one_by_one().filter(merged_into=entity))
    places = [entity.pk, *(duplicate.pk for duplicate in duplicates)]
    hazards = Hazard.objects.visible_to(request.user).one_by_one().filter(entity__in=places)
    visits = Inspection.objects.visible_to(request.user).one_by_one().recent_of(entity, before=today())
    context = {
        "entity": entity,
        "further_kinds": [EntityKind(kind).label for kind in entity.further_kinds],
        "goods": [ProductType(product).label for product in entity.goods],
        "duplicates": duplicates,
        "open_hazards": hazards.pending().order_by("deadline", "pk"),
        "timeline": timeline(request.user, places, campaign),
        "states": states(entity),
        "obstacle": workflow.why_no_inspection(entity, campaign),
        "recent": visits.without(request.user).select_related("unit"),
        "failures": failed_before(hazards, entity),
    }
    return render(request, "inspections/entity_detail.html", context)


def failed_before(hazards, entity) -> list[tuple]:
    """The points of the checklist that failed here, (item, hazards), those first that failed most often. One query."""
    by_code = hazards.previous_failures(entity, on=today() + timedelta(days=1)).items()
    often = sorted(by_code, key=lambda pair: (-len(pair[1]), pair[0]))
    return [(found[0].item, found) for _code, found in often]


def timeline(officer, places, campaign) -> list[Entry]:
    """Everything the officer may see about those entities, the latest first. One query for each kind of record."""

    def found(model, *related):
        records = model.objects.visible_to(officer).one_by_one().filter(entity__in=places)
        return records.select_related("campaign", *related).order_by("-pk")

    def entry(record, on, title, *, url="", status="", tone=""):
        other = "" if campaign and record.campaign_id == campaign.pk else record.campaign.label
        kind = record._meta.verbose_name
        return Entry(on, kind, title, url or record.get_absolute_url(), status, tone, other)

    entries = []
    for check in found(SelfCheck)[:SHOWN_OF_EACH]:
        entries.append(entry(check, check.checked_on, check.receipt_number))
    # A draft is its author's alone until it is submitted.
    drafts = Q(status=InspectionStatus.DRAFT) & ~Q(created_by=officer)
    for visit in found(Inspection, "unit").exclude(drafts)[:SHOWN_OF_EACH]:
        url = reverse("inspection_edit", args=[visit.pk]) if visit.is_draft else ""
        status = visit.get_outcome_display()
        if visit.status != InspectionStatus.SUBMITTED:
            status = visit.get_status_display()
        title = f"{visit.get_mode_display()} · {visit.unit}"
        entries.append(
            entry(visit, visit.inspected_on, title, url=url, status=status, tone=f"inspection-{visit.status}")
        )
    for hazard in found(Hazard)[:SHOWN_OF_EACH]:
        again = _("again") + " · " if hazard.repeats_id else ""
        title = f"{again}{hazard.get_severity_display()} · {hazard.description}"
        entries.append(
            entry(hazard, hazard.found_on, title, status=hazard.get_status_display(), tone=hazard_tone(hazard))
        )
    for part in found(InterviewedEntity, "interview")[:SHOWN_OF_EACH]:
        talk = part.interview
        entries.append(entry(part, talk.held_on, talk.reason, url=document("interview", talk)))
    for order in found(Order)[:SHOWN_OF_EACH]:
        entries.append(entry(order, order.issued_on, order.number, url=document("order", order)))
    for case in found(Case)[:SHOWN_OF_EACH]:
        title = f"{case.number} {case.cause}".strip()
        entries.append(
            entry(case, case.proposed_on, title, status=case.get_status_display(), tone=f"case-{case.status}")
        )
    for seizure in found(Seizure)[:SHOWN_OF_EACH]:
        title = f"{seizure.number} {seizure.reason}".strip()
        entries.append(entry(seizure, seizure.seized_on, title, url=document("seizure", seizure)))
    for batch in found(SamplingBatch)[:SHOWN_OF_EACH]:
        title = f"{batch.number} · {batch.get_product_display()} {batch.model_name}"
        entries.append(
            entry(batch, batch.sampled_on, title, status=batch.get_status_display(), tone=f"batch-{batch.status}")
        )
    for task in found(Task, "assignee")[:SHOWN_OF_EACH]:
        state, title = task.state(), f"{task.get_purpose_display()} · {task.assignee}"
        on = task.done_on or task.withdrawn_on or task.due_on
        entries.append(entry(task, on, title, status=state.label, tone=TASK_TONES[state]))
    for model in _told_by_themselves():
        for record in found(model)[:SHOWN_OF_EACH]:
            status = record.get_status_display() if hasattr(record, "status") else ""
            entries.append(entry(record, day_of(record), str(record), status=status))
    return sorted(entries, key=lambda line: line.on, reverse=True)


def day_of(record) -> date:
    """The day by which a record is told: of its event, or on which it was entered."""
    happened = getattr(record, record.date_field)
    return timezone.localdate(happened) if isinstance(happened, datetime) else happened


def _told_by_themselves():
    """Every other kind of record that belongs to an entity: its own words and status are enough."""
    told = {SelfCheck, Inspection, Hazard, InterviewedEntity, Order, Case, Seizure, SamplingBatch, Task}
    models = apps.get_app_config("inspections").get_models()
    return [model for model in models if issubclass(model, OfEntity) and hasattr(model, "entity") and model not in told]


def document(key, record) -> str:
    """The page of the paper that belongs to the record."""
    return reverse("document", args=[key, record.pk])


def hazard_tone(hazard) -> str:
    """How urgent its status is: nothing is red unless somebody must act."""
    if hazard.is_overdue():
        return "danger"
    return {HazardStatus.OPEN: "warning", HazardStatus.SUBMITTED: "info", HazardStatus.RECTIFIED: "good"}.get(
        hazard.status, "muted"
    )


def states(entity):
    """The states that the entity went through, the latest first, with who recorded them. One query."""
    changes, last = [], EntityState.OPEN
    for version in entity.history.select_related("history_user").order_by("history_date", "history_id"):
        if version.state != last:
            changes.append(version)
        last = version.state
    return changes[::-1]


@login_required
@permission_required("entities.change_entity", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def entity_state(request, pk):
    """Record that it closed, moved, cannot be found, changed trade, or is open again; says first what follows."""
    entity = get_object_or_404(Entity.objects.visible_to(request.user).select_related("region"), pk=pk)
    form = EntityStateForm(request.POST or None, entity=entity, initial={"on": today()})
    if form.is_valid():
        values = form.cleaned_data
        if form.applies(
            entity.change_state, to=values["to"], on=values["on"], reason=values["reason"], by=request.user
        ):
            messages.success(request, _("Recorded: %(state)s.") % {"state": entity.get_state_display()})
            return redirect(entity)
    context = {
        "entity": entity,
        "form": form,
        "hazards": Hazard.objects.visible_to(request.user).one_by_one().filter(entity=entity).pending().count(),
        "tasks": Task.objects.visible_to(request.user).one_by_one().filter(entity=entity).pending().count(),
    }
    return render(request, "inspections/entity_state.html", context, status=form.answer)
