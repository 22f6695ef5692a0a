"""Background jobs: lists taken out as files, their progress, and the files."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import TokenScope
from reports import jobs
from reports.api.calls import CAMPAIGN, answer, campaign_of, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, Problem, described
from reports.api.entries import as_described
from reports.api.once import once
from reports.api.problems import PROBLEM, Away, Refused
from reports.exports import FORMS, Export
from reports.ledgers import BY_NAME
from reports.models import Job, JobStatus
from reports.selection import Selection
from reports.views.job import job_file

MOST_JOBS = 100


class JobShape(serializers.Serializer):
    """A piece of background work."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    label = serializers.CharField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField()
    has_file = serializers.BooleanField()
    result_name = serializers.CharField()
    result_sha256 = serializers.CharField()
    result_size = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


class JobsShape(serializers.Serializer):
    """The officer's own jobs, the newest first."""

    results = JobShape(many=True)


EXPORT = {
    "type": "object", "additionalProperties": False, "required": ["ledger"],
    "properties": {
        "ledger": {"type": "string", "enum": sorted(BY_NAME), "description": "Which kind of record."},
        "form": {"type": "string", "enum": list(FORMS), "default": "xlsx"},
        "query": {"type": "string", "maxLength": 2000, "description": "What narrows the list, as in its address."},
    },
}  # fmt: skip


class Jobs(APIView):
    tag, operation_ids = "jobs", {"get": "job_list", "post": "export"}

    @described(summary="One's own jobs", responses={200: JobsShape})
    def get(self, request):
        mine = Job.objects.filter(by=request.user)[:MOST_JOBS]
        return answer({"results": JobShape(mine, many=True).data})

    @described(
        summary="Take a list out as a file, in the background", parameters=[IDEMPOTENCY, CAMPAIGN],
        request={"application/json": EXPORT}, responses={202: JobShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        export = self._asked(request)
        return once(request, lambda: self._start(request, export))

    @property
    def needs(self):
        return TokenScope.EXPORT if self.request.method == "POST" else None

    def _asked(self, request) -> Export:
        asked = as_described(request.data, EXPORT)
        declared, form = BY_NAME.get(asked.get("ledger")), asked.get("form", "xlsx")
        if declared is None:
            raise _refused("#/ledger", _("There is no such ledger: choose one of the list."))
        if form not in FORMS or (form == "zip" and declared.name != "evidence"):
            raise _refused("#/form", _("This ledger is not written in that form."))
        if not request.user.has_perm(declared.permission):
            raise PermissionDenied
        chosen = Selection(declared, request.user, campaign_of(request), QueryDict(asked.get("query", "").lstrip("?")))
        if not chosen.is_valid:
            raise _refused("#/query", _("These filters make no sense."))
        return Export(chosen, form)

    def _start(self, request, export):
        job = export.start(by=request.user)
        return answer(JobShape(job).data, status=202, Location=f"{request.path}{job.pk}/")


def _refused(pointer, words):
    return Refused([{"pointer": pointer, "detail": words}])


class OneJob(APIView):
    tag, operation_ids = "jobs", {"get": "job_read"}

    @described(summary="A job with its progress", responses={200: JobShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        return answer(JobShape(_seen(request, pk)).data)


class JobDeed(APIView):
    """Cancel it, or begin it anew."""

    tag = "jobs"

    @described(parameters=[IDEMPOTENCY], request=None, responses={200: JobShape}, also=(OF_WRITING, OF_RECORD))
    def post(self, request, pk):
        found = _seen(request, pk)
        return once(request, lambda: self._done(request, found))


class JobCancel(JobDeed):
    operation_ids = {"post": "job_cancel"}

    def _done(self, request, found):
        if not found.cancel():
            raise _refused("", _("It had ended already."))
        return answer(JobShape(found).data)


class JobRetry(JobDeed):
    operation_ids = {"post": "job_retry"}

    def _done(self, request, found):
        if found.by_id != request.user.pk:
            raise Http404
        if not request.user.has_perm(jobs.WORKS[found.kind].right):
            raise PermissionDenied
        if not jobs.retry(found):
            raise _refused("", _("Only a failed or cancelled job is begun anew."))
        return answer(JobShape(found).data)


class JobFile(APIView):
    tag, operation_ids, needs = "jobs", {"get": "job_file"}, TokenScope.EXPORT

    @described(
        summary="The file of a finished job", also=(OF_RECORD,),
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
            (503, PROBLEM): OpenApiResponse(Problem, description="The storage of files is away."),
        },
    )  # fmt: skip
    def get(self, request, pk):
        _seen(request, pk)
        # The page's own view serves it: rights and scope are asked there, once.
        served = job_file(request._request, pk=pk)
        if served.status_code == 403:
            raise PermissionDenied(jobs.RIGHTS_CHANGED)
        if served.status_code == 503:
            raise Away(_("The storage of the files gives no answer: try again later."))
        if served.status_code != 200:
            raise Http404
        return served


def _seen(request, pk):
    return one_of(Job.objects.visible_to(request.user).select_related("by", "campaign"), pk)


JOB_URLS = [
    path("jobs/", Jobs.as_view(), name="api_jobs"),
    path("jobs/<int:pk>/", OneJob.as_view(), name="api_job"),
    path("jobs/<int:pk>/cancel/", JobCancel.as_view(), name="api_job_cancel"),
    path("jobs/<int:pk>/retry/", JobRetry.as_view(), name="api_job_retry"),
    path("jobs/<int:pk>/file/", JobFile.as_view(), name="api_job_file"),
]
