"""One hazard from its discovery to its end: put right, judged, given more time, closed otherwise."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from entities.listing import Listing
from entities.today import today
from entities.unchanged import kept_while_signed_in
from inspections.forms.hazard import (
    AcceptForm,
    CloseForm,
    Closing,
    ExtendForm,
    HazardFilterForm,
    RectifyForm,
    RejectForm,
    ReopenForm,
    closings_open_to,
)
from inspections.frame import request_frame
from inspections.models import Evidence, Hazard, HazardStatus, InspectionStatus, Rectification, Severity, Verdict
from inspections.models.hazard import PROOF
from inspections.views.entity import hazard_tone

COLUMNS = (
    (gettext_lazy("what is wrong"), "", []),
    (gettext_lazy("entity"), "entity", ["entity__name", "deadline"]),
    (gettext_lazy("severity"), "severity", ["-gravity", "deadline"]),
    (gettext_lazy("category"), "category", ["category", "deadline"]),
    (gettext_lazy("region"), "region", ["region", "deadline"]),
    (gettext_lazy("found on"), "found", ["found_on"]),
    (gettext_lazy("to be rectified by"), "deadline", ["deadline"]),
    (gettext_lazy("status"), "status", ["status", "deadline"]),
)


@login_required
@kept_while_signed_in
@permission_required("inspections.view_hazard", raise_exception=True)
@require_safe
def hazard_list(request):
    """The hazards in scope; first those still to be put right, the most urgent on top."""
    gravity = Case(*(When(severity=level, then=Value(rank)) for rank, level in enumerate(Severity.values)))
    hazards = Hazard.objects.visible_to(request.user).of_campaign(request_frame(request).campaign)
    listing = Listing(
        request.GET,
        hazards.annotate(gravity=gravity).select_related("entity", "region"),
        HazardFilterForm(request.GET, by=request.user),
        columns=COLUMNS,
        order=["deadline"],
    )
    for hazard in listing.page:
        hazard.tone = hazard_tone(hazard)
    context = {"listing": listing, "form": listing.form, "campaign": request_frame(request).campaign}
    return render(request, "inspections/hazard_list.html", context)


def _seen(request, pk):
    """The hazard in the officer's scope, with what its pages show of it; 404 for any other."""
    related = (
        "entity__region", "region", "campaign", "unit", "inspection", "self_check", "lead", "item",
        "responsible_department", "created_by",
    )  # fmt: skip
    hazard = get_object_or_404(Hazard.objects.visible_to(request.user).select_related(*related), pk=pk)
    hazard.tone = hazard_tone(hazard)
    return hazard


@dataclass
class Event:
    """One line of a hazard's timeline."""

    on: date
    at: datetime
    who: str
    title: str
    text: str = ""
    tone: str = ""
    photos: list = field(default_factory=list)


@login_required
@permission_required("inspections.view_hazard", raise_exception=True)
@require_safe
def hazard_detail(request, pk):
    """Everything about one hazard, and what the officer may do next."""
    hazard = _seen(request, pk)
    attempts = list(hazard.rectifications.select_related("reviewer", "created_by"))
    before, proof = photos_of(hazard, attempts)
    pending = next((attempt for attempt in attempts if attempt.verdict == Verdict.PENDING), None)
    shown = pending or hazard.accepted_rectification_id and next(
        (attempt for attempt in attempts if attempt.pk == hazard.accepted_rectification_id), None
    )  # fmt: skip
    of_entity = Hazard.objects.visible_to(request.user).one_by_one()
    context = {
        "hazard": hazard,
        "before": before,
        "proof": proof,
        "after": (shown or (attempts[-1] if attempts else None)),
        "pending": pending,
        "earlier": of_entity.filter(pk=hazard.repeats_id).first() if hazard.repeats_id else None,
        "again": of_entity.counted().filter(repeats=hazard).order_by("found_on", "pk"),
        "events": events(hazard, attempts),
        "may": ways_on(hazard, pending, request.user),
    }
    return render(request, "inspections/hazard_detail.html", context)


def photos_of(hazard, attempts) -> tuple[list[Evidence], list[Evidence]]:
    """What shows the hazard as found, and the proof of how it was closed; each attempt gets its `photos`. One query."""
    kinds = ContentType.objects.get_for_models(Hazard, Rectification)
    by_pk = {attempt.pk: attempt for attempt in attempts}
    for attempt in attempts:
        attempt.photos = []
    before, proof = [], []
    of_hazard = Q(content_type=kinds[Hazard], object_id=hazard.pk)
    for photo in Evidence.objects.filter(of_hazard | Q(content_type=kinds[Rectification], object_id__in=list(by_pk))):
        if photo.content_type_id == kinds[Hazard].pk:
            (proof if photo.slot == PROOF else before).append(photo)
        else:
            by_pk[photo.object_id].photos.append(photo)
    return before, proof


def ways_on(hazard, pending, officer) -> dict[str, bool]:
    """What the officer may do with the hazard now, by right and by state; the verbs check it again."""
    if hazard.inspection is not None and hazard.inspection.status == InspectionStatus.VOIDED:
        return {"anything": False}
    still_open = hazard.status in (HazardStatus.OPEN, HazardStatus.SUBMITTED)
    closed = hazard.status in (
        HazardStatus.HANDED_OVER,
        HazardStatus.RECTIFIED,
    )  # and may turn out to be open after all
    to_rectify = hazard.status in (HazardStatus.OPEN, HazardStatus.HANDED_OVER) and pending is None
    ways = {
        "rectify": to_rectify and officer.has_perm("inspections.add_rectification"),
        "judge": pending is not None and hazard.may_be_reviewed_by(officer),
        "extend": still_open and officer.has_perm("inspections.change_hazard"),
        "close": bool(closings_open_to(officer, hazard)),
        "reopen": closed and pending is None and officer.has_perm("inspections.end_hazard"),
    }
    return ways | {"anything": any(ways.values())}


def events(hazard, attempts) -> list[Event]:
    """What happened to the hazard, the latest first: attempts, verdicts, deadlines, changes of status. One query."""
    lines = []
    for attempt in attempts:
        title = _("Rectified on the spot") if attempt.on_the_spot else _("Rectification recorded")
        lines.append(
            Event(
                attempt.submitted_on, attempt.created_at, str(attempt.created_by), title, attempt.measures,
                photos=attempt.photos,
            )
        )  # fmt: skip
        if attempt.verdict != Verdict.PENDING:
            accepted = attempt.verdict == Verdict.ACCEPTED
            title = _("Accepted after re-inspection") if accepted else _("Rejected after re-inspection")
            text = " · ".join(part for part in (attempt.get_method_display(), attempt.comment) if part)
            tone = "good" if accepted else "warning"
            lines.append(Event(attempt.reviewed_on, attempt.changed_at, str(attempt.reviewer), title, text, tone))
    older = None
    history = hazard.history.select_related("history_user", "responsible_department")
    for version in history.order_by("history_date", "history_id"):
        lines += changes_between(older, version, hazard)
        older = version
    return sorted(lines, key=lambda line: (line.on, line.at), reverse=True)


def changes_between(older, version, hazard):
    """What one version of the hazard's history says that its attempts do not."""
    who, at = str(version.history_user or "—"), version.history_date
    on = timezone.localdate(at)
    if older is None:
        deadline = _("to be rectified by %(day)s") % {"day": version.deadline}
        yield Event(hazard.found_on, at, str(hazard.created_by), _("Found"), deadline)
        return
    labels = dict(HazardStatus.choices)
    told_by_attempt = version.status in (HazardStatus.SUBMITTED, HazardStatus.RECTIFIED)
    told_by_attempt |= (older.status, version.status) == (HazardStatus.SUBMITTED, HazardStatus.OPEN)
    moved = version.status != older.status and not told_by_attempt
    if version.deadline != older.deadline:
        text = f"{older.deadline} → {version.deadline}"
        reason = "" if moved else version.history_change_reason  # said once, with the status
        yield Event(on, at, who, _("New deadline"), f"{text} · {reason}" if reason else text)
    if moved:
        text = version.closing_note or version.history_change_reason or ""
        if version.status == HazardStatus.HANDED_OVER:
            text = f"{version.responsible_department} · {text}"
        yield Event(on, at, who, f"{labels[older.status]} → {labels[version.status]}".capitalize(), text)


def _is_possible(request, hazard, way) -> bool:
    return ways_on(hazard, hazard.pending_rectification(), request.user).get(way, False)


def _not_now(request, hazard):
    """Back to the hazard, with its status: it changed since the link was shown."""
    messages.warning(
        request,
        _("This hazard is “%(status)s” now; below is what can be done.") % {"status": hazard.get_status_display()},
    )
    return redirect(hazard)


@login_required
@permission_required("inspections.add_rectification", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def hazard_rectify(request, pk):
    """Record what was done to put it right; it then waits for its re-inspection."""
    hazard = _seen(request, pk)
    if request.method != "POST" and not _is_possible(request, hazard, "rectify"):
        return _not_now(request, hazard)
    form = RectifyForm(request.POST or None, request.FILES or None, initial={"submitted_on": today()})
    if form.is_valid() and form.submit(hazard, by=request.user):
        messages.success(request, _("Recorded. It now waits for its re-inspection."))
        return redirect(hazard)
    if request.method == "POST":
        hazard.refresh_from_db()
    before, _proof = photos_of(hazard, [])
    context = {"hazard": hazard, "form": form, "before": before}
    return render(request, "inspections/hazard_rectify.html", context, status=form.answer)


@login_required
@permission_required("inspections.change_hazard", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def hazard_extend(request, pk):
    """Give more time, with the reason."""
    hazard = _seen(request, pk)
    if request.method != "POST" and not _is_possible(request, hazard, "extend"):
        return _not_now(request, hazard)
    proposed = hazard.campaign.deadline(hazard.severity, max(today(), hazard.deadline))
    form = ExtendForm(request.POST or None, record=hazard, initial={"deadline": proposed})
    if form.is_valid() and form.applies(hazard.extend, by=request.user, **form.cleaned_data):
        messages.success(request, _("The deadline is now %(day)s.") % {"day": hazard.deadline})
        return redirect(hazard)
    context = {"hazard": hazard, "form": form}
    return render(request, "inspections/hazard_extend.html", context, status=form.answer)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hazard_close(request, pk):
    """Hand it over to another department, end it with the business, or withdraw it; says first what follows."""
    hazard = _seen(request, pk)
    if not (request.user.has_perm("inspections.change_hazard") or request.user.has_perm("inspections.end_hazard")):
        raise PermissionDenied
    if request.method != "POST" and not _is_possible(request, hazard, "close"):
        return _not_now(request, hazard)
    form = CloseForm(request.POST or None, request.FILES or None, hazard=hazard, by=request.user)
    if form.is_valid() and form.close(hazard, by=request.user):
        messages.success(request, _("Recorded: %(state)s.") % {"state": hazard.get_status_display()})
        return redirect(hazard)
    context = {"hazard": hazard, "form": form, "ways": {str(way): way in form.ways for way in Closing}}
    return render(request, "inspections/hazard_close.html", context, status=form.answer)


@login_required
@permission_required("inspections.end_hazard", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def hazard_reopen(request, pk):
    """Open it again: sent back by the other department, or a re-check found otherwise."""
    hazard = _seen(request, pk)
    if request.method != "POST" and not _is_possible(request, hazard, "reopen"):
        return _not_now(request, hazard)
    proposed = hazard.campaign.deadline(hazard.severity, today())
    form = ReopenForm(request.POST or None, record=hazard, initial={"deadline": proposed})
    if form.is_valid() and form.applies(hazard.reopen, by=request.user, **form.cleaned_data):
        messages.success(request, _("The hazard is open again, until %(day)s.") % {"day": hazard.deadline})
        return redirect(hazard)
    context = {"hazard": hazard, "form": form}
    return render(request, "inspections/hazard_reopen.html", context, status=form.answer)


@login_required
@permission_required("inspections.review_rectification", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def rectification_accept(request, pk):
    """Find the hazard put right after re-inspection: it closes as rectified."""
    attempt = _attempt(request, pk)
    if request.method != "POST" and attempt.verdict != Verdict.PENDING:
        return _not_now(request, attempt.hazard)
    form = AcceptForm(request.POST or None, record=attempt.hazard)
    if form.is_valid() and form.applies(attempt.accept, by=request.user, **form.cleaned_data):
        messages.success(request, _("Accepted: the hazard is rectified."))
        return redirect(attempt.hazard)
    return _judge(request, attempt, form, "inspections/rectification_accept.html")


@login_required
@permission_required("inspections.review_rectification", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def rectification_reject(request, pk):
    """Find the hazard not put right: it is open again, with a new deadline."""
    attempt = _attempt(request, pk)
    if request.method != "POST" and attempt.verdict != Verdict.PENDING:
        return _not_now(request, attempt.hazard)
    proposed = attempt.hazard.campaign.deadline(attempt.hazard.severity, today())
    form = RejectForm(request.POST or None, record=attempt.hazard, initial={"deadline": proposed})
    if form.is_valid() and form.applies(attempt.reject, by=request.user, **form.cleaned_data):
        messages.success(request, _("Rejected: the hazard is open again, with its new deadline."))
        return redirect(attempt.hazard)
    return _judge(request, attempt, form, "inspections/rectification_reject.html")


def _attempt(request, pk):
    visible = Rectification.objects.visible_to(request.user)
    attempt = get_object_or_404(visible.select_related("created_by", "reviewer"), pk=pk)
    attempt.hazard = _seen(request, attempt.hazard_id)
    return attempt


def _judge(request, attempt, form, template):
    """The page on which an attempt is judged: the hazard before, what was done, the photos after."""
    if form.errors:
        attempt.hazard = _seen(request, attempt.hazard_id)  # as it stands now: somebody may have been faster
    context = {
        "attempt": attempt,
        "hazard": attempt.hazard,
        "form": form,
        "before": photos_of(attempt.hazard, [attempt])[0],
        "may_judge": attempt.hazard.may_be_reviewed_by(request.user),
        "is_pending": attempt.verdict == Verdict.PENDING,
    }
    return render(request, template, context, status=form.answer)
