"""The weekly watch (周盯办): what stands open or overdue, what was done in the week against the week before, county by county."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext
from openpyxl import Workbook

from entities.today import now_in_words
from inspections.due import SOURCES, due_list
from reports.dashboard import records_url
from reports.dashboard.people import overdue_by_owner
from reports.indicators import indicator, totals
from reports.rollup import county_rows
from reports.scope import FigureScope
from reports.spreadsheets import inert
from reports.summary import CENTRED, HEAD, HEAD_FILL, LINE, MUTED, TITLE, TOTAL

WEEK = timedelta(days=7)
STANDING = ("hazards_pending", "hazards_overdue")
DONE = ("inspections", "hazards_found", "hazards_rectified", "orders_issued", "cases_filed", "cases_closed")
MOST_DUE = 40
HEAD_ROW = 4


@dataclass(frozen=True)
class Cell:
    """A figure, its records where the officer may open them, and for what was done by how much the week before differs."""

    number: int
    url: str
    change: int | None = None


@dataclass(frozen=True)
class Line:
    """A county."""

    label: str
    cells: list[Cell]


class Watch:
    """The week that ends on `until`, of a place and everything inside it, for one officer. Queries grow with no record."""

    def __init__(self, scope: FigureScope, officer, *, until: date):
        self.scope, self.officer = scope, officer
        self.since, self.until = until - WEEK + timedelta(days=1), until
        self.standing = scope.during(None, until)
        self.week = scope.during(self.since, until)
        self.before = scope.during(self.since - WEEK, until - WEEK)

    @property
    def heads(self):
        """What stands open, then what was done."""
        return [indicator(key) for key in (*STANDING, *DONE)]

    @cached_property
    def lines(self) -> list[Line]:
        """A line for each place inside, with the city's own level first."""
        tables = [county_rows(self.standing, STANDING), county_rows(self.week, DONE), county_rows(self.before, DONE)]
        return [
            Line(
                standing.label, self._cells(standing.scope, standing.figures, week.scope, week.figures, before.figures)
            )
            for standing, week, before in zip(*tables, strict=True)
        ]

    @cached_property
    def total(self) -> Line:
        """The whole, counted for itself."""
        figures = totals(self.standing, STANDING), totals(self.week, DONE), totals(self.before, DONE)
        return Line(self.scope.place.name, self._cells(self.standing, figures[0], self.week, figures[1], figures[2]))

    def _cells(self, standing_scope, standing, week_scope, week, before):
        cells = [Cell(standing[key], self._url(key, standing_scope)) for key in STANDING]
        return cells + [Cell(week[key], self._url(key, week_scope), week[key] - before[key]) for key in DONE]

    def _url(self, key, scope):
        return records_url(indicator(key), scope) if self.officer.covers(scope.place.code) else ""

    @cached_property
    def owners(self):
        """Whose hazards are overdue."""
        return overdue_by_owner(self.standing, self.officer)

    @cached_property
    def due(self):
        """What is overdue or due within a week, of every kind: deadlines, assignments, hazards, tasks."""
        day = self.scope.judged_on
        return due_list([(source, source.rows(self.officer, on=day)) for source in SOURCES], on=day, most=MOST_DUE)


def watch_workbook(watch: Watch) -> Workbook:
    """The table of the watch on one page of A4 landscape; what was done with the difference to the week before."""
    book = Workbook()
    sheet = book.active
    sheet.title = gettext("Weekly watch")
    sheet["A1"], sheet["A1"].font = inert(f"{watch.scope.campaign.label} · {gettext('Weekly watch')}"), TITLE
    told = gettext("%(scope)s. As of %(time)s.") % {"scope": watch.week.describe(), "time": now_in_words()}
    sheet["A2"], sheet["A2"].font = inert(told), MUTED
    heads = [gettext("Place"), *(str(declared.label) for declared in watch.heads[: len(STANDING)])]
    for declared in watch.heads[len(STANDING) :]:
        heads += [str(declared.label), gettext("on the week before")]
    for place, text in enumerate(heads, start=1):
        cell = sheet.cell(HEAD_ROW, place, inert(text))
        cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, CENTRED
        sheet.column_dimensions[cell.column_letter].width = 18 if place == 1 else 11
    for row, line in enumerate([*watch.lines, watch.total], start=HEAD_ROW + 1):
        values = [inert(line.label)]
        for found in line.cells:
            values += [found.number] if found.change is None else [found.number, found.change]
        for place, value in enumerate(values, start=1):
            cell = sheet.cell(row, place, value)
            cell.border = LINE
            if line is watch.total:
                cell.font = TOTAL
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 2)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book
