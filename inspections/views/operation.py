"""An operation: what it came to, and what each department still owes."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Q, Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entities.models import Department
from entities.today import today
from inspections.desk.declare import buttons
from inspections.models import Case, Handover, Hazard, Inspection, Operation, SeizedItem


@dataclass(frozen=True)
class Total:
    """A number of the operation, and the list of the records that it counts."""

    label: str
    number: int
    url: str


@login_required
@permission_required("inspections.view_operation", raise_exception=True)
@require_safe
def operation_detail(request, pk):
    """One operation with its own totals, in the officer's scope. About fifteen queries."""
    related = ("region", "unit", "campaign", "created_by")
    operation = get_object_or_404(Operation.objects.visible_to(request.user).select_related(*related), pk=pk)
    visits = Inspection.objects.visible_to(request.user).filter(operation=operation).submitted()
    hazards = Hazard.objects.visible_to(request.user).filter(inspection__operation=operation).counted()
    context = {
        "operation": operation,
        "totals": totals(operation, visits, hazards, request.user),
        "owed": owed(hazards, request.user),
        "visits": visits.select_related("entity", "unit").order_by("-inspected_on", "-pk")[:20],
        "regions": operation.regions.all(),
        "departments": operation.departments.all(),
        "teams": operation.teams.all(),
        "officers": operation.officers.select_related("unit"),
        "evidence": operation.evidence.all(),
        "buttons": buttons(request.user, operation),
    }
    return render(request, "inspections/operation_detail.html", context)


def totals(operation, visits, hazards, officer) -> list[Total]:
    """What the operation came to, each number with its list."""

    def listed(name, **filters):
        return f"{reverse('ledger', args=[name])}?{urlencode({'operation': operation.pk} | filters)}"

    inspected, ours = visits.inspected(), {"status": "submitted", "outcome": "inspected"}
    cases = Case.objects.visible_to(officer).filed()
    cases = cases.filter(Q(operation=operation) | Q(inspection__operation=operation))
    seized = SeizedItem.objects.visible_to(officer).filter(seizure__inspection__operation=operation)
    counts = hazards.aggregate(
        found=Count("pk"),
        rectified=Count("pk", filter=Q(status="rectified")),
        handed_over=Count("pk", filter=Q(status="handed_over")),
        overdue=Count("pk", filter=Q(status__in=["open", "submitted"], deadline__lt=today())),
    )
    return [
        Total(_("inspections"), inspected.count(), listed("inspection", **ours)),
        Total(_("entities inspected"), inspected.values("entity").distinct().count(), listed("inspection", **ours)),
        Total(_("hazards found"), counts["found"], listed("hazard", counted=1)),
        Total(_("hazards rectified"), counts["rectified"], listed("hazard", status="rectified", counted=1)),
        Total(_("hazards overdue"), counts["overdue"], listed("hazard", overdue=1)),
        Total(_("hazards handed over"), counts["handed_over"], listed("hazard", status="handed_over", counted=1)),
        Total(_("cases filed"), cases.count(), listed("case", filed=1)),
        Total(_("pieces seized"), seized.aggregate(sum=Sum("quantity"))["sum"] or 0, listed("seizeditem")),
    ]


def owed(hazards, officer):
    """(department, open, overdue, handed over and not acknowledged) of each that still owes something. Three queries."""
    late = Q(deadline__lt=today())
    rows = hazards.pending().values("responsible_department")
    pending = {
        row["responsible_department"]: (row["open"], row["late"])
        for row in rows.annotate(open=Count("pk"), late=Count("pk", filter=late)).order_by()
    }
    waiting = Handover.objects.visible_to(officer).unacknowledged().filter(hazard__in=hazards)
    unconfirmed = dict(waiting.values_list("department").annotate(Count("pk")).order_by())
    return [
        (department, *pending.get(department.pk, (0, 0)), unconfirmed.get(department.pk, 0))
        for department in Department.objects.filter(pk__in={*pending, *unconfirmed})
    ]
