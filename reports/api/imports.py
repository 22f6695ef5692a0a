"""Lists that are handed in: checked, written as a whole, taken back as a whole; the same as on their pages."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.views import APIView

from entities.models import TokenScope
from inspections.views.files import guarded
from reports.api.bodies import BoundedJSONParser
from reports.api.calls import CAMPAIGN, LARGEST_KEY, answer, campaign_needed, campaign_of, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import as_described
from reports.api.jobs import JobShape
from reports.api.once import once
from reports.api.problems import Malformed, Refused
from reports.imports import works
from reports.imports.apply import AS_NEW, SKIP, apply, choose, content_of, take_back
from reports.imports.marked import marked
from reports.imports.nouns import NOUNS
from reports.imports.template import template
from reports.models import Import
from reports.models.imported import ImportStatus
from reports.views.imports import MAY_IMPORT, HandInForm, own_import, take_in

MOST_SHOWN = 100


class ImportShape(serializers.Serializer):
    """A file that was handed in, what its rows would do (or did), and what is wrong with them."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    status = serializers.ChoiceField(choices=ImportStatus.choices)
    is_checked = serializers.BooleanField(help_text="A large file is looked through in the background.")
    counts = serializers.DictField(child=serializers.IntegerField())
    findings = serializers.JSONField(help_text="What is wrong, by row and column.")
    lines = serializers.JSONField(help_text="What the first rows would do; those that may be duplicates want a choice.")
    created_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    taken_back_at = serializers.DateTimeField(allow_null=True)


class ImportsShape(serializers.Serializer):
    """Imports that the officer may see, the newest first."""

    results = ImportShape(many=True)


HAND_IN = {
    "type": "object", "additionalProperties": False, "required": ["kind", "file"],
    "properties": {
        "kind": {"type": "string", "enum": list(NOUNS)}, "file": {"type": "string", "format": "binary"},
    },
}  # fmt: skip
APPLY = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "choices": {
            "type": "object", "additionalProperties": {"type": "string", "enum": [SKIP, AS_NEW]},
            "description": "For rows that may be duplicates, by their number.",
        },
        "without_wrong": {"type": "boolean", "description": "Leave the wrong rows out."},
    },
}  # fmt: skip
TAKE_BACK = {
    "type": "object", "additionalProperties": False, "required": ["reason"],
    "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 500}},
}  # fmt: skip
FILE = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}
UNREADABLE = {422: "The file is no longer there, or the storage gives no answer."}
IN_BACKGROUND = {202: OpenApiResponse(JobShape, description="It is large: a job does it.")}


class ImportView(APIView):
    """What every operation on imports asks first."""

    tag = "imports"
    parser_classes = (BoundedJSONParser, MultiPartParser)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if not request.user.has_perm(MAY_IMPORT):
            raise PermissionDenied

    def own(self, pk):
        if pk > LARGEST_KEY:
            raise Http404
        return own_import(self.request.user, pk)


class Imports(ImportView):
    operation_ids = {"get": "import_list", "post": "import_new"}

    @described(
        summary="Lists that were handed in", parameters=[CAMPAIGN], responses={200: ImportsShape}, also=(OF_RECORD,)
    )
    def get(self, request):
        found = Import.objects.visible_to(request.user).filter(campaign=campaign_of(request))[:MOST_SHOWN]
        return answer({"results": ImportShape(found, many=True).data})

    @described(
        summary="Hand a list in; nothing is written yet", parameters=[CAMPAIGN, IDEMPOTENCY],
        request={"multipart/form-data": HAND_IN}, responses={201: ImportShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        if not hasattr(request.data, "lists"):
            raise Malformed(_("Send the file as multipart/form-data."))
        return once(request, lambda: self._hand_in(request))

    def _hand_in(self, request):
        campaign = campaign_needed(request)
        form = HandInForm(request.data, request.FILES, officer=request.user)
        if form.is_valid():
            file = form.cleaned_data["file"]
            taken = {"name": file.name, "content": file.read(), "campaign": campaign, "by": request.user}
            if form.applies(take_in, noun=NOUNS[form.cleaned_data["kind"]], **taken):
                told = ImportShape(form.result).data
                return answer(told, status=201, Location=f"{request.path}{form.result.pk}/")
        raise Refused.by(form)


class OneImport(ImportView):
    operation_ids = {"get": "import_read"}

    @described(summary="A list with what its rows would do", responses={200: ImportShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        return answer(ImportShape(one_of(Import.objects.visible_to(request.user), pk)).data)


class ImportApply(ImportView):
    operation_ids = {"post": "import_apply"}

    @described(
        summary="Write the list as a whole", parameters=[IDEMPOTENCY], request={"application/json": APPLY},
        responses={200: ImportShape} | IN_BACKGROUND, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        source, asked = self.own(pk), as_described(request.data, APPLY)
        return once(request, lambda: self._write(source, asked))

    def _write(self, source, asked):
        job = works.last_job(source)
        if job is not None and job.is_open:
            return answer(JobShape(job).data, status=202)
        choose(
            source, {str(row): choice for row, choice in asked.get("choices", {}).items() if isinstance(choice, str)}
        )
        without_wrong = asked.get("without_wrong", False)
        if works.is_large(source):
            job = works.start_apply(source, by=self.request.user, without_wrong=without_wrong)
            return answer(JobShape(job).data, status=202)
        apply(source, by=self.request.user, without_wrong=without_wrong)
        source.refresh_from_db()
        return answer(ImportShape(source).data)


class ImportTakeBack(ImportView):
    operation_ids = {"post": "import_take_back"}

    @described(
        summary="Take the list back as a whole", parameters=[IDEMPOTENCY], request={"application/json": TAKE_BACK},
        responses={200: ImportShape} | IN_BACKGROUND, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        source, asked = self.own(pk), as_described(request.data, TAKE_BACK)
        return once(request, lambda: self._take_back(source, asked["reason"]))

    def _take_back(self, source, reason):
        if works.is_large(source) and source.may_be_taken_back:
            job = works.start_take_back(source, by=self.request.user, reason=reason)
            return answer(JobShape(job).data, status=202)
        take_back(source, by=self.request.user, reason=reason)
        source.refresh_from_db()
        return answer(ImportShape(source).data)


class ImportTemplate(ImportView):
    operation_ids = {"get": "import_template"}

    @described(summary="The workbook to fill in", responses=FILE, also=(OF_RECORD,))
    def get(self, request, kind):
        if kind not in NOUNS or not NOUNS[kind].permits(request.user):
            raise Http404
        sheet = NOUNS[kind].sheet
        return _file(template(sheet), f"{sheet.label}-v{sheet.version}.xlsx")


class ImportFile(ImportView):
    """The file as it came."""

    operation_ids, needs = {"get": "import_file"}, TokenScope.EXPORT

    @described(summary="The file as it came", responses=FILE, also=(OF_RECORD, UNREADABLE))
    def get(self, request, pk):
        source = one_of(Import.objects.visible_to(request.user), pk)
        return _file(content_of(source), source.name)


class ImportMarked(ImportView):
    """The file with its wrong cells marked."""

    operation_ids, needs = {"get": "import_marked"}, TokenScope.EXPORT

    @described(summary="The file with its wrong cells marked", responses=FILE, also=(OF_RECORD, UNREADABLE))
    def get(self, request, pk):
        source = one_of(Import.objects.visible_to(request.user), pk)
        return _file(marked(source, content_of(source)), f"{_('marked')}-{source.pk}.xlsx")


def _file(content, name):
    return guarded(BytesIO(content), name=name, media_type="application/octet-stream")


IMPORT_URLS = [
    path("imports/", Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", OneImport.as_view(), name="api_import"),
    path("imports/templates/<slug:kind>/", ImportTemplate.as_view(), name="api_import_template"),
    path("imports/<int:pk>/file/", ImportFile.as_view(), name="api_import_file"),
    path("imports/<int:pk>/marked/", ImportMarked.as_view(), name="api_import_marked"),
    path("imports/<int:pk>/apply/", ImportApply.as_view(), name="api_import_apply"),
    path("imports/<int:pk>/take-back/", ImportTakeBack.as_view(), name="api_import_take_back"),
]
