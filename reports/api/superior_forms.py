"""The superior's own forms: uploaded, their cells bound, filled for a period; as on their pages."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.views import APIView

from entities.models import TokenScope
from entities.today import today
from reports.api.bodies import BoundedJSONParser
from reports.api.calls import CAMPAIGN, answer, campaign_needed, campaign_of, need, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, Problem, described
from reports.api.entries import as_described, as_sent, multipart_of
from reports.api.once import once
from reports.api.problems import PROBLEM, Malformed, Refused, errors_of
from reports.models import FormBinding, Holds, SuperiorForm, When
from reports.superior.fill import Filling
from reports.superior.forms import BindForm, UploadForm
from reports.superior.period import Period, PeriodKind

MOST_SHOWN, MOST_CELLS = 100, 500
WORKBOOK = {
    (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
    (503, PROBLEM): OpenApiResponse(Problem, description="The storage of files is away."),
}
CELL = {"type": "string", "minLength": 1, "maxLength": 7, "description": "As B4."}
SHEET = {"type": "string", "minLength": 1, "maxLength": 31}


class SuperiorFormShape(serializers.Serializer):
    """A workbook that another office wants filled each period."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    issued_by = serializers.CharField()
    campaign = serializers.CharField(source="campaign.code")
    unit = serializers.IntegerField(source="unit_id")
    period_kind = serializers.ChoiceField(choices=PeriodKind.choices)
    sha256 = serializers.CharField()
    is_active = serializers.BooleanField(help_text="Whether no newer edition took its place.")
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    uploaded_at = serializers.DateTimeField()
    page = serializers.CharField(source="get_absolute_url")


class SuperiorFormsShape(serializers.Serializer):
    """The forms of the officer's scope, those in use first."""

    results = SuperiorFormShape(many=True)


class BindingShape(serializers.Serializer):
    """What one cell holds."""

    sheet = serializers.CharField()
    cell = serializers.CharField()
    holds = serializers.ChoiceField(choices=Holds.choices)
    indicator = serializers.CharField(allow_blank=True)
    region = serializers.CharField(source="region_id", allow_null=True)
    own = serializers.BooleanField(help_text="Only the region's own level.")
    of_unit = serializers.IntegerField(source="of_unit_id", allow_null=True)
    when = serializers.ChoiceField(choices=When.choices)


class FullFormShape(SuperiorFormShape):
    """A form with its bound cells."""

    bindings = BindingShape(many=True)


UPLOAD = {"multipart/form-data": multipart_of(UploadForm)}
UPLOAD["multipart/form-data"]["required"] = ["name", "issued_by", "file"]
BIND = {
    "type": "object", "additionalProperties": False, "required": ["cells"],
    "properties": {"cells": {
        "type": "array", "minItems": 1, "maxItems": MOST_CELLS,
        "items": {
            "type": "object", "additionalProperties": False, "required": ["sheet", "cell", "content"],
            "properties": {
                "sheet": SHEET, "cell": CELL,
                "content": {"type": "string", "description": "Key of a figure, or word:unit, word:period, …"},
                "place": {"type": "string", "description": "region:…, own:… or unit:… with its code; empty: all."},
                "when": {"type": "string", "enum": When.values},
            },
        },
    }},
}  # fmt: skip
UNBIND = {
    "type": "object", "additionalProperties": False, "required": ["sheet", "cell"],
    "properties": {"sheet": SHEET, "cell": CELL},
}  # fmt: skip
FILL = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "period": {"type": "string", "minLength": 1, "maxLength": 10, "description": "As 2024-09; else the last one."},
        "despite": {"type": "boolean", "description": "It goes out although its numbers do not add up."},
    },
}  # fmt: skip


class FormView(APIView):
    """What every operation on forms shares."""

    tag = "superior's forms"
    parser_classes = (BoundedJSONParser, MultiPartParser)

    def one(self, pk):
        forms = SuperiorForm.objects.visible_to(self.request.user).select_related(
            "campaign__region", "unit", "replaces"
        )
        return one_of(forms, pk)

    def told(self, found, **more):
        return answer(FullFormShape(self.one(found.pk)).data, **more)

    def upload(self, edition):
        """Take the file in as that edition."""
        if not hasattr(self.request.data, "lists"):
            raise Malformed(_("Send the file as multipart/form-data."))
        form = UploadForm(self.request.data, self.request.FILES, instance=edition)
        if not (form.is_valid() and form.applies(edition.take_in, by=self.request.user)):
            raise Refused.by(form)
        return self.told(edition, status=201, Location=f"/api/v1/forms/{edition.pk}/")


class Forms(FormView):
    operation_ids = {"get": "form_list", "post": "form_new"}

    @described(
        summary="Forms of a campaign", parameters=[CAMPAIGN], responses={200: SuperiorFormsShape}, also=(OF_RECORD,)
    )
    def get(self, request):
        need(request, "reports.view_superiorform")
        found = SuperiorForm.objects.visible_to(request.user).filter(campaign=campaign_of(request))
        told = SuperiorFormShape(found.select_related("campaign")[:MOST_SHOWN], many=True)
        return answer({"results": told.data})

    @described(
        summary="Upload a form", parameters=[CAMPAIGN, IDEMPOTENCY], request=UPLOAD, responses={201: FullFormShape},
        also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        need(request, "reports.add_superiorform")
        campaign = campaign_needed(request)
        return once(request, lambda: self.upload(SuperiorForm(campaign=campaign)))


class OneForm(FormView):
    operation_ids = {"get": "form_read"}

    @described(summary="A form with its bound cells", responses={200: FullFormShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        need(request, "reports.view_superiorform")
        return self.told(self.one(pk))


class Replace(FormView):
    operation_ids = {"post": "form_replace"}

    @described(
        summary="Upload a newer edition; its bindings are taken over where they fit", parameters=[IDEMPOTENCY],
        request=UPLOAD, responses={201: FullFormShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, "reports.add_superiorform")
        older = self.one(pk)

        def act():
            if not self.one(pk).is_active:
                raise ValidationError(_("This edition of the form is out of use: change the newer one."))
            return self.upload(SuperiorForm(campaign=older.campaign, replaces=older))

        return once(request, act)


class Bind(FormView):
    operation_ids = {"post": "form_bind"}

    @described(
        summary="Say what cells hold: all of them, or none", parameters=[IDEMPOTENCY],
        request={"application/json": BIND}, responses={200: FullFormShape, (503, PROBLEM): WORKBOOK[503, PROBLEM]},
        also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, "reports.change_superiorform")
        found = self.one(pk)
        cells = as_described(request.data, BIND)["cells"]

        def act():
            found.bind([_binding(found, number, cell) for number, cell in enumerate(cells)], by=request.user)
            return self.told(found)

        return once(request, act)


def _binding(found, number, cell) -> FormBinding:
    form = BindForm(as_sent(BindForm, cell), form=found)
    if not form.is_valid():
        wrong = errors_of(ValidationError(form.errors.as_data()))
        raise Refused([one | {"pointer": f"#/cells/{number}{one['pointer'].lstrip('#')}"} for one in wrong])
    return form.binding()


class Unbind(FormView):
    operation_ids = {"post": "form_unbind"}

    @described(
        summary="Leave a cell as it stands in the form", parameters=[IDEMPOTENCY],
        request={"application/json": UNBIND}, responses={200: FullFormShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, "reports.change_superiorform")
        found, asked = self.one(pk), as_described(request.data, UNBIND)

        def act():
            found.unbind(asked["sheet"], asked["cell"].upper(), by=request.user)
            return self.told(found)

        return once(request, act)


class Fill(FormView):
    """The file is the answer, so that it is no call to be answered again: each one is recorded as a filling of its own."""

    operation_ids, needs = {"post": "form_fill"}, TokenScope.EXPORT

    @described(
        summary="The filled workbook of a period", request={"application/json": FILL}, responses=WORKBOOK,
        also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, "reports.view_superiorform")
        need(request, "inspections.export_scope")
        found, asked = self.one(pk), as_described(request.data, FILL)
        period = Period.ended_before(found.period_kind, min(today(), found.campaign.ends_on))
        if "period" in asked:
            period = Period.parse(found.period_kind, asked["period"])
        content = BytesIO(Filling(found, period, request.user).hand_out(despite=asked.get("despite", False)))
        name = f"{found.name}-{period.key}.xlsx"
        return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")


FORM_URLS = [
    path("forms/", Forms.as_view(), name="api_forms"),
    path("forms/<int:pk>/", OneForm.as_view(), name="api_form"),
    path("forms/<int:pk>/replace/", Replace.as_view(), name="api_form_replace"),
    path("forms/<int:pk>/bind/", Bind.as_view(), name="api_form_bind"),
    path("forms/<int:pk>/unbind/", Unbind.as_view(), name="api_form_unbind"),
    path("forms/<int:pk>/fill/", Fill.as_view(), name="api_form_fill"),
]
