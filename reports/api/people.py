"""What concerns officers themselves: closing an account, the daily digests, how far tasks have come, drafts thrown away."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import Officer
from inspections.forms.officer import CloseAccountForm
from inspections.models import Digest, Inspection, Task
from inspections.officers import close_account, tasks_left
from inspections.progress import counted_by
from inspections.workflow import discard_draft
from reports.api.calls import CAMPAIGN, answer, applied, campaign_of, entries_of, need, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import schema_of
from reports.api.once import once

MOST_SHOWN = 100


class ClosedShape(serializers.Serializer):
    """An account that is closed, and how many tasks changed hands."""

    id = serializers.IntegerField()
    tasks_handed_over = serializers.IntegerField()


class CloseAccount(APIView):
    tag, operation_ids = "officers", {"post": "officer_close"}

    @described(
        summary="Close an account: its tasks go to a colleague, its sessions and tokens end", parameters=[IDEMPOTENCY],
        request={"application/json": schema_of(CloseAccountForm)}, responses={200: ClosedShape},
        also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, "entities.change_officer")
        officer = one_of(Officer.objects.visible_to(request.user), pk)
        if officer.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return once(request, lambda: self._close(request, officer))

    def _close(self, request, officer):
        if not officer.is_active:
            raise ValidationError(_("This account is closed already."))
        has_tasks = tasks_left(officer).exists()
        sent = entries_of(request, CloseAccountForm)
        form = CloseAccountForm(sent, by=request.user, officer=officer, has_tasks=has_tasks)
        count = applied(form, close_account, officer=officer, by=request.user)
        return answer({"id": officer.pk, "tasks_handed_over": count})


class DigestShape(serializers.Serializer):
    """What was due on a day."""

    id = serializers.IntegerField()
    day = serializers.DateField()
    overdue = serializers.IntegerField()
    due_soon = serializers.IntegerField()
    lines = serializers.JSONField()
    read_at = serializers.DateTimeField(allow_null=True)


class DigestsShape(serializers.Serializer):
    """One's own digests, the newest first."""

    results = DigestShape(many=True)


class Digests(APIView):
    tag, operation_ids = "digests", {"get": "digest_list"}

    @described(summary="My daily digests", responses={200: DigestsShape})
    def get(self, request):
        mine = Digest.objects.filter(officer=request.user).order_by("-day")[:MOST_SHOWN]
        return answer({"results": DigestShape(mine, many=True).data})


class DigestRead(APIView):
    tag, operation_ids = "digests", {"post": "digest_read"}

    @described(summary="Put one away", request=None, responses={200: DigestShape}, also=(OF_WRITING, OF_RECORD))
    def post(self, request, pk):
        digest = one_of(Digest.objects.filter(officer=request.user), pk)
        if digest.read_at is None:
            digest.read_at = timezone.now()
            digest.save(update_fields=["read_at"])
        return answer(DigestShape(digest).data)


class ProgressOfRegion(serializers.Serializer):
    """The tasks of a county."""

    region = serializers.CharField()
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    overdue = serializers.IntegerField()


class ProgressOfOfficer(serializers.Serializer):
    """The tasks of an officer."""

    officer = serializers.IntegerField()
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    overdue = serializers.IntegerField()


class ProgressShape(serializers.Serializer):
    """How far counties and officers have come with the tasks that one sees."""

    regions = ProgressOfRegion(many=True)
    officers = ProgressOfOfficer(many=True)


class TaskProgress(APIView):
    tag, operation_ids = "task", {"get": "task_progress"}

    @described(
        summary="How far counties and officers have come", parameters=[CAMPAIGN], responses={200: ProgressShape},
        also=(OF_RECORD,),
    )  # fmt: skip
    def get(self, request):
        need(request, "inspections.view_task")
        tasks = Task.objects.of_work(request.user).of_campaign(campaign_of(request))
        regions, officers = counted_by(tasks, "region"), counted_by(tasks, "assignee")
        told = {
            "regions": [row | {"region": region} for region, row in sorted(regions.items())],
            "officers": [row | {"officer": officer} for officer, row in sorted(officers.items())],
        }
        return answer(ProgressShape(told).data)


class Draft(APIView):
    """A program sends its visits as whole sheets; a draft is what somebody types on a page, and can be thrown away."""

    tag, operation_ids = "inspection", {"delete": "inspection_discard"}

    @described(summary="Throw my draft of a visit away", responses={204: None}, also=(OF_RECORD,))
    def delete(self, request, pk):
        need(request, "inspections.add_inspection", "inspections.transcribe_inspection")
        discard_draft(one_of(Inspection.objects.drafts_of(request.user), pk), by=request.user)
        return answer(None, status=204)


PEOPLE_URLS = [
    path("officers/<int:pk>/close/", CloseAccount.as_view(), name="api_officer_close"),
    path("digests/", Digests.as_view(), name="api_digests"),
    path("digests/<int:pk>/read/", DigestRead.as_view(), name="api_digest_read"),
    path("task-progress/", TaskProgress.as_view(), name="api_task_progress"),
    path("inspection-drafts/<int:pk>/", Draft.as_view(), name="api_draft"),
]
