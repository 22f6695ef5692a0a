"""An inspection from the choice of the entity to the submitted record, and its voiding."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from entities.history import changes_between
from entities.models import Entity
from entities.stored import Stale
from entities.today import today
from inspections import workflow
from inspections.forms.inspection import InspectionForm, parse_uuid, parse_version
from inspections.forms.inspection_void import VoidForm
from inspections.frame import request_frame
from inspections.models import Answer, Evidence, Hazard, Inspection, Rectification, Task

SHOWN = 30


@login_required
@permission_required("inspections.add_inspection", raise_exception=True)
@require_safe
def inspection_start(request):
    """Choose the entity to inspect: first where the officer is due, then by search."""
    text = request.GET.get("q", "").strip()
    visible = Entity.objects.visible_to(request.user).select_related("region")
    found = list(visible.filter(merged_into=None).matching(text)[: SHOWN + 1]) if text else []
    campaign = request_frame(request).campaign
    tasks = Task.objects.visible_to(request.user).pending().of_campaign(campaign)
    due = tasks.filter(assignee=request.user, purpose=Task.Purpose.INSPECT).select_related("entity__region")
    context = {
        "text": text,
        "found": found[:SHOWN],
        "is_cut": len(found) > SHOWN,
        "due": due[:SHOWN],
        "drafts": Inspection.objects.drafts_of(request.user).select_related("entity__region")[:SHOWN],
        "today": today(),
    }
    return render(request, "inspections/inspection_start.html", context)


@login_required
@permission_required("inspections.add_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_create(request, pk):
    """A new inspection of one entity; what is sent is submitted, or kept as a draft."""
    entity = get_object_or_404(Entity.objects.visible_to(request.user).select_related("region", "merged_into"), pk=pk)
    campaign = request_frame(request).campaign
    obstacle = workflow.why_no_inspection(entity, campaign)
    if campaign is None or obstacle and request.method != "POST":
        return render(request, "inspections/inspection_obstacle.html", {"entity": entity, "obstacle": obstacle})
    return _answer(request, entity, campaign)


@login_required
@permission_required("inspections.add_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_edit(request, pk):
    """Go on with one's own draft; one that was submitted meanwhile is shown as it stands."""
    own = Inspection.objects.visible_to(request.user).filter(created_by=request.user)
    inspection = get_object_or_404(own.select_related("entity__region", "campaign"), pk=pk)
    if not inspection.is_draft and request.method != "POST":
        return redirect(inspection)
    return _answer(request, inspection.entity, inspection.campaign, inspection)


def _answer(request, entity, campaign, draft=None):
    """The page of the form, or what becomes of the form that was sent."""
    if request.method != "POST":
        day = _day(request.GET.get("date"))
        return _page(request, InspectionForm(by=request.user, entity=entity, campaign=campaign, draft=draft, day=day))
    client_uuid = draft.client_uuid if draft else parse_uuid(request.POST.get("client_uuid"))
    first = Inspection.objects.filter(client_uuid=client_uuid).first()
    is_theirs = first is not None and first.is_draft and first.created_by_id == request.user.pk
    # A draft of another entity or campaign is another form, whatever the page that was sent calls itself.
    theirs = first if is_theirs and (first.entity_id, first.campaign_id) == (entity.pk, campaign.pk) else None
    form = InspectionForm(
        by=request.user, entity=entity, campaign=campaign, draft=theirs, data=request.POST, files=request.FILES
    )
    try:
        if first and not theirs:
            return _submitted(request, workflow.answer_again(first, by=request.user, digest=form.digest), is_new=False)
        if request.POST.get("action") == "draft":
            return _keep_draft(request, form)
        if form.is_valid():
            inspection, is_new = workflow.submit_inspection(form.inspection, **form.submission())
            return _submitted(request, inspection, is_new=is_new)
    except workflow.SubmittedOtherwise as error:
        return _conflict(request, form, error, error.first)
    except Stale:
        message = _(
            "You saved this draft in another window meanwhile. What you typed here is kept: compare it with the saved "
            "draft, then save or submit again to use what is on this page."
        )
        return _conflict(request, form, ValidationError(message), theirs)
    except ValidationError as error:
        form.refuse(error)
    return _page(request, form, status=422)


def _conflict(request, form, error, first):
    """The form as it was sent, neither written nor judged, beside what was there before."""
    again = InspectionForm(
        by=form.by, entity=form.entity, campaign=form.campaign, typed=request.POST,
        draft=form.draft and Inspection.objects.select_related("entity__region", "campaign").get(pk=form.draft.pk),
    )  # fmt: skip
    again.problems = [("", message) for message in error.messages]
    return _page(request, again, first=first, status=409)


def _page(request, form, *, first=None, status=200):
    inspection = form.draft or Inspection(entity=form.entity, unit=request.user.unit, inspected_on=form.day)
    context = {
        "form": form,
        "entity": form.entity,
        "first": first,
        "others": inspection.others_of_that_day().select_related("created_by"),
        "obstacle": "" if form.is_bound else workflow.why_no_inspection(form.entity, form.campaign),
        "lost_photos": bool(request.FILES),
    }
    return render(request, "inspections/inspection_form.html", context, status=status)


def _keep_draft(request, form):
    obstacle = "" if form.draft else workflow.why_no_inspection(form.entity, form.campaign)
    if obstacle:
        raise ValidationError(obstacle)
    photos, refused = form.photos_so_far()
    draft = form.draft or Inspection(client_uuid=form.client_uuid, entity=form.entity, campaign=form.campaign)
    workflow.save_draft(
        draft, by=request.user, day=form.day, typed=form.typed_so_far(), photos=photos, removed=form.removed,
        version=parse_version(request.POST),
    )  # fmt: skip
    for message in refused:
        messages.warning(request, message)
    messages.success(request, _("Draft saved. It counts only once you submit it."))
    return _go(request, reverse("inspection_edit", args=[draft.pk]))


def _submitted(request, inspection, *, is_new):
    if not is_new:
        messages.info(request, _("This inspection had already arrived; it was not entered a second time."))
        return _go(request, inspection.get_absolute_url())
    count = inspection.hazards.count()
    messages.success(
        request,
        ngettext("Inspection submitted with %(count)d hazard.", "Inspection submitted with %(count)d hazards.", count)
        % {"count": count},
    )
    return _go(request, inspection.get_absolute_url())


def _go(request, url):
    """On to that page; the script that sends the form goes there itself, so that the page shows the messages once."""
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"location": url})
    return redirect(url)


def _day(text):
    try:
        return parse_date(text or "")
    except ValueError:
        return None


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
    hazards = Hazard.objects.visible_to(request.user).filter(inspection=inspection)
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
        "photos": photos,
        "answers": _answers(inspection, hazards),
        "tasks": inspection.tasks.select_related("assignee"),
        "others": inspection.others_of_that_day().select_related("created_by"),
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
    for newer, older in zip(records, [*records[1:], None], strict=True):
        newer.labels = [change.field for change in changes_between(newer, older)] if older else []
    return records


@login_required
@permission_required("inspections.add_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_discard(request, pk):
    """Throw one's own draft away, after asking."""
    draft = get_object_or_404(Inspection.objects.drafts_of(request.user).select_related("entity"), pk=pk)
    if request.method == "POST":
        workflow.discard_draft(draft, by=request.user)
        messages.success(request, _("The draft was thrown away."))
        return redirect("home")
    return render(request, "inspections/inspection_discard.html", {"draft": draft})


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
