"""The file back with what is wrong marked at its cells."""

from io import BytesIO

from django.utils.translation import gettext
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from reports.imports.dry_run import Finding
from reports.imports.nouns import NOUNS
from reports.imports.read import BROKEN, read, text_of, unpacked_size
from reports.spreadsheets import inert

WRONG = PatternFill("solid", start_color="FFFFC7CE")
AS_IT_CAME_BYTES, AS_IT_CAME_UNPACKED = 2 * 1024 * 1024, 20 * 1024 * 1024


def marked(source, content) -> bytes:
    """A small workbook as it came, its wrong cells red with a note; of any other file the wrong rows only, each with its number."""
    findings = [Finding(*told) for told in source.findings]
    book = _as_it_came(content)
    if book is None:
        book = _wrong_rows(NOUNS[source.kind].sheet, read(source.name, content), findings)
    else:
        for found in findings:
            if found.sheet in book.sheetnames:
                _mark(book[found.sheet], found.row, found.column, found.reason)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _as_it_came(content):
    """The workbook, where it is small and can be written again; else None."""
    if not content.startswith(b"PK") or len(content) > AS_IT_CAME_BYTES:
        return None
    # Openpyxl takes up to thirty times of the memory that it unpacks.
    if unpacked_size(BytesIO(content)) > AS_IT_CAME_UNPACKED:
        return None
    try:
        return load_workbook(BytesIO(content))
    except (*BROKEN, InvalidFileException):
        return None


def _wrong_rows(sheet, read_book, findings):
    book = Workbook()
    page = book.active
    by_row = {}
    for found in findings:
        by_row.setdefault(found.row, []).append(found)
    pages = {one.name: one for one in read_book.pages}
    rows = pages[findings[0].sheet].rows if findings and findings[0].sheet in pages else None
    head = sheet.header(rows)[0] + 1 if rows is not None else 0
    cells = {number: row for number, row in enumerate(rows or (), start=1) if number == head or number in by_row}
    page.append([gettext("row"), *_texts(cells.get(head, ()))])
    for number in sorted(by_row):
        page.append([number, *_texts(cells.get(number, ()))])
        for found in by_row[number]:
            _mark(page, page.max_row, found.column, found.reason, shift=1)
    return book


def _texts(cells):
    return [inert(text_of(cell)) for cell in cells]


def _mark(page, row, letter, reason, shift=0):
    column = column_index_from_string(letter) + shift if letter else 1
    cell = page.cell(row, column)
    # A merged cell takes its look and its note at its upper left corner only.
    cell = next((page[area.coord.split(":")[0]] for area in page.merged_cells.ranges if cell.coordinate in area), cell)
    told = cell.comment.text + "\n" if cell.comment else ""
    cell.fill, cell.comment = WRONG, Comment(told + reason, "")
