"""The three lists on the screen, on paper and as a workbook."""

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.models import Region, Unit
from entities.paging import Count, KeyPage, terms_of
from entities.standby import view_reads_at_standby
from entities.today import now_in_words, today
from inspections.frame import request_frame
from inspections.models import Hazard
from reports.scope import FigureScope
from reports.three_lists import MOST_ROWS, ORDER, ThreeLists, three_lists_document, three_lists_workbook
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
    size = MOST_ROWS if whole else PAGE_ROWS
    page = KeyPage(lists.hazards, terms_of(Hazard, ORDER), request.GET, size=size)
    number = request.GET.get("number", "")
    first = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    context = {
        "lists": lists, "page": page, "rows": lists.rows(page), "scope": scope, "error": error, "whole": whole,
        "count": Count.of(lists.hazards), "first": first, "first_of_next": first + size, "first_of_previous": max(first - size, 1),
        "as_of": now_in_words(), "query": _query(request), "most": MOST_ROWS,
        "regions": Region.objects.visible_to(request.user).filter(code__startswith=campaign.region_id),
        "units": Unit.objects.visible_to(request.user).filter(region__code__startswith=campaign.region_id),
    }  # fmt: skip
    return render(request, "reports/three_lists.html", context)


def _query(request):
    """The address without its page and form, to which links add their own."""
    kept = request.GET.copy()
    for name in ("after", "before", "number", "form", "whole"):
        kept.pop(name, None)
    return kept.urlencode()
