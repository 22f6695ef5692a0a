"""The summary workbook, read again by other programs."""

import shutil
import subprocess
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from inspections.models import JointTeam
from reports.indicators import indicator, totals
from reports.scope import FigureScope
from reports.summary import HEAD_ROW, summary_workbook
from tests.factories import make_hazard, make_inspection


@pytest.fixture
def book(world):
    """A workbook over visits in two counties and two teams of the same departments."""
    make_hazard(world)
    make_inspection(world, entity=world.other_shop, by=world.stranger)
    for name, region in (("一组", world.county), ("二组", world.other_county)):
        team = JointTeam(campaign=world.campaign, region=region, name=name, formed_on=world.today)
        team.store(by=world.manager)
        team.departments.set([world.market, world.fire])
    return summary_workbook(FigureScope(world.campaign))


def column_of(sheet, label):
    return next(c.column_letter for c in sheet[HEAD_ROW] if str(c.value).startswith(f"{label}\n"))


def test_it_has_a_sheet_for_each_chapter_and_for_counties_and_months(book):
    assert len(book.sheetnames) == 7
    for sheet in book.worksheets:
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"


def test_additive_columns_end_in_a_sum_and_others_in_their_own_total(book):
    sheet = book.worksheets[5]
    total = next(row for row in sheet.iter_rows() if row[0].value == "合计" or row[0].value == "Total")[0].row
    visits = column_of(sheet, indicator("inspections").label)
    joined = column_of(sheet, indicator("departments_joined").label)
    assert sheet[f"{visits}{total}"].value == f"=SUM({visits}{HEAD_ROW + 1}:{visits}{total - 1})"
    assert sheet[f"{joined}{total}"].value == 2


def test_libreoffice_recalculates_the_sums_to_the_figures(world, book, tmp_path):
    source = tmp_path / "summary.xlsx"
    book.save(source)
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing. Install it:  sudo apt-get install libreoffice-calc"
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", tmp_path / "out", source],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    figures = totals(FigureScope(world.campaign))
    rows = CalamineWorkbook.from_path(str(tmp_path / "out" / "summary.xlsx")).get_sheet_by_index(5).to_python()
    heads, total = rows[HEAD_ROW - 1], rows[-2]
    for key in ("inspections", "hazards_found", "departments_joined", "joint_teams"):
        column = next(n for n, head in enumerate(heads) if str(head).startswith(f"{indicator(key).label}\n"))
        assert total[column] == figures[key]


def test_leaders_download_it_and_inspectors_may_not(client, world):
    client.force_login(world.leader)
    response = client.get(reverse("summary_workbook"))
    content = BytesIO(b"".join(response.streaming_content))
    assert load_workbook(content).sheetnames
    client.force_login(world.inspector)
    assert client.get(reverse("summary_workbook")).status_code == 403


def test_anonymous_people_are_sent_to_the_log_in(client, db):
    assert client.get(reverse("summary_workbook")).status_code == 302


def test_a_wrong_date_is_answered_in_words(client, world):
    client.force_login(world.leader)
    assert client.get(reverse("summary_workbook"), {"from": "soon"}).status_code == 400


def test_without_a_campaign_it_leads_to_the_page_that_says_how_to_begin(client, world):
    client.force_login(world.leader)
    world.campaign.status = "draft"
    world.campaign.save()
    response = client.get(reverse("summary_workbook"))
    assert (response.status_code, response.url) == (302, reverse("dashboard"))
