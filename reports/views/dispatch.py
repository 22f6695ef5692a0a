"""The monthly dispatch and the leaders' instructions."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.paging import KeyPage
from entities.today import now_in_words, today
from inspections.frame import request_frame
from reports.dashboard import opening_region
from reports.dispatch import Dispatch, dispatch_document, dispatch_workbook, instructions
from reports.scope import FigureScope
from reports.views.workbook import PAPERS, hand_out

PAGE_ROWS = 25


@login_required
@require_safe
def monthly_dispatch(request):
    """The month of the address, the present one without it; city aggregates are open to every officer, the records in scope."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("dashboard")
    error, until = "", today()
    region = request.GET.get("region") or opening_region(request.user, campaign).code
    try:
        scope = FigureScope.from_query(campaign, {"region": region})
        until = _last_day(request.GET.get("month"), campaign)
    except ValidationError as wrong:
        error, scope = wrong.messages[0], FigureScope(campaign, campaign.region)
    dispatch = Dispatch(scope, request.user, until=until)
    if request.GET.get("form") in PAPERS and not error:
        form = request.GET["form"]
        made = (dispatch_workbook if form == "xlsx" else dispatch_document)(dispatch)
        return hand_out(request, made, f"{_('Monthly dispatch')}-{until:%Y%m}.{form}")
    heads, rows = dispatch.table()
    context = {
        "dispatch": dispatch, "watch": dispatch.watch, "scope": scope, "error": error, "as_of": now_in_words(),
        "heads": heads, "rows": rows, "this_month": today(),
    }  # fmt: skip
    return render(request, "reports/dispatch.html", context)


@login_required
@require_safe
@permission_required("inspections.view_coordinationevent", raise_exception=True)
def instruction_list(request):
    """Leaders' instructions of the officer's scope, the newest first, each with what was asked of whom."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("dashboard")
    page = KeyPage.of(instructions(campaign, request.user), request.GET, size=PAGE_ROWS)
    return render(request, "reports/instruction_list.html", {"page": page, "today": today()})


def _last_day(month, campaign) -> date:
    """The last day of a month like 2025-01, or today when it is not over. Raises ValidationError when it is none of the campaign."""
    if not month:
        return today()
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise ValidationError(_("“%(text)s” is no month: write it as 2024-05.") % {"text": month}) from None
    if first < campaign.starts_on.replace(day=1):
        told = _("The campaign began on %(day)s: enter that day or a later one.")
        raise ValidationError(told % {"day": campaign.starts_on})
    if first > today():
        raise ValidationError(_("This date is in the future: today is %(day)s.") % {"day": today()})
    return min(today(), (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
