"""Where leaders and office staff begin: every page that reports or exports, with what it is for."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EXPORTS = "inspections.export_scope"
IMPORTS = "reports.add_import"
HISTORY = "inspections.read_history"


@dataclass(frozen=True)
class Page:
    """One page, and the right without which it is not offered."""

    name: str
    label: Promise
    purpose: Promise
    right: str = ""

    @property
    def url(self) -> str:
        return reverse(self.name)


CHAPTERS = (
    (
        _("Look"),
        (
            Page("dashboard", _("Dashboard"), _("The campaign's figures, each with the records behind it.")),
            Page("dashboard_compare", _("Compare"), _("Two periods, two places, two units or two campaigns side by side.")),
            Page("dashboard_wall", _("Wall screen"), _("The same figures for the meeting room; it renews itself.")),
            Page("watch", _("Weekly watch"), _("What is open, overdue, new and closed, county by county, and whose it is.")),
            Page("dispatch", _("Monthly dispatch"), _("The month against the one before, the ranking, and who is named.")),
            Page("instruction_list", _("Leaders' instructions"), _("Who must do what by when, followed up to its feedback.")),
            Page("round_list", _("Reporting rounds"), _("What each unit reports by a cut-off, approved by the city: the weekly sheet.")),
            Page("three_lists", _("Three lists"), _("Problems, who answers for them, and how they were put right.")),
            Page("history", _("Change history"), _("Who changed, exported or signed in: when, from where, what."), HISTORY),
            Page("snapshot_list", _("Snapshots"), _("Figures frozen at a cut-off, compared, with the records that moved.")),
        ),
    ),
    (
        _("Take in"),
        (
            Page("import_list", _("Imports"), _("Lists of entities, visits or results, checked row by row first."), IMPORTS),
        ),
    ),
    (
        _("Send out"),
        (
            Page("bulletin_list", _("Bulletins"), _("Bulletin and monthly report: proposed, edited, checked, read, as Word.")),
            Page("summary_workbook", _("Summary workbook"), _("All figures by county and month, as Excel."), EXPORTS),
            Page("form_list", _("Superior's forms"), _("Another office's workbook, filled with our figures.")),
            Page("ledger_index", _("Ledgers"), _("Every kind of record, filtered, as Excel or text of any length.")),
            Page("job_list", _("Background jobs"), _("Long exports: how far they are, and what to download.")),
        ),
    ),
)  # fmt: skip


@login_required
def office(request):
    """The pages of the office that this officer may open. No query."""
    chapters = [
        (label, [page for page in pages if not page.right or request.user.has_perm(page.right)])
        for label, pages in CHAPTERS
    ]
    return render(request, "reports/office.html", {"chapters": chapters})
