"""The leader's dashboard."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import render

from entities.standby import view_reads_at_standby
from entities.unchanged import unchanged_while
from inspections.frame import request_frame
from reports.cells.read import one_moment
from reports.cells.version import version
from reports.dashboard import Dashboard, opening_region
from reports.scope import FigureScope
from reports.views.past import shows_the_past


def state_of_the_figures(request):
    """Names the state of all that the page shows; None while something written is not counted yet."""
    campaign = request_frame(request).campaign
    return campaign and version(campaign)


@login_required
@unchanged_while(state_of_the_figures)
@view_reads_at_standby
@shows_the_past
@one_moment()
def dashboard(request):
    """The figures of a campaign for a place, a unit and a period; every officer may look at any of them.

    A query that makes no sense is answered in words, with the whole campaign below it.
    """
    campaign = request_frame(request).campaign
    if campaign is None:
        return render(request, "reports/dashboard_empty.html")
    return render(request, "reports/dashboard.html", _context(request, campaign))


@login_required
@unchanged_while(state_of_the_figures)
@view_reads_at_standby
@shows_the_past
@one_moment()
def dashboard_wall(request):
    """The same figures for a wall screen, one panel after the other; asked for by its own script, only the panels."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return render(request, "reports/dashboard_empty.html")
    template = "reports/wall_panels.html" if request.htmx else "reports/wall.html"
    return render(request, template, _context(request, campaign))


@login_required
@unchanged_while(state_of_the_figures)
@view_reads_at_standby
@shows_the_past
@one_moment()
def dashboard_people(request):
    """Who is at fault again, whose hazards are overdue, and what officers have to do: of a large place, where that takes a while."""
    campaign = request_frame(request).campaign
    if campaign is None:
        return render(request, "reports/dashboard_empty.html")
    return render(request, "reports/people.html", _context(request, campaign))


def _context(request, campaign):
    error, query = "", request.GET.dict()
    query["region"] = query.get("region") or opening_region(request.user, campaign).code
    try:
        scope = FigureScope.from_query(campaign, query)
    except ValidationError as wrong:
        error, scope = wrong.messages[0], FigureScope(campaign, campaign.region)
    return {
        "board": Dashboard(
            scope, request.user, query.get("rank", ""), request.GET.getlist("column"), query.get("step", "")
        ),
        "campaign": campaign,
        "scope": scope,
        "error": error,
        "as_of": scope.moment_in_words,
    }
