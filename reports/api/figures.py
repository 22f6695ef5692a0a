"""The figures, each with the list of exactly the records that it counts, and the snapshots that froze them."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers
from rest_framework.views import APIView

from reports.api.calls import CAMPAIGN, answer, campaign_needed, entries_of, need, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import schema_of
from reports.api.once import once
from reports.api.problems import Malformed, Refused
from reports.as_of import as_of, end_of
from reports.dashboard import records_url
from reports.indicators import INDICATORS, totals, totals_by
from reports.models import Snapshot
from reports.scope import FigureScope, past_day
from reports.snapshots import Comparison, frozen_figures
from reports.views.snapshot import FreezeForm

AXES = ("region", "month", "week")


class FigureShape(serializers.Serializer):
    """One figure; `value` is null where a rate has nothing to divide by."""

    key = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    records = serializers.CharField(help_text="The page of exactly the records that it counts.")
    by = serializers.DictField(
        child=serializers.FloatField(allow_null=True), required=False,
        help_text="With `by`: for each region code or first day of a month or week that has any record.",
    )  # fmt: skip


class FiguresShape(serializers.Serializer):
    """Figures of one place and period."""

    campaign = serializers.CharField()
    region = serializers.CharField()
    figures = FigureShape(many=True)


ASKED = [
    CAMPAIGN,
    OpenApiParameter("key", str, many=True, description="Keys of the figures; all without any."),
    OpenApiParameter("region", str, description="Code of a region, with everything inside it."),
    OpenApiParameter("own", str, enum=["1"], description="1: only the region itself."),
    OpenApiParameter("unit", str, description="Code of a unit, with those under it."),
    OpenApiParameter("from", str, description="First day of the period."),
    OpenApiParameter("to", str, description="Last day of the period."),
    OpenApiParameter("as_of", str, description="As the records stood at the end of that day."),
    OpenApiParameter("by", str, enum=list(AXES), description="Also for each part."),
]
EXAMPLE = OpenApiExample(
    "One figure", response_only=True,
    value={"campaign": "YZ-EBIKE-2024", "region": "4311", "figures": [{
        "key": "inspections", "label": "检查", "unit": "家次", "value": 817, "records": "/ledgers/inspection/?figure=inspections",
    }]},
)  # fmt: skip


def _number(value):
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


class Figures(APIView):
    tag, operation_ids = "figures", {"get": "figures"}

    @described(
        summary="Figures of a place and a period", parameters=ASKED, responses={200: FiguresShape}, examples=[EXAMPLE],
        also=({404: "No such campaign."},),
    )  # fmt: skip
    def get(self, request):
        campaign, asked = campaign_needed(request), request.query_params
        known = {declared.key: declared for declared in INDICATORS}
        keys = set(asked.getlist("key")) or set(known)
        if keys - set(known):
            raise Malformed(_("There is no such figure: %(keys)s") % {"keys": ", ".join(sorted(keys - set(known)))})
        axis = asked.get("by", "")
        if axis and axis not in AXES:
            raise Malformed(_("Figures are told by region, month or week."))
        try:
            scope, day = FigureScope.from_query(campaign, asked), past_day(asked)
        except ValidationError as error:
            raise Malformed(" ".join(error.messages)) from None
        with as_of(end_of(day) if day else None):
            numbers = totals(scope, keys)
            parts = totals_by(scope, axis, keys) if axis else {}
        told = []
        for key in (key for key in known if key in keys):
            declared = known[key]
            figure = {"key": key, "label": str(declared.label), "unit": str(declared.unit)}
            figure |= {"value": _number(numbers[key]), "records": records_url(declared, scope)}
            if axis:
                figure["by"] = {str(place): _number(figures.get(key)) for place, figures in parts.items()}
            told.append(figure)
        return answer({"campaign": campaign.code, "region": scope.place.code, "figures": told})


class LineShape(serializers.Serializer):
    """The frozen figures of one place."""

    region = serializers.CharField()
    own = serializers.BooleanField(help_text="Only the region's own level.")
    figures = serializers.DictField(child=serializers.CharField(allow_null=True), help_text="Decimal numbers as text.")


class SnapshotShape(serializers.Serializer):
    """Figures frozen at a cut-off, never changed."""

    id = serializers.IntegerField()
    label = serializers.CharField()
    campaign = serializers.CharField(source="campaign.code")
    region = serializers.CharField(source="region_id")
    until = serializers.DateField()
    cut_off = serializers.DateTimeField()
    note = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of what was frozen.")
    frozen_by = serializers.IntegerField(source="frozen_by_id")
    signed_by = serializers.IntegerField(source="signed_by_id", allow_null=True)
    signed_on = serializers.DateField(allow_null=True)
    page = serializers.CharField(source="get_absolute_url")


class FullSnapshotShape(SnapshotShape):
    """A snapshot with its figures."""

    lines = LineShape(many=True)


class SnapshotsShape(serializers.Serializer):
    """Every snapshot of a campaign, the newest first."""

    results = SnapshotShape(many=True)


class Snapshots(APIView):
    tag, operation_ids = "snapshots", {"get": "snapshot_list", "post": "snapshot_new"}

    @described(
        summary="Snapshots of a campaign", parameters=[CAMPAIGN], responses={200: SnapshotsShape},
        also=({404: "No such campaign."},),
    )  # fmt: skip
    def get(self, request):
        need(request, "reports.view_snapshot")
        found = Snapshot.objects.of_campaign(campaign_needed(request)).select_related("campaign")
        return answer({"results": SnapshotShape(found, many=True).data})

    @described(
        summary="Freeze the figures of a place", parameters=[CAMPAIGN, IDEMPOTENCY],
        request={"application/json": schema_of(FreezeForm)}, responses={201: FullSnapshotShape},
        also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        need(request, "reports.add_snapshot")
        return once(request, lambda: self._freeze(request, campaign_needed(request)))

    def _freeze(self, request, campaign):
        form = FreezeForm(entries_of(request, FreezeForm), by=request.user, campaign=campaign)
        if not form.is_valid():
            raise Refused.by(form)
        snapshot = Snapshot(campaign=campaign, **form.cleaned_data)
        if not form.applies(snapshot.freeze, figures_of=frozen_figures, by=request.user):
            raise Refused.by(form)
        return answer(FullSnapshotShape(snapshot).data, status=201, Location=f"{request.path}{snapshot.pk}/")


class OneSnapshot(APIView):
    tag, operation_ids = "snapshots", {"get": "snapshot_read"}

    @described(summary="A snapshot with its figures", responses={200: FullSnapshotShape}, also=(OF_RECORD,))
    def get(self, request, pk):
        need(request, "reports.view_snapshot")
        return answer(FullSnapshotShape(_snapshot(pk)).data)


class SnapshotSigning(APIView):
    tag, operation_ids = "snapshots", {"post": "snapshot_sign"}

    @described(
        summary="Sign a snapshot off by name", parameters=[IDEMPOTENCY], request=None,
        responses={200: FullSnapshotShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request, pk):
        need(request, "reports.sign_snapshot")
        found = _snapshot(pk)
        if not request.user.covers(found.region_id):
            raise Http404

        def act():
            found.sign(by=request.user)
            return answer(FullSnapshotShape(found).data)

        return once(request, act)


class DifferenceShape(serializers.Serializer):
    """A figure in both."""

    key = serializers.CharField(source="declared.key")
    label = serializers.CharField(source="declared.label")
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    change = serializers.FloatField(allow_null=True)


class MovedShape(serializers.Serializer):
    """A record that the figure counts otherwise than before."""

    page = serializers.CharField(source="record.get_absolute_url")
    before = serializers.FloatField()
    after = serializers.FloatField()


class ComparisonShape(serializers.Serializer):
    """A snapshot beside a later one, or beside now."""

    earlier = serializers.IntegerField()
    later = serializers.IntegerField(allow_null=True, help_text="Null: now.")
    figures = DifferenceShape(many=True)
    moved = MovedShape(many=True, required=False, help_text="With `figure`: the records in scope.")
    hidden = serializers.IntegerField(required=False, help_text="With `figure`: how many others there are.")


class SnapshotCompare(APIView):
    tag, operation_ids = "snapshots", {"get": "snapshot_compare"}

    @described(
        summary="A snapshot beside a later one of the same place, or beside now", responses={200: ComparisonShape},
        also=(OF_RECORD,),
        parameters=[
            OpenApiParameter("with", int, description="Number of the other snapshot; without it now."),
            OpenApiParameter("figure", str, description="Key of a figure: also the records that moved."),
        ],
    )  # fmt: skip
    def get(self, request, pk):
        need(request, "reports.view_snapshot")
        earlier, later, key = _snapshot(pk), None, request.query_params.get("figure", "")
        if other := request.query_params.get("with", ""):
            if not (other.isascii() and other.isdigit() and len(other) < 19):
                raise Http404
            later = one_of(Snapshot.objects.filter(campaign=earlier.campaign, region=earlier.region), int(other))
            earlier, later = sorted((earlier, later), key=lambda one: one.cut_off)
        if key and key not in {declared.key for declared in INDICATORS}:
            raise Http404
        found = Comparison(earlier, later)
        told = {"earlier": earlier.pk, "later": later and later.pk, "figures": found.differences}
        if key:
            told["moved"], told["hidden"] = found.moved(key, request.user)
        return answer(ComparisonShape(told).data)


def _snapshot(pk):
    return one_of(Snapshot.objects.select_related("campaign").prefetch_related("lines"), pk)


FIGURE_URLS = [
    path("figures/", Figures.as_view(), name="api_figures"),
    path("snapshots/", Snapshots.as_view(), name="api_snapshots"),
    path("snapshots/<int:pk>/", OneSnapshot.as_view(), name="api_snapshot"),
    path("snapshots/<int:pk>/compare/", SnapshotCompare.as_view(), name="api_snapshot_compare"),
    path("snapshots/<int:pk>/sign/", SnapshotSigning.as_view(), name="api_snapshot_sign"),
]
