"""A unit's report as one of the things that are due."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.due import Source
from reports.models import RoundReport

REPORTS = Source(
    _("units' reports"), lambda: RoundReport.objects.missing(), "due_on", lambda officer: Q(unit=officer.unit_id),
    lambda report: (_("unit's report"), str(report), report.get_absolute_url()), joins=("unit", "round"),
)  # fmt: skip
