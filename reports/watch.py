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
from reports.word_tables import add_table, landscape

WEEK = timedelta(days=7)
STANDING = ("hazards_pending", "hazards_overdue")
DONE = ("inspections", "hazards_found", "hazards_rectified", "orders_issued", "cases_filed", "cases_closed")
MOST_DUE = 40
HEAD_ROW = 4
NOBODY = "—"


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
    """A period of a place and everything inside it against the one before, for one officer. Queries grow with no record."""

    def __init__(self, scope: FigureScope, officer, *, since: date, until: date, before: tuple[date, date]):
        self.scope, self.officer = scope, officer
        self.since, self.until = since, until
        self.standing = scope.during(None, until)
        self.week = scope.during(since, until)
        self.before = scope.during(*before)

    @classmethod
    def of_week(cls, scope, officer, *, until):
        """The seven days that end on `until`."""
        since = until - WEEK + timedelta(days=1)
        return cls(scope, officer, since=since, until=until, before=(since - WEEK, until - WEEK))

    @classmethod
    def of_month(cls, scope, officer, *, until):
        """The month of `until` up to that day, against as many days of the month before; a whole month against a whole one."""
        since = until.replace(day=1)
        last = since - timedelta(days=1)
        is_whole = (until + timedelta(days=1)).day == 1
        same = last if is_whole else min(last, last.replace(day=1) + (until - since))
        return cls(scope, officer, since=since, until=until, before=(last.replace(day=1), same))

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


def _told(watch):
    return gettext("%(scope)s. As of %(time)s.") % {"scope": watch.week.describe(), "time": now_in_words()}


def _heads(watch):
    heads = [gettext("Place"), *(str(declared.label) for declared in watch.heads[: len(STANDING)])]
    for declared in watch.heads[len(STANDING) :]:
        heads += [str(declared.label), gettext("on the period before")]
    return heads


def _values(line):
    values = [line.label]
    for found in line.cells:
        values += [found.number] if found.change is None else [found.number, found.change]
    return values


def watch_document(watch: Watch, title: str):
    """The table of the watch, what is due and whose hazards are overdue, as Word."""
    book = landscape(f"{watch.scope.campaign.label} · {title}", _told(watch))
    add_table(book, _heads(watch), [_values(line) for line in [*watch.lines, watch.total]])
    if watch.owners:
        heads = [gettext("officer"), gettext("unit"), gettext("overdue")]
        rows = [[row.officer or NOBODY, row.unit.name, row.hazards] for row in watch.owners]
        add_table(book, heads, rows, label=gettext("Whose hazards are overdue"))
    if watch.due.first:
        heads = [gettext("kind"), gettext("what"), gettext("due on")]
        rows = [[item.label, item.about, item.due_on] for item in watch.due.first]
        add_table(book, heads, rows, label=gettext("Overdue and due within a week"))
    return book


def watch_workbook(watch: Watch, title: str) -> Workbook:
    """The table of the watch on one page of A4 landscape; what was done with the difference to the period before."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet["A1"], sheet["A1"].font = inert(f"{watch.scope.campaign.label} · {title}"), TITLE
    sheet["A2"], sheet["A2"].font = inert(_told(watch)), MUTED
    heads = _heads(watch)
    for place, text in enumerate(heads, start=1):
        cell = sheet.cell(HEAD_ROW, place, inert(text))
        cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, CENTRED
        sheet.column_dimensions[cell.column_letter].width = 18 if place == 1 else 11
    for row, line in enumerate([*watch.lines, watch.total], start=HEAD_ROW + 1):
        for place, value in enumerate(_values(line), start=1):
            cell = sheet.cell(row, place, inert(value) if isinstance(value, str) else value)
            cell.border = LINE
            if line is watch.total:
                cell.font = TOTAL
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 2)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book
