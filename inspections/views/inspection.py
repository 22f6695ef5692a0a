"""An inspection from the choice of the entity to the submitted record."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entities.models import Entity
from entities.outside import read_json
from entities.stored import Stale
from entities.today import today
from inspections import workflow
from inspections.forms.inspection import InspectionForm, parse_uuid, parse_version
from inspections.frame import request_frame
from inspections.models import Inspection, InspectionStatus, Task

SHOWN = 30


@login_required
@permission_required("inspections.add_inspection", raise_exception=True)
@require_safe
def inspection_start(request):
    """Choose the entity to inspect: first where the officer is due, then by search."""
    text = request.GET.get("q", "").strip()
    visible = Entity.objects.visible_to(request.user).filter(merged_into=None)
    fitting = visible.matching(text).best_first(text).select_related("region")
    found = list(fitting[: SHOWN + 1]) if text else []
    campaign = request_frame(request).campaign
    tasks = Task.objects.visible_to(request.user).pending().of_campaign(campaign)
    due = tasks.filter(assignee=request.user, purpose__in=Task.VISITS).select_related("entity__region")
    context = {
        "text": text,
        "found": found[:SHOWN],
        "meant": visible.suggested(text).select_related("region") if text and not found else [],
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
    campaign = _campaign(request)
    obstacle = workflow.why_no_inspection(entity, campaign)
    if campaign is None and is_from_script(request):
        return JsonResponse({"problems": [["", obstacle]]}, status=422)
    if campaign is None or obstacle and request.method != "POST":
        return render(request, "inspections/inspection_obstacle.html", {"entity": entity, "obstacle": obstacle})
    return _answer(request, entity, campaign)


@login_required
@permission_required("inspections.transcribe_inspection", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_transcribe(request, pk):
    """Type in a visit from paper for the officers named there, with the scan; they confirm it."""
    entity = get_object_or_404(Entity.objects.visible_to(request.user).select_related("region", "merged_into"), pk=pk)
    campaign = _campaign(request)
    obstacle = workflow.why_no_inspection(entity, campaign)
    if campaign is None or obstacle and request.method != "POST":
        return render(request, "inspections/inspection_obstacle.html", {"entity": entity, "obstacle": obstacle})
    return _answer(request, entity, campaign, paper=True)


def _campaign(request):
    """The campaign in which the visit was begun; what was kept on a phone may belong to another than is chosen now."""
    frame = request_frame(request)
    begun_in = request.POST.get("campaign")
    return next((campaign for campaign in frame.campaigns if campaign.code == begun_in), frame.campaign)


@login_required
@require_POST
def inspection_photo(request, client_uuid):
    """Take one photo of one's own draft, so that a visit with many is sent piece by piece."""
    _need_right_to_enter(request.user)
    own = Inspection.objects.visible_to(request.user).filter(created_by=request.user)
    draft = get_object_or_404(own.select_related("entity__region", "campaign"), client_uuid=client_uuid)
    paper = not request.user.has_perm("inspections.add_inspection")
    form = InspectionForm(by=request.user, entity=draft.entity, campaign=draft.campaign, draft=draft, paper=paper)
    slot = form.slots().get(request.POST.get("field"))
    try:
        if slot is None:
            raise ValidationError(
                _("This point is no longer in the checklist: open the inspection and look at it again.")
            )
        field = form.visit.fields["scan" if slot == workflow.SCAN_SLOT else "photos"]
        photo = field.clean(request.FILES.getlist("photo")[:1])
        if not photo:
            raise ValidationError(_("The photo did not arrive: send it again."))
        kept = workflow.add_photo(
            draft, slot, photo[0], by=request.user, original=_original(request.POST.get("original"))
        )
    except ValidationError as error:
        return JsonResponse({"problems": [["", message] for message in error.messages]}, status=422)
    return JsonResponse({"photo": kept.pk}, status=201)


def _original(text):
    """What the phone says about the file before it made it smaller, or None."""
    try:
        original = read_json(text or "")
    except ValueError:
        return None
    return original if isinstance(original, dict) else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_edit(request, pk):
    """Go on with one's own draft; one that was submitted meanwhile is shown as it stands."""
    _need_right_to_enter(request.user)
    own = Inspection.objects.visible_to(request.user).filter(created_by=request.user)
    inspection = get_object_or_404(own.select_related("entity__region", "campaign"), pk=pk)
    if not inspection.is_draft and request.method != "POST":
        return redirect(inspection)
    paper = not request.user.has_perm("inspections.add_inspection")
    return _answer(request, inspection.entity, inspection.campaign, inspection, paper=paper)


def _need_right_to_enter(officer):
    """Inspectors enter their visits, the office those on paper; nobody else."""
    if not (officer.has_perm("inspections.add_inspection") or officer.has_perm("inspections.transcribe_inspection")):
        raise PermissionDenied


def _answer(request, entity, campaign, draft=None, *, paper=False):
    """The page of the form, or what becomes of the form that was sent."""
    start = {"by": request.user, "entity": entity, "campaign": campaign, "paper": paper}
    if request.method != "POST":
        return _page(request, InspectionForm(**start, draft=draft, day=_day(request.GET.get("date"))))
    client_uuid = draft.client_uuid if draft else parse_uuid(request.POST.get("client_uuid"))
    first = Inspection.objects.filter(client_uuid=client_uuid).first()
    is_theirs = first is not None and first.is_draft and first.created_by_id == request.user.pk
    # A draft of another entity or campaign is another form, whatever the page that was sent calls itself.
    theirs = first if is_theirs and (first.entity_id, first.campaign_id) == (entity.pk, campaign.pk) else None
    form = InspectionForm(**start, draft=theirs, data=request.POST, files=request.FILES)
    try:
        if first and not theirs:
            return _submitted(request, workflow.answer_again(first, by=request.user, digest=form.digest), is_new=False)
        if request.POST.get("action") == "draft":
            return _keep_draft(request, form)
        if form.is_valid():
            if paper:
                kept = {"typed": form.typed_so_far(), "photos": form.photos_so_far()[0]}
                inspection, is_new = workflow.await_confirmation(
                    form.inspection, form.submission(), by=request.user, **kept
                )
            else:
                inspection, is_new = workflow.submit_inspection(form.inspection, form.submission(), by=request.user)
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
        by=form.by, entity=form.entity, campaign=form.campaign, typed=request.POST, paper=form.paper,
        draft=form.draft and Inspection.objects.select_related("entity__region", "campaign").get(pk=form.draft.pk),
    )  # fmt: skip
    again.problems = [("", message) for message in error.messages]
    return _page(request, again, first=first, status=409)


def _page(request, form, *, first=None, status=200):
    if status != 200 and is_from_script(request):
        answer = {"problems": form.summary(), "fields": form.field_errors(), "key": form.answers.key}
        answer |= {"version": form.version, "first": first.get_absolute_url() if first else ""}
        return JsonResponse(answer, status=status)
    inspection = form.draft or Inspection(entity=form.entity, unit=request.user.unit, inspected_on=form.day)
    context = {
        "form": form,
        "entity": form.entity,
        "first": first,
        "others": inspection.others_of_that_day().select_related("created_by"),
        "sent_back": _sent_back(form.draft),
        "recent": _recent(request, form.entity, form.day),
        "reopens": not form.entity.is_open,
        "obstacle": "" if form.is_bound else workflow.why_no_inspection(form.entity, form.campaign),
        "lost_photos": bool(request.FILES),
    }
    return render(request, "inspections/inspection_form.html", context, status=status)


def _sent_back(draft):
    """The last word of an officer who did not confirm what the office typed in, or None."""
    if draft is None or draft.transcribed_by_id is None:
        return None
    return draft.history.exclude(history_change_reason=None).select_related("history_user").first()


def _recent(request, entity, day):
    """Visits of others in the last 30 days, as far as the officer may see them."""
    visible = Inspection.objects.visible_to(request.user).one_by_one()
    return visible.recent_of(entity, before=day).without(request.user).select_related("unit")[:3]


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
    if is_from_script(request) and not request.FILES:
        return JsonResponse({"draft": draft.pk, "version": draft.version})
    for message in refused:
        messages.warning(request, message)
    messages.success(request, _("Draft saved. It counts only once you submit it."))
    return redirect("inspection_edit", draft.pk)


def _submitted(request, inspection, *, is_new):
    if is_from_script(request):
        # The script may be sending in the background: it shows on the record's page itself that it has arrived.
        return JsonResponse({"location": inspection.get_absolute_url()}, status=201 if is_new else 200)
    if not is_new:
        messages.info(request, _("This inspection had already arrived; it was not entered a second time."))
        return redirect(inspection)
    if inspection.status == InspectionStatus.AWAITING_CONFIRMATION:
        messages.success(request, _("Kept. It counts once two of the officers named there have confirmed it."))
        return redirect(inspection)
    count = inspection.hazards.count()
    messages.success(
        request,
        ngettext("Inspection submitted with %(count)d hazard.", "Inspection submitted with %(count)d hazards.", count)
        % {"count": count},
    )
    return redirect(inspection)


def is_from_script(request) -> bool:
    """Whether the page's own script asks, and reads the answer itself."""
    return request.headers.get("X-Requested-With") == "fetch"


def _day(text):
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspection_discard(request, pk):
    """Throw one's own draft away, after asking."""
    _need_right_to_enter(request.user)
    draft = get_object_or_404(Inspection.objects.drafts_of(request.user).select_related("entity"), pk=pk)
    if request.method == "POST":
        workflow.discard_draft(draft, by=request.user)
        messages.success(request, _("The draft was thrown away."))
        return redirect("home")
    return render(request, "inspections/inspection_discard.html", {"draft": draft})
