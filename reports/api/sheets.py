"""What is sent as a whole sheet: a visit with its checklist and hazards, a self-check from paper, tasks for many entities."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework import serializers

from entities.models import Entity
from entities.outside import read_json
from inspections import workflow
from inspections.desk.fields import EntitiesField, EntityField
from inspections.forms.inspection import InspectionForm
from inspections.forms.inspection_hazard import HazardForm
from inspections.forms.inspection_visit import VisitForm
from inspections.forms.self_check import PaperSelfCheckForm
from inspections.forms.task import AssignForm
from inspections.models import Answer, Inspection, SelfCheck, Task
from inspections.models.self_check import SELF_CHECK_ANSWERS
from inspections.self_checks import already_handed_in, hand_in_self_check, why_no_self_check
from inspections.tasks import assign_tasks
from reports.api.calls import answer, campaign_of
from reports.api.entries import as_sent, is_storable, schema_of
from reports.api.once import once
from reports.api.problems import Conflict, Malformed, Refused
from reports.api.records import RecordList

ENTITY = {
    "type": ["integer", "string"],
    "minLength": 1,
    "description": "Record number, credit code, or “name · address”.",
}
UUID = {"type": "string", "format": "uuid", "description": "Made by the sender: sent again, it is answered the same."}
SHEET_PART = "sheet"


def _answers(choices):
    one = {"type": "string", "enum": [str(answer.value) for answer in choices]}
    return {
        "type": "object",
        "additionalProperties": one,
        "description": "By the codes of the points in force that day.",
    }


def _object(properties, required):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _with_files(schema):
    """As one part `sheet` of JSON beside files, which are named as on the page: photos, h-XS-02-photos, …"""
    part = {"type": "string", "contentMediaType": "application/json", "description": "The sheet as JSON."}
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    return {
        "application/json": schema,
        "multipart/form-data": _object({SHEET_PART: part, "photos": files}, [SHEET_PART]),
    }


HAZARD = schema_of(HazardForm)
HAZARD["properties"]["item"] = {"type": "string", "description": "Code of the failed point."}
HAZARD["required"] = [*HAZARD["required"], "item"]
VISIT = schema_of(VisitForm)
VISIT["properties"] |= {
    "client_uuid": UUID, "entity": ENTITY, "answers": _answers(Answer),
    "rest": {"type": "string", "enum": ["pass", "not_checked"], "description": "The answer to every point not named."},
    "hazards": {"type": "array", "items": HAZARD, "description": "One for each point answered fail."},
}  # fmt: skip
VISIT["required"] = [*VISIT["required"], "client_uuid", "entity"]
INSPECTION = _with_files(VISIT)

WRONG_POINT = {
    "what": {"type": "string"}, "fixed": {"type": "boolean"}, "done": {"type": "string"},
}  # fmt: skip
SELF_CHECK_SHEET = schema_of(PaperSelfCheckForm)
SELF_CHECK_SHEET["properties"] |= {
    "client_uuid": UUID, "entity": ENTITY, "answers": _answers(SELF_CHECK_ANSWERS),
    "wrong": {"type": "object", "additionalProperties": _object(WRONG_POINT, ["what"])},
}  # fmt: skip
SELF_CHECK_SHEET["properties"].pop("declared")
SELF_CHECK_SHEET["required"] = ["client_uuid", "entity", "answered_by", "checked_on"]
SELF_CHECK = {"application/json": SELF_CHECK_SHEET}

TASKS_SHEET = schema_of(AssignForm, {"entities": {"type": "array", "items": ENTITY, "minItems": 1}})
TASKS_SHEET["required"] = [*TASKS_SHEET["required"], "entities"]
TASKS = {"application/json": TASKS_SHEET}


class Sheet:
    """The body of a call, taken apart piece by piece; each piece is of the type described, or it is refused."""

    def __init__(self, request):
        body, self.files = request.data, request.FILES if hasattr(request.data, "lists") else MultiValueDict()
        if hasattr(body, "lists"):
            try:
                body = read_json(body.get(SHEET_PART) or "")
            except ValueError:
                raise Malformed(_("The part “sheet” is no JSON.")) from None
        if not isinstance(body, dict):
            raise Malformed(_("Send one JSON object."))
        self.body = dict(body)

    def take(self, name, kind, default):
        value = self.body.pop(name, None)
        if value is None:
            return default
        if not isinstance(value, kind) or (isinstance(value, str) and not is_storable(value)):
            raise ValidationError({name: _("This is of the wrong type: see the description of the API.")})
        return value

    def entity(self, officer):
        """The entity it is about. Raises ValidationError for none in the officer's scope."""
        field = EntityField()
        field.by = officer
        try:
            return field.clean(self.take("entity", int | str, ""))
        except ValidationError as error:
            raise ValidationError({"entity": error.messages}) from None

    def entities(self, officer):
        """Those that it is about. Raises ValidationError for one that is none in the officer's scope."""
        field = EntitiesField()
        field.by = officer
        try:
            return field.clean(self.take("entities", list, []))
        except ValidationError as error:
            raise ValidationError({"entities": error.messages}) from None

    def texts(self, name):
        """An object whose values are text."""
        values = self.take(name, dict, {})
        if not all(isinstance(value, str) and is_storable(value) for value in values.values()):
            raise ValidationError({name: _("This is of the wrong type: see the description of the API.")})
        return values


def _flat(sent, prefix=""):
    return {f"{prefix}{name}": [str(value) for value in values] for name, values in sent.lists()}


def _as_query(parts) -> QueryDict:
    """What the page's form would have sent."""
    query = QueryDict(mutable=True)
    for name, values in parts.items():
        query.setlist(name, [value for value in values if value != "False"])
    return query


class InspectionSheet(RecordList):
    """Visits: the list, and a new one with its checklist and hazards."""

    def post(self, request):
        user = request.user
        if not user.has_perm("inspections.add_inspection") and not user.has_perm("inspections.transcribe_inspection"):
            raise PermissionDenied
        sheet = Sheet(request)
        entity = sheet.entity(user)
        return once(request, lambda: self._submit(sheet, entity, user))

    def _submit(self, sheet, entity, user):
        client_uuid = sheet.take("client_uuid", str, "")
        campaign = campaign_of(self.request)
        obstacle = workflow.why_no_inspection(entity, campaign)
        if obstacle:
            raise ValidationError(obstacle)
        answers, rest = sheet.texts("answers"), sheet.take("rest", str, "")
        hazards = sheet.take("hazards", list, [])
        parts = {f"answer-{code}": [value] for code, value in answers.items()}
        parts |= {"client_uuid": [client_uuid], "rest": [rest], "length": ["full"]}
        for hazard in hazards:
            if not isinstance(hazard, dict) or not isinstance(hazard.get("item"), str):
                raise ValidationError({"hazards": _("Each hazard names the code of its point as item.")})
            own = {name: value for name, value in hazard.items() if name != "item"}
            parts |= _flat(as_sent(HazardForm, own), f"h-{hazard['item']}-")
        parts |= _flat(as_sent(VisitForm, sheet.body))
        # Who enters no visits of their own types in others' from paper, which their officers confirm.
        start = {
            "by": user,
            "entity": entity,
            "campaign": campaign,
            "paper": not user.has_perm("inspections.add_inspection"),
        }
        form = InspectionForm(**start, data=_as_query(parts), files=sheet.files)
        try:
            inspection, is_new = self._first_or_new(form, client_uuid, user)
        except workflow.SubmittedOtherwise as error:
            raise Conflict(" ".join(error.messages)) from None
        return self.told(inspection, status=201 if is_new else 200, Location=f"{self.request.path}{inspection.pk}/")

    def _first_or_new(self, form, client_uuid, user):
        if str(form.client_uuid) != client_uuid.lower():
            raise ValidationError({"client_uuid": _("Send a UUID of your own for each visit.")})
        first = Inspection.objects.filter(client_uuid=form.client_uuid).first()
        if first is not None:
            return workflow.answer_again(first, by=user, digest=form.digest), False
        if not form.is_valid():
            told = form.field_errors()
            wrong = [{"pointer": f"#/{name}", "detail": text} for name, texts in told.items() for text in texts]
            said = {error["detail"] for error in wrong}
            wrong += [
                {"pointer": "", "detail": text}
                for _place, text in form.summary()
                if text.split(": ", 1)[-1] not in said
            ]
            raise Refused(wrong)
        if form.paper:
            kept = {"typed": form.typed_so_far(), "photos": form.photos_so_far()[0]}
            return workflow.await_confirmation(form.inspection, form.submission(), by=user, **kept)
        return workflow.submit_inspection(form.inspection, form.submission(), by=user)


class SelfCheckSheet(RecordList):
    """Self-checks: the list, and one that came on paper."""

    def post(self, request):
        user = request.user
        if not user.has_perm("inspections.add_selfcheck"):
            raise PermissionDenied
        sheet = Sheet(request)
        entity = sheet.entity(user)
        return once(request, lambda: self._hand_in(sheet, entity, user))

    def _hand_in(self, sheet, entity, user):
        campaign = campaign_of(self.request)
        obstacle = why_no_self_check(entity, campaign)
        if obstacle:
            raise ValidationError(obstacle)
        client_uuid = sheet.take("client_uuid", str, "")
        parts = {f"answer-{code}": [value] for code, value in sheet.texts("answers").items()}
        parts |= {"client_uuid": [client_uuid]}
        for code, wrong in sheet.take("wrong", dict, {}).items():
            if not isinstance(wrong, dict) or set(wrong) - set(WRONG_POINT) or not is_storable(str(wrong)):
                raise ValidationError({"wrong": _("This is of the wrong type: see the description of the API.")})
            parts |= {f"{name}-{code}": [str(value)] for name, value in wrong.items() if value is not None}
        parts |= _flat(as_sent(PaperSelfCheckForm, sheet.body))
        form = PaperSelfCheckForm(_as_query(parts), MultiValueDict(), entity=entity, campaign=campaign)
        try:
            sent = form.sent_before()
            taken, is_new = (sent and already_handed_in(sent)), False
            if taken is None:
                if not form.is_valid():
                    raise Refused.by(form)
                taken, is_new = hand_in_self_check(form.self_check(), form.shortcomings(), by=user, papers=[])
        except workflow.SubmittedOtherwise as error:
            raise Conflict(" ".join(error.messages)) from None
        return self.told(taken, status=201 if is_new else 200, Location=f"{self.request.path}{taken.pk}/")


class TaskSheet(RecordList):
    """Tasks: the list, and new ones for the entities named."""

    def post(self, request):
        if not request.user.has_perm("inspections.add_task"):
            raise PermissionDenied
        sheet = Sheet(request)
        entities = sheet.entities(request.user)
        return once(request, lambda: self._assign(sheet, entities, request.user))

    def _assign(self, sheet, entities, user):
        form = AssignForm(as_sent(AssignForm, sheet.body), by=user)
        chosen = Entity.objects.visible_to(user).filter(pk__in=[entity.pk for entity in entities])
        what = {"entities": chosen, "by": user, "campaign": campaign_of(self.request)}
        if not (form.is_valid() and form.applies(assign_tasks, **what, **form.cleaned_data)):
            raise Refused.by(form)
        plan = form.result
        skipped = [{"entity": one.entity.pk, "why": str(one.why)} for one in plan.skipped]
        return answer({"assigned": len(plan.jobs), "skipped": skipped}, status=201)


class Skipped(serializers.Serializer):
    """An entity that got no task, and why."""

    entity = serializers.IntegerField()
    why = serializers.CharField()


class Assigned(serializers.Serializer):
    """What came of handing out tasks."""

    assigned = serializers.IntegerField()
    skipped = Skipped(many=True)


SHEETS = {
    Inspection: (InspectionSheet, INSPECTION, None),
    SelfCheck: (SelfCheckSheet, SELF_CHECK, None),
    Task: (TaskSheet, TASKS, Assigned),
}
