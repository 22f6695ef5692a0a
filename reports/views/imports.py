"""Lists that are handed in: the templates, a file with what it would do, and its writing and taking back."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from entities.forms import VerbForm
from entities.paging import KeyPage
from inspections.frame import request_frame
from inspections.views.files import guarded
from reports.imports import works
from reports.imports.apply import AS_NEW, SKIP, apply, check, choose, content_of, hand_in, take_back
from reports.imports.dry_run import Outcome
from reports.imports.marked import marked
from reports.imports.nouns import NOUNS
from reports.imports.read import MOST_BYTES
from reports.imports.template import template
from reports.models import Import
from reports.views.workbook import XLSX

PAGE_ROWS = 25
FINDINGS_SHOWN = 200
MAY_IMPORT = "reports.add_import"
OUTCOMES = {
    Outcome.NEW: gettext_lazy("new"),
    Outcome.CHANGED: gettext_lazy("changed"),
    Outcome.UNCHANGED: gettext_lazy("as it is"),
    Outcome.DUPLICATE: gettext_lazy("possible duplicates"),
    Outcome.WRONG: gettext_lazy("wrong"),
}


class HandInForm(VerbForm):
    """A file and what it lists."""

    kind = forms.ChoiceField(
        label=gettext_lazy("list of"), error_messages={"required": gettext_lazy("Choose what the file lists.")}
    )
    file = forms.FileField(
        label=gettext_lazy("file"),
        help_text=gettext_lazy(
            "An .xlsx, .xls or .csv file. Nothing is written before you have seen what it would do."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "empty": gettext_lazy("The file is empty: choose another one."),
        },
    )

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", "—"),
            *((noun.sheet.name, noun.sheet.label) for noun in _permitted(officer)),
        ]

    def clean_file(self):
        """No file is kept that is too large to be read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is over %(most)d MB: split it.") % {"most": MOST_BYTES >> 20})
        return file


class ReasonForm(VerbForm):
    """Why it is taken back."""

    reason = forms.CharField(max_length=500, error_messages={"required": gettext_lazy("Say why it is taken back.")})


@login_required
@permission_required(MAY_IMPORT, raise_exception=True)
def import_list(request):
    """The templates, a form for the file, and what was handed in before; `kind` in the address is chosen already."""
    campaign = request_frame(request).campaign
    # Whoever comes from a list means that list.
    initial = {"kind": request.GET.get("kind", "")}
    form = HandInForm(request.POST or None, request.FILES or None, officer=request.user, initial=initial)
    if request.method == "POST" and campaign and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        taken = {"name": file.name, "content": content, "campaign": campaign, "by": request.user}
        if form.applies(take_in, noun=NOUNS[form.cleaned_data["kind"]], **taken):
            return redirect(form.result)
    # What each row of a list would do may be megabytes, and is no part of this page.
    mine = Import.objects.visible_to(request.user).filter(campaign=campaign).select_related("by")
    page = KeyPage.of(mine.defer("choices", "findings", "lines"), request.GET, size=PAGE_ROWS)
    context = {
        "form": form,
        "campaign": campaign,
        "page": page,
        "sources": [(source, NOUNS[source.kind].sheet.label) for source in page],
        "templates": [noun.sheet for noun in _permitted(request.user)],
    }
    return render(request, "reports/import_list.html", context, status=form.answer if form.is_bound else 200)


def take_in(noun, **taken):
    """Keep the file and look through it, a large one in the background. Raises ValidationError for what is no such list."""
    source = hand_in(noun, **taken)
    if works.is_large(source):
        works.start_check(source, by=taken["by"])
    else:
        try:
            check(source)
        except ValidationError as error:
            # What is no such list is not kept.
            source.file.delete(save=False)
            raise ValidationError({"file": error.messages}) from error
    return source


@login_required
@require_safe
@permission_required(MAY_IMPORT, raise_exception=True)
def import_template(request, kind):
    """The workbook to fill in."""
    if kind not in NOUNS or not NOUNS[kind].permits(request.user):
        raise Http404
    sheet = NOUNS[kind].sheet
    return _file(template(sheet), f"{sheet.label}-v{sheet.version}.xlsx")


@login_required
@require_safe
@permission_required(MAY_IMPORT, raise_exception=True)
def import_detail(request, pk):
    """A file with what each of its rows would do, or did."""
    return _shown(request, _visible(request, pk))


@login_required
@require_POST
@permission_required(MAY_IMPORT, raise_exception=True)
def import_apply(request, pk):
    """Keep the choices, and write the file as a whole."""
    source = own_import(request.user, pk)
    job = works.last_job(source)
    if job is not None and job.is_open:
        return redirect(job)
    choose(source, {key.removeprefix("row-"): value for key, value in request.POST.items() if key.startswith("row-")})
    without_wrong = "without_wrong" in request.POST
    if works.is_large(source):
        return redirect(works.start_apply(source, by=request.user, without_wrong=without_wrong))
    try:
        if apply(source, by=request.user, without_wrong=without_wrong):
            messages.success(request, _("%(file)s is imported.") % {"file": source})
        else:
            messages.info(request, _("This file was imported already: nothing was written again."))
    except ValidationError as error:
        return _shown(request, source, errors=error.messages)
    return redirect(source)


@login_required
@require_POST
@permission_required(MAY_IMPORT, raise_exception=True)
def import_take_back(request, pk):
    """Undo all that the file wrote, for a reason."""
    source = own_import(request.user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, source, errors=[error for errors in form.errors.values() for error in errors])
    reason = form.cleaned_data["reason"]
    if works.is_large(source) and source.may_be_taken_back:
        return redirect(works.start_take_back(source, by=request.user, reason=reason))
    try:
        take_back(source, by=request.user, reason=reason)
    except ValidationError as error:
        return _shown(request, source, errors=error.messages)
    messages.success(request, _("%(file)s is taken back.") % {"file": source})
    return redirect(source)


@login_required
@require_safe
@permission_required(MAY_IMPORT, raise_exception=True)
def import_file(request, pk, form):
    """The file as it came, or with its wrong cells marked."""
    source = _visible(request, pk)
    try:
        content = content_of(source)
    except ValidationError as error:
        return _shown(request, source, errors=error.messages)
    if form == "marked":
        return _file(marked(source, content), f"{_('marked')}-{source.pk}.xlsx")
    return _file(content, source.name, "application/octet-stream")


def _file(content, name, kind=XLSX):
    return guarded(BytesIO(content), name=name, media_type=kind)


def _permitted(officer):
    return [noun for noun in NOUNS.values() if noun.permits(officer)]


def _visible(request, pk):
    return get_object_or_404(Import.objects.visible_to(request.user).select_related("by", "campaign"), pk=pk)


def own_import(officer, pk):
    """The officer's own import of something that they may still write."""
    source = get_object_or_404(Import.objects.select_related("by", "campaign"), by=officer, pk=pk)
    if not NOUNS[source.kind].permits(officer):
        raise PermissionDenied
    return source


def _shown(request, source, errors=()):
    noun = NOUNS[source.kind]
    counts = [(outcome, label, source.counts.get(outcome, 0)) for outcome, label in OUTCOMES.items()]
    labels = {
        attribute: column.label for column in noun.sheet.columns for attribute in (column.key, *noun.named(column))
    }
    lines = [
        line | {
            "choice": source.choices.get(str(line["row"]), SKIP),
            "changes": [labels.get(name, name) for name in line["changes"]],
        }
        for line in source.lines
    ]  # fmt: skip
    is_own = source.by_id == request.user.pk and noun.permits(request.user)
    context = {
        "source": source,
        "sheet": noun.sheet,
        "counts": counts,
        "doubtful": [line for line in lines if line["outcome"] == Outcome.DUPLICATE],
        "changed": [line for line in lines if line["outcome"] == Outcome.CHANGED],
        "new": [line for line in lines if line["outcome"] == Outcome.NEW],
        "findings": source.findings[:FINDINGS_SHOWN],
        "findings_count": source.counts.get("findings", 0),
        "job": works.last_job(source),
        "written": source.rows.count(),
        "may_apply": is_own and source.may_be_applied and (noun.stands_alone or not source.wrong),
        "may_take_back": is_own and source.may_be_taken_back,
        "leaves_out": noun.stands_alone and source.wrong,
        "has_work": any(source.counts.get(one, 0) for one in (Outcome.NEW, Outcome.CHANGED, Outcome.DUPLICATE)),
        "choices": {"skip": SKIP, "new": AS_NEW},
        "errors": errors,
    }
    return render(request, "reports/import_detail.html", context, status=422 if errors else 200)
