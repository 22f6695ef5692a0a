"""The summary workbook: the campaign's figures by chapter, county and month, ready to print and to be added up."""

from decimal import Decimal
from math import ceil

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from reports.indicators import ALL_CHAPTERS, INDICATORS, total, totals
from reports.own import Broken, is_own, own_indicators, shown_for
from reports.rollup import county_rows, month_rows
from reports.spreadsheets import inert

HEAD_ROW = 4
COLUMNS_ON_PAPER = 14  # more than these on one A4 page would be too small to read
TITLE = Font(size=16, bold=True)
HEAD = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="1F4E79")
TOTAL = Font(bold=True)
OWN_TOTAL = Font(bold=True, italic=True)
MUTED = Font(color="595959")
LINE = Border(bottom=Side(style="thin", color="BFBFBF"))
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)


def summary_workbook(scope) -> Workbook:
    """Overview of all figures, then what the campaign shows: a sheet for each chapter (counties × its indicators), all counties
    and all months.

    Columns that may be added up end in a SUM; any other total is computed for itself and set in italics.
    """
    book = Workbook()
    everything, counties, months = totals(scope), county_rows(scope), month_rows(scope)
    _overview(book.active, scope, everything)
    for label, indicators in shown_for(scope.campaign, supporting=True):
        _table(book.create_sheet(label[:31]), scope, label, counties, _countable(indicators), everything, "region")
    shown = _countable(i for _label, indicators in shown_for(scope.campaign) for i in indicators)
    _table(book.create_sheet(gettext("Counties")), scope, gettext("Counties"), counties, shown, everything, "region")
    dated = [i for i in shown if not is_own(i) or i.date_field]
    _table(book.create_sheet(gettext("Months")), scope, gettext("Months"), months, dated, everything, "month")
    return book


def _countable(indicators):
    return [declared for declared in indicators if not isinstance(declared, Broken)]


def number_format(unit_is_money, value) -> str:
    """Excel's format for a figure: yuan with two places, a rate with one, counts whole."""
    if unit_is_money:
        return "#,##0.00"
    return "0.0" if isinstance(value, Decimal) else "#,##0"


def _heading(sheet, scope, title, width):
    campaign = scope.campaign
    sheet["A1"] = inert(f"{campaign.label} · {title}")
    sheet["A1"].font = TITLE
    note = gettext("%(scope)s. As of %(time)s.") % {"scope": scope.describe(), "time": scope.moment_in_words}
    if campaign.is_synthetic:
        note += " " + gettext("Demonstration data: no real person or business.")
    sheet["A2"] = inert(note)
    sheet["A2"].font = MUTED
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    sheet.row_dimensions[1].height = 26


def _head(sheet, labels):
    for column, label in enumerate(labels, start=1):
        cell = sheet.cell(HEAD_ROW, column, inert(label))
        cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, CENTRED


def _print_setup(sheet):
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.fitToWidth = ceil(sheet.max_column / COLUMNS_ON_PAPER)
    sheet.print_title_cols = "A:A"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.oddFooter.center.text = "&P / &N"


def _overview(sheet, scope, figures):
    sheet.title = gettext("Overview")
    _heading(sheet, scope, gettext("Overview"), 4)
    _head(sheet, [gettext("Chapter"), gettext("Indicator"), gettext("Figure"), gettext("Unit")])
    for row, declared in enumerate(INDICATORS, start=HEAD_ROW + 1):
        figure = figures[declared.key]
        values = [ALL_CHAPTERS[declared.chapter], declared.label, figure, declared.unit]
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column, value if column == 3 else inert(str(value)))
            cell.border = LINE
        cell = sheet.cell(row, 3)
        cell.number_format = number_format(declared.key == "fines_amount", figure)
        if figure is None:
            cell.value, cell.alignment = "—", Alignment(horizontal="right")
    for row, declared in enumerate(own_indicators(scope.campaign), start=HEAD_ROW + 1 + len(INDICATORS)):
        broken = isinstance(declared, Broken)
        values = [
            gettext("Own indicators"),
            declared.label,
            None if broken else total(declared, scope),
            declared.reason if broken else declared.unit,
        ]
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value if column == 3 else inert(str(value))).border = LINE
        sheet.cell(row, 3).number_format = "#,##0"
    for column, width in zip("ABCD", (30, 46, 16, 14), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 1)
    _print_setup(sheet)


def _table(sheet, scope, title, rows, indicators, totals_, axis):
    _heading(sheet, scope, title, len(indicators) + 1)
    _head(
        sheet,
        [gettext("Place") if axis == "region" else gettext("Month"), *(f"{i.label}\n({_unit(i)})" for i in indicators)],
    )
    sheet.row_dimensions[HEAD_ROW].height = 64
    first, last = HEAD_ROW + 1, HEAD_ROW + len(rows)
    for number, row in enumerate(rows, start=first):
        sheet.row_dimensions[number].height = 20
        sheet.cell(number, 1, inert(row.label)).border = LINE
        for column, declared in enumerate(indicators, start=2):
            _figure(sheet.cell(number, column), declared, _value(declared, row.figures, row.scope))
    sheet.cell(last + 1, 1, gettext("Total")).font = TOTAL
    for column, declared in enumerate(indicators, start=2):
        cell = sheet.cell(last + 1, column)
        letter = get_column_letter(column)
        _figure(cell, declared, _value(declared, totals_, scope))
        cell.font = OWN_TOTAL
        if axis in declared.additive:
            cell.value, cell.font = f"=SUM({letter}{first}:{letter}{last})", TOTAL
        sheet.column_dimensions[letter].width = 12
    sheet.cell(
        last + 2, 1, gettext("Totals in italics are computed for themselves: their parts can't be added up.")
    ).font = MUTED
    sheet.column_dimensions["A"].width = 22
    sheet.freeze_panes = sheet.cell(first, 2)
    _print_setup(sheet)


def _unit(declared):
    """The unit of a column, with the mark of an own indicator."""
    return f"{declared.unit}, {gettext('own')}" if is_own(declared) else declared.unit


def _value(declared, figures, scope):
    """The figure among those counted together; an own one is counted by itself."""
    return total(declared, scope) if is_own(declared) else figures[declared.key]


def _figure(cell, declared, value):
    cell.value = "—" if value is None else value
    cell.number_format = number_format(declared.key == "fines_amount", value)
    cell.alignment = Alignment(horizontal="right")
    cell.border = LINE
