"""Whatever is handed in as a list of any kind, it is looked through or refused in words."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from inspections import laboratory
from reports.imports.dry_run import dry_run
from reports.imports.nouns import NOUNS
from reports.imports.read import read
from reports.superior.judge import check_workbook
from tests.attack.limits import MUTATIONS
from tests.attack.strings import NAUGHTY
from tests.damaged import PACKINGS, not_unpacking
from tests.reports.test_import_nouns import GOOD, of
from tests.reports.test_imports import GOOD as ENTITY

SHEET = "xl/worksheets/sheet1.xml"
CELLS = st.one_of(
    st.sampled_from(NAUGHTY), st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.none()
)  # fmt: skip


def good_row(kind, world):
    columns = [column.key for column in NOUNS[kind].sheet.columns]
    if kind == "entities":
        return dict(zip(columns, ENTITY, strict=False))
    return {column: of(world.shop, kind).get(column, "") for column in columns}


def as_text(rows):
    quoted = (",".join('"{}"'.format(str(cell).replace('"', '""')) for cell in row) for row in rows)
    return "\r\n".join(quoted).encode("utf-8", "surrogatepass")


@pytest.mark.django_db
@settings(max_examples=MUTATIONS, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from([*GOOD, "entities"]), data=st.data())
def test_any_cell_of_any_list_is_looked_through_or_refused(world, kind, data):
    row = good_row(kind, world)
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(row)), CELLS, min_size=1, max_size=3))
    heads = [column.headers[0] for column in NOUNS[kind].sheet.columns]
    content = as_text([heads, (row | changed).values()])
    try:
        run = dry_run(NOUNS[kind], "list.csv", content, officer=world.administrator, campaign=world.campaign)
    except ValidationError:
        return
    assert all(found.reason for found in run.findings)


def sheet(content):
    return SimpleUploadedFile("a.xlsx", content)


READERS = {
    "a list": lambda content: read("a.xlsx", content),
    "a laboratory's list": lambda content: laboratory.read_list(sheet(content)),
    "a superior's form": lambda content: check_workbook(sheet(content)),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("reader", READERS)
def test_a_sheet_that_does_not_unpack_is_refused_in_words(reader, packing):
    book, written = Workbook(), BytesIO()
    book.active.append(["编号", "名称"])
    book.save(written)
    with pytest.raises(ValidationError):
        READERS[reader](not_unpacking(written.getvalue(), SHEET, PACKINGS[packing]))
