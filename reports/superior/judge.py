"""Whether an uploaded workbook may be kept as a form: looked at as a package of parts before any library opens it."""

import re
from xml.etree import ElementTree
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from openpyxl.utils.cell import range_boundaries

from inspections.uploads import check_workbook as check_parts
from inspections.uploads import package

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RATIO = 100
MAX_SHEETS, MAX_COLUMNS, MAX_ROWS, MAX_CELLS = 20, 300, 2_000, 100_000
ENCRYPTED_OR_OLD = b"\xd0\xcf\x11\xe0"
SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")
# What the filling could not keep as it is, so that it is told now and not found missing later.
NOT_KEPT = ("xl/charts/", "xl/media/", "xl/drawings/drawing", "xl/pivotTables/", "xl/embeddings/", "xl/activeX/")


def check_workbook(upload):
    """Raise ValidationError, in words, unless the upload is a workbook that can be filled with everything else untouched."""
    if not upload.name.lower().endswith(".xlsx"):
        raise ValidationError(gettext("Only .xlsx is taken: open the form in Excel and save it as .xlsx."))
    if upload.size > MAX_BYTES:
        raise ValidationError(gettext("The file is larger than 5 MB: remove what is not part of the form."))
    upload.seek(0)
    if upload.read(4) == ENCRYPTED_OR_OLD:
        raise ValidationError(
            gettext(
                "The workbook is protected by a password or in the old format: save it as .xlsx without a password."
            )
        )
    upload.seek(0)
    try:
        with ZipFile(upload) as packed:
            _check_package(packed)
    except (*package.BROKEN, ElementTree.ParseError):
        raise ValidationError(gettext("This is no workbook that can be read: save it again in Excel.")) from None
    upload.seek(0)
    check_parts(upload.read(), name=upload.name)
    upload.seek(0)


def _check_package(packed):
    parts = packed.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or any(part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts):
        raise ValidationError(gettext("The file unpacks to far more than it should: save it again in Excel."))
    if "xl/workbook.xml" not in names:
        raise ValidationError(gettext("This is no workbook that can be read: save it again in Excel."))
    if any("vbaProject" in name for name in names):
        raise ValidationError(gettext("The workbook has macros: save it as .xlsx without them."))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise ValidationError(gettext("The workbook refers to other workbooks: break the links in Excel first."))
    if any(name.startswith(NOT_KEPT) for name in names):
        raise ValidationError(
            gettext("The workbook has pictures, charts or embedded objects, which would be lost: remove them first.")
        )
    sheets = [name for name in names if SHEET.match(name)]
    if len(sheets) > MAX_SHEETS:
        raise ValidationError(gettext("The workbook has more than %(most)s sheets.") % {"most": MAX_SHEETS})
    cells = 0
    for name in sheets:
        with packed.open(name) as part:
            cells += _count_cells(part)
        if cells > MAX_CELLS:
            raise ValidationError(gettext("The workbook has too many cells to be a form."))


def _count_cells(part):
    """How many cells a sheet has; raises ValidationError where one of them, or a merged area, lies too far out."""
    cells = 0
    for _event, element in ElementTree.iterparse(part):
        tag = element.tag.rpartition("}")[2]
        if tag in ("c", "mergeCell"):
            place = element.get("r" if tag == "c" else "ref")
            cells += tag == "c"
            if place:
                _left, _top, right, bottom = range_boundaries(place)
                # A whole column or row has no end.
                if not (right and bottom) or right > MAX_COLUMNS or bottom > MAX_ROWS:
                    raise ValidationError(
                        gettext("A sheet is larger than %(columns)s columns and %(rows)s rows: %(cell)s.")
                        % {"columns": MAX_COLUMNS, "rows": MAX_ROWS, "cell": place}
                    )
        if tag in ("row", "c"):
            element.clear()
        if cells > MAX_CELLS:
            break
    return cells
