"""The workbook to fill in: drop-downs, notes, an example, instructions, and the version of the template."""

from io import BytesIO

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reports.imports.read import MOST_ROWS, VERSION_SHEET
from reports.spreadsheets import sheet_name


def template(sheet) -> bytes:
    """An empty workbook for the sheet; its example stands among the instructions, where it can't be imported by mistake."""
    book = Workbook()
    page, told, hidden = book.active, book.create_sheet(), book.create_sheet(VERSION_SHEET)
    page.title, told.title = sheet_name(sheet.label), gettext("instructions")
    hidden.sheet_state = "hidden"
    hidden.append([sheet.name, sheet.version])
    told.append([gettext("column"), gettext("required"), gettext("note"), gettext("example")])
    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        head = page.cell(1, place, column.headers[0])
        head.font = Font(bold=column.required)
        page.column_dimensions[letter].width = 20
        if column.note:
            head.comment = Comment(str(column.note), "")
        told.append([column.headers[0], gettext("yes") if column.required else "", str(column.note), column.example])
        if column.choices:
            _drop_down(page, hidden, place, [str(label) for _value, label in column.choices])
        page.column_dimensions[letter].number_format = "@"
    page.freeze_panes = "A2"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _drop_down(page, hidden, place, labels):
    # The choices stand in cells: a list inside the rule may have 255 characters only.
    letter = get_column_letter(place)
    for line, label in enumerate(labels, start=2):
        hidden.cell(line, place, label)
    rule = DataValidation(
        type="list", formula1=f"'{VERSION_SHEET}'!${letter}$2:${letter}${len(labels) + 1}", allow_blank=True
    )
    rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    page.add_data_validation(rule)
