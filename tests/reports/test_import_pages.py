"""The pages of imports: who may, what they say, and the way from a file to its records and back."""

import subprocess
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from entities.models import Entity
from inspections.models import Inspection
from reports.imports.marked import marked
from reports.imports.nouns import NOUNS
from reports.jobs import perform
from reports.models import Import, Job
from tests.office import make_import
from tests.reports.import_lists import book, unescaped
from tests.reports.test_import_apply import CODES, entity, new_shops

LIST = "/imports/"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def hand_in(client, *rows, kind="entities", name="list.xlsx", content=None):
    file = SimpleUploadedFile(name, book(kind, *rows) if content is None else content)
    return client.post(LIST, {"kind": kind, "file": file})


def content(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("url", [LIST, "/imports/templates/entities/"])
def test_imports_are_for_those_who_may(url, client, world):
    assert client.get(url).status_code == 302
    for officer, status in ((world.inspector, 403), (world.leader, 403), (world.clerk, 200), (world.manager, 200)):
        client.force_login(officer)
        assert client.get(url).status_code == status


def test_a_file_of_somebody_else_does_not_exist(clerk, world):
    hand_in(clerk, entity(1))
    source = Import.objects.get()
    clerk.force_login(world.manager)
    for name in ("import_detail", "import_file", "import_marked"):
        assert clerk.get(reverse(name, args=[source.pk])).status_code == 404
    for name in ("import_apply", "import_take_back"):
        assert clerk.post(reverse(name, args=[source.pk]), {"reason": "x"}).status_code == 404
    assert not new_shops().exists()


@pytest.mark.parametrize("kind", NOUNS)
def test_every_template_is_offered_and_read_back_as_its_own_list(kind, clerk):
    response = clerk.get(f"/imports/templates/{kind}/")
    written = content(response)
    assert "attachment" in response["Content-Disposition"]
    heads = CalamineWorkbook.from_filelike(BytesIO(written)).get_sheet_by_index(0).to_python()[0]
    assert heads == [column.headers[0] for column in NOUNS[kind].sheet.columns]
    assert hand_in(clerk, kind=kind, content=written).status_code == 302
    assert Import.objects.get().counts["wrong"] == 0


def test_a_file_is_looked_at_then_written_then_taken_back(clerk):
    page = clerk.post(
        LIST, {"kind": "entities", "file": SimpleUploadedFile("list.xlsx", book("entities", entity(1)))}, follow=True
    )
    assert CODES[1] in page.content.decode()
    assert not new_shops().exists()
    source = Import.objects.get()
    page = clerk.post(reverse("import_apply", args=[source.pk]), follow=True)
    assert new_shops().count() == 1
    again = clerk.post(reverse("import_apply", args=[source.pk]), follow=True)
    assert new_shops().count() == 1
    assert [str(one) for one in again.context["messages"]]
    refused = clerk.post(reverse("import_take_back", args=[source.pk]), {"reason": ""})
    assert refused.status_code == 422
    clerk.post(reverse("import_take_back", args=[source.pk]), {"reason": "列错了表"})
    assert not new_shops().exists()


def test_what_is_no_list_is_refused_beside_the_field_and_not_kept(clerk, settings, tmp_path):
    response = hand_in(clerk, content=b"hello")
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not Import.objects.exists()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    assert clerk.post(LIST, {"kind": "entities"}).status_code == 422
    assert clerk.post(LIST, {"kind": "fish", "file": SimpleUploadedFile("list.csv", b"x")}).status_code == 422


def test_wrong_cells_are_told_and_come_back_marked(clerk):
    hand_in(clerk, entity(1), entity(2, kind="鱼"), entity(3, region="=1+1"))
    source = Import.objects.get()
    page = clerk.get(source.get_absolute_url()).content.decode()
    assert "B3" in page
    assert "E4" in page
    marked = load_workbook(BytesIO(content(clerk.get(reverse("import_marked", args=[source.pk])))))
    sheet = marked.worksheets[0]
    noted = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert noted == {"B3", "E4"}
    assert sheet["A2"].value == "新店1"
    assert sheet["B3"].fill.start_color.rgb == "FFFFC7CE"


def test_a_cell_with_a_character_that_no_database_takes_is_told_and_comes_back_marked(clerk):
    hand_in(clerk, content=unescaped(book("entities", entity(1, name="店_x0000_"), entity(2))))
    source = Import.objects.get()
    assert [found[1:3] for found in source.findings] == [[2, "A"]]
    assert "A2" in clerk.get(source.get_absolute_url()).content.decode()
    marked = load_workbook(BytesIO(content(clerk.get(reverse("import_marked", args=[source.pk]))))).active
    assert marked["A2"].comment.text


def padded(content, size):
    """The workbook with that many spaces in its sheet, and enough that does not pack for it to be no bomb."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as whole, ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for name in whole.namelist():
            is_sheet = name.startswith("xl/worksheets")
            packed.writestr(name, whole.read(name).replace(b"</sheetData>", b" " * (size * is_sheet) + b"</sheetData>"))
        packed.writestr("docProps/noise", Random(1).randbytes(size // 100))
    return written.getvalue()


def test_of_a_workbook_that_is_large_when_unpacked_the_wrong_rows_alone_come_back(world):
    content = padded(book("entities", entity(1), entity(2, kind="鱼")), 21 << 20)
    source = Import(kind="entities", name="list.xlsx", findings=[["Sheet", 3, "B", "wrong"]])
    rows = list(load_workbook(BytesIO(marked(source, content))).active.iter_rows(values_only=True))
    assert [row[:3] for row in rows] == [("行", "企业名称", "主体类别"), (3, "新店2", "鱼")]


def test_of_a_text_file_the_wrong_rows_come_back(clerk):
    lines = "企业名称,主体类别,信用代码,县区,地址\n" + "\n".join(
        f"{one['name']},{one['kind']},{one['credit_code']},{one['region']},{one['address']}"
        for one in (entity(1), entity(2, kind="鱼"), entity(3, name="=HYPERLINK(1)", kind="虾"))
    )
    hand_in(clerk, name="list.csv", content=lines.encode("gb18030"))
    source = Import.objects.get()
    assert (source.counts["new"], source.wrong) == (1, 2)
    sheet = load_workbook(BytesIO(content(clerk.get(reverse("import_marked", args=[source.pk]))))).active
    assert [[cell.value for cell in row][:3] for row in sheet.iter_rows(min_row=2)] == [
        [3, "新店2", "鱼"], [4, "=HYPERLINK(1)", "虾"],
    ]  # fmt: skip
    assert sheet["B3"].data_type != "f"
    assert sheet["C2"].comment.text


def test_a_large_file_is_checked_and_written_in_the_background(clerk, settings, world):
    settings.IMPORT_AT_ONCE_BYTES = 0
    assert hand_in(clerk, entity(1)).status_code == 302
    source, job = Import.objects.get(), Job.objects.get()
    assert job.label in clerk.get(source.get_absolute_url()).content.decode()
    assert clerk.post(reverse("import_apply", args=[source.pk])).status_code == 302
    perform(job.pk, job.task_id)
    source.refresh_from_db()
    assert source.counts["new"] == 1
    for name, shops in (("import_apply", 1), ("import_take_back", 0)):
        clerk.post(reverse(name, args=[source.pk]), {"reason": "列错了表"})
        job = Job.objects.first()
        perform(job.pk, job.task_id)
        job.refresh_from_db()
        assert (job.status, job.message, new_shops().count()) == ("done", "", shops)


def test_a_right_that_was_withdrawn_meanwhile_stops_the_job(clerk, settings, world):
    hand_in(clerk, entity(1))
    settings.IMPORT_AT_ONCE_BYTES = 0
    clerk.post(reverse("import_apply", args=[Import.objects.get().pk]))
    world.clerk.groups.clear()
    job = Job.objects.get()
    perform(job.pk, job.task_id)
    job.refresh_from_db()
    assert (job.status, Entity.objects.filter(credit_code=CODES[1]).exists()) == ("failed", False)


def test_office_staff_enter_past_visits_as_their_typists(clerk, world):
    visit = {
        "credit_code": world.shop.credit_code, "inspected_on": "2024-08-01", "officers": "LL-001、LL-002",
        "outcome": "inspected", "point": "XS-02",
    }  # fmt: skip
    hand_in(clerk, visit, kind="inspections")
    source = Import.objects.get()
    assert source.findings == []
    clerk.post(reverse("import_apply", args=[source.pk]))
    made = Inspection.objects.get()
    assert (made.transcribed_by, made.status, made.hazards.count()) == (world.clerk, "submitted", 1)


def test_lists_of_any_length_take_the_same_queries(clerk):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            clerk.get(LIST)
        return len(asked)

    hand_in(clerk, entity(1))
    clerk.get(LIST)
    few = queries()
    for number in (2, 3, 4):
        hand_in(clerk, entity(number))
    assert queries() == few


def test_a_damaged_workbook_is_refused_in_words(clerk):
    whole = book("entities", entity(1))
    for content in (whole[: len(whole) // 2], b"PK\x03\x04" + b"\0" * 50):
        response = hand_in(clerk, content=content)
        assert response.status_code == 422
        assert response.context["form"].errors["file"]
    for start in range(0, len(whole), 211):
        damaged = whole[:start] + b"\xff" * 40 + whole[start + 40 :]
        assert hand_in(clerk, content=damaged).status_code in (302, 422)


def test_choices_stay_as_they_were_applied(clerk, world):
    known = {"name": world.shop.name, "kind": "seller", "credit_code": world.shop.credit_code, "region": "431102"}
    hand_in(clerk, known | {"address": "别处99号"})
    source = Import.objects.get()
    apply = reverse("import_apply", args=[source.pk])
    clerk.post(apply, {"row-2": "skip"})
    clerk.post(apply, {"row-2": "new"})
    source.refresh_from_db()
    assert (source.status, source.choices) == ("applied", {"2": "skip"})


def test_a_file_whose_rows_are_all_wrong_is_not_called_settled(clerk):
    hand_in(clerk, entity(2, kind="鱼"))
    page = clerk.get(Import.objects.get().get_absolute_url()).content.decode()
    assert "请在文件中改正有误的单元格后重新提交" in page
    assert "没有需要写入" not in page


def test_the_wrong_rows_of_a_list_with_a_title_keep_their_column_names(clerk):
    one = entity(2, kind="鱼")
    lines = f"某市名单,,,,\n企业名称,主体类别,信用代码,县区,地址\n{one['name']},鱼,{one['credit_code']},431102,1号\n"
    hand_in(clerk, name="list.csv", content=lines.encode())
    sheet = load_workbook(BytesIO(content(clerk.get(reverse("import_marked", args=[Import.objects.get().pk]))))).active
    assert [cell.value for cell in sheet[1]][1:] == ["企业名称", "主体类别", "信用代码", "县区", "地址"]
    assert sheet["C2"].comment.text


def test_an_old_excel_file_is_read_like_a_new_one(clerk, tmp_path):
    (tmp_path / "list.xlsx").write_bytes(
        book("entities", entity(1, pledged_on="2024-06-01"), entity(2, kind="鱼", contact="某某某"))
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xls:MS Excel 97", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "list.xlsx")], check=True, capture_output=True, timeout=120)
    old = (tmp_path / "list.xls").read_bytes()
    nul = old.replace("某某某".encode("utf-16-le"), "某\0某".encode("utf-16-le"))
    assert nul != old
    hand_in(clerk, name="list.xls", content=nul)
    source = Import.objects.get()
    assert (source.counts["new"], source.wrong) == (1, 1)
    assert [found[1:3] for found in source.findings] == [[3, "B"], [3, "J"]]
    sheet = load_workbook(BytesIO(content(clerk.get(reverse("import_marked", args=[source.pk]))))).active
    assert sheet["C2"].comment.text
    clerk.post(reverse("import_apply", args=[source.pk]), {"without_wrong": "on"})
    assert str(new_shops().get().pledged_on) == "2024-06-01"


def test_the_list_is_paged_by_key_and_asks_as_much_on_any_page(clerk, world):
    made = [make_import(world, name=f"名单{number}.xlsx") for number in range(60)]
    seen, asked, query = [], [], ""
    while query is not None:
        with CaptureQueriesContext(connection) as queries:
            page = clerk.get(f"{LIST}{query}").context["page"]
        asked.append(len(queries))
        seen += [source.pk for source in page]
        assert not any("OFFSET" in one["sql"] or "lines" in one["sql"] for one in queries)
        query = f"?after={page.next}" if page.next else None
    assert seen == [source.pk for source in reversed(made)] and len(asked) == 3
    assert asked[1] == asked[2] == asked[0] + 1  # the record at which the page begins
    assert clerk.get(f"{LIST}?before={seen[25]}").context["page"].records[0].pk == seen[0]


LISTS = {
    "/entities/": "entities",
    "/tasks/": "tasks",
    "/ledgers/entity/": "entities",
    "/ledgers/selfcheck/": "self_checks",
    "/ledgers/task/": "tasks",
    "/ledgers/inspection/": "inspections",
    "/ledgers/samplingbatch/": "sampling_results",
    "/ledgers/listing/": "listings",
    "/ledgers/certificate/": "certificates",
}


@pytest.mark.parametrize(("page", "kind"), LISTS.items())
def test_a_list_leads_those_who_may_to_its_import(page, kind, client, world):
    for officer in (world.clerk, world.manager, world.inspector, world.leader, world.discipline):
        client.force_login(officer)
        leads = f'href="/imports/?kind={kind}"' in client.get(page).content.decode()
        assert leads == NOUNS[kind].permits(officer), officer
    client.force_login(world.clerk)
    assert client.get(f"{LIST}?kind={kind}").context["form"]["kind"].value() == kind


def test_what_is_not_imported_offers_no_import(clerk):
    assert "/imports/?kind" not in clerk.get("/ledgers/hazard/").content.decode()
    assert "/imports/?kind" not in clerk.get("/ledgers/inspection/?figure=inspections").content.decode()
