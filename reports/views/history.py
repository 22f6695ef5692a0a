"""The change history of everything, for those who watch over it."""

from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entities.listing import chips_of
from reports.history import HistoryForm, HistorySearch


@login_required
@require_safe
@permission_required("inspections.read_history", raise_exception=True)
def history(request):
    """Searched by kind, record, officer, way, address and day; the newest first."""
    form = HistoryForm(request.GET, by=request.user)
    found = HistorySearch(form, request.user) if form.is_valid() else None
    query = request.GET.copy()
    if found and found.next:
        query["before"] = found.next
    context = {"form": form, "found": found, "next": query.urlencode(), "chips": chips_of(form, request.GET)}
    return render(request, "reports/history.html", context, status=200 if found else 422)
