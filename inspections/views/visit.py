"""A visit that was entered: its page, its confirmation when it came on paper, its voiding."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from entities.history import changes_of
from inspections import workflow
from inspections.documents import DOCUMENTS
from inspections.forms.confirm import ConfirmForm
from inspections.forms.inspection import InspectionForm
from inspections.forms.inspection_void import VoidForm
from inspections.models import Answer, Evidence, Hazard, Inspection, InspectionStatus, Rectification
from inspections.models.visit import ENTITY_SLOT, SIGNATURE, officer_slot
from inspections.self_checks import compare_with_self_check


@login_required
@permission_required("inspections.add_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_confirm(request, pk):
    """What the office typed in from paper, read by an officer named there, who confirms it or sends it back."""
    visible = Inspection.objects.visible_to(request.user).to_be_confirmed_by(request.user)
    inspection = get_object_or_404(visible.select_related("entity__region", "campaign", "created_by__unit"), pk=pk)
    form = InspectionForm(
        by=inspection.created_by, entity=inspection.entity, campaign=inspection.campaign, draft=inspection, paper=True
    )
    answer = ConfirmForm(request.POST or None)
    if answer.is_valid() and answer.judge(inspection, by=request.user, confirm=confirm):
        messages.success(request, _what_became(answer))
        return redirect("home")
    context = {"inspection": inspection, "form": form, "entity": inspection.entity, "answer": answer}
    return render(request, "inspections/inspection_confirm.html", context, status=answer.answer)


def confirm(inspection, *, by) -> bool:
    """The officer vouches for what was typed in; whether the visit is submitted now."""
    return workflow.confirm_inspection(inspection, by=by, read=lambda: _read(inspection))


def _what_became(answer):
    if not answer.cleaned_data["is_right"]:
        return _("Sent back to the office.")
    if answer.result:
        return _("Confirmed; the visit is submitted.")
    return _("Confirmed; it counts once a second officer has confirmed it.")


def _read(inspection):
    """The visit as the office typed it in, drawn up, and what was sent with it; raises ValidationError when it can't stand."""
    typed = QueryDict(mutable=True)
    for name, values in inspection.draft_form.items():
        typed.setlist(name, values)
    form = InspectionForm(
        by=inspection.created_by, entity=inspection.entity, campaign=inspection.campaign, draft=inspection, data=typed,
        files=MultiValueDict(), paper=True,
    )  # fmt: skip
    if not form.is_valid():
        raise ValidationError([message for _place, message in form.summary()])
    sent = form.submission()
    sent.digest = inspection.content_digest
    return form.inspection, sent


@login_required
@permission_required("inspections.view_inspection", raise_exception=True)
@require_safe
def inspection_detail(request, pk):
    """Everything of one visit: 12 queries or so, whatever it found."""
    visible = Inspection.objects.visible_to(request.user).select_related(
        "entity__region", "region", "campaign", "unit", "operation", "joint_team", "checklist_version__checklist",
        "created_by", "changed_by",
    )  # fmt: skip
    inspection = get_object_or_404(visible, pk=pk)
    if inspection.is_draft and inspection.created_by_id != request.user.pk:
        raise Http404
    hazards = Hazard.objects.visible_to(request.user).one_by_one().filter(inspection=inspection)
    hazards = list(hazards.select_related("item", "responsible_department").prefetch_related("rectifications"))
    attempts = {attempt.pk: hazard for hazard in hazards for attempt in hazard.rectifications.all()}
    photos = _photos(inspection, hazards, attempts)
    for hazard in hazards:
        hazard.overdue = hazard.is_overdue()
    context = {
        "inspection": inspection,
        "officers": inspection.officers.select_related("unit"),
        "departments": inspection.departments.all(),
        "hazards": hazards,
        "photos": [photo for photo in photos if not photo.slot.startswith(SIGNATURE)],
        "signatures": _signatures(inspection, photos),
        "papers": _papers(inspection, request.user),
        "cases": list(inspection.cases.visible_to(request.user).one_by_one()),
        "leads": list(inspection.leads.visible_to(request.user).one_by_one()),
        "amendments": inspection.amendments(),
        "may_amend": inspection.may_be_amended_by(request.user),
        "may_confirm": Inspection.objects.to_be_confirmed_by(request.user).filter(pk=inspection.pk).exists(),
        "arrived": request.GET.get("arrived") == "1",
        "answers": _answers(inspection, hazards),
        "comparison": None if inspection.is_draft else compare_with_self_check(inspection, request.user),
        "tasks": inspection.tasks.visible_to(request.user).one_by_one().select_related("assignee"),
        "others": inspection.others_of_that_day().visible_to(request.user).one_by_one().select_related("created_by"),
        "history": _history(inspection) if request.user.has_perm("inspections.read_history") else None,
    }
    return render(request, "inspections/inspection_detail.html", context)


def _photos(inspection, hazards, attempts):
    """Evidence of the visit itself; that of its hazards and rectifications is hung on each hazard. One query."""
    kinds = ContentType.objects.get_for_models(Inspection, Hazard, Rectification)
    found = Evidence.objects.filter(
        Q(content_type=kinds[Inspection], object_id=inspection.pk)
        | Q(content_type=kinds[Hazard], object_id__in=[hazard.pk for hazard in hazards])
        | Q(content_type=kinds[Rectification], object_id__in=list(attempts))
    )
    by_pk = {hazard.pk: hazard for hazard in hazards}
    for hazard in hazards:
        hazard.before, hazard.after = [], []
    own = []
    for photo in found:
        if photo.content_type_id == kinds[Inspection].pk:
            own.append(photo)
        elif photo.content_type_id == kinds[Hazard].pk:
            by_pk[photo.object_id].before.append(photo)
        else:
            attempts[photo.object_id].after.append(photo)
    return own


def _papers(inspection, officer):
    """The papers of the visit that the officer may see: key, what it is called, its record, its number. Three queries."""
    if inspection.status not in (InspectionStatus.SUBMITTED, InspectionStatus.VOIDED):
        return []
    records = [("record", [inspection]), ("order", inspection.orders.visible_to(officer).one_by_one())]
    records += [
        ("interview", inspection.interviews.visible_to(officer).one_by_one()),
        ("seizure", inspection.seizures.visible_to(officer).one_by_one()),
    ]
    return [
        (key, DOCUMENTS[key].label, record, DOCUMENTS[key].number_of(record))
        for key, found in records
        for record in found
    ]


def _signatures(inspection, photos):
    """The pictures of the signatures, each with who signed."""
    names = {officer_slot(officer): str(officer) for officer in inspection.officers.all()}
    names[ENTITY_SLOT] = inspection.signer_name
    return [(names.get(photo.slot, ""), photo) for photo in photos if photo.slot.startswith(SIGNATURE)]


def _answers(inspection, hazards):
    """The points of the checklist by answer, failed ones first: label, rows of point and hazard."""
    if inspection.checklist_version is None:
        return []
    items = inspection.checklist_version.items_on(inspection.inspected_on, inspection.entity_kind)
    found = {hazard.item_id: hazard for hazard in hazards}
    groups = {answer: [] for answer in (Answer.FAIL, Answer.NOT_CHECKED, Answer.NOT_APPLICABLE, Answer.PASS)}
    for item in items:
        if inspection.answers.get(item.code) in groups:
            groups[inspection.answers[item.code]].append((item, found.get(item.pk)))
    return list(groups.items())


def _history(inspection):
    """Who changed what and when, the latest first."""
    records = list(inspection.history.select_related("history_user")[:50])
    pairs = list(zip(records, [*records[1:], None], strict=True))
    for newer, changes in zip(records, changes_of(pairs), strict=True):
        newer.labels = [change.field for change in changes]
    return records


@login_required
@permission_required("inspections.void_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_void(request, pk):
    """Take a submitted inspection out of every count, with the reason."""
    visible = Inspection.objects.visible_to(request.user).submitted().select_related("entity")
    inspection = get_object_or_404(visible, pk=pk)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        try:
            inspection.void(by=request.user, reason=form.cleaned_data["void_reason"])
        except ValidationError as error:
            form.place_errors(error)
        else:
            messages.success(request, _("The inspection is voided and counts nowhere."))
            return redirect(inspection)
    context = {"inspection": inspection, "form": form, "hazards": inspection.hazards.count()}
    return render(request, "inspections/inspection_void.html", context, status=422 if form.errors else 200)
