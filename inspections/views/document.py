"""Papers: the page to print, the Word file, the number, the stamped scan; and the amendment of a visit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from inspections.documents import DOCUMENTS, SCAN, SERVICE, attach_scan, give_number, signatures, visit_of
from inspections.forms.document import AmendForm, NumberForm, ScanForm
from inspections.models import Inspection, InspectionStatus, NumberBlock
from inspections.uploads import clean_name
from inspections.views.files import says_when_away

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def seen_paper(request, key, pk, verb="view"):
    """The kind of paper and its record, for those who may see or change it; 404 outside the scope and before the visit is submitted."""
    document = DOCUMENTS.get(key)
    if document is None:
        raise Http404
    if not request.user.has_perm(f"inspections.{verb}_{document.model._meta.model_name}"):
        raise PermissionDenied
    record = get_object_or_404(document.model.objects.visible_to(request.user), pk=pk)
    visit = visit_of(record)
    if visit is not None and visit.status not in (InspectionStatus.SUBMITTED, InspectionStatus.VOIDED):
        raise Http404
    return document, record


@login_required
@require_safe
def document(request, key, pk):
    """The paper as it is printed, with its number and scans around it."""
    kind, record = seen_paper(request, key, pk)
    with override("zh-hans"):
        context = kind.fields(record) | {"signatures": signatures(record)}
        paper = render_to_string(f"inspections/documents/{key}.html", context)
    context = {
        "document": kind, "record": record, "paper": paper, "number": kind.number_of(record),
        "back": visit_of(record) or record, "scans": _scans(record),
        "may_change": request.user.has_perm(f"inspections.change_{kind.model._meta.model_name}"),
        "served_on": getattr(record, "served_on", None),
    }  # fmt: skip
    return render(request, "inspections/documents/page.html", context)


def _scans(record):
    """The stamped scans and the proofs of service, each under its name."""
    found = list(record.evidence.filter(slot__in=[SCAN, SERVICE]))
    kinds = ScanForm.base_fields["slot"].choices
    groups = [(label, [scan for scan in found if scan.slot == slot]) for slot, label in kinds]
    return [(label, scans) for label, scans in groups if scans]


@login_required
@require_safe
@says_when_away
def document_word(request, key, pk):
    """The same as Word, from the office's template."""
    kind, record = seen_paper(request, key, pk)
    name = f"{kind.label}-{kind.number_of(record) or record.pk}.docx"
    response = HttpResponse(kind.word(record), content_type=WORD_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, clean_name(name.replace("/", "-")))
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def document_number(request, key, pk):
    """Type the number, or take the next of the unit's block."""
    kind, record = seen_paper(request, key, pk, "change")
    number = kind.number_of(record)
    form = NumberForm(request.POST or None, record=record, number=number, initial={"number": number})
    if form.is_valid() and form.applies(give_number, document=kind, record=record, by=request.user, **form.entries()):
        messages.success(request, _("The paper has the number %(number)s.") % {"number": kind.number_of(record)})
        return redirect("document", key, pk)
    blocks = NumberBlock.objects.for_papers(record.unit, kind.series, getattr(record, kind.day_field))
    context = {"document": kind, "record": record, "form": form, "title": _("Number of the paper")}
    context |= {"left": blocks.numbers_left(), "takes": True}
    return render(request, "inspections/documents/form.html", context, status=form.answer)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def document_scan(request, key, pk):
    """Attach the stamped scan or the proof of service."""
    kind, record = seen_paper(request, key, pk, "change")
    form = ScanForm(request.POST or None, request.FILES or None, record=record, is_served=kind.is_served)
    if form.is_valid() and form.applies(attach_scan, record=record, by=request.user, **form.entries()):
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
    if not visit.may_be_amended_by(request.user):
        raise PermissionDenied
    form = AmendForm(request.POST or None, visit=visit, by=request.user)
    if form.is_valid() and form.applies(
        visit.amend, by=request.user, reason=form.cleaned_data["reason"], **form.changes()
    ):
        messages.success(request, _("The visit is amended; what was before can be read below."))
        return redirect(visit)
    return render(request, "inspections/inspection_amend.html", {"inspection": visit, "form": form}, status=form.answer)
