"""Filters of a ledger that an officer keeps by a name."""

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.views import APIView

from reports.api.calls import CAMPAIGN, answer, campaign_of, one_of
from reports.api.described import IDEMPOTENCY, OF_RECORD, OF_WRITING, described
from reports.api.entries import as_described, as_sent, schema_of
from reports.api.jobs import EXPORT
from reports.api.once import once
from reports.api.problems import Refused
from reports.ledgers import BY_NAME
from reports.models import SavedFilter
from reports.selection import Selection
from reports.views.saved_filter import KeepForm

KEEP = schema_of(KeepForm, {name: EXPORT["properties"][name] for name in ("ledger", "query")})
KEEP["required"] = ["ledger", *KEEP["required"]]


class SavedFilterShape(serializers.Serializer):
    """Filters, order and columns by a name."""

    id = serializers.IntegerField()
    ledger = serializers.CharField()
    name = serializers.CharField()
    query = serializers.CharField(help_text="As in the address of the ledger, and of its list here.")
    is_shared = serializers.BooleanField()
    officer = serializers.IntegerField(source="officer_id")
    page = serializers.CharField(source="get_absolute_url")


class SavedFiltersShape(serializers.Serializer):
    """One's own, and those shared by the own unit or one above it."""

    results = SavedFilterShape(many=True)


class SavedFilters(APIView):
    tag, operation_ids = "saved filters", {"get": "saved_filter_list", "post": "saved_filter_new"}

    @described(summary="Filters offered to me", responses={200: SavedFiltersShape})
    def get(self, request):
        may_read = [name for name, ledger in BY_NAME.items() if request.user.has_perm(ledger.permission)]
        offered = SavedFilter.objects.offered_to(request.user).filter(ledger__in=may_read)
        return answer({"results": SavedFilterShape(offered, many=True).data})

    @described(
        summary="Keep filters by a name", parameters=[CAMPAIGN, IDEMPOTENCY], request={"application/json": KEEP},
        responses={201: SavedFilterShape}, also=(OF_WRITING, OF_RECORD),
    )  # fmt: skip
    def post(self, request):
        asked = dict(as_described(request.data, KEEP))
        declared, query = BY_NAME.get(asked.pop("ledger")), asked.pop("query", "").lstrip("?")
        if declared is None:
            raise Refused([{"pointer": "#/ledger", "detail": _("There is no such ledger: choose one of the list.")}])
        if not request.user.has_perm(declared.permission):
            raise PermissionDenied
        chosen = Selection(declared, request.user, campaign_of(request), QueryDict(query))
        if not chosen.is_valid:
            raise Refused([{"pointer": "#/query", "detail": _("These filters make no sense: nothing was kept.")}])
        return once(request, lambda: self._keep(request, chosen, asked))

    def _keep(self, request, chosen, asked):
        form = KeepForm(as_sent(KeepForm, asked))
        if form.is_valid():
            whose = {"officer": request.user, "ledger": chosen.ledger.name, "query": chosen.url_query()}
            kept = SavedFilter(**whose, **form.cleaned_data)
            if form.applies(kept.keep):
                return answer(SavedFilterShape(kept).data, status=201, Location=f"{request.path}{kept.pk}/")
        raise Refused.by(form)


class OneSavedFilter(APIView):
    tag, operation_ids = "saved filters", {"delete": "saved_filter_delete"}

    @described(summary="Forget one of mine", responses={204: None}, also=(OF_RECORD,))
    def delete(self, request, pk):
        one_of(SavedFilter.objects.filter(officer=request.user), pk).delete()
        return answer(None, status=204)


SAVED_FILTER_URLS = [
    path("saved-filters/", SavedFilters.as_view(), name="api_saved_filters"),
    path("saved-filters/<int:pk>/", OneSavedFilter.as_view(), name="api_saved_filter"),
]
