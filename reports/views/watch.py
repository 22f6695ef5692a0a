"""The weekly watch on the screen, on one page of paper, and as a workbook."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.standby import view_reads_at_standby
from entities.today import now_in_words, today
from inspections.frame import request_frame
from reports.dashboard import opening_region
from reports.scope import FigureScope
from reports.views.workbook import PAPERS, hand_out
from reports.watch import Watch, watch_document, watch_workbook


@login_required
@require_safe
@view_reads_at_standby
def weekly_watch(request):
    """The seven days that end on `to`, today without it; city aggregates are open to every officer, the records in scope."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("dashboard")
    error, query = "", {"region": request.GET.get("region"), "to": request.GET.get("to")}
    query["region"] = query["region"] or opening_region(request.user, campaign).code
    try:
        scope = FigureScope.from_query(campaign, query)
    except ValidationError as wrong:
        error, scope = wrong.messages[0], FigureScope(campaign, campaign.region)
    watch = Watch.of_week(scope.during(None, None), request.user, until=min(scope.until or today(), today()))
    if request.GET.get("form") in PAPERS and not error:
        form = request.GET["form"]
        made = (watch_workbook if form == "xlsx" else watch_document)(watch, _("Weekly watch"))
        return hand_out(request, made, f"{_('Weekly watch')}-{watch.until:%Y%m%d}.{form}")
    context = {"watch": watch, "scope": scope, "error": error, "as_of": now_in_words(), "today": today()}
    return render(request, "reports/watch.html", context)
