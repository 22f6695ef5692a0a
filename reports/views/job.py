"""Background jobs: the officer's own list, one job with its progress, and its file."""

import mimetypes

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from entities.paging import KeyPage
from entities.roles import Role
from inspections.views.files import hand_out, says_when_away
from reports import jobs
from reports.models import Job
from reports.models.job import rights_of

PAGE_ROWS = 25


@login_required
@require_safe
def job_list(request):
    """The officer's own jobs, newest first. A look at the list also finds the ones that nobody does any more."""
    if not request.htmx:
        jobs.sweep()
    mine = Job.objects.filter(by=request.user).select_related("by", "campaign")
    page = KeyPage.of(mine, request.GET, size=PAGE_ROWS)
    context = {
        "page": page,
        "is_renewed": any(job.is_open for job in page),
        "is_anybody_working": jobs.is_anybody_working(),
    }
    return render(request, "reports/job_list.html", context)


@login_required
@require_safe
def job(request, pk):
    """One job; while it is open the page renews its status by itself."""
    found = _visible(request, pk)
    template = "reports/job_status.html" if request.htmx else "reports/job.html"
    context = {"job": found, "is_anybody_working": jobs.is_anybody_working(), "is_own": found.by_id == request.user.pk}
    return render(request, template, context)


@login_required
@require_POST
def job_cancel(request, pk):
    """Stop a job that waits or runs."""
    found = _visible(request, pk)
    if not found.cancel():
        messages.warning(request, _("It had ended already."))
    return redirect(found)


@login_required
@require_POST
def job_retry(request, pk):
    """Begin a failed or cancelled job of one's own anew, with the rights of today."""
    found = get_object_or_404(Job.objects.select_related("by"), by=request.user, pk=pk)
    if not request.user.has_perm(jobs.WORKS[found.kind].right):
        raise PermissionDenied
    if not jobs.retry(found):
        messages.warning(request, _("Only a failed or cancelled job is begun anew."))
    return redirect(found)


@login_required
@require_safe
@says_when_away
def job_file(request, pk):
    """The file of a finished job, as long as its officer's rights and scope are what they were at the start."""
    found = _visible(request, pk)
    if not found.has_file:
        raise Http404
    if not request.user.has_perm(jobs.WORKS[found.kind].right) or not _may_take(request.user, found):
        raise PermissionDenied
    if rights_of(found.by) != found.rights:
        return render(request, "reports/job_refused.html", {"job": found}, status=403)
    return hand_out(found.result, name=found.result_name, media_type=_media_type(found.result_name))


def _visible(request, pk):
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("by", "campaign"), pk=pk)


def _media_type(name) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _may_take(officer, found) -> bool:
    """Whoever started it; else an administrator who sees the whole campaign anyway."""
    if found.by_id == officer.pk or officer.is_superuser:
        return True
    return officer.role == Role.ADMINISTRATOR and bool(found.campaign) and officer.covers(found.campaign.region_id)
