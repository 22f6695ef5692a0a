"""Downloads that answer for a whole scope."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext

from entities.today import today
from inspections.frame import request_frame
from inspections.views.document import WORD_TYPE
from reports.scope import FigureScope
from reports.summary import summary_workbook as build_summary
from reports.views.past import shows_the_past

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PAPERS = {"xlsx": XLSX, "docx": WORD_TYPE}


def hand_out(request, made, name):
    """A workbook or Word file for whoever may take out the figures of a scope."""
    if not request.user.has_perm("inspections.export_scope"):
        raise PermissionDenied(gettext("Your role exports only its own records, from the ledgers."))
    content = BytesIO()
    made.save(content)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=name, content_type=PAPERS[name.rpartition(".")[2]])


@login_required
@shows_the_past
def summary_workbook(request):
    """The figures of a scope as a workbook; city aggregates are open to every officer, exporting them to the roles that report."""
    if not request.user.has_perm("inspections.export_scope"):
        raise PermissionDenied(gettext("Your role exports only its own records, from the ledgers."))
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("dashboard")  # which says how to begin
    try:
        scope = FigureScope.from_query(campaign, request.GET)
    except ValidationError as error:
        return HttpResponseBadRequest(error.messages[0], content_type="text/plain; charset=utf-8")
    content = BytesIO()
    build_summary(scope).save(content)
    content.seek(0)
    name = f"{scope.campaign.code}-{scope.place.code}-{scope.as_of or today():%Y%m%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)
