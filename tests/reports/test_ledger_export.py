"""Ledger workbooks: the list's own values, of their true types, and nothing in them that runs."""

import csv
import shutil
import subprocess
from datetime import date, datetime
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from entities.models import Entity
from reports.ledgers import BY_NAME
from reports.spreadsheets import inert
from tests.factories import make_inspection
from tests.ledger_records import IDENTITY_CARD, make_one_of_each

pytestmark = pytest.mark.django_db


def export(client, name, **query):
    response = client.get(reverse("ledger_export", args=[name], query=query))
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


def sheet_of(content):
    return load_workbook(BytesIO(content)).worksheets[0]


def test_workbooks_hold_the_values_of_their_lists(world, client):
    make_one_of_each(world)
    client.force_login(world.leader)
    for name in BY_NAME:
        check_against_list(client, name)


def check_against_list(client, name):
    rows = client.get(reverse("ledger", args=[name])).context["rows"]
    _response, content = export(client, name)
    sheet = sheet_of(content)
    declared = BY_NAME[name]
    assert [cell.value for cell in sheet[1]] == [str(column.label) for column in declared.exported]
    assert sheet.max_row == len(rows) + 1
    for row, cells in zip(rows, sheet.iter_rows(min_row=2), strict=True):
        shown = [row.title, *row.texts.values()]
        written = [as_shown(cell.value, column.kind) for cell, column in zip(cells, declared.shown, strict=False)]
        assert written == shown


def as_shown(value, kind):
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if kind == "date" else f"{value:%Y-%m-%d %H:%M}"
    if kind == "money":
        return f"¥{value:,.2f}"
    return f"{value:,.10g}" if kind == "number" else str(value)


def test_two_readers_find_real_dates_and_numbers_and_text(world, client):
    make_one_of_each(world)
    client.force_login(world.administrator)
    for name in BY_NAME:
        check_types(client, name)


def check_types(client, name):
    _response, content = export(client, name)
    declared = BY_NAME[name]
    for cells in sheet_of(content).iter_rows(min_row=2):
        for cell, column in zip(cells, declared.exported, strict=True):
            if cell.value is None:
                continue
            expected = {"date": "d", "time": "d", "number": "n", "money": "n"}.get(column.kind, "s")
            assert cell.data_type == expected, column.name
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert head == [str(column.label) for column in declared.exported]
    for row in rows:
        for value, column in zip(row, declared.exported, strict=True):
            kinds = {"date": date, "time": datetime, "number": float, "money": float}
            assert value == "" or isinstance(value, kinds.get(column.kind, str)), column.name


def test_formulas_are_text_and_stay_so_when_edited(world, client):
    records = make_one_of_each(world)
    Entity.objects.filter(pk=records["entity"].pk).update(name='=HYPERLINK("http://evil.example","x")')
    client.force_login(world.leader)
    for name in ("lead", "seizure", "coordinationevent", "exposure", "seizeditem", "inspection", "entity"):
        _response, content = export(client, name)
        for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
        assert b"<f>" not in unzipped(content)
    values = [cell.value for cell in sheet_of(export(client, "lead")[1])["A"]]
    assert "=有人举报改装" in values


def unzipped(content):
    from zipfile import ZipFile

    return ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "#N/A", "=\x07cmd", "a\x00b\x0bc"])
def test_inert_text_survives_as_text(text):
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = inert(text)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    cell = load_workbook(file).active["A1"]
    assert cell.data_type == "s"
    clean = "".join(character for character in text if character >= " " or character in "\t\n\r")
    assert cell.value.replace("\r", "").replace("\n", "") == clean.replace("\r", "")


def test_what_is_not_text_passes_through_inert():
    for value in (None, 5, date(2024, 5, 1), ""):
        assert inert(value) == value
    assert len(inert("x" * 40_000)) == 32_767


def test_sheet_is_ready_to_work_with_and_to_print(world, client):
    make_one_of_each(world)
    client.force_login(world.leader)
    response, content = export(client, "penalty")
    book = load_workbook(BytesIO(content))
    sheet, about = book.worksheets
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row))
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    columns = {column.name: number for number, column in enumerate(BY_NAME["penalty"].exported, start=1)}
    formats = {name: sheet.cell(2, number).number_format for name, number in columns.items()}
    assert formats["decided_on"] == "yyyy-mm-dd"
    assert formats["number"] == "@"
    assert sheet.column_dimensions["A"].width > 8
    told = [cell.value for row in about.iter_rows() for cell in row]
    assert world.leader.name in told
    assert sheet.max_row - 1 in told
    assert unquote(response["Content-Disposition"]).rstrip('"').endswith("-2024-09-02.xlsx")


def test_export_follows_filter_order_and_figure(world, client):
    make_inspection(world, inspected_on=date(2024, 6, 2), mode="joint")
    make_inspection(world, inspected_on=date(2024, 6, 1))
    make_inspection(world, inspected_on=date(2024, 6, 3)).void(by=world.manager, reason="重复")
    client.force_login(world.leader)

    def days(**query):
        number = [column.name for column in BY_NAME["inspection"].exported].index("inspected_on")
        rows = sheet_of(export(client, "inspection", **query)[1]).iter_rows(min_row=2, values_only=True)
        return [row[number].day for row in rows]

    assert days(sort="inspected_on") == [1, 2, 3]
    assert days(sort="-inspected_on") == [3, 2, 1]
    assert days(mode="joint") == [2]
    assert days(figure="inspections", sort="inspected_on") == [1, 2]


def test_inspector_exports_only_what_they_or_their_unit_made(world, client):
    mine = make_inspection(world)
    theirs = make_inspection(world, by=world.stranger, entity=world.other_shop)
    theirs.region = world.county  # lies in the inspector's county, but another unit made it
    theirs.save()
    client.force_login(world.inspector)
    page = client.get(reverse("ledger", args=["inspection"]))
    assert page.context["count"].number == 2
    assert not page.context["everything"]
    assert page.context["exportable"].number == 1
    _response, content = export(client, "inspection")
    numbers = [row[-1] for row in sheet_of(content).iter_rows(min_row=2, values_only=True)]
    assert numbers == [str(mine.pk)]
    client.force_login(world.manager)
    assert sheet_of(export(client, "inspection")[1]).max_row == 3


def test_other_counties_are_in_no_workbook(world, client):
    make_one_of_each(world)
    client.force_login(world.stranger)
    for name in BY_NAME:
        for row in sheet_of(export(client, name)[1]).iter_rows(min_row=2, values_only=True):
            assert name == "entity"
            assert row[0] == world.other_shop.name


def test_identity_cards_leave_the_system_only_masked(world, client):
    seizure = make_one_of_each(world)["seizure"]
    client.force_login(world.administrator)
    text = unzipped(export(client, "seizure")[1]).decode()
    assert "110105********002X" in text
    for secret in (IDENTITY_CARD, seizure.identity_cipher, seizure.identity_hash):
        assert secret not in text


def test_an_empty_ledger_is_a_workbook_with_its_head(world, client):
    client.force_login(world.leader)
    sheet = sheet_of(export(client, "case")[1])
    assert sheet.max_row == 1
    assert sheet["A1"].value


def test_office_opens_the_workbook(world, client, tmp_path):
    make_one_of_each(world)
    client.force_login(world.leader)
    (tmp_path / "ledger.xlsx").write_bytes(export(client, "penalty")[1])
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing: apt-get install libreoffice-calc"
    for kind in ("csv:Text - txt - csv (StarCalc):44,34,76", "pdf"):
        subprocess.run(
            [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind,
             "--outdir", tmp_path, tmp_path / "ledger.xlsx"],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert len(rows) == 2
    amounts = [dict(zip(head, row, strict=True))[str(BY_NAME["penalty"].shown[4].label)] for row in rows]
    assert "12,500.50" in amounts
    assert (tmp_path / "ledger.pdf").read_bytes().startswith(b"%PDF")
