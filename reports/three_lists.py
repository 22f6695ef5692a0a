"""The three lists (问题清单、责任清单、整改清单) as one view over hazards: what is wrong, who answers for it, how it is put right."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from entities.today import now_in_words
from inspections.models import Hazard
from reports.columns import Column, column
from reports.spreadsheets import inert
from reports.summary import CENTRED, HEAD, HEAD_FILL, LINE, MUTED, TITLE
from reports.word_tables import add_table, landscape

ORDER = ("region", "deadline", "pk")
MOST_ROWS = 2000  # on one page or in one workbook; whoever wants more takes the ledger's export
FIRST_ROW = 6


def _last(hazard):
    """The last attempt to put it right; they come loaded with the hazards."""
    return max(hazard.rectifications.all(), key=lambda rectification: rectification.pk, default=None)


def _of_last(name):
    def read(hazard):
        last = _last(hazard)
        value = getattr(last, name) if last else None
        return "" if value is None else str(value)

    return read


def _columns(*paths):
    return tuple(column(Hazard, path) for path in paths)


GROUPS = (
    (_("Problems"), lambda: _columns("entity", "description", "category", "severity", "found_on")),
    (
        _("Responsibility"),
        lambda: _columns(
            "region", "unit", "entity.responsible_officer", "entity.responsible_leader", "responsible_department"
        ),
    ),
    (
        _("Rectification"),
        lambda: (
            Column("measures", _("measures"), read=_of_last("measures"), prefetch="rectifications__reviewer"),
            *_columns("deadline", "status", "rectified_on"),
            Column("reviewer", _("reviewer"), read=_of_last("reviewer"), prefetch="rectifications__reviewer"),
        ),
    ),
)


class ThreeLists:
    """The hazards of a scope that the officer may see, all or only those still to be rectified. Three queries for any number."""

    def __init__(self, scope, officer, *, pending=False):
        self.scope, self.pending = scope, pending
        rows = scope.narrow(Hazard.objects.of_campaign(scope.campaign).counted(), date_field="found_on")
        rows = (rows.pending() if pending else rows).visible_to(officer)
        self.groups = [(str(label), columns()) for label, columns in GROUPS]
        self.columns = [one for _label, columns in self.groups for one in columns]
        joins = {join for one in self.columns for join in one.joins}
        loads = sorted({one.prefetch for one in self.columns if one.prefetch})
        self.hazards = rows.select_related(*joins).prefetch_related(*loads).order_by(*ORDER)

    def rows(self, hazards):
        """Each hazard with the words of its columns."""
        return [(hazard, [one.text(hazard) for one in self.columns]) for hazard in hazards]


def three_lists_document(lists: ThreeLists):
    """The lists as Word for A4 landscape."""
    told = gettext("%(scope)s. As of %(time)s.") % {"scope": lists.scope.describe(), "time": now_in_words()}
    book = landscape(f"{lists.scope.campaign.label} · {gettext('Three lists')}", told)
    heads = [gettext("No."), *((label, [str(one.label) for one in columns]) for label, columns in lists.groups)]
    rows = [[number, *texts] for number, (_hazard, texts) in enumerate(lists.rows(lists.hazards[:MOST_ROWS]), start=1)]
    add_table(book, heads, rows)
    return book


def three_lists_workbook(lists: ThreeLists) -> Workbook:
    """The lists on one sheet for A4 landscape, the heads of the three groups above their columns."""
    book = Workbook()
    sheet = book.active
    sheet.title = gettext("Three lists")
    width = len(lists.columns) + 1
    sheet["A1"], sheet["A1"].font = inert(f"{lists.scope.campaign.label} · {gettext('Three lists')}"), TITLE
    told = gettext("%(scope)s. As of %(time)s.") % {"scope": lists.scope.describe(), "time": now_in_words()}
    sheet["A2"], sheet["A2"].font = inert(told), MUTED
    _head(sheet, 1, [gettext("No.")], gettext("No."))
    start = 2
    for label, columns in lists.groups:
        _head(sheet, start, [str(one.label) for one in columns], label)
        start += len(columns)
    for number, hazard in enumerate(lists.hazards[:MOST_ROWS], start=1):
        values = [number, *(inert(one.text(hazard)) for one in lists.columns)]
        for place, value in enumerate(values, start=1):
            cell = sheet.cell(FIRST_ROW + number - 1, place, value)
            cell.border, cell.alignment = LINE, CENTRED
    for place in range(1, width + 1):
        sheet.column_dimensions[sheet.cell(FIRST_ROW - 1, place).column_letter].width = 6 if place == 1 else 13
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 2)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{FIRST_ROW - 2}:{FIRST_ROW - 1}"
    sheet.oddFooter.center.text = "&P / &N"
    return book


def _head(sheet, start, labels, group):
    for place, label in enumerate(labels, start=start):
        for row, text in ((FIRST_ROW - 2, group), (FIRST_ROW - 1, label)):
            cell = sheet.cell(row, place, inert(text))
            cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, CENTRED
    if len(labels) > 1:
        sheet.merge_cells(
            start_row=FIRST_ROW - 2, start_column=start, end_row=FIRST_ROW - 2, end_column=start + len(labels) - 1
        )
