"""What an inspector takes along to work without a connection: the county's register, what is due there, blank forms."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.context_processors import PermWrapper
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from entities.models import Entity, EntityKind
from entities.today import today
from inspections.forms.inspection import InspectionForm
from inspections.models import Hazard, Inspection, Severity, Task

ENTITIES = 8000
DAYS_AHEAD = 14


def luggage(officer, campaign) -> dict:
    """All of it, as plain data, about 25 queries and some for each kind of entity; nothing outside the officer's scope."""
    region = officer.unit.region_id if officer.unit else None
    entities = Entity.objects.visible_to(officer).filter(merged_into=None)
    if region:
        entities = entities.inside(region)
    entities = entities.select_related("region")[:ENTITIES]
    open_hazards, failed = _hazards(officer, campaign)
    visits = _last_visits(officer)
    return {
        "officer": officer.pk,
        "at": int(timezone.now().timestamp() * 1000),
        "today": today().isoformat(),
        "campaign": campaign.code if campaign else "",
        "takes_inspections": bool(campaign and campaign.takes_inspections),
        "deadlines": _deadlines(campaign),
        "entities": [
            _entity(entity)
            | {"hazards": open_hazards[entity.pk], "failed": failed[entity.pk], "visit": visits.get(entity.pk, "")}
            for entity in entities
        ],
        "tasks": _tasks(officer, campaign),
        "waiting": _waiting(officer, campaign),
        "forms": _forms(officer, campaign),
    }


def _entity(entity) -> dict:
    return {
        "id": entity.pk, "name": entity.name, "initials": entity.initials, "kind": entity.kind,
        "kind_label": str(entity.get_kind_display()), "state": "" if entity.is_open else str(entity.get_state_display()),
        "region": str(entity.region), "address": entity.address, "code": entity.identity, "phone": entity.phone,
        "contact": entity.legal_representative or entity.contact,
    }  # fmt: skip


def _hazards(officer, campaign):
    """For each entity its open hazards, and the last failure of each point in any campaign."""
    found = Hazard.objects.visible_to(officer).counted().select_related("item")
    still_open, failed = defaultdict(list), defaultdict(dict)
    for hazard in found.order_by("deadline", "pk"):
        if hazard.status in ("open", "submitted"):
            still_open[hazard.entity_id].append(
                {"id": hazard.pk, "what": hazard.description, "deadline": hazard.deadline.isoformat()}
            )
        if hazard.item:
            failed[hazard.entity_id][hazard.item.code] = f"{hazard.found_on.isoformat()} {hazard.description}"
    return still_open, failed


def _last_visits(officer):
    """For each entity the day of its last visit and by whom."""
    nth = Window(RowNumber(), partition_by="entity", order_by=[F("inspected_on").desc(), F("pk").desc()])
    visits = Inspection.objects.visible_to(officer).inspected().annotate(nth=nth).filter(nth=1)
    return {
        visit.entity_id: f"{visit.inspected_on.isoformat()} {visit.unit}" for visit in visits.select_related("unit")
    }


def _deadlines(campaign):
    """For today and the days after it, until when a hazard of each severity found then is to be rectified."""
    days = [today() + timedelta(days=number) for number in range(DAYS_AHEAD)] if campaign else []
    return {
        day.isoformat(): {severity: campaign.deadline(severity, day).isoformat() for severity in Severity.values}
        for day in days
    }


def _tasks(officer, campaign):
    tasks = Task.objects.visible_to(officer).of_campaign(campaign).pending().filter(assignee=officer)
    return [
        {"entity": task.entity_id, "name": task.entity.name, "due": task.due_on.isoformat(), "purpose": str(task.get_purpose_display())}
        for task in tasks.select_related("entity").order_by("due_on", "pk")
    ]  # fmt: skip


def _waiting(officer, campaign):
    hazards = Hazard.objects.visible_to(officer).of_campaign(campaign).pending().filter(status="submitted")
    return [
        {"entity": hazard.entity_id, "name": hazard.entity.name, "what": hazard.description, "due": hazard.deadline.isoformat()}
        for hazard in hazards.select_related("entity").order_by("deadline", "pk")
    ]  # fmt: skip


def _forms(officer, campaign):
    """A blank form for each kind of entity, to be filled in with the entity on the phone; without token, the same each time."""
    if campaign is None or not campaign.takes_inspections or officer.unit is None:
        return {}
    forms = {}
    blank = QueryDict(f"client_uuid={UUID(int=0)}")  # the phone gives each visit its own
    for kind in EntityKind.values:
        nobody = Entity(kind=kind, region=officer.unit.region)
        form = InspectionForm(by=officer, entity=nobody, campaign=campaign, typed=blank)
        forms[kind] = render_to_string(
            "offline/blank_form.html", {"form": form, "entity": nobody, "user": officer, "perms": PermWrapper(officer)}
        )
    return forms
