"""What office staff do in a real Chromium: lists that come in, files and bulletins that go out."""

import csv
import io
import threading

import pytest
from django.db import connection
from docx import Document
from python_calamine import CalamineWorkbook

from entities.models import Entity
from reports import exports, jobs
from reports.imports.nouns import NOUNS
from reports.models import Import, Job
from tests.browser.conftest import PHONE
from tests.browser.phone import eventually, sign_in
from tests.factories import make_inspection
from tests.reports.import_lists import book
from tests.world import valid_credit_code

CODE = valid_credit_code("92431102MA4L0899X0")
GOOD = {"name": "新店", "kind": "seller", "region": "431102"}
# What is planted in each row from the second on, and the cells that must be named.
MISTAKES = [
    ({"name": ""}, "A"),
    ({"name": "店" * 300}, "A"),
    ({"kind": ""}, "B"),
    ({"kind": "鱼"}, "B"),
    ({"credit_code": CODE[:-1] + ("1" if CODE[-1] != "1" else "2")}, "C"),
    ({"credit_code": "123"}, "C"),
    ({"credit_code": "=A1"}, "C"),
    ({"licence_number": ""}, "C"),
    ({"region": ""}, "E"),
    ({"region": "999999"}, "E"),
    ({"region": "冷水滩区"}, "E"),
    ({"region": '="431102"'}, "E"),
    ({"address": ""}, "G"),
    ({"phone": "9" * 80}, "K"),
    ({"risk_level": "高得很"}, "M"),
    ({"pledged_on": "2024-02-30"}, "N"),
    ({"pledged_on": "昨天"}, "N"),
    ({"pledged_on": "2024/13/01"}, "N"),
    ({"pledged_on": "=TODAY()"}, "N"),
    ({"credit_code": "９２４３１１０２"}, "C"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def city(transactional_db, world):
    return world


@pytest.mark.parametrize("device", [{}, {"device": PHONE}], ids=["desk", "phone"])
def test_twenty_planted_mistakes_are_each_told_at_their_cell(city, open_page, device, axe, tmp_path):
    rows = [
        GOOD | {"licence_number": f"L{n}", "address": f"{n}号"} | planted for n, (planted, _cell) in enumerate(MISTAKES)
    ]
    good = GOOD | {"credit_code": CODE, "address": "人民路100号"}
    page = sign_in(open_page(**device), "clerk")
    page.goto("/reports/")
    page.click("main a[href='/imports/']")
    page.select_option("[name=kind]", "entities")
    page.set_input_files("[name=file]", {"name": "名单.xlsx", "mimeType": "", "buffer": book("entities", *rows, good)})
    page.click("main form button[type=submit]")
    page.wait_for_url("**/imports/*/")
    axe(page)
    told = {cell.text_content() for cell in page.locator("[aria-labelledby=head-wrong] tbody td:nth-child(2)").all()}
    assert told == {f"{letter}{line}" for line, (_planted, letter) in enumerate(MISTAKES, start=2)}
    page.check("[name=without_wrong]")
    page.click("form[action$='/apply/'] button")
    page.wait_for_load_state()
    eventually(lambda: Import.objects.get().status == "applied")
    assert Entity.objects.get(credit_code=CODE).name == "新店"
    page.click("details.confirm-danger summary")
    page.fill("#reason", "列错了表")
    page.click("details.confirm-danger button")
    eventually(lambda: Import.objects.get().status == "taken_back")
    assert not Entity.objects.filter(credit_code=CODE).exists()


def perform(job):
    """Do the job as a worker does, in a thread of its own."""

    def work():
        try:
            jobs.perform(job.pk, job.task_id)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_an_export_is_run_cancelled_and_resumed(city, open_page, settings, monkeypatch):
    for _number in range(3):
        make_inspection(city)
    settings.EXPORT_AT_ONCE_ROWS = 0
    halfway, go_on, counted = threading.Event(), threading.Event(), exports._counted

    def slowly(records, total, told):
        for record in counted(records, total, told):
            halfway.set()
            assert go_on.wait(20)
            told(1, total)
            yield record

    monkeypatch.setattr(exports, "_counted", slowly)
    page = sign_in(open_page(), "clerk")
    page.goto("/ledgers/inspection/")
    page.click("a[href*='/export/csv/']")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/jobs/*/")
    job = Job.objects.get()
    worker = perform(job)
    assert halfway.wait(20)
    page.locator("progress").wait_for()
    page.click("form[action$='/cancel/'] button")
    page.locator("form[action$='/retry/'] button").wait_for()
    go_on.set()
    worker.join()
    job.refresh_from_db()
    assert (job.status, job.result.name) == ("cancelled", "")
    page.click("form[action$='/retry/'] button")
    page.wait_for_load_state()
    job.refresh_from_db()
    perform(job).join()
    with page.expect_download() as download:
        page.locator("a[href$='/file/']").click()
    lines = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(lines) == 4


def test_a_template_is_downloaded_and_opens_with_its_columns(city, open_page):
    page = sign_in(open_page(), "clerk")
    page.goto("/imports/")
    with page.expect_download() as download:
        page.click("a[href='/imports/templates/inspections/']")
    heads = CalamineWorkbook.from_path(download.value.path()).get_sheet_by_index(0).to_python()[0]
    assert heads == [column.headers[0] for column in NOUNS["inspections"].sheet.columns]


@pytest.mark.parametrize("device", [{}, {"device": PHONE}], ids=["desk", "phone"])
def test_a_bulletin_is_proposed_edited_checked_and_sent(city, open_page, device, axe):
    make_inspection(city)
    page = sign_in(open_page(**device), "clerk")
    page.goto("/bulletins/")
    page.click("a[href='/bulletins/new/']")
    page.select_option("[name=region]", "431102")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/bulletins/*/")
    axe(page)
    figure = page.locator(".bulletin-words a", has_text="1").first
    figure.click()
    page.wait_for_url("**/ledgers/inspection/**")
    assert page.locator("tbody tr").count() == 1
    page.go_back()
    make_inspection(city)
    page.click("a[href$='/edit/']")
    words = page.locator("[name=summary]")
    words.fill(words.input_value().replace("现将有关情况报告如下", "抽查了9988家，现将有关情况报告如下"))
    page.click("main form button[type=submit]")
    page.wait_for_url("**/bulletins/*/")
    page.click("a[href$='/check/']")
    assert {mark.text_content() for mark in page.locator("mark").all()} >= {"9988", "1"}
    page.click("main section > form button[type=submit]")
    page.wait_for_url("**/bulletins/*/")
    assert "检查生产、销售单位2家次" in page.locator(".paper").text_content()
    with page.expect_download() as download:
        page.click("a[href$='.docx']")
    body = "\n".join(one.text for one in Document(download.value.path()).paragraphs)
    assert "检查生产、销售单位2家次" in body
    assert "抽查了9988家" in body
    page.click("a[href$='/check/']")
    page.check("[name=confirmed]")
    page.click("form.panel.form button[type=submit]")
    page.wait_for_url("**/bulletins/*/")
    assert page.locator("a[href$='/edit/']").count() == 0
