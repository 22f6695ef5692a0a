"""The results of many batches at once, from a laboratory's list."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inspections.forms.sampling import ResultsForm
from inspections.frame import request_frame
from inspections.laboratory import Verdict, blank_list, enter_results, judge, sealed, unsealed
from inspections.models import Campaign

EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@permission_required("inspections.change_samplingbatch", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def sampling_results(request):
    """Read a list and show what would become of each row; nothing is written until it is applied."""
    if "sealed" in request.POST:
        return _apply(request)
    campaign = _campaign(request)
    form = ResultsForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "inspections/sampling_results.html", {"form": form}, status=form.answer)
    return _shown(request, form.rows, source=form.source, campaign=campaign)


def _campaign(request):
    campaign = request_frame(request).campaign
    if campaign is None:
        raise Http404
    return campaign


def _shown(request, rows, *, source, campaign, refusal="", status=200):
    """The table of the dry run, with what is applied when the officer agrees."""
    judged = judge(rows, campaign=campaign, by=request.user)
    counts = Counter(one.verdict for one in judged)
    context = {
        "form": ResultsForm(), "judged": judged, "refusal": refusal, "ready": counts[Verdict.OK],
        "counts": [(verdict, verdict.label, counts[verdict]) for verdict in Verdict if counts[verdict]],
        "sealed": sealed(judged, source=source, campaign=campaign, by=request.user) if counts[Verdict.OK] else "",
    }  # fmt: skip
    return render(request, "inspections/sampling_results.html", context, status=status)


def _apply(request):
    """Enter what was shown, all or nothing; what changed meanwhile is shown again."""
    try:
        rows, source, campaign_key = unsealed(request.POST["sealed"], by=request.user)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("sampling_results")
    campaign = get_object_or_404(Campaign, pk=campaign_key)
    try:
        judged = judge(rows, campaign=campaign, by=request.user)
        entered = enter_results(judged, source=source, by=request.user)
    except ValidationError as error:
        return _shown(request, rows, source=source, campaign=campaign, refusal=error.messages[0], status=409)
    said = ngettext("%(count)d result is entered.", "%(count)d results are entered.", entered) % {"count": entered}
    messages.success(request, said)
    return redirect("ledger", "samplingbatch")


@login_required
@permission_required("inspections.change_samplingbatch", raise_exception=True)
@require_safe
def sampling_results_template(request):
    """A workbook with the right columns and the numbers that wait for a result."""
    response = HttpResponse(blank_list(campaign=_campaign(request), by=request.user), content_type=EXCEL_TYPE)
    response["Content-Disposition"] = 'attachment; filename="sampling-results.xlsx"'
    return response
