"""Ledger workbooks: real dates and numbers, codes as text, nothing that a spreadsheet would run."""

import csv
import re
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

try:
    import rustpy_xlsxwriter
except ImportError:  # there is no build of it for this machine: the slower writer makes the same cells
    rustpy_xlsxwriter = None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEXT_STARTS = {*FORMULA_STARTS, "\n"}
LONGEST_TEXT = 32_767  # characters in a cell, a limit of the file format
SHEET_NAME_FORBIDS = re.compile(r"[\[\]:*?/\\']")
FORMATS = {"date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "number": "#,##0", "money": "#,##0.00"}
# Of which kind the values of a column are that are written as they are; of any other column they are text.
USUAL = {"date": date, "number": int, "money": float, "flag": None, "time": None}
WIDTHS = {"date": 12, "time": 17, "number": 10, "money": 15, "choice": 14, "status": 14, "flag": 8, "clock": 8}
HEAD_INK, HEAD_PAPER = "FFFFFF", "1F4E79"
ABOUT_WIDTHS = 24, 80
A4 = 9  # the number of the paper in the file format
FOOTER = "&C&P / &N"
PIECE_ROWS = 1000
SHEET_ROWS = 1_048_575  # below the header, a limit of the file format
HEAD_FONT = Font(bold=True, color=HEAD_INK)
HEAD_FILL = PatternFill("solid", fgColor=HEAD_PAPER)
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


def write_rows(path, *, title, columns, rows, count, about, sheet_rows=SHEET_ROWS, fast=True):
    """Write a workbook of those rows to the path, with constant memory.

    `columns` are those of `reports.columns`; `rows` are their values, may be any iterable and are gone through once, at most
    `count` of them; beyond `sheet_rows` they go on in a further sheet. `about` is a list of (label, value) for the last sheet.
    The first row of each sheet is the header, for machines too. Without `fast`, or for nothing, openpyxl writes it.
    """
    rows = cell_rows(columns, islice(rows, count))
    sheets = max(1, -(-count // sheet_rows))
    name = sheet_name(title)
    names = [name] if sheets == 1 else [f"{name[: 31 - len(f' {n}')]} {n}" for n in range(1, sheets + 1)]
    write = _write_fast if fast and count and rustpy_xlsxwriter else _write_plainly
    write(path, names, sheet_rows, columns, rows, about)


def cell_rows(columns, rows):
    """Each row of values as a row of cells; made column by column for a piece of them, which is much faster than cell by cell."""
    made, rows = [_cells_of(column.kind) for column in columns], iter(rows)
    while piece := list(islice(rows, PIECE_ROWS)):
        by_column = zip(*piece, strict=True)
        yield from zip(*(cells(values) for cells, values in zip(made, by_column, strict=True)), strict=True)


def _cells_of(kind):
    """What makes the cells of a column's values: `plain`, which most values are already."""
    usual = USUAL.get(kind, str)
    if usual is str:
        return lambda values: [
            value if value.__class__ is str and value.isprintable() and 0 < len(value) <= LONGEST_TEXT
            else plain(value, kind)
            for value in values
        ]  # fmt: skip
    return lambda values: [
        value if value is None or value.__class__ is usual else plain(value, kind) for value in values
    ]


def plain(value, kind):
    """The value as every writer writes it: None, text, a number, a day or a moment on this clock."""
    if value is None or value == "":
        return None
    if kind == "flag":
        value = gettext("yes") if value else gettext("no")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime) and value.tzinfo:
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, int | float | date | datetime):
        return value
    return clean(str(value)) or None


def clean(text) -> str:
    """Text without the characters that XML forbids, its lines ended in one way, cut at the format's limit."""
    lines = ILLEGAL_CHARACTERS_RE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return lines[:LONGEST_TEXT]


def write_csv(path, *, columns, rows, count):
    """The same cells as comma-separated text that Excel opens: UTF-8 with its mark, nothing that it would run."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_csv_text(clean(str(column.label))) for column in columns])
        writer.writerows([_csv_text(value) for value in row] for row in cell_rows(columns, islice(rows, count)))


def _csv_text(value):
    if value.__class__ is str:
        return f"'{value}" if value[:1] in TEXT_STARTS else value
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


class _Head(str):
    """A header by its identity: two columns may have the same label, but a row of the fast writer is a dictionary."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other):
        return self is other


def _write_fast(path, names, sheet_rows, columns, rows, about):
    heads = [_Head(clean(str(column.label))) for column in columns]
    entries = [(name, (dict(zip(heads, row, strict=True)) for row in islice(rows, sheet_rows))) for name in names]
    told = [(clean(str(label)), plain(value, "text")) for label, value in about]
    about_name = sheet_name(gettext("About"))
    # What a dictionary names first is written as the header: here the first line itself.
    first = [_Head(text) for text in (told[0][0], str(told[0][1]))]
    entries.append((about_name, [dict(zip(first, line, strict=True)) for line in told[1:]]))
    head = rustpy_xlsxwriter.Format().set_bold().set_font_color(f"#{HEAD_INK}").set_background_color(f"#{HEAD_PAPER}")
    formats, widths = [_fast_format(column.kind) for column in columns], [_width(column) for column in columns]
    page = {"landscape": True, "paper_size": A4, "fit_to_pages": (1, 0), "repeat_rows": 0, "footer": FOOTER}
    rustpy_xlsxwriter.write_worksheets(
        entries,
        str(path),
        column_formats=dict.fromkeys(names, formats) | {about_name: [_bold(), _wrapped()]},
        column_widths=dict.fromkeys(names, widths) | {about_name: [float(width) for width in ABOUT_WIDTHS]},
        header_format=dict.fromkeys(names, head.set_text_wrap().set_align("top")) | {about_name: _bold()},
        freeze_panes={name: {"row": 1, "col": 1} for name in names},
        autofilter=dict.fromkeys(names, True),
        page_setup=dict.fromkeys(names, page),
    )


def _fast_format(kind):
    made = rustpy_xlsxwriter.Format()
    return made.set_num_format(FORMATS[kind]) if kind in FORMATS else made.set_num_format("@").set_quote_prefix()


def _bold():
    return rustpy_xlsxwriter.Format().set_bold()


def _wrapped():
    return rustpy_xlsxwriter.Format().set_text_wrap().set_align("top").set_quote_prefix()


def _write_plainly(path, names, sheet_rows, columns, rows, about):
    book = Workbook(write_only=True)
    try:
        for name in names:
            _fill(book.create_sheet(name), columns, islice(rows, sheet_rows))
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()
            sheet._writer.cleanup()  # openpyxl keeps what it has written in a temporary file until the process ends
        raise
    _about(book, about)
    book.save(path)


def _fill(sheet, columns, rows):
    _set_up(sheet, columns)
    sheet.append([_head(sheet, column.label) for column in columns])
    last = 1
    for row in rows:
        sheet.append([_cell(sheet, value, column.kind) for value, column in zip(row, columns, strict=True)])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"


def _width(column) -> float:
    label = len(str(column.label).encode("gbk", "replace"))
    return float(max(WIDTHS.get(column.kind, 24), label + 4))


def _set_up(sheet, columns):
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = FOOTER.removeprefix("&C")


def _head(sheet, label):
    cell = WriteOnlyCell(sheet, inert(str(label)))
    cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, WRAPPED
    return cell


def _cell(sheet, value, kind):
    if value is None:
        return None
    cell = WriteOnlyCell(sheet, inert(value))
    if isinstance(value, str):
        cell.number_format = "@"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    elif kind in FORMATS:
        cell.number_format = FORMATS[kind]
    return cell


def _about(book, about):
    sheet = book.create_sheet(sheet_name(gettext("About")))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = ABOUT_WIDTHS
    for label, value in about:
        head = WriteOnlyCell(sheet, inert(str(label)))
        head.font = Font(bold=True)
        text = _cell(sheet, plain(value, "text"), "text")
        if isinstance(value, str):
            text.alignment = WRAPPED
        sheet.append([head, text])
