"""Exports of a ledger: small ones are answered at once, large ones and archives are made in the background."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from entities.standby import view_reads_at_standby
from inspections.frame import request_frame
from reports.exports import FORMS, Export
from reports.selection import Selection
from reports.views.ledger import declared_ledger
from reports.views.past import shows_the_past


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@view_reads_at_standby
@shows_the_past
def ledger_export(request, name, form="xlsx"):
    """The list as a file; without the right to export the scope, only what the officer or their unit made.

    What is too large to wait for is asked about first, and by POST handed to the worker.
    """
    declared = declared_ledger(request, name)
    if form not in FORMS or (form == "zip" and name != "evidence"):
        raise Http404
    chosen = Selection(declared, request.user, request_frame(request).campaign, request.GET)
    if not chosen.is_valid:
        return redirect(f"{reverse('ledger', args=[name])}?{chosen.url_query()}")
    export = Export(chosen, form)
    if request.method == "POST":
        return redirect(export.start(by=request.user))
    if form == "zip" or export.count > settings.EXPORT_AT_ONCE_ROWS:
        context = {
            "ledger": declared,
            "form_label": FORMS[form],
            "export": export,
            "query": chosen.url_query(),
            "in_force": chosen.describe(),
            "everything": request.user.has_perm("inspections.export_scope"),
        }
        return render(request, "reports/ledger_export_large.html", context)
    return FileResponse(_written(export), as_attachment=True, filename=export.filename)


def _written(export):
    """The open file, which is already gone from its folder."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"export.{export.form}"
        export.write(path)
        return path.open("rb")
