"""The files of records, and the change history of everything."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import TokenScope
from inspections.views.evidence import evidence
from reports.api.calls import LARGEST_KEY, answer
from reports.api.described import OF_RECORD, Problem, described
from reports.api.problems import PROBLEM, Away, Refused
from reports.history import HistoryForm, HistorySearch

KINDS_OF_FILE = ("image/jpeg", "image/png", "image/webp", "application/pdf", "application/octet-stream")

SERVED = {(200, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in KINDS_OF_FILE}
SERVED[503, PROBLEM] = OpenApiResponse(Problem, description="The storage of files is away.")


class EvidenceFile(APIView):
    tag, operation_ids, needs = "evidence", {"get": "evidence_file"}, TokenScope.READ

    @described(summary="The photo or document itself", also=(OF_RECORD,), responses=SERVED)
    def get(self, request, pk):
        if pk > LARGEST_KEY:
            raise Http404
        # The page's own view serves it: scope and headers are its business.
        served = evidence(request._request, pk=pk)
        if served.status_code == 503:
            raise Away(_("The storage of the files gives no answer: try again later."))
        if served.status_code != 200:
            raise Http404
        return served


class ChangeShape(serializers.Serializer):
    """One field before and after."""

    field = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class EntryShape(serializers.Serializer):
    """Who changed what, when, from where."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    way = serializers.CharField()
    address = serializers.CharField()
    kind = serializers.CharField()
    record = serializers.CharField()
    what = serializers.CharField()
    changes = ChangeShape(many=True)


class HistoryShape(serializers.Serializer):
    """Entries of the history, the newest first; `next` is the `before` of the following page."""

    results = EntryShape(many=True)
    next = serializers.CharField(allow_null=True)


WORDS = {
    "kind": "Name of a kind of record, or “events” for log-ins and exports.", "record": "Number of a record.",
    "officer": "Number of an officer.", "way": "page, admin, api, import, job or command.", "address": "Address of the caller.",
    "since": "From this day.", "until": "To this day.", "before": "Only before this moment; or what follows a page, by its `next`.",
}  # fmt: skip


class History(APIView):
    tag, operation_ids = "history", {"get": "history"}

    @described(
        summary="The change history", responses={200: HistoryShape},
        parameters=[OpenApiParameter(name, str, description=words) for name, words in WORDS.items()],
    )  # fmt: skip
    def get(self, request):
        if not request.user.has_perm("inspections.read_history"):
            raise PermissionDenied
        form = HistoryForm(request.query_params, by=request.user)
        if not form.is_valid():
            wrong = [{"pointer": f"?{name}", "detail": said} for name, errors in form.errors.items() for said in errors]
            raise Refused(wrong, code=400)
        found = HistorySearch(form, request.user)
        return answer({"results": EntryShape(found.entries, many=True).data, "next": found.next or None})


FURTHER_URLS = [
    path("evidence/<int:pk>/file/", EvidenceFile.as_view(), name="api_evidence_file"),
    path("history/", History.as_view(), name="api_history"),
]
