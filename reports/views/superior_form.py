"""The superior's own forms: the list, a form with its bound cells, and its filling for a period."""

from io import BytesIO
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from entities.today import today
from inspections.frame import request_frame
from inspections.views.files import says_when_away
from reports.models import SuperiorForm
from reports.superior.fill import Filling
from reports.superior.forms import BindForm, BlockForm, UploadForm
from reports.superior.period import PATTERNS, Period
from reports.views.workbook import XLSX

FILLED_SHOWN = 20


@login_required
@require_safe
@permission_required("reports.view_superiorform", raise_exception=True)
def form_list(request):
    """The forms of the officer's scope, those in use first."""
    campaign = request_frame(request).campaign
    forms = SuperiorForm.objects.visible_to(request.user).filter(campaign=campaign).select_related("unit")
    return render(request, "reports/form_list.html", {"forms": forms, "campaign": campaign})


@login_required
@permission_required("reports.add_superiorform", raise_exception=True)
def form_new(request):
    """Upload a form."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return redirect("form_list")
    return _upload(request, SuperiorForm(campaign=campaign), _("Upload a form"))


@login_required
@permission_required("reports.add_superiorform", raise_exception=True)
@says_when_away
def form_replace(request, pk):
    """Upload a newer edition; the old one is kept, and its bindings are taken over where they fit."""
    older = _visible(request, pk)
    if not older.is_active:
        messages.warning(request, _("This edition of the form is out of use: change the newer one."))
        return redirect(older)
    edition = SuperiorForm(
        campaign=older.campaign,
        replaces=older,
        name=older.name,
        issued_by=older.issued_by,
        period_kind=older.period_kind,
    )
    return _upload(request, edition, _("Upload a newer edition"))


def _upload(request, superior_form, title):
    form = UploadForm(request.POST or None, request.FILES or None, instance=superior_form)
    if request.method == "POST" and form.is_valid() and form.applies(superior_form.take_in, by=request.user):
        return redirect(superior_form)
    context = {"form": form, "title": title, "older": superior_form.replaces}
    return render(request, "reports/form_upload.html", context, status=form.answer if form.is_bound else 200)


@login_required
@permission_required("reports.view_superiorform", raise_exception=True)
@says_when_away
def form_detail(request, pk):
    """The form as it looks; a cell that is chosen in the address (`sheet`, `cell`) is bound beside it."""
    found = _visible(request, pk)
    may_bind = request.user.has_perm("reports.change_superiorform") and found.is_active
    if request.method == "POST" and not may_bind:
        raise PermissionDenied
    preview = _preview(request, found)
    form = None
    if request.method == "POST":
        form = BindForm(request.POST, form=found)
        if form.is_valid():
            binding = form.binding()
            if form.applies(found.bind, bindings=[binding], by=request.user):
                messages.success(request, _("%(cell)s is bound.") % {"cell": binding.cell})
                return redirect(_address(found, preview))
    elif preview["cell"] and may_bind and not preview["refusal"]:
        held = preview["held"].get(preview["cell"])
        given = BindForm.initial_of(held) if held else {}
        form = BindForm(form=found, initial=given | {"sheet": preview["sheet"], "cell": preview["cell"]})
    context = preview | {
        "superior_form": found,
        "form": form,
        "may_bind": may_bind,
        "filled": found.filled.select_related("by")[:FILLED_SHOWN],
        "newer": SuperiorForm.objects.filter(replaces=found).first(),
    }
    return render(request, "reports/form_detail.html", context, status=form.answer if form and form.is_bound else 200)


@login_required
@permission_required("reports.change_superiorform", raise_exception=True)
@says_when_away
def form_block(request, pk):
    """Bind a whole table: what each cell would hold is shown before it is written."""
    found = _visible(request, pk)
    preview = _preview(request, found)
    given = {"sheet": preview["sheet"], "cell": preview["cell"]}
    form = BlockForm(request.POST or None, form=found, initial=given)
    planned = []
    if request.method == "POST" and form.is_valid():
        planned = form.bindings()
        for binding in planned:
            binding.form = found
        if "confirmed" in request.POST:
            if form.applies(found.bind, bindings=planned, by=request.user):
                messages.success(request, _("%(count)s cells are bound.") % {"count": len(planned)})
                return redirect(_address(found, preview))
            planned = []
    context = preview | {"superior_form": found, "form": form, "planned": planned}
    return render(request, "reports/form_block.html", context, status=form.answer if form.is_bound else 200)


@login_required
@require_POST
@permission_required("reports.change_superiorform", raise_exception=True)
@says_when_away
def form_unbind(request, pk):
    """Leave a cell as it stands in the form."""
    found = _visible(request, pk)
    try:
        found.unbind(request.POST.get("sheet", ""), request.POST.get("cell", ""), by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(_address(found, _preview(request, found)))


@login_required
@permission_required("reports.view_superiorform", raise_exception=True)
@says_when_away
def form_fill(request, pk):
    """The numbers of a period with what does not add up; by POST the filled workbook, which is recorded."""
    found = _visible(request, pk)
    if not request.user.has_perm("inspections.export_scope"):
        raise PermissionDenied(_("Your role exports only its own records, from the ledgers."))
    asked = request.POST.get("period") or request.GET.get("period")
    filling, error = None, ""
    try:
        latest = Period.ended_before(found.period_kind, min(today(), found.campaign.ends_on))
        filling = Filling(found, Period.parse(found.period_kind, asked or latest.key), request.user)
    except ValidationError as wrong:
        error = wrong.messages[0]
    if request.method == "POST" and filling is not None:
        try:
            content = BytesIO(filling.hand_out(despite="despite" in request.POST))
        except ValidationError as wrong:
            error = wrong.messages[0]
        else:
            name = f"{found.name}-{filling.period.key}.xlsx"
            return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)
    context = {
        "superior_form": found,
        "filling": filling,
        "error": error,
        "asked": asked or (filling.period.key if filling else ""),
        "example": PATTERNS[found.period_kind][1],
    }
    return render(request, "reports/form_fill.html", context, status=422 if error else 200)


def _visible(request, pk):
    forms = SuperiorForm.objects.visible_to(request.user).select_related("campaign__region", "unit", "replaces")
    forms = forms.prefetch_related("campaign__own_indicators")
    return get_object_or_404(forms, pk=pk)


def _preview(request, superior_form):
    """The sheet, page and cell that the address (or what was sent) names, and that part of the sheet."""
    query = request.POST if request.method == "POST" else request.GET
    book = superior_form.open()
    sheet = query.get("sheet") if query.get("sheet") in book.sheets else book.sheets[0]
    pages, number = book.pages(sheet), request.GET.get("page", "1")
    page = min(int(number), pages) if number.isascii() and number.isdigit() and int(number) else 1
    cell = query.get("cell", "").strip().upper()
    bindings = superior_form.bindings.filter(sheet=sheet).select_related("region", "of_unit")
    held = {binding.cell: binding for binding in bindings}
    for binding in bindings:
        binding.form = superior_form
    rows = [(row, [(shown, held.get(shown.name)) for shown in cells]) for row, cells in book.rows(sheet, page)]
    return {
        "sheets": book.sheets,
        "sheet": sheet,
        "page": page,
        "pages": range(1, pages + 1),
        "columns": book.columns(sheet),
        "rows": rows,
        "cell": cell,
        "held": held,
        "holds": held.get(cell),
        "refusal": book.refusal(sheet, cell) if cell else "",
    }


def _address(superior_form, preview):
    query = {"sheet": preview["sheet"], "page": preview["page"]}
    return f"{reverse('form_detail', args=[superior_form.pk])}?{urlencode(query)}"
