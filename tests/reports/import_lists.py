"""Lists as they are handed in, and what a check found in them."""

from io import BytesIO

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


def outcomes(run):
    return [row.outcome for row in run.rows]


def columns(kind, run):
    keys = [column.key for column in NOUNS[kind].sheet.columns]
    return {keys[column_index_from_string(found.column) - 1] for found in run.findings}
