"""A file as rows of cells: what is no such file is refused in words, what is wrong with one cell is told at that cell."""

import csv
import io
import posixpath
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePath
from xml.etree import ElementTree
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from openpyxl.utils.cell import column_index_from_string
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from inspections.uploads import package

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_RATIO, RATIO_FROM = 150, 10 * 1024 * 1024  # a small file may well pack better
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 100_000, 100, 20
OLE, ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
# What the readers of packed files and of their parts raise when one is damaged, or packed in a way that they don't know.
BROKEN = (*package.BROKEN, CalamineError, ElementTree.ParseError, TypeError, AttributeError)
# A cell that begins with a formula. Nothing is looked at twice, so that a tag that never ends costs no more than one that does.
WITH_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^<>]*+)(?<!/)>\s*+<(?:\w+:)?f[\s/>]")
CELL = re.compile(rb'\br=["\']([A-Z]{1,3})(\d{1,7})["\']')
# Only what stands beyond column Z or row 99,999 can be too far: of most sheets nothing is found. Both begin with a letter that
# is searched for at the speed of memory; what must stand before it is asked afterwards. Neither is longer than LONGEST_PLACE.
PLACE = re.compile(rb'r=["\'](?<=[\s"\']r=.)(?:([A-Z]{2,3})(\d{1,7})|([A-Z])(\d{6,7}))["\']')
FORMULA = re.compile(rb"f[\s/>](?<=[<:]f.)", re.DOTALL)
LONGEST_PLACE, PART_BYTES = 16, 1 << 20
WRITTEN_DAY = re.compile(r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})\s*\u65e5?(?:\s+0?0:00(?::00)?)?")
PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
SERIAL = re.compile(r"\d{5}(?:\.0+)?")
FIRST_SERIAL_DAY = date(1899, 12, 30)
VERSION_SHEET = "_template"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class SheetRows:
    """The rows of a sheet from its very first cell, made anew each time they are gone through."""

    def __init__(self, sheet):
        self._sheet = sheet

    def __iter__(self):
        before = [""] * self._sheet.start[1] if self._sheet.start else []
        try:
            for row in self._sheet.iter_rows():
                yield before + row if before else row
        except BROKEN as error:
            raise ValidationError(_unreadable()) from error


@dataclass
class Page:
    """A sheet of the file: its rows from the very first, and the cells (row and column from 1) that hold a formula or are merged."""

    name: str
    rows: Iterable[list]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Book:
    """A file that was read; `hidden` names the sheets that nobody sees, `template` is what the template wrote of itself."""

    pages: list[Page]
    hidden: list[str] = field(default_factory=list)
    template: list = field(default_factory=list)


def read(name, content) -> Book:
    """The sheets of an .xlsx, .xls or .csv file. Raises ValidationError for anything else, and for what is too large."""
    if len(content) > MOST_BYTES:
        raise ValidationError(gettext("The file is over %(most)d MB: split it.") % {"most": MOST_BYTES >> 20})
    if content.startswith(OLE) and ENCRYPTED in content:
        raise ValidationError(_encrypted())
    ending = PurePath(name).suffix.casefold()
    if ending == ".csv":
        return Book([Page("csv", _lines(content))])
    if ending not in {".xlsx", ".xls"}:
        raise ValidationError(gettext("Hand in an .xlsx, .xls or .csv file."))
    try:
        formulas = {} if content.startswith(OLE) else _looked_through(content)
        return _book(CalamineWorkbook.from_filelike(io.BytesIO(content)), formulas)
    except PasswordError as error:
        raise ValidationError(_encrypted()) from error
    except BROKEN as error:
        raise ValidationError(_unreadable()) from error


def unpacked_size(file) -> int:
    """How many bytes a packed file says that it holds; none for a file that is not packed."""
    try:
        with ZipFile(file) as packed:
            return sum(part.file_size for part in packed.infolist())
    except BROKEN:
        return 0


def _encrypted():
    return gettext("The workbook is protected by a password: save it without one and hand it in again.")


def _unreadable():
    return gettext("This is no workbook that can be read: save it as .xlsx.")


def _lines(content):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValidationError(gettext("The characters of this file can't be read: save it as CSV UTF-8."))
    if "\0" in text:
        raise ValidationError(gettext("The characters of this file can't be read: save it as CSV UTF-8."))
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            _refuse_size(len(rows) + 1, len(row))
            rows.append(row)
    except csv.Error as error:
        raise ValidationError(gettext("This is no list of rows and columns: save it as CSV UTF-8.")) from error
    return rows


def _refuse_size(rows, columns):
    # One row more for the header.
    if rows > MOST_ROWS + 1:
        raise ValidationError(gettext("The sheet has more than %(most)d rows: split it.") % {"most": MOST_ROWS})
    if columns > MOST_COLUMNS:
        raise ValidationError(
            gettext("The sheet has more than %(most)d columns: use the template.") % {"most": MOST_COLUMNS}
        )


def _looked_through(content):
    """The formulas of each sheet by its name; refuses, before anything is unpacked at once, what would fill the memory."""
    with ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        size, packed_size = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        if size > MOST_UNPACKED or (size > RATIO_FROM and size > MOST_RATIO * packed_size):
            raise ValidationError(gettext("The file is far too large when unpacked: leave only the list in it."))
        targets = {
            one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target"))).lstrip("/")
            for one in ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
        }
        workbook = ElementTree.fromstring(packed.read("xl/workbook.xml"))
        sheets = [one for one in workbook.iter() if one.tag.endswith("}sheet")]
        if len(sheets) > MOST_SHEETS:
            raise ValidationError(gettext("The workbook has more than %(most)d sheets.") % {"most": MOST_SHEETS})
        return {one.get("name"): _formulas(packed, targets[one.get(RELATION)]) for one in sheets}


def _formulas(packed, name):
    # Part by part, with as much of the one before as a place or a formula may be cut through.
    cut, has_formulas = b"", False
    with packed.open(name) as parts:
        while part := parts.read(PART_BYTES):
            xml = cut + part
            for place in PLACE.finditer(xml):
                _refuse_size(int(place[2] or place[4]), column_index_from_string((place[1] or place[3]).decode()))
            has_formulas = has_formulas or bool(FORMULA.search(xml))
            cut = xml[-LONGEST_PLACE:]
    found = set()
    # Most sheets have no formula at all; only else is each cell looked at.
    for attributes in WITH_FORMULA.findall(packed.read(name)) if has_formulas else ():
        if cell := CELL.search(attributes):
            found.add((int(cell[2]), column_index_from_string(cell[1].decode())))
    return found


def _book(workbook, formulas):
    if len(workbook.sheets_metadata) > MOST_SHEETS:
        raise ValidationError(gettext("The workbook has more than %(most)d sheets.") % {"most": MOST_SHEETS})
    book = Book([])
    for told in workbook.sheets_metadata:
        if told.visible != SheetVisibleEnum.Visible:
            if told.name == VERSION_SHEET:
                book.template = next(iter(workbook.get_sheet_by_name(told.name).to_python(nrows=1)), [])
            else:
                book.hidden.append(told.name)
            continue
        sheet = workbook.get_sheet_by_name(told.name)
        _refuse_size(sheet.total_height, sheet.total_width)
        merged = {
            (row + 1, column + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            for row in range(top, min(bottom, MOST_ROWS) + 1)
            for column in range(left, min(right, MOST_COLUMNS) + 1)
        }
        book.pages.append(Page(told.name, SheetRows(sheet), formulas.get(told.name, set()), merged))
    return book


def text_of(value) -> str:
    """The cell as text, without spaces around it; a number that a spreadsheet keeps as 7.0 was written as 7."""
    if value is None:
        return ""
    if value.__class__ is str:
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def code_of(value) -> str:
    """A code, number or date as it is meant: full-width digits and letters made narrow, without any space."""
    text = text_of(value)
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def day_of(value) -> date | None:
    """The date of a cell: a date, its serial number in Excel, or text in one of the common shapes; None for an empty one.

    Raises ValidationError for what is no date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = " ".join(unicodedata.normalize("NFKC", text_of(value)).split())
    if not text:
        return None
    written = WRITTEN_DAY.fullmatch(text) or PACKED_DAY.fullmatch(text)
    if written:
        try:
            return date(*map(int, written.groups()))
        except ValueError as error:
            raise ValidationError(gettext("There is no such day: check the month and the day.")) from error
    if SERIAL.fullmatch(text):
        return FIRST_SERIAL_DAY + timedelta(days=int(float(text)))
    raise ValidationError(gettext("This is no date: write it as 2025-01-20."))
