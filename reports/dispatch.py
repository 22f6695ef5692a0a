"""The monthly dispatch (月调度): the month against the one before, the ranking by the campaign's rules, and who is named."""

from functools import cached_property

from django.utils.translation import gettext
from openpyxl import Workbook

from inspections.models import Assignment, CoordinationEvent
from reports.models import RoundReport
from reports.ranking import ranked, standards
from reports.rollup import county_rows
from reports.spreadsheets import inert
from reports.summary import CENTRED, HEAD, HEAD_FILL, LINE
from reports.watch import Watch, watch_document, watch_workbook
from reports.word_tables import add_table

NOTHING = "—"


class Dispatch:
    """A month of a place for one officer."""

    def __init__(self, scope, officer, *, until):
        self.watch = Watch.of_month(scope, officer, until=until)
        self.scope, self.officer = self.watch.week, officer

    @cached_property
    def standards(self):
        """By what the places are ranked."""
        return standards(self.scope.campaign)

    @cached_property
    def places(self):
        """The places inside, best first."""
        return ranked(self.scope, self.standards)

    @property
    def unranked(self) -> list[str]:
        """Places of which nothing can be told: no rule applies to them."""
        return [one.row.label for one in self.places if one.score is None]

    @cached_property
    def without_case(self) -> list[str]:
        """Places that filed no case in the month."""
        rows = county_rows(self.scope, ["cases_all"])
        return [row.label for row in rows if not row.scope.own and not row.figures["cases_all"]]

    @cached_property
    def late(self) -> list[RoundReport]:
        """Reports of the month's rounds that came late or not at all."""
        reports = RoundReport.objects.of_campaign(self.scope.campaign).filter(
            round__until__gte=self.watch.since,
            round__until__lte=self.watch.until,
            region__code__startswith=self.scope.place.code,
        )
        found = reports.select_related("round", "unit").order_by("unit__rank", "round__until")
        return [report for report in found if report.is_late]

    @cached_property
    def instructions(self) -> list[CoordinationEvent]:
        """Leaders' instructions whose assignments still wait, or that were given in the month."""
        return list(instructions(self.scope.campaign, self.officer, since=self.watch.since))

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The ranking as words: heads and rows."""
        heads = [gettext("rank"), gettext("place"), gettext("score"), *(_head(one) for one in self.standards)]
        rows = [
            [NOTHING if one.rank is None else one.rank, one.row.label, NOTHING if one.score is None else one.score,
             *(NOTHING if points is None else figure for figure, points in zip(one.figures, one.points, strict=True))]
            for one in self.places
        ]  # fmt: skip
        return heads, rows

    def named(self) -> list[str]:
        """Who is named, in sentences."""
        comma = gettext(", ")
        late = [f"{report.unit} ({report.round})" for report in self.late]
        return [
            gettext("No case filed this month: %(places)s.") % {"places": comma.join(self.without_case) or NOTHING},
            gettext("Reports late or missing: %(units)s.") % {"units": comma.join(late) or NOTHING},
        ]


def instructions(campaign, officer, *, since=None):
    """Leaders' instructions in the officer's scope with their assignments; with `since` those given from then on or still open."""
    found = CoordinationEvent.objects.of_campaign(campaign).filter(kind=CoordinationEvent.Kind.INSTRUCTION)
    found = found.visible_to(officer)
    if since is not None:
        waiting = Assignment.objects.pending().values("event")
        found = found.filter(held_on__gte=since) | found.filter(pk__in=waiting)
    return found.prefetch_related("assignments__to_unit", "assignments__to_officer").select_related("region")


def _head(standard):
    told = [gettext("weight %(weight)d") % {"weight": standard.weight}]
    if standard.fewer_is_better:
        told.append(gettext("fewer is better"))
    return f"{standard.declared.label} ({'; '.join(told)})"


def dispatch_workbook(dispatch) -> Workbook:
    """The month's table, and the ranking on a sheet of its own."""
    book = watch_workbook(dispatch.watch, gettext("Monthly dispatch"))
    sheet = book.create_sheet(gettext("ranking"))
    heads, rows = dispatch.table()
    for number, row in enumerate([heads, *rows], start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, inert(value) if isinstance(value, str) else value)
            cell.border = LINE
            if number == 1:
                cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, CENTRED
                sheet.column_dimensions[cell.column_letter].width = 18
    for offset, text in enumerate(dispatch.named(), start=len(rows) + 3):
        sheet.cell(offset, 1, inert(text))
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    return book


def dispatch_document(dispatch):
    """The month's table and the ranking as Word."""
    book = watch_document(dispatch.watch, gettext("Monthly dispatch"))
    add_table(book, *dispatch.table(), label=gettext("ranking"))
    for text in dispatch.named():
        book.add_paragraph(text)
    return book
