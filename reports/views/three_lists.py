"""The three lists on the screen, on paper and as a workbook."""

from io import BytesIO

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.models import Region, Unit
from entities.today import now_in_words, today
from inspections.frame import request_frame
from reports.scope import FigureScope
from reports.three_lists import MOST_ROWS, ThreeLists, three_lists_workbook
from reports.views.workbook import XLSX

PAGE_ROWS = 50


@login_required
@require_safe
@permission_required("inspections.view_hazard", raise_exception=True)
def three_lists(request):
    """The hazards of the officer's scope with who answers for them; `whole` shows all on one page, to be printed."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("dashboard")
    error = ""
    try:
        scope = FigureScope.from_query(campaign, request.GET)
    except ValidationError as wrong:
        error, scope = wrong.messages[0], FigureScope(campaign)
    lists = ThreeLists(scope, request.user, pending=request.GET.get("pending") == "1")
    if request.GET.get("form") == "xlsx":
        return _workbook(request, lists)
    whole = request.GET.get("whole") == "1"
    page = Paginator(lists.hazards, MOST_ROWS if whole else PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "lists": lists, "page": page, "rows": lists.rows(page), "scope": scope, "error": error, "whole": whole,
        "as_of": now_in_words(), "query": _query(request), "most": MOST_ROWS,
        "regions": Region.objects.visible_to(request.user).filter(code__startswith=campaign.region_id),
        "units": Unit.objects.visible_to(request.user).filter(region__code__startswith=campaign.region_id),
    }  # fmt: skip
    return render(request, "reports/three_lists.html", context)


def _workbook(request, lists):
    if not request.user.has_perm("inspections.export_scope"):
        raise PermissionDenied(_("Your role exports only its own records, from the ledgers."))
    content = BytesIO()
    three_lists_workbook(lists).save(content)
    content.seek(0)
    name = f"{_('Three lists')}-{today():%Y%m%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def _query(request):
    """The address without its page and form, to which links add their own."""
    kept = request.GET.copy()
    for name in ("page", "form", "whole"):
        kept.pop(name, None)
    return kept.urlencode()
