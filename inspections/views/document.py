"""Papers: the page to print, the Word file, the number, the stamped scan; and the amendment of a visit."""

from pathlib import PurePath
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from inspections.documents import DOCUMENTS, SCAN, SERVICE, attach_scan, give_number, signatures
from inspections.forms.document import AmendForm, NumberForm, ScanForm
from inspections.models import Inspection, InspectionStatus

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _seen(request, key, pk):
    """The kind of paper and its record in the officer's scope; 404 for any other, and for a visit that is not submitted."""
    document = DOCUMENTS.get(key)
    if document is None:
        raise Http404
    if not request.user.has_perm(f"inspections.view_{document.model._meta.model_name}"):
        raise Http404
    record = get_object_or_404(document.model.objects.visible_to(request.user), pk=pk)
    visit = record if isinstance(record, Inspection) else getattr(record, "inspection", None)
    if visit is not None and visit.status not in (InspectionStatus.SUBMITTED, InspectionStatus.VOIDED):
        raise Http404
    return document, record


@login_required
@require_safe
def document(request, key, pk):
    """The paper as it is printed, with its number and scans around it."""
    kind, record = _seen(request, key, pk)
    with override("zh-hans"):
        context = kind.fields(record) | {"signatures": signatures(record)}
        paper = render_to_string(f"inspections/documents/{key}.html", context)
    scans = list(record.evidence.filter(slot__in=[SCAN, SERVICE]))
    back = record if isinstance(record, Inspection) else getattr(record, "inspection", None)
    context = {"document": kind, "record": record, "paper": paper, "number": kind.number_of(record), "back": back}
    return render(request, "inspections/documents/page.html", context | {"scans": scans})


@login_required
@require_safe
def document_word(request, key, pk):
    """The same as Word, from the office's template."""
    kind, record = _seen(request, key, pk)
    name = f"{kind.label}-{kind.number_of(record) or record.pk}.docx"
    response = HttpResponse(kind.word(record), content_type=WORD_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(PurePath(name.replace('/', '-')).name)}"
    return response


@login_required
@permission_required("inspections.add_evidence", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def document_number(request, key, pk):
    """Type the number, or take the next of the unit's block."""
    kind, record = _seen(request, key, pk)
    number = kind.number_of(record)
    form = NumberForm(request.POST or None, record=record, number=number, initial={"number": number})
    if form.is_valid():
        values = {"number": form.cleaned_data["number"], "reason": form.cleaned_data.get("reason", "")}
        if form.applies(give_number, document=kind, record=record, by=request.user, **values):
            messages.success(request, _("The paper has the number %(number)s.") % {"number": kind.number_of(record)})
            return redirect("document", key, pk)
    context = {"document": kind, "record": record, "form": form, "title": _("Number of the paper")}
    return render(request, "inspections/documents/form.html", context, status=form.answer)


@login_required
@permission_required("inspections.add_evidence", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def document_scan(request, key, pk):
    """Attach the stamped scan or the proof of service."""
    kind, record = _seen(request, key, pk)
    form = ScanForm(request.POST or None, request.FILES or None, is_served=kind.is_served)
    if form.is_valid():
        values = form.cleaned_data
        served_on = values.get("served_on") if kind.key == "order" else None
        scan = {"upload": values["file"][0], "slot": values["slot"], "served_on": served_on}
        if form.applies(attach_scan, document=kind, record=record, by=request.user, **scan):
            messages.success(request, _("The scan is attached."))
            return redirect("document", key, pk)
    context = {"document": kind, "record": record, "form": form, "title": _("Attach a scan")}
    return render(request, "inspections/documents/form.html", context, status=form.answer)


@login_required
@permission_required("inspections.amend_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_amend(request, pk):
    """Correct what may be corrected of a submitted visit, with the reason; what was before stays readable."""
    visible = Inspection.objects.visible_to(request.user).submitted().select_related("entity", "campaign")
    visit = get_object_or_404(visible, pk=pk)
    form = AmendForm(request.POST or None, visit=visit, by=request.user)
    if form.is_valid() and form.applies(
        visit.amend, by=request.user, reason=form.cleaned_data["reason"], **form.changes()
    ):
        messages.success(request, _("The visit is amended; what was before can be read below."))
        return redirect(visit)
    return render(request, "inspections/inspection_amend.html", {"inspection": visit, "form": form}, status=form.answer)
