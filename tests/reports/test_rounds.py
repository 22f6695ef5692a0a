"""Reporting rounds: who is missing or late, approval that freezes, and sums that follow from the last ones."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from inspections.due import SOURCES
from reports.as_of import end_of
from reports.indicators import totals
from reports.models import Return, Round, RoundReport
from reports.rounds.reconcile import movements
from reports.rounds.sheet import KEYS, Sheet
from reports.scope import FigureScope
from tests.factories import make_hazard, make_inspection
from tests.office import make_round
from tests.world import TODAY

FOOT = {"person_in_charge": "张科长", "compiler": "李办事员", "phone": "0746-1234567"}
LAST = {"since": TODAY - timedelta(days=13), "until": TODAY - timedelta(days=7), "cut_off": end_of(TODAY)}
LAST_WEEK = TODAY - timedelta(days=8)


def of_county(one, world):
    report = one.reports.get(unit=world.clerk.unit)
    report.round = one
    return report


def submit(report, world, **more):
    report.submit(by=world.clerk, **FOOT, **more)


def approve(report, world):
    submit(report, world)
    report.approve(by=world.administrator, figures=Sheet(report.round).figures_of(report))


@pytest.fixture
def last_week(world):
    """The county's report of last week, approved with one visit."""
    make_inspection(world, inspected_on=LAST_WEEK)
    report = of_county(make_round(world, **LAST), world)
    approve(report, world)
    return report


def test_a_report_is_expected_of_every_bureau_in_official_order(world):
    reports = Sheet(make_round(world)).reports
    assert [report.unit.name for report in reports] == ["市局", "冷水滩区局", "零陵区局"]
    assert all(report.is_missing for report in reports)


@pytest.mark.parametrize("changes", [
    {"since": date(2024, 1, 1)}, {"until": date(2024, 8, 1)}, {"cut_off": end_of(date(2024, 8, 1))},
    {"since": date(2024, 8, 1)}, {"until": date(9999, 12, 31)}, {"since": date(2030, 1, 1), "until": date(2030, 1, 2)},
])  # fmt: skip
def test_a_round_that_makes_no_sense_is_refused(changes, world):
    with pytest.raises(ValidationError):
        make_round(world, **changes)
    assert not Round.objects.exists()


def test_rounds_of_a_kind_never_overlap(world):
    make_round(world)
    for since, until in ((TODAY, TODAY + timedelta(days=1)), (TODAY - timedelta(days=7), TODAY - timedelta(days=6))):
        with pytest.raises(ValidationError):
            make_round(world, since=since, until=until)
    make_round(world, kind="monthly", since=date(2024, 8, 4))


def test_nobody_reports_before_the_period_is_over(world):
    one = make_round(world, since=TODAY, until=TODAY + timedelta(days=1), cut_off=end_of(TODAY + timedelta(days=2)))
    with pytest.raises(ValidationError):
        submit(of_county(one, world), world)


def test_being_sent_back_makes_nobody_late_who_was_in_time(world):
    one = make_round(world, cut_off=timezone.now() + timedelta(hours=1))
    report = of_county(one, world)
    submit(report, world)
    report.send_back(by=world.administrator, reason="补充")
    one.cut_off = timezone.now() - timedelta(minutes=1)
    report.round = one
    assert report.is_late
    report.first_submitted_at = one.cut_off - timedelta(minutes=1)
    submit(report, world)
    report.round = one
    assert not report.is_late


def test_zero_is_refused_where_there_are_records(world, client):
    make_inspection(world)
    report = of_county(make_round(world), world)
    client.force_login(world.clerk)
    url = reverse("round_report_deed", args=[report.pk, "submit"])
    refused = client.post(url, FOOT | {"version": report.version, "is_zero": "on"})
    assert refused.status_code == 422
    assert refused.context["submit_form"].errors["is_zero"]
    assert "张科长" in refused.content.decode()
    assert client.post(url, FOOT | {"version": report.version}).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.submitted_by, report.is_zero) == ("submitted", world.clerk, False)


def test_a_unit_without_records_reports_zero(world, client):
    report = make_round(world).reports.get(unit=world.stranger.unit)
    client.force_login(world.administrator)
    url = reverse("round_report_deed", args=[report.pk, "submit"])
    assert client.post(url, FOOT | {"version": report.version, "is_zero": "on"}).status_code == 302
    report.refresh_from_db()
    assert report.is_zero


def test_missing_and_late_units_are_told_and_reminded(world, client):
    one = make_round(world, cut_off=timezone.now() + timedelta(days=1))
    submit(of_county(one, world), world)
    Round.objects.filter(pk=one.pk).update(cut_off=timezone.now() - timedelta(days=1))
    assert all(report.is_late for report in Sheet(Round.objects.get()).reports)
    client.force_login(world.clerk)
    assert client.post(reverse("round_remind", args=[one.pk])).status_code == 403
    client.force_login(world.administrator)
    client.post(reverse("round_remind", args=[one.pk]))
    reminded = {report.unit.code for report in one.reports.exclude(reminded_at=None)}
    assert reminded == {"city", "lengshuitan"}
    page = client.get(reverse("round", args=[one.pk]))
    assert (page.context["missing"], page.context["late"]) == (2, 3)


def test_an_expected_report_is_among_what_is_due(world, client):
    report = of_county(make_round(world), world)
    due = [record for source in SOURCES for record in source.concerning(world.clerk, on=TODAY)]
    assert report in due
    client.force_login(world.clerk)
    assert report.get_absolute_url() in client.get("/").content.decode()


def test_approval_freezes_the_figures(world):
    make_inspection(world)
    one = make_round(world)
    report = of_county(one, world)
    approve(report, world)
    make_inspection(world)
    line = next(line for line in Sheet(one).lines if line.report.unit == world.clerk.unit)
    assert line.blocks[0][2].week == 1
    assert Sheet(one).sum.blocks[0][2].total == 1
    report.refresh_from_db()
    for deed in (lambda: submit(report, world), lambda: report.send_back(by=world.leader, reason="x")):
        with pytest.raises(ValidationError):
            deed()


def test_nobody_approves_what_they_handed_in(world):
    report = of_county(make_round(world), world)
    report.submit(by=world.administrator, **FOOT)
    for deed in ({"figures": {}}, None):
        with pytest.raises(ValidationError):
            report.approve(by=world.administrator, **deed) if deed else report.send_back(
                by=world.administrator, reason="x"
            )


def test_what_is_sent_back_is_handed_in_again(world, client):
    report = of_county(make_round(world), world)
    submit(report, world)
    client.force_login(world.administrator)
    url = reverse("round_report_deed", args=[report.pk, "return"])
    assert client.post(url, {"reason": "", "version": report.version}).status_code == 422
    assert client.post(url, {"reason": "漏了维修店", "version": report.version}).status_code == 302
    client.force_login(world.clerk)
    assert "漏了维修店" in client.get(report.get_absolute_url()).content.decode()
    report.refresh_from_db()
    submit(report, world)
    assert report.status == "submitted"


def moved(report, key="visits_sales"):
    (found,) = [one for one in movements(report) if one.indicator.key == key]
    assert found.holds
    return found.last, found.new, found.late, found.reduced, found.now


def test_late_additions_and_reductions_are_told_and_add_up(world, last_week):
    report = of_county(make_round(world), world)
    assert moved(report) == (1, 0, 0, 0, 1)
    make_inspection(world)
    assert moved(report) == (1, 1, 0, 0, 2)
    make_inspection(world, inspected_on=LAST_WEEK)
    assert moved(report) == (1, 1, 1, 0, 3)
    from inspections.models import Inspection

    Inspection.objects.order_by("pk").first().void(by=world.manager, reason="录错了")
    assert moved(report) == (1, 1, 1, 1, 2)


def test_a_number_returned_later_is_a_late_addition_too(world, last_week):
    report = of_county(make_round(world), world)
    returned = Return(
        campaign=world.campaign, region=world.county, unit=world.clerk.unit, indicator="officers_dispatched", quantity=5,
        since=LAST_WEEK, until=LAST_WEEK,
    )  # fmt: skip
    returned.store(by=world.clerk)
    assert moved(report, "officers_dispatched")[2] == 0
    returned.check_off(by=world.manager)
    assert moved(report, "officers_dispatched") == (2, 0, 5, 0, 7)


def test_frozen_figures_that_were_changed_around_the_records_are_told(world, client, last_week):
    figures = last_week.figures | {"total": last_week.figures["total"] | {"visits_sales": "9"}}
    RoundReport.objects.filter(pk=last_week.pk).update(figures=figures)
    report = of_county(make_round(world), world)
    assert [one.indicator.key for one in movements(report) if not one.holds] == ["visits_sales"]
    client.force_login(world.clerk)
    assert len(client.get(report.get_absolute_url()).context["broken"]) == 1


@pytest.fixture
def sheet(world):
    visit = make_inspection(world)
    make_hazard(world, inspection=visit)
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    make_round(world, **LAST)
    return Sheet(make_round(world))


def expected(world, sheet):
    scope = FigureScope(world.campaign, world.city, since=sheet.round.since, until=TODAY, on=TODAY)
    return totals(scope, KEYS)


def test_the_sheet_s_totals_are_those_of_the_indicators(world, sheet):
    told = {
        declared.key: cell.week
        for (_label, heads), block in zip(sheet.heads, sheet.sum.blocks, strict=True)
        for declared, cell in zip(heads, block, strict=True)
    }
    assert told == expected(world, sheet)
    assert [cell.change for cell in sheet.sum.blocks[0]][2] == 2


def test_excel_and_word_carry_the_same_totals(world, sheet, client, tmp_path):
    client.force_login(world.leader)
    figures = expected(world, sheet)
    for form, name in (("xlsx", "round_workbook"), ("docx", "round_document")):
        content = b"".join(client.get(reverse(name, args=[sheet.round.pk])).streaming_content)
        if form == "docx":
            tables = Document(BytesIO(content)).tables
            rows = [[cell.text for cell in table.rows[-1].cells] for table in tables]
            texts = [text for row in rows for text in row[1::3]]
            told = [None if text == "—" else float(text) for text in texts]
        else:
            book = load_workbook(BytesIO(content))
            assert all(page.page_setup.orientation == "landscape" for page in book)
            (tmp_path / "sheet.xlsx").write_bytes(content)
            told = [cell for row in recalculated(tmp_path) for cell in row]
        declared = [one for _label, heads in sheet.heads for one in heads]
        assert told == [None if figures[one.key] is None else float(figures[one.key]) for one in declared], form


def recalculated(folder):
    """The figures of the period in the total row of each worksheet, as LibreOffice calculates them."""
    import subprocess

    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(folder / "again"), str(folder / "sheet.xlsx")], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    book = CalamineWorkbook.from_path(folder / "again" / "sheet.xlsx")
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        total = next(row for row in rows[5:] if row[0] in ("合计", "Total"))
        width = max(place for place, text in enumerate(rows[4]) if text) + 1
        yield [None if cell == "" else cell for cell in total[1:width:3]]


def test_who_may(client, world):
    report = of_county(make_round(world), world)
    pages = ["/rounds/", reverse("round", args=[report.round.pk]), report.get_absolute_url()]
    assert all(client.get(url).status_code == 302 for url in pages)
    client.force_login(world.stranger)
    assert [client.get(url).status_code for url in pages] == [200, 200, 404]
    client.force_login(world.inspector)
    assert [client.get(url).status_code for url in pages] == [200, 200, 200]
    for deed in ("submit", "approve", "return"):
        assert client.post(reverse("round_report_deed", args=[report.pk, deed])).status_code == 403
    assert client.get(reverse("round_workbook", args=[report.round.pk])).status_code == 403
    client.force_login(world.manager)
    assert client.get("/rounds/new/").status_code == 403
    assert client.post(reverse("round_report_deed", args=[report.pk, "approve"])).status_code == 403


def test_a_round_is_opened_on_its_page(client, world):
    client.force_login(world.administrator)
    form = {"kind": "weekly", "since": "2024-08-27", "until": "2024-09-02", "cut_off": "2024-09-03T17:00"}
    assert client.post("/rounds/new/", form | {"until": "2024-08-01"}).status_code == 422
    assert client.post("/rounds/new/", form).status_code == 302
    assert RoundReport.objects.count() == 3


def test_the_sheet_takes_the_same_queries_for_any_number_of_records(client, world):
    one = make_round(world)
    client.force_login(world.leader)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(one.get_absolute_url())
        return len(asked)

    make_inspection(world)
    client.get(one.get_absolute_url())
    few = queries()
    for _number in range(5):
        make_inspection(world)
    assert queries() == few
