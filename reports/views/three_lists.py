"""The three lists on the screen, on paper and as a workbook."""

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.models import Region, Unit
from entities.standby import view_reads_at_standby
from entities.today import now_in_words, today
from inspections.frame import request_frame
from reports.scope import FigureScope
from reports.three_lists import MOST_ROWS, ThreeLists, three_lists_document, three_lists_workbook
from reports.views.workbook import PAPERS, hand_out

PAGE_ROWS = 50


@login_required
@require_safe
@permission_required("inspections.view_hazard", raise_exception=True)
@view_reads_at_standby
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
    if request.GET.get("form") in PAPERS and not error:
        form = request.GET["form"]
        made = (three_lists_workbook if form == "xlsx" else three_lists_document)(lists)
        return hand_out(request, made, f"{_('Three lists')}-{today():%Y%m%d}.{form}")
    whole = request.GET.get("whole") == "1"
    page = Paginator(lists.hazards, MOST_ROWS if whole else PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "lists": lists, "page": page, "rows": lists.rows(page), "scope": scope, "error": error, "whole": whole,
        "as_of": now_in_words(), "query": _query(request), "most": MOST_ROWS,
        "regions": Region.objects.visible_to(request.user).filter(code__startswith=campaign.region_id),
        "units": Unit.objects.visible_to(request.user).filter(region__code__startswith=campaign.region_id),
    }  # fmt: skip
    return render(request, "reports/three_lists.html", context)


def _query(request):
    """The address without its page and form, to which links add their own."""
    kept = request.GET.copy()
    for name in ("page", "form", "whole"):
        kept.pop(name, None)
    return kept.urlencode()
