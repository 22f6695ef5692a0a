"""Ledger workbooks: real dates and numbers, codes as text, nothing that a spreadsheet would run."""

import re
from datetime import date, datetime

from django.core.files.temp import NamedTemporaryFile
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_TEXT = 32_767  # characters in a cell, a limit of the file format
SHEET_NAME_FORBIDS = re.compile(r"[\[\]:*?/\\']")
FORMATS = {"date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "number": "#,##0", "money": "#,##0.00"}
WIDTHS = {"date": 12, "time": 17, "number": 10, "money": 15, "choice": 14, "status": 14, "flag": 8, "clock": 8}
HEAD_FONT = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="1F4E79")
WRAPPED = Alignment(vertical="top", wrap_text=True)


def inert(value):
    """The value as a cell may hold it: text that a spreadsheet could take for a formula or an error stays text.

    Characters that XML forbids are dropped, and text is cut at the format's limit; what is not text comes back as it is.
    """
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
    # openpyxl makes a formula of a plain `=…` and an error of `#N/A`; rich text is written as it stands.
    return CellRichText(text) if text.startswith(FORMULA_STARTS) or text in ERROR_CODES else text


def sheet_name(text) -> str:
    """A name that a sheet may have: 31 characters, without the few that are forbidden."""
    return SHEET_NAME_FORBIDS.sub(" ", str(text))[:31]


def write_ledger(*, title, columns, records, about):
    """A temporary file with the workbook of those records, at its beginning; the caller closes it.

    `columns` are those of `reports.columns`; `records` may be any iterable and is gone through once, so that memory does not grow
    with its length; `about` is a list of (label, value) for the second sheet. The first row is the header, for machines too.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title))
    _set_up(sheet, columns)
    sheet.append([_head(sheet, column.label) for column in columns])
    last = 1
    for record in records:
        sheet.append([_cell(sheet, column.value(record), column.kind) for column in columns])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    _about(book, about)
    file = NamedTemporaryFile(suffix=".xlsx")
    book.save(file)
    file.seek(0)
    return file


def _set_up(sheet, columns):
    for number, column in enumerate(columns, start=1):
        label = len(str(column.label).encode("gbk", "replace"))
        sheet.column_dimensions[get_column_letter(number)].width = max(WIDTHS.get(column.kind, 24), label + 4)
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&P / &N"


def _head(sheet, label):
    cell = WriteOnlyCell(sheet, inert(str(label)))
    cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, WRAPPED
    return cell


def _cell(sheet, value, kind):
    if value is None or value == "":
        return None
    if kind == "flag":
        value = gettext("yes") if value else gettext("no")
    if not isinstance(value, int | float | date | datetime) and kind not in ("number", "money"):
        value = str(value)
    cell = WriteOnlyCell(sheet, inert(value))
    if isinstance(value, str):
        cell.number_format = "@"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    elif kind in FORMATS:
        cell.number_format = FORMATS[kind]
    return cell


def _about(book, about):
    sheet = book.create_sheet(sheet_name(gettext("About")))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
    for label, value in about:
        head = WriteOnlyCell(sheet, inert(str(label)))
        head.font = Font(bold=True)
        text = _cell(sheet, value, "text")
        if isinstance(value, str):
            text.alignment = WRAPPED
        sheet.append([head, text])
