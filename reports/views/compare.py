"""The dashboard's figures of two scopes side by side."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from entities.choices import named_near
from entities.models import Region, Unit
from entities.standby import view_reads_at_standby
from inspections.frame import request_frame
from reports.dashboard import opening_region
from reports.dashboard.compare import compared
from reports.scope import FigureScope

NAMES = ("region", "unit", "from", "to", "as_of")
OTHER = "other_"


@login_required
@require_safe
@view_reads_at_standby
def dashboard_compare(request):
    """The scope of the address, and the one that its `other_…` names describe: without them the period before of equal length.

    Every officer may look at city aggregates; the records behind them open only in scope.
    """
    frame = request_frame(request)
    campaign = frame.campaign
    if campaign is None:
        return redirect("dashboard")
    query = {name: request.GET.get(name, "") for name in NAMES}
    query["region"] = query["region"] or opening_region(request.user, campaign).code
    other = {name: request.GET.get(OTHER + name, "") for name in NAMES}
    second = next((c for c in frame.campaigns if c.code == request.GET.get("other_campaign")), campaign)
    error = ""
    try:
        left = FigureScope.from_query(campaign, query)
        if not any(other.values()) and second == campaign:
            other = _before(left, query)
        right = FigureScope.from_query(second, other | {"region": other["region"] or second.region_id})
    except ValidationError as wrong:
        error, left = wrong.messages[0], FigureScope(campaign, campaign.region)
        right = FigureScope(second, second.region)
    context = {
        "left": left, "right": right, "error": error, "campaigns": frame.campaigns,
        "sides": [_offered(campaign, left, ""), _offered(second, right, OTHER)],
        "chapters": compared(left, right, request.user),
    }  # fmt: skip
    return render(request, "reports/compare.html", context)


def _offered(campaign, scope, prefix):
    """What the form of one side offers: its names' prefix, its scope, and the places and units to choose from."""
    regions = Region.objects.filter(code__startswith=campaign.region_id)
    units = Unit.objects.filter(region__code__startswith=campaign.region_id)
    code = scope.place.code
    return {
        "prefix": prefix, "scope": scope, "regions": named_near(regions, code, chosen=scope.place),
        "units": named_near(units, code, chosen=scope.unit),
    }  # fmt: skip


def _before(scope, query):
    """The same question for the period before, of the same length; for the whole campaign, without its last month."""
    first, last = scope.since or scope.campaign.starts_on, scope.until or scope.judged_on
    if scope.since is None:
        return query | {"from": "", "to": (last - timedelta(days=30)).isoformat()}
    length = last - first + timedelta(days=1)
    return query | {"from": (first - length).isoformat(), "to": (first - timedelta(days=1)).isoformat()}
