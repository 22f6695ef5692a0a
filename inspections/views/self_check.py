"""Self-checks as officers see them: the link to hand out and its poster, what came on paper, and one that was handed in."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from entities.forms import EntityFilterForm
from entities.models import Entity
from entities.today import today
from inspections import links
from inspections.forms.self_check import PaperSelfCheckForm
from inspections.frame import request_frame
from inspections.models import Answer, ChecklistVersion, Evidence, Hazard, Rectification, SelfCheck
from inspections.posters import POSTERS_AT_ONCE, Poster, poster_document, posters_archive, qr_image
from inspections.self_checks import already_handed_in, hand_in_self_check, may_be_put_right, why_no_self_check
from inspections.views.hazard import hazard_tone
from inspections.workflow import SubmittedOtherwise

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAY_ISSUE = "inspections.add_selfcheck"


def _entity(request, pk):
    visible = Entity.objects.visible_to(request.user).select_related("region", "merged_into")
    return get_object_or_404(visible, pk=pk)


def why_no_link(entity, campaign, officer) -> str:
    """Why there can be no link for the entity, in words; empty when there can."""
    if officer.unit_id is None:
        return _("Your account has no unit: ask the administrator to enter it.")
    obstacle = why_no_self_check(entity, campaign)
    if not obstacle and ChecklistVersion.objects.for_visit(entity.kind, today()) is None:
        return _("There is no checklist in force for this kind of entity.")
    return obstacle


def link_address(request, name, token) -> str:
    return request.build_absolute_uri(reverse(name, args=[token]))


def poster_of(request, entity, campaign) -> Poster:
    """The poster of one entity, with a link made for it now. No query."""
    token = links.SELF_CHECK.issue(entity, campaign, by=request.user)
    last_day = links.SELF_CHECK.read(token).last_day
    return Poster(entity, campaign, request.user, link_address(request, "self_check", token), last_day)


@login_required
@permission_required(MAY_ISSUE, raise_exception=True)
@require_safe
def self_check_link(request, pk):
    """A link by which this entity hands in its self-check: to copy, to scan, to print."""
    entity, campaign = _entity(request, pk), request_frame(request).campaign
    obstacle = why_no_link(entity, campaign, request.user)
    context = {"entity": entity, "campaign": campaign, "obstacle": obstacle}
    if not obstacle:
        poster = poster_of(request, entity, campaign)
        context |= {"poster": poster, "qr": qr_image(poster.url)}
    return render(request, "inspections/self_check_link.html", context)


@login_required
@permission_required(MAY_ISSUE, raise_exception=True)
@require_safe
def self_check_poster(request, pk):
    """The poster of one entity: a page to print, or with ?word=1 a Word file."""
    entity, campaign = _entity(request, pk), request_frame(request).campaign
    obstacle = why_no_link(entity, campaign, request.user)
    if obstacle:
        messages.warning(request, obstacle)
        return redirect("self_check_link", pk)
    poster = poster_of(request, entity, campaign)
    if "word" in request.GET:
        return _download(poster_document(poster), WORD, poster.file_name)
    return render(request, "inspections/self_check_poster.html", {"poster": poster, "qr": qr_image(poster.url)})


def _download(content, media_type, name) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store, private"
    return response


@login_required
@permission_required(MAY_ISSUE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def self_check_posters(request):
    """The posters of all open entities that the register's filter lets through, in one zip."""
    form = EntityFilterForm(request.GET, by=request.user)
    campaign = request_frame(request).campaign
    open_ones = Entity.objects.visible_to(request.user).in_business().exclude(kind__in=_without_checklist())
    entities = form.narrow(open_ones).select_related("region").order_by("region", "name", "pk")
    obstacle = ""
    if campaign is None or campaign.status not in links.TAKES_WORK:
        obstacle = _("The campaign takes no self-check any more: choose a running campaign.")
    elif request.user.unit_id is None:
        obstacle = _("Your account has no unit: ask the administrator to enter it.")
    status = 200
    if request.method == "POST" and not obstacle:
        try:
            chosen = [poster_of(request, entity, campaign) for entity in entities[: POSTERS_AT_ONCE + 1]]
            return _download(posters_archive(chosen), "application/zip", f"{campaign.code}-{today()}.zip")
        except ValidationError as error:
            obstacle, status = error.messages[0], 422
    count = entities.count()
    context = {
        "count": count,
        "most": POSTERS_AT_ONCE,
        "too_many": count > POSTERS_AT_ONCE,
        "first": entities[:10],
        "query": request.GET.urlencode(),
        "obstacle": obstacle,
        "campaign": campaign,
    }
    return render(request, "inspections/self_check_posters.html", context, status=status)


def _without_checklist() -> list[str]:
    """The kinds of entity that have no checklist in force today, so that there is nothing to ask them."""
    kinds = [kind for kind, _label in Entity._meta.get_field("kind").choices]
    return [kind for kind in kinds if ChecklistVersion.objects.for_visit(kind, today()) is None]


@login_required
@permission_required(MAY_ISSUE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def self_check_create(request, pk):
    """Type in a self-check that came on paper."""
    entity, campaign = _entity(request, pk), request_frame(request).campaign
    obstacle = why_no_link(entity, campaign, request.user)
    if obstacle:
        messages.warning(request, obstacle)
        return redirect(entity)
    if request.method != "POST":
        form = PaperSelfCheckForm(entity=entity, campaign=campaign, day=_day(request.GET.get("date")))
        return _paper_page(request, form)
    form = PaperSelfCheckForm(request.POST, request.FILES, entity=entity, campaign=campaign)
    try:
        sent = form.sent_before()
        taken = sent and already_handed_in(sent)
        if taken is None and form.is_valid():
            taken, _is_new = hand_in_self_check(
                form.self_check(), form.shortcomings(), by=request.user, papers=form.papers()
            )
    except SubmittedOtherwise as error:
        form = PaperSelfCheckForm(entity=entity, campaign=campaign, typed=request.POST)
        words = _(
            "This form was already handed in with other content, and nothing was written now. "
            "For another self-check, open a new form."
        )
        return _paper_page(request, form, status=409, problem=words, first=error.first)
    except ValidationError as error:
        taken = None
        form.refuse(error)
    if taken is None:
        return _paper_page(request, form, status=422)
    messages.success(request, _("Self-check %(number)s is entered.") % {"number": taken.receipt_number})
    return redirect(taken)


def _day(text):
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _paper_page(request, form, *, status=200, **context):
    context |= {"form": form, "entity": form.entity, "campaign": form.campaign, "lost_photos": bool(request.FILES)}
    return render(request, "inspections/self_check_form.html", context, status=status)


@login_required
@permission_required("inspections.view_selfcheck", raise_exception=True)
@require_safe
def self_check_detail(request, pk):
    """Everything of one self-check; the same number of queries for any number of hazards."""
    related = ("entity__region", "region", "campaign", "unit", "checklist_version__checklist", "created_by")
    check = get_object_or_404(SelfCheck.objects.visible_to(request.user).select_related(*related), pk=pk)
    hazards = list(
        Hazard.objects.visible_to(request.user)
        .filter(self_check=check)
        .select_related("item")
        .prefetch_related("rectifications")
        .order_by("item__position", "pk")
    )
    papers = _hang_photos(check, hazards)
    for hazard in hazards:
        hazard.tone = hazard_tone(hazard)
    context = {
        "check": check,
        "hazards": hazards,
        "papers": papers,
        "answers": _by_answer(check, {hazard.item_id: hazard for hazard in hazards}),
        "tasks": check.tasks.select_related("assignee"),
        "history": check.history.select_related("history_user")[:50]
        if request.user.has_perm("inspections.read_history")
        else None,
    }
    return render(request, "inspections/self_check_detail.html", context)


def _hang_photos(check, hazards):
    """Scans of the self-check itself; photos of its hazards, before and after, are hung on each hazard. One query."""
    kinds = ContentType.objects.get_for_models(SelfCheck, Hazard, Rectification)
    by_pk = {hazard.pk: hazard for hazard in hazards}
    attempts = {attempt.pk: hazard for hazard in hazards for attempt in hazard.rectifications.all()}
    for hazard in hazards:
        hazard.before, hazard.after = [], []
    papers = []
    for photo in Evidence.objects.filter(
        Q(content_type=kinds[SelfCheck], object_id=check.pk)
        | Q(content_type=kinds[Hazard], object_id__in=list(by_pk))
        | Q(content_type=kinds[Rectification], object_id__in=list(attempts))
    ):
        if photo.content_type_id == kinds[SelfCheck].pk:
            papers.append(photo)
        elif photo.content_type_id == kinds[Hazard].pk:
            by_pk[photo.object_id].before.append(photo)
        else:
            attempts[photo.object_id].after.append(photo)
    return papers


def _by_answer(check, found) -> list[tuple]:
    """The points by answer, failed ones first: the answer in words, and its lines."""
    groups = {answer: [] for answer in (Answer.FAIL, Answer.NOT_APPLICABLE, Answer.PASS)}
    for item in check.items():
        answer = check.answers.get(item.code)
        if answer in groups:
            groups[answer].append((item, found.get(item.pk)))
    return [(answer, lines) for answer, lines in groups.items() if lines]


@login_required
@permission_required(MAY_ISSUE, raise_exception=True)
@require_safe
def rectification_link(request, pk):
    """A link by which the entity itself says how it put this hazard right."""
    visible = Hazard.objects.visible_to(request.user).select_related("entity__region", "campaign")
    hazard = get_object_or_404(visible, pk=pk)
    context = {"hazard": hazard, "obstacle": why_no_rectification_link(hazard, request.user)}
    if not context["obstacle"]:
        url, last_day = rectification_link_of(request, hazard)
        context |= {"url": url, "qr": qr_image(url), "last_day": last_day}
    return render(request, "inspections/self_check_rectification_link.html", context)


def rectification_link_of(request, hazard) -> tuple[str, date]:
    """The address of a link made for the hazard now, and its last day. No query."""
    token = links.RECTIFICATION.issue(hazard, hazard.campaign, by=request.user)
    return link_address(request, "rectification", token), links.RECTIFICATION.read(token).last_day


def why_no_rectification_link(hazard, officer) -> str:
    """Why the entity can't be asked about this hazard, in words; empty when it can."""
    if not may_be_put_right(hazard):
        return _("This hazard does not wait for the entity: it is settled, or a rectification waits for its verdict.")
    if not Hazard.objects.counted().filter(pk=hazard.pk).exists():
        return _("Its inspection is not submitted or was voided: nothing more can be recorded of this hazard.")
    if officer.unit_id is None:
        return _("Your account has no unit: ask the administrator to enter it.")
    return why_no_self_check(hazard.entity, hazard.campaign)
