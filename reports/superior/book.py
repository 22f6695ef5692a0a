"""A form's workbook: what its sheets look like, and which of its cells can take a value."""

import re
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from reports.superior.judge import MAX_COLUMNS, MAX_ROWS

PAGE_ROWS = 100
CELL = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,3}$", re.ASCII)
TERM = re.compile(r"([+-]?)\s*(SUM\(([^()]*)\)|\$?[A-Z]{1,3}\$?\d{1,4}|\d+(?:\.\d+)?)\s*", re.ASCII)
DEPTH = 20
# As long as Excel lets a formula be, and more cells than any sum of a form adds.
LONGEST_FORMULA, MOST_TERMS = 8192, 10 * MAX_ROWS


@dataclass(frozen=True)
class Shown:
    """A cell as the preview shows it."""

    name: str
    text: str
    colspan: int
    rowspan: int
    is_formula: bool


class Book:
    """The workbook of a form, opened."""

    def __init__(self, content: bytes):
        self.workbook = load_workbook(BytesIO(content))
        self.sheets = [sheet.title for sheet in self.workbook.worksheets]

    def refusal(self, sheet, cell) -> str:
        """Why this cell can't take a value; empty when it can."""
        if sheet not in self.sheets:
            return gettext("There is no sheet “%(sheet)s” in this form.") % {"sheet": sheet}
        if not is_cell(cell):
            return gettext("“%(cell)s” is no cell of a form: write it as C5.") % {"cell": cell}
        found = self.workbook[sheet][cell]
        if isinstance(found, MergedCell):
            area = next(str(area) for area in self.workbook[sheet].merged_cells.ranges if cell in area)
            return gettext("%(cell)s lies inside the merged area %(area)s: choose its first cell.") % {
                "cell": cell,
                "area": area,
            }
        if found.data_type == "f":
            return gettext("%(cell)s holds a formula, which stays: choose another cell.") % {"cell": cell}
        return ""

    def check(self, sheet, cell):
        """Raise ValidationError where the cell can't take a value."""
        said = self.refusal(sheet, cell)
        if said:
            raise ValidationError({"cell": said})

    def pages(self, sheet) -> int:
        """How many pages of rows the preview of that sheet has."""
        return max(1, -(-self.workbook[sheet].max_row // PAGE_ROWS))

    def columns(self, sheet) -> list[tuple[str, int]]:
        """(letter, rough width in pixels) of the sheet's columns."""
        found = self.workbook[sheet]
        letters = [get_column_letter(number) for number in range(1, found.max_column + 1)]
        return [(letter, max(40, min(int(found.column_dimensions[letter].width * 7), 400))) for letter in letters]

    def rows(self, sheet, page=1) -> list[tuple[int, list[Shown]]]:
        """(row number, its cells) of one page; the cells inside a merged area are left to its first one."""
        found, spans = self.workbook[sheet], {}
        for area in found.merged_cells.ranges:
            spans[area.start_cell.coordinate] = (area.max_col - area.min_col + 1, area.max_row - area.min_row + 1)
        first = (page - 1) * PAGE_ROWS + 1
        last = min(found.max_row, first + PAGE_ROWS - 1)
        rows = []
        for cells in found.iter_rows(min_row=first, max_row=last):
            rows.append((cells[0].row, [_shown(c, spans) for c in cells if not isinstance(c, MergedCell)]))
        return rows

    def formulas(self):
        """(sheet, cell) of every formula."""
        for sheet in self.workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield sheet.title, cell.coordinate

    def terms(self, sheet, cell, depth=0) -> list[tuple[int, str]] | None:
        """The cells that a simple formula adds up, with their signs, through formulas that it adds; None for any other formula."""
        formula = self.workbook[sheet][cell].value
        if not isinstance(formula, str) or depth > DEPTH:
            return None
        found = _parse(formula)
        if found is None:
            return None
        leaves = []
        for sign, name in found:
            if self.workbook[sheet][name].data_type != "f":
                leaves.append((sign, name))
                continue
            inner = self.terms(sheet, name, depth + 1)
            if inner is None:
                return None
            leaves += [(sign * other, leaf) for other, leaf in inner]
            if len(leaves) > MOST_TERMS:
                return None
        return leaves

    def constant(self, sheet, cell) -> Decimal:
        """The number that stands in the form itself; 0 for text and for nothing."""
        value = self.workbook[sheet][cell].value
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return Decimal(str(value)) if is_number else Decimal(0)


def is_cell(name) -> bool:
    """Whether it names a cell that a form may have."""
    if not CELL.match(name):
        return False
    row, column = coordinate_to_tuple(name)
    return row <= MAX_ROWS and column <= MAX_COLUMNS


def _shown(cell, spans):
    across, down = spans.get(cell.coordinate, (1, 1))
    is_formula = cell.data_type == "f"
    text = "" if cell.value is None else str(getattr(cell.value, "text", cell.value))
    return Shown(cell.coordinate, text, across, down, is_formula)


def _parse(formula):
    """(sign, cell) of =SUM(A1:A3,B1)+C1-D1; None when there is anything else in it, or too much."""
    if len(formula) > LONGEST_FORMULA:
        return None
    rest, terms = formula.replace(" ", "").removeprefix("=").upper(), []
    while rest:
        found = TERM.match(rest)
        if found is None or (terms and not found.group(1)):
            return None
        sign, what, inside = -1 if found.group(1) == "-" else 1, found.group(2), found.group(3)
        if inside is None and what[0].isdigit():
            return None
        for part in (inside or what).replace("$", "").split(","):
            if not re.fullmatch(r"[A-Z]{1,3}[1-9]\d{0,3}(:[A-Z]{1,3}[1-9]\d{0,3})?", part):
                return None
            cells = _cells(part)
            if len(cells) > MOST_TERMS - len(terms):
                return None
            terms += [(sign, name) for name in cells]
        rest = rest[found.end() :]
    return terms or None


def _cells(area):
    left, top, right, bottom = range_boundaries(area)
    right, bottom = min(right, MAX_COLUMNS), min(bottom, MAX_ROWS)
    return [f"{get_column_letter(x)}{y}" for y in range(top, bottom + 1) for x in range(left, right + 1)]


def beyond(cell, *, right=0, down=0) -> str:
    """The cell so many columns to the right and rows down."""
    row, column = coordinate_to_tuple(cell)
    return f"{get_column_letter(column + right)}{row + down}"


def in_order(cell) -> tuple[int, int]:
    """The key that sorts cells as they are read."""
    return coordinate_to_tuple(cell)
