"""The weekly watch on the screen, on one page of paper, and as a workbook."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.today import now_in_words, today
from inspections.frame import request_frame
from reports.dashboard import opening_region
from reports.scope import FigureScope
from reports.views.workbook import XLSX
from reports.watch import Watch, watch_workbook


@login_required
@require_safe
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
    watch = Watch(scope.during(None, None), request.user, until=min(scope.until or today(), today()))
    if request.GET.get("form") == "xlsx":
        return _workbook(request, watch)
    context = {"watch": watch, "scope": scope, "error": error, "as_of": now_in_words(), "today": today()}
    return render(request, "reports/watch.html", context)


def _workbook(request, watch):
    if not request.user.has_perm("inspections.export_scope"):
        raise PermissionDenied(_("Your role exports only its own records, from the ledgers."))
    content = BytesIO()
    watch_workbook(watch).save(content)
    content.seek(0)
    name = f"{_('Weekly watch')}-{watch.until:%Y%m%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)
