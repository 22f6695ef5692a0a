"""Who goes where by when: the list, handing it out, giving tasks to others, taking them back, and how far it has come."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from entities.choices import code_in
from entities.forms import EntityFilterForm
from entities.listing import Listing
from entities.models import Entity, Region
from entities.unchanged import kept_while_signed_in
from inspections.forms.task import AssignForm, ReassignForm, TaskFilterForm, WithdrawForm
from inspections.frame import request_frame
from inspections.models import BulkChange, Task
from inspections.progress import Progress
from inspections.tasks import (
    MOST_AT_ONCE,
    MOST_CHANGED_AT_ONCE,
    as_seen,
    assign_tasks,
    plan_tasks,
    reassign_tasks,
    withdraw_tasks,
)
from inspections.views.entity import TASK_TONES

COLUMNS = (
    (gettext_lazy("entity"), "entity", ["entity__name", "due_on"]),
    (gettext_lazy("purpose"), "purpose", ["purpose", "due_on"]),
    (gettext_lazy("assigned to"), "officer", ["assignee__name", "due_on"]),
    (gettext_lazy("region"), "region", ["region", "due_on"]),
    (gettext_lazy("due on"), "due", ["due_on"]),
    (gettext_lazy("status"), "", []),
)
LONGEST_KEY = 18  # digits that fit the column


def _tasks(request):
    """The tasks of the campaign that are the officer's business."""
    return Task.objects.of_work(request.user).of_campaign(request_frame(request).campaign)


@login_required
@kept_while_signed_in
@permission_required("inspections.view_task", raise_exception=True)
@require_safe
def task_list(request):
    """What is to be done, what is due first on top; an inspector's own, for others the whole scope."""
    tasks = _tasks(request)
    listing = Listing(
        request.GET,
        tasks.select_related("entity", "region", "assignee"),
        TaskFilterForm(request.GET, by=request.user, tasks=tasks),
        columns=COLUMNS,
        order=["due_on"],
    )
    for task in listing.page:
        task.tone = TASK_TONES[task.state()]
    context = {
        "listing": listing,
        "form": listing.form,
        "campaign": request_frame(request).campaign,
        "most": MOST_CHANGED_AT_ONCE,
        "undoable": BulkChange.objects.last_undoable_by(request.user),
    }
    return render(request, "inspections/task_list.html", context)


@login_required
@permission_required("inspections.add_task", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def task_assign(request):
    """Hand out the entities of a filtered list: first it is shown who would get what, then just that is assigned."""
    campaign = request_frame(request).campaign
    narrowed = EntityFilterForm(request.GET, by=request.user)
    entities = narrowed.narrow(Entity.objects.visible_to(request.user).filter(merged_into=None))
    form = AssignForm(request.POST or None, by=request.user)
    plan = None
    if form.is_valid():
        values, what = form.cleaned_data, {"by": request.user, "campaign": campaign}
        seen = request.POST.get("seen")
        if seen is not None and form.applies(assign_tasks, entities=entities, seen=seen, **what, **values):
            count = len(form.result.jobs)
            said = ngettext("%(count)d task is assigned.", "%(count)d tasks are assigned.", count)
            messages.success(request, said % {"count": count})
            return redirect("task_list")
        if seen is None or form.is_stale:
            terms = {name: value for name, value in values.items() if name != "note"}
            plan = form.result if form.applies(plan_tasks, entities=entities, **what, **terms) else None
    context = {
        "form": form,
        "plan": plan,
        "count": entities.count(),
        "most": MOST_AT_ONCE,
        "campaign": campaign,
        "query": request.GET.urlencode(),
    }
    return render(request, "inspections/task_assign.html", context, status=form.answer)


@login_required
@permission_required("inspections.change_task", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def task_reassign(request):
    """Give the ticked tasks to another officer: first it is shown what will happen."""
    form = ReassignForm(request.POST or None, by=request.user)
    return _change(request, form, reassign_tasks, "inspections/task_reassign.html")


@login_required
@permission_required("inspections.change_task", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def task_withdraw(request):
    """Take the ticked tasks back: first it is shown what will happen."""
    form = WithdrawForm(request.POST or None)
    return _change(request, form, withdraw_tasks, "inspections/task_withdraw.html")


def _change(request, form, verb, template):
    tasks = list(_chosen(request)[: MOST_CHANGED_AT_ONCE + 1])
    if not tasks:
        messages.info(request, _("Tick the tasks first; those that are done can't be changed."))
        return redirect("task_list")
    too_many = len(tasks) > MOST_CHANGED_AT_ONCE
    seen, is_shown = request.POST.get("seen"), False
    if form.is_valid() and not too_many:
        what = {"tasks": tasks, "by": request.user, "seen": seen, **form.cleaned_data}
        if seen is not None and form.applies(verb, **what):
            said = ngettext("%(count)d task is changed.", "%(count)d tasks are changed.", form.result)
            messages.success(request, said % {"count": form.result})
            return redirect("task_list")
        if seen is None:
            is_shown = form.applies(partial(_try, verb), **what)
        elif form.is_stale:
            is_shown = True
    context = {
        "form": form,
        "tasks": tasks[:MOST_CHANGED_AT_ONCE],
        "seen": as_seen(tasks),
        "is_shown": is_shown,
        "too_many": too_many,
        "most": MOST_CHANGED_AT_ONCE,
    }
    return render(request, template, context, status=form.answer)


def _chosen(request):
    """The pending tasks that were ticked, or with ?all=on all that the list's filter lets through."""
    tasks = _tasks(request)
    if request.GET.get("all"):
        chosen = TaskFilterForm(request.GET, by=request.user, tasks=tasks).narrow(tasks)
    else:
        keys = [key for key in request.GET.getlist("task") if key.isdecimal() and len(key) <= LONGEST_KEY]
        chosen = tasks.filter(pk__in=keys[: MOST_CHANGED_AT_ONCE + 1])
    return chosen.pending().select_related("entity", "assignee").order_by("due_on", "pk")


def _try(verb, **what):
    """Do it and take it back: what the verb would refuse is told before anybody is asked to confirm."""
    with transaction.atomic():
        verb(**what)
        transaction.set_rollback(True)


@login_required
@permission_required("inspections.view_task", raise_exception=True)
@require_safe
def task_progress(request):
    """How far areas and officers have come; each number leads to just the tasks that it counts. About ten queries."""
    campaign, tasks = request_frame(request).campaign, _tasks(request)
    chosen = Region.objects.filter(pk=code_in(request.GET)).first()
    progress = Progress(tasks.inside(chosen.code) if chosen else tasks, chosen or (campaign and campaign.region))
    inside = f"&region={chosen.pk}" if chosen else ""
    context = {
        "campaign": campaign,
        "progress": progress,
        "trail": _way_to(chosen),
        "places": [_of_place(place, row, progress) for place, row in progress.places],
        "officers": [_line(officer, row, f"officer={officer.pk}{inside}") for officer, row in progress.officers],
    }
    return render(request, "inspections/task_progress.html", context)


def _way_to(place):
    """Pairs of label and address down to the page of that place."""
    page, trail = reverse("task_progress"), []
    while place is not None:
        trail.insert(0, (place, f"{page}?region={place.pk}"))
        place = place.parent
    trail = [(_("Tasks"), reverse("task_list")), (_("Progress of the tasks"), page), *trail]
    return [*trail[:-1], (trail[-1][0], "")]


def _of_place(place, row, progress):
    """The line of a place: of an area it leads on to what lies in it."""
    if not progress.leads_down(place):
        return _line(place, row, f"region={place.pk}&itself=on")
    return _line(place, row, f"region={place.pk}") | {"page": f"{reverse('task_progress')}?region={place.pk}"}


def _line(whose, row, query):
    """One line of the table: whose, the numbers, the share that is done in percent, and the filter of the list."""
    return row | {"whose": whose, "query": query, "share": row["done"] * 100 // row["total"]}
