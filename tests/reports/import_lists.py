"""Lists as they are handed in, and what a check found in them."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string

from reports.imports.nouns import NOUNS


def book(kind, *rows):
    columns = NOUNS[kind].sheet.columns
    made = Workbook()
    made.active.append([column.headers[0] for column in columns])
    for row in rows:
        made.active.append([row.get(column.key, "") for column in columns])
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def unescaped(content):
    """The workbook, in which _x0000_ stands for the character of that number, as it does where Excel wrote it."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as whole, ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name).replace(b"_x005F_", b"_"))
    return written.getvalue()


def outcomes(run):
    return [row.outcome for row in run.rows]


def columns(kind, run):
    keys = [column.key for column in NOUNS[kind].sheet.columns]
    return {keys[column_index_from_string(found.column) - 1] for found in run.findings}
