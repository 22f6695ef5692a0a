"""Reporting rounds: opened, read, reminded of, taken out as a sheet; what a unit reports stands among the records."""

from django.core.exceptions import PermissionDenied
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.views import APIView

from entities.models import TokenScope
from reports.api.calls import CAMPAIGN, answer, campaign_needed, campaign_of, entries_of, etag_of, need, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import schema_of
from reports.api.once import once
from reports.api.problems import Refused
from reports.models import Round, RoundReport
from reports.views.round import RoundForm, may_judge, round_sheet

MOST_SHOWN = 100


class RoundShape(serializers.Serializer):
    """A week or month for which every unit reports by a cut-off."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Round.Kind.choices)
    campaign = serializers.CharField(source="campaign.code")
    region = serializers.CharField(source="region_id")
    since = serializers.DateField()
    until = serializers.DateField()
    cut_off = serializers.DateTimeField()
    page = serializers.CharField(source="get_absolute_url")


class RoundsShape(serializers.Serializer):
    """The rounds of a campaign, the newest first."""

    results = RoundShape(many=True)


class StandingShape(serializers.Serializer):
    """How far a unit is with its report."""

    id = serializers.IntegerField(help_text="Of its report, which stands under roundreport/.")
    unit = serializers.IntegerField(source="unit_id")
    status = serializers.ChoiceField(choices=RoundReport.Status.choices)
    is_missing = serializers.BooleanField()
    is_late = serializers.BooleanField()


class FullRoundShape(RoundShape):
    """A round with how far every unit is."""

    reports = StandingShape(many=True)


class RemindedShape(serializers.Serializer):
    """How many units were reminded."""

    reminded = serializers.IntegerField()


class RoundView(APIView):
    """What every operation on rounds shares: aggregates, which every officer with the right may look at."""

    tag = "rounds"

    def one(self, pk):
        rounds = Round.objects.select_related("campaign", "region").prefetch_related("reports__round", "reports__unit")
        return one_of(rounds, pk)


class Rounds(RoundView):
    operation_ids = {"get": "round_list", "post": "round_new"}

    @described(summary="Rounds of a campaign", parameters=[CAMPAIGN], responses={200: RoundsShape}, also=(OF_RECORD,))
    def get(self, request):
        need(request, "reports.view_round")
        found = Round.objects.of_campaign(campaign_of(request)).select_related("campaign")[:MOST_SHOWN]
        return answer({"results": RoundShape(found, many=True).data})

    @described(
        summary="Open a round: a report is expected of every unit", parameters=[CAMPAIGN, IDEMPOTENCY],
        request={"application/json": schema_of(RoundForm)}, responses={201: FullRoundShape},
        also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        need(request, "reports.add_round")
        campaign = campaign_needed(request)
        if not may_judge(request.user, campaign):
            raise PermissionDenied
        return once(request, lambda: self._open(request, campaign))

    def _open(self, request, campaign):
        form = RoundForm(entries_of(request, RoundForm), campaign=campaign)
        if not form.is_valid():
            raise Refused.by(form)
        opened = Round(campaign=campaign, region=campaign.region, **form.cleaned_data)
        if not form.applies(opened.open, by=request.user):
            raise Refused.by(form)
        told = FullRoundShape(self.one(opened.pk)).data
        return answer(told, status=201, ETag=etag_of(opened), Location=f"{request.path}{opened.pk}/")


class OneRound(RoundView):
    operation_ids = {"get": "round_read"}

    @described(summary="A round with how far every unit is", responses={200: FullRoundShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        need(request, "reports.view_round")
        found = self.one(pk)
        return answer(FullRoundShape(found).data, ETag=etag_of(found))


class Remind(RoundView):
    operation_ids = {"post": "round_remind"}

    @described(
        summary="Remind every unit that has not reported", parameters=[IDEMPOTENCY], request=None,
        responses={200: RemindedShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        found = self.one(pk)
        if not may_judge(request.user, found):
            raise PermissionDenied
        return once(request, lambda: answer({"reminded": found.remind(by=request.user)}))


class SheetFile(RoundView):
    """The sheet as a file, made by the page's own view."""

    form, needs = "xlsx", TokenScope.EXPORT

    def get(self, request, pk):
        need(request, "reports.view_round")
        need(request, "inspections.export_scope")
        self.one(pk)
        served = round_sheet(request._request, pk=pk, form=self.form)
        served["Content-Type"] = "application/octet-stream"
        return served


def _file(form, summary):
    view = type(f"Sheet{form}", (SheetFile,), {"form": form, "operation_ids": {"get": f"round_{form}"}})
    view = described(
        methods=["GET"], summary=summary, also=(OF_RECORD,),
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )(view)  # fmt: skip
    return path(f"rounds/<int:pk>/sheet.{form}", view.as_view(), name=f"api_round_{form}")


ROUND_URLS = [
    path("rounds/", Rounds.as_view(), name="api_rounds"),
    path("rounds/<int:pk>/", OneRound.as_view(), name="api_round"),
    path("rounds/<int:pk>/remind/", Remind.as_view(), name="api_round_remind"),
    _file("xlsx", "The sheet of a round as Excel"),
    _file("docx", "The sheet of a round as Word"),
]
