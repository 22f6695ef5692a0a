"""The superior's own form: judged, bound, filled with the figures of the system, everything else untouched."""

import shutil
import subprocess
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from reports.demo_form import load_form
from reports.indicators import INDICATORS, totals
from reports.models import FilledForm, FormBinding, SuperiorForm
from reports.scope import FigureScope
from reports.superior.book import Book
from reports.superior.fill import Filling
from reports.superior.judge import check_workbook
from reports.superior.period import Period
from tests.damaged import not_unpacking
from tests.factories import make_hazard, make_inspection
from tests.time_limit import processor_seconds

SEPTEMBER = Period.parse("month", "2024-09")


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def workbook():
    """A title over two merged rows, the city's own level and two counties down, two indicators across, their sums below."""
    book = Workbook()
    sheet = book.active
    sheet.title = "月报"
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "电动自行车整治月报"
    sheet["A1"].font = Font(name="仿宋", size=18, bold=True)
    sheet["A2"], sheet["B2"], sheet["C2"] = "地区", "检查", "隐患"
    for row, name in enumerate(["市本级", "零陵区", "冷水滩区"], start=3):
        sheet.cell(row, 1, name)
    sheet["A6"], sheet["B6"], sheet["C6"] = "合计", "=SUM(B3:B5)", "=C3+C4+C5"
    sheet.column_dimensions["A"].width = 31
    sheet.row_dimensions[1].height = 40
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:2"
    choices = DataValidation(type="list", formula1='"是,否"')
    choices.add("A8")
    sheet.add_data_validation(choices)
    book.create_sheet("说明")["A1"] = "=1+1"
    return book


def content_of(book):
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def uploaded(content, name="form.xlsx"):
    return SimpleUploadedFile(name, content)


def make_form(world, *, by=None, book=None, **values):
    made = SuperiorForm(
        campaign=world.campaign, name="省局月报", issued_by="省市场监管局",
        file=uploaded(content_of(book or workbook())), **values,
    )  # fmt: skip
    made.take_in(by=by or world.manager)
    return made


def figure(cell, key="inspections", **values):
    return FormBinding(sheet="月报", cell=cell, indicator=key, **values)


def bound(world, form):
    """Both columns bound for the city's own level and each county."""
    places = [(world.city, True), (world.county, False), (world.other_county, False)]
    form.bind(
        [
            figure(f"{column}{row}", key, region=region, own=own)
            for column, key in (("B", "inspections"), ("C", "hazards_found"))
            for row, (region, own) in enumerate(places, start=3)
        ],
        by=world.manager,
    )
    return form


def packed(**parts):
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return content.getvalue()


def with_part(name, text="x"):
    content = BytesIO(content_of(workbook()))
    with ZipFile(content, "a") as package:
        package.writestr(name, text)
    return content.getvalue()


def a_wide_sheet():
    book = Workbook()
    book.active.cell(1, 301, 1)
    return content_of(book)


def merged(area):
    book = Workbook()
    book.active.merge_cells("A1:B2")
    content, result = BytesIO(content_of(book)), BytesIO()
    with ZipFile(content) as old, ZipFile(result, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part.filename).replace(b"A1:B2", area))
    return result.getvalue()


def a_huge_merged_area():
    return merged(b"A1:XFD1048576")


def a_merged_column():
    return merged(b"A:A")


def a_sheet_that_does_not_unpack():
    return not_unpacking(content_of(workbook()), "xl/worksheets/sheet1.xml")


def many_sheets():
    book = Workbook()
    for _number in range(20):
        book.create_sheet()
    return content_of(book)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("form.xls", lambda: content_of(workbook()), "Only .xlsx"),
        ("form.xlsx", lambda: b"\xd0\xcf\x11\xe0" + b"0" * 600, "password"),
        ("form.xlsx", lambda: b"not a workbook", "no workbook"),
        ("form.xlsx", lambda: packed(**{"a.txt": "x"}), "no workbook"),
        ("form.xlsx", lambda: b"0" * (5 * 1024 * 1024 + 1), "5 MB"),
        ("form.xlsx", lambda: with_part("xl/vbaProject.bin"), "macros"),
        ("form.xlsx", lambda: with_part("xl/externalLinks/externalLink1.xml"), "other workbooks"),
        ("form.xlsx", lambda: with_part("xl/charts/chart1.xml"), "charts"),
        ("form.xlsx", lambda: packed(**{"xl/workbook.xml": "0" * 5_000_000}), "unpacks"),
        ("form.xlsx", a_wide_sheet, "300 columns"),
        ("form.xlsx", a_huge_merged_area, "300 columns"),
        ("form.xlsx", a_merged_column, "300 columns"),
        ("form.xlsx", many_sheets, "20 sheets"),
        ("form.xlsx", a_sheet_that_does_not_unpack, "no workbook"),
        ("form.xlsx", lambda: with_part("xl/worksheets/sheet9.xml", "<broken"), "no workbook"),
    ],
)
def test_what_can_not_be_kept_is_refused_in_words(name, content, said):
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            check_workbook(uploaded(content(), name))
        assert said in refused.value.messages[0]


def test_an_upload_is_kept_with_its_hash_and_a_refused_one_is_not(world, client):
    client.force_login(world.clerk)
    client.cookies["django_language"] = "en"
    entries = {"name": "省局月报", "issued_by": "省局", "period_kind": "month"}
    refused = client.post(reverse("form_new"), entries | {"file": uploaded(b"no", "x.xlsx")})
    assert refused.status_code == 422
    assert "no workbook" in refused.content.decode()
    assert "省局月报" in refused.content.decode()
    assert not SuperiorForm.objects.exists()
    taken = client.post(reverse("form_new"), entries | {"file": uploaded(content_of(workbook()))})
    made = SuperiorForm.objects.get()
    assert taken.url == made.get_absolute_url()
    assert (made.unit, made.uploaded_by, len(made.sha256)) == (world.clerk.unit, world.clerk, 64)
    assert made.history.get().history_user == world.clerk


def test_the_preview_shows_merged_cells_and_what_is_bound(world, client):
    form = bound(world, make_form(world))
    client.force_login(world.clerk)
    client.cookies["django_language"] = "en"
    page = client.get(form.get_absolute_url(), {"cell": "B4"}).content.decode()
    assert 'colspan="3"' in page
    assert 'aria-label="B1' not in page
    assert "inspections" in page
    assert '<option value="region:431102" selected>' in page


@pytest.mark.parametrize(("cell", "said"), [("B6", "formula"), ("B1", "merged area A1:C1"), ("A5000", "no cell")])
def test_a_cell_that_can_take_no_value_is_refused(world, client, cell, said):
    form = make_form(world)
    client.force_login(world.clerk)
    client.cookies["django_language"] = "en"
    assert said in client.get(form.get_absolute_url(), {"cell": cell}).content.decode()
    entries = {"sheet": "月报", "cell": cell, "content": "inspections", "place": "", "when": "period"}
    refused = client.post(form.get_absolute_url(), entries)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert not form.bindings.exists()


@pytest.mark.parametrize("formula", ["=A0", "=SUM(A0:B2)", "=SUM(A1:A0)"])
def test_a_formula_that_names_row_0_is_not_understood(formula):
    book, content = workbook(), BytesIO()
    book["月报"]["C6"] = formula
    book.save(content)
    assert Book(content.getvalue()).terms("月报", "C6") is None


@pytest.mark.parametrize("formula", ["=A1" + "+A1" * 600_000, f"=SUM({','.join(['A1:KN2000'] * 30)})"])
def test_a_formula_that_adds_more_than_a_form_holds_is_not_gone_through(formula):
    content = BytesIO()
    workbook().save(content)
    opened = Book(content.getvalue())
    # Openpyxl reads it at any length, but does not write it.
    opened.workbook["月报"]["C6"]._value = formula
    with processor_seconds(2):
        assert opened.terms("月报", "C6") is None


def test_a_cell_is_bound_changed_and_freed_on_the_page(world, client):
    form = make_form(world)
    client.force_login(world.clerk)
    entries = {"sheet": "月报", "cell": "B4", "content": "inspections", "place": "region:431102", "when": "period"}
    assert client.post(form.get_absolute_url(), entries).status_code == 302
    client.post(form.get_absolute_url(), entries | {"content": "word:compiler", "place": ""})
    held = form.bindings.get()
    assert (held.holds, held.indicator, held.region) == ("compiler", "", None)
    client.post(reverse("form_unbind", args=[form.pk]), {"sheet": "月报", "cell": "B4"})
    assert not form.bindings.exists()
    kinds = FormBinding.history.order_by("history_id").values_list("history_type", "history_user")
    assert list(kinds) == [(kind, world.clerk.pk) for kind in "+~-"]


def test_a_block_is_shown_before_it_is_bound(world, client):
    form = make_form(world)
    client.force_login(world.clerk)
    url = reverse("form_block", args=[form.pk])
    entries = {
        "sheet": "月报", "cell": "b3", "places": ["own:4311", "region:431102", "region:431103"], "when": "period",
        "column_1": "inspections", "column_2": "hazards_found",
    }  # fmt: skip
    assert "C5" in client.post(url, entries).content.decode()
    assert not form.bindings.exists()
    client.post(url, entries | {"confirmed": "1"})
    assert {b.cell for b in form.bindings.all()} == {"B3", "B4", "B5", "C3", "C4", "C5"}
    assert form.bindings.get(cell="B3").own
    refused = client.post(url, entries | {"cell": "B5", "confirmed": "1"})
    assert refused.status_code == 422
    assert form.bindings.count() == 6
    for nonsense in ("ZZZ5", "5", "B0", "合计"):
        assert client.post(url, entries | {"cell": nonsense}).status_code == 422


def test_filling_leaves_everything_else_untouched(world, client):
    visit = make_inspection(world)
    make_hazard(world, inspection=visit)
    form = bound(world, make_form(world))
    client.force_login(world.leader)
    response = client.post(reverse("form_fill", args=[form.pk]), {"period": "2024-09"})
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    before, after = workbook(), load_workbook(BytesIO(content))
    held = {binding.cell for binding in form.bindings.all()}
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        filled = after[sheet.title]
        assert filled.merged_cells.ranges == sheet.merged_cells.ranges
        assert filled.column_dimensions["A"].width == sheet.column_dimensions["A"].width
        assert filled.row_dimensions[1].height == sheet.row_dimensions[1].height
        assert filled.page_setup.orientation == sheet.page_setup.orientation
        assert filled.print_title_rows == sheet.print_title_rows
        validations = [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation]
        assert [(str(v.sqref), v.formula1) for v in filled.data_validations.dataValidation] == validations
        for row in sheet.iter_rows():
            for cell in row:
                other = filled[cell.coordinate]
                assert other.number_format == cell.number_format
                assert (other.font.name, other.font.sz, other.font.b) == (cell.font.name, cell.font.sz, cell.font.b)
                if sheet.title != "月报" or cell.coordinate not in held:
                    assert other.value == cell.value
    scope = FigureScope(world.campaign, since=date(2024, 9, 1), until=date(2024, 9, 30))
    figures = totals(scope.at(world.county), ["inspections", "hazards_found"])
    assert figures == {"inspections": 1, "hazards_found": 1}
    assert (after["月报"]["B4"].value, after["月报"]["C4"].value) == (1, 1)
    assert after.calculation.fullCalcOnLoad
    kept = FilledForm.objects.get()
    assert (kept.period, kept.by, kept.figures["月报!B4"], kept.despite) == ("2024-09", world.leader, "1", [])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_its_formulas_recalculate_to_the_figures(world, tmp_path):
    make_hazard(world, inspection=make_inspection(world))
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    form = bound(world, make_form(world))
    (tmp_path / "filled.xlsx").write_bytes(Filling(form, SEPTEMBER, world.leader).hand_out())
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "filled.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    sheet = load_workbook(tmp_path / "out" / "filled.xlsx", data_only=True)["月报"]
    figures = totals(FigureScope(world.campaign, since=SEPTEMBER.first, until=SEPTEMBER.until))
    assert (sheet["B6"].value, sheet["C6"].value) == (figures["inspections"], figures["hazards_found"]) == (2, 1)


def test_a_sum_that_leaves_a_county_out_is_told_before_the_download(world, client):
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    form = bound(world, make_form(world))
    assert Filling(form, SEPTEMBER, world.leader).findings.errors == []
    form.unbind("月报", "B5", by=world.manager)
    client.force_login(world.leader)
    client.cookies["django_language"] = "en"
    url = reverse("form_fill", args=[form.pk])
    page = client.get(url, {"period": "2024-09"}).content.decode()
    assert "the parts add up to 0" in page
    assert "Left out: 冷水滩区." in page
    refused = client.post(url, {"period": "2024-09"})
    assert refused.status_code == 422
    assert not FilledForm.objects.exists()
    assert client.post(url, {"period": "2024-09", "despite": "1"}).status_code == 200
    assert "冷水滩区" in FilledForm.objects.get().despite[0]


def test_a_bound_total_is_compared_with_its_parts(world):
    make_inspection(world)
    form = make_form(world)
    form.bind([figure("B3"), figure("B4", region=world.other_county)], by=world.manager)
    errors = Filling(form, SEPTEMBER, world.leader).findings.errors
    assert len(errors) == 1
    assert errors[0].startswith("B3")
    form.bind([figure("B4", region=world.county), figure("B5", region=world.other_county)], by=world.manager)
    assert Filling(form, SEPTEMBER, world.leader).findings.errors == []


def test_a_figure_leads_to_its_records_and_words_are_filled_in(world, client):
    make_inspection(world)
    form = make_form(world)
    form.bind([figure("B4", region=world.county)], by=world.manager)
    form.bind([FormBinding(sheet="月报", cell="A1", holds="unit")], by=world.manager)
    client.force_login(world.manager)
    page = client.get(reverse("form_fill", args=[form.pk]), {"period": "2024-09"}).content.decode()
    assert "figure=inspections&amp;region=431102&amp;from=2024-09-01&amp;to=2024-09-30" in page
    assert "零陵区局" in page


@pytest.mark.parametrize("period", ["2024-13", "2024-Q3", "x", "２０２４-09", "2023-01", "2024-12", "9999-12"])
def test_a_period_that_makes_no_sense_is_told_and_kept(world, client, period):
    form = bound(world, make_form(world))
    client.force_login(world.leader)
    answer = client.get(reverse("form_fill", args=[form.pk]), {"period": period})
    assert answer.status_code == 422
    assert period in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "text", "first", "until", "before"),
    [
        ("month", "2024-12", "2024-12-01", "2024-12-31", "2024-11"),
        ("quarter", "2024-Q1", "2024-01-01", "2024-03-31", "2023-Q4"),
        ("week", "2024-W01", "2024-01-01", "2024-01-07", "2023-W52"),
        ("cumulative", "2024-02", "2024-02-01", "2024-02-29", "2024-01"),
    ],
)
def test_periods_begin_end_and_follow_each_other(kind, text, first, until, before):
    period = Period.parse(kind, text)
    assert (str(period.first), str(period.until), period.key) == (first, until, text)
    assert period.previous().key == before
    assert (period.since is None) == (kind == "cumulative")


def test_cumulative_and_previous_figures(world):
    make_inspection(world, inspected_on=date(2024, 8, 20))
    form = make_form(world)
    form.bind([figure("B3"), figure("B4", when="cumulative"), figure("B5", when="previous")], by=world.manager)
    assert [line.value for line in Filling(form, SEPTEMBER, world.leader).lines] == [0, 1, 1]


def test_a_newer_edition_takes_the_bindings_over_that_still_fit(world, client):
    form = bound(world, make_form(world))
    book = workbook()
    book["月报"]["B3"] = "=1+1"
    client.force_login(world.clerk)
    entries = {"name": "新版", "issued_by": "省局", "period_kind": "month", "file": uploaded(content_of(book))}
    client.post(reverse("form_replace", args=[form.pk]), entries)
    newer = SuperiorForm.objects.get(replaces=form)
    form.refresh_from_db()
    assert (form.is_active, form.bindings.count(), newer.bindings.count()) == (False, 6, 5)
    with pytest.raises(ValidationError):
        form.bind([figure("B4")], by=world.manager)


def test_rights_and_scope(world, client):
    form = bound(world, make_form(world))
    pages = [reverse(name, args=[form.pk]) for name in ("form_detail", "form_fill")] + [reverse("form_list")]
    for url in pages:
        assert "login" in client.get(url).url
    client.force_login(world.stranger)
    assert client.get(form.get_absolute_url()).status_code == 404
    assert form.name not in client.get(reverse("form_list")).content.decode()
    client.force_login(world.inspector)
    assert client.get(form.get_absolute_url()).status_code == 200
    assert client.get(reverse("form_fill", args=[form.pk])).status_code == 403
    client.force_login(world.leader)
    for name in ("form_block", "form_replace"):
        assert client.get(reverse(name, args=[form.pk])).status_code == 403
    assert client.post(form.get_absolute_url(), {}).status_code == 403
    assert client.post(reverse("form_unbind", args=[form.pk]), {"sheet": "月报", "cell": "B3"}).status_code == 403
    assert client.get(reverse("form_new")).status_code == 403
    assert form.bindings.count() == 6


def test_many_forms_and_many_cells_need_no_more_queries(world, client):
    form = make_form(world)
    form.bind([figure("B4", region=world.county), figure("B5", region=world.other_county)], by=world.manager)
    client.force_login(world.leader)
    urls = [reverse("form_list"), form.get_absolute_url(), f"{reverse('form_fill', args=[form.pk])}?period=2024-09"]
    before = [queries(client, url) for url in urls]
    make_form(world)
    form.bind([figure("B3", region=world.city, own=True), figure("A3", region=world.county)], by=world.manager)
    assert [queries(client, url) for url in urls] == before


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_bound_is_filled_with_the_totals(world, data):
    if not SuperiorForm.objects.exists():
        make_hazard(world, inspection=make_inspection(world))
        make_form(world)
    form = SuperiorForm.objects.get()
    keys = [declared.key for declared in INDICATORS]
    places = [
        (None, False),
        (world.city, True),
        (world.city, False),
        (world.county, False),
        (world.other_county, False),
    ]
    cells = data.draw(st.lists(st.sampled_from(["B3", "B4", "C3", "C5", "A3"]), min_size=1, unique=True))
    form.bindings.all().delete()
    for cell in cells:
        region, own = data.draw(st.sampled_from(places))
        form.bind([figure(cell, data.draw(st.sampled_from(keys)), region=region, own=own)], by=world.manager)
    for line in Filling(form, SEPTEMBER, world.leader).lines:
        held = line.binding
        scope = FigureScope(
            world.campaign, region=held.region or world.city, own=held.own, since=SEPTEMBER.first, until=SEPTEMBER.until
        )
        assert line.value == totals(scope, [held.indicator])[held.indicator]


def test_the_example_of_the_demonstration_is_bound_completely_and_adds_up(world):
    make_hazard(world, inspection=make_inspection(world))
    form = load_form(world.campaign, by=world.clerk)
    filling = Filling(form, SEPTEMBER, world.clerk)
    assert (len(filling.lines), filling.findings.errors) == (3 * 6 + 4, [])
    filled = load_workbook(BytesIO(filling.hand_out()))["月报表"]
    assert None not in [filled.cell(row, column).value for row in range(6, 9) for column in range(2, 8)]
    assert filled["B7"].value == 1
