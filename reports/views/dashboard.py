"""The leader's dashboard."""

from functools import wraps

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


def _shows_figures(view):
    """A page of a campaign's figures, all of one moment, for whoever is signed in; another one while there is no campaign."""

    @login_required
    @unchanged_while(state_of_the_figures)
    @view_reads_at_standby
    @shows_the_past
    @one_moment()
    @wraps(view)
    def shown(request):
        if request_frame(request).campaign is None:
            return render(request, "reports/dashboard_empty.html")
        return view(request)

    return shown


@_shows_figures
def dashboard(request):
    """The figures of a campaign for a place, a unit and a period; every officer may look at any of them.

    A query that makes no sense is answered in words, with the whole campaign below it.
    """
    return render(request, "reports/dashboard.html", _context(request))


@_shows_figures
def dashboard_wall(request):
    """The same figures for a wall screen, one panel after the other; asked for by its own script, only the panels."""
    template = "reports/wall_panels.html" if request.htmx else "reports/wall.html"
    return render(request, template, _context(request))


@_shows_figures
def dashboard_people(request):
    """Who is at fault again, whose hazards are overdue, and what officers have to do: of a large place, where that takes a while."""
    return render(request, "reports/people.html", _context(request))


def _context(request):
    campaign, error, query = request_frame(request).campaign, "", request.GET.dict()
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
