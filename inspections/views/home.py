"""My work: what is due, what waits, what I began; and the choice of the campaign."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from entities.paging import KeyPage, terms_of
from entities.roles import Role
from entities.today import today
from inspections.due import due_list, sources_without_panel
from inspections.forms.hazard import awaiting_verdict
from inspections.frame import CHOSEN, request_frame
from inspections.models import Campaign, Digest, Hazard, HazardStatus, Inspection, Task
from inspections.models.calendar import years_without_holidays

SHOWN = 8
# The longest deadline that a hazard found today may get, with a long holiday in between.
HORIZON = timedelta(days=45)


@dataclass(frozen=True)
class Panel:
    """The first rows of a list and how many there are in all."""

    rows: list
    count: int
    overdue: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@login_required
@require_safe
def home(request):
    """What the officer has to do; for a manager or a leader, what their scope has to do. About twenty queries."""
    officer, campaign, day = request.user, request_frame(request).campaign, today()
    tasks = Task.objects.of_work(officer).of_campaign(campaign).pending()
    is_mine = officer.role == Role.INSPECTOR and not officer.is_superuser
    hazards = Hazard.objects.visible_to(officer).of_campaign(campaign)
    waiting = awaiting_verdict(hazards)
    if is_mine and campaign:
        # Those that the campaign leaves to inspectors; the others wait for the manager and would only be in the way.
        waiting = waiting.filter(severity__in=campaign.inspector_reviews)
    opened = hazards.pending().filter(status=HazardStatus.OPEN)
    context = {
        "campaign": campaign,
        "today": day,
        "is_mine": is_mine,
        "judges": officer.has_perm("inspections.review_rectification"),
        "tasks": _panel(tasks.select_related("entity__region", "assignee"), "due_on", day),
        "waiting": _panel(waiting.select_related("entity"), "deadline", day),
        "opened": _panel(opened.select_related("entity"), "deadline", day),
        "to_confirm": Inspection.objects.to_be_confirmed_by(officer).select_related("entity", "created_by"),
        "due": due_list([(s, s.rows(officer, on=day)) for s in sources_without_panel()], on=day, most=SHOWN),
        "digest": Digest.objects.filter(officer=officer, read_at=None).order_by("-day").first(),
        "drafts": Inspection.objects.drafts_of(officer).select_related("entity")[:SHOWN],
        "years_without_holidays": years_without_holidays(day, day + HORIZON),
    }
    return render(request, "inspections/home.html", context)


def _panel(rows, day_field, on):
    """The most urgent rows first. Two queries: a count of all and of the late ones, and the rows."""
    late = rows.filter(**{f"{day_field}__lt": on}).count()
    first = KeyPage(rows, terms_of(rows.model, [day_field, "pk"]), {}, size=SHOWN)
    return Panel(first.records, rows.count(), late)


@login_required
@require_POST
def choose_campaign(request):
    """Work in another campaign from now on, on this device; back to where the officer was."""
    campaign = get_object_or_404(Campaign.objects.exclude(status=Campaign.Status.DRAFT), code=request.POST.get("code"))
    request.session[CHOSEN] = campaign.code
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if is_ours else "home")
