"""The main path in a real Chromium: a visit logged on a phone is found in the total, its drill-down and the workbook."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from inspections.models import Hazard, Inspection
from reports.indicators import indicator
from reports.scope import FigureScope
from reports.summary import HEAD_ROW
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.phone import answer, choose_second_officer, fill_visit, ready, say_who_signs, sign, sign_in, submit

SUBMITTED = re.compile(r"/inspections/\d+/(\?arrived=1)?$")


@pytest.fixture
def city(transactional_db, world):
    return world


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "shop.jpg"
    Image.new("RGB", (64, 48), "steelblue").save(path)
    return str(path)


def log_visit_with_hazard(page, city, photo):
    """From the home page to the submitted inspection, as an inspector would."""
    page.goto("/inspections/new/?q=零陵示例车")
    page.click(".pick a")
    ready(page)
    fill_visit(page, city, photo)
    submit(page)
    page.wait_for_url(SUBMITTED)


def test_a_visit_is_found_in_the_total_its_drill_down_and_the_workbook(city, open_page, photo, axe, tmp_path):
    inspector = sign_in(open_page(PHONE), "inspector")
    log_visit_with_hazard(inspector, city, photo)
    axe(inspector)
    hazard = Hazard.objects.get()
    assert hazard.evidence.count() == 1

    # The rectification is recorded on the phone and accepted by the manager at a desk.
    inspector.goto(hazard.get_absolute_url())
    inspector.click(f"a[href='/hazards/{hazard.pk}/rectify/']")
    inspector.fill("textarea[name=measures]", "已补齐日管控记录")
    inspector.set_input_files("input[type=file]", photo)
    inspector.click("form.form button.button-primary")
    inspector.wait_for_url(re.compile(rf"/hazards/{hazard.pk}/$"))
    manager = sign_in(open_page(), "manager")
    manager.goto(hazard.get_absolute_url())
    manager.click("a[href*='/accept/']")
    manager.click("form.form button.button-primary")
    manager.wait_for_url(re.compile(rf"/hazards/{hazard.pk}/$"))
    hazard.refresh_from_db()
    assert hazard.status == "rectified"

    # The leader reads the totals and opens the records behind one.
    leader = sign_in(open_page(), "leader")
    leader.goto("/dashboard/")
    for key in ("inspections", "hazards_found", "hazards_rectified"):
        figure = leader.locator(f"a[href*='figure={key}&'], a[href$='figure={key}']").first
        assert figure.inner_text().strip().startswith("1"), key
    leader.locator("a[href*='figure=inspections']").first.click()
    leader.wait_for_url(re.compile("/ledgers/inspection/"))
    assert leader.locator("tbody tr").count() == 1
    leader.click("tbody tr a")
    assert "零陵示例车行" in leader.inner_text("main")

    # The office downloads the workbook; its figure is the same.
    clerk = sign_in(open_page(), "clerk")
    clerk.goto("/dashboard/")
    with clerk.expect_download() as download:
        clerk.click("a[href^='/summary.xlsx']")
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    overview = {
        row[1].value: row[2].value for row in book.worksheets[0].iter_rows(min_row=HEAD_ROW + 1) if row[1].value
    }
    scope = FigureScope(city.campaign)
    assert 1 in overview.values()
    assert indicator("inspections").total(scope) == indicator("hazards_rectified").total(scope) == 1


def test_a_wrong_form_writes_nothing_and_keeps_everything_even_the_photo(city, open_page, photo):
    page = sign_in(open_page(PHONE), "inspector")
    page.goto(f"/entities/{city.shop.pk}/inspect/")
    ready(page)
    answer(page, "XS-04", "fail")
    page.fill("#item-XS-04 textarea[name$=description]", "店内代客解限速")
    page.set_input_files("#item-XS-04 input[type=file][name$=photos]", photo)
    page.locator("#item-XS-04 [data-previews] img").wait_for()
    page.click("label[for=rest-unchecked]")
    say_who_signs(page)
    sign(page)
    submit(page)
    page.wait_for_selector(".error-summary:not([hidden])")
    assert Inspection.objects.count() == 0
    assert page.input_value("#item-XS-04 textarea[name$=description]") == "店内代客解限速"
    assert page.locator("#item-XS-04 [data-previews] img").count() == 1
    choose_second_officer(page, city)
    sign(page)
    submit(page)
    page.wait_for_url(SUBMITTED)
    assert Hazard.objects.get().evidence.count() == 1


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_an_empty_form_says_in_one_line_how_much_is_missing_and_leads_there(city, open_page, axe, device):
    page = sign_in(open_page(device), "inspector")
    page.goto(f"/entities/{city.shop.pk}/inspect/")
    ready(page)
    page.fill("[name=remarks]", "门店盘点中")
    submit(page)
    line = page.locator("#error-summary")
    points = page.locator(".item").count()
    assert f"还缺 {points + 4} 处" in line.inner_text()  # the second officer, two signatures, who signs for the entity
    assert line.locator("li").count() == 0 and line.bounding_box()["height"] < 80
    assert page.evaluate("document.activeElement.name") == "officers"
    assert "两名" in page.inner_text("[data-errors-for=officers]")
    assert page.locator(".item.is-unanswered .field-errors p").count() == points
    axe(page)
    choose_second_officer(page, city)  # who must sign as well
    assert f"还缺 {points + 4} 处" in line.inner_text() and page.inner_text("[data-errors-for=officers]") == ""
    line.locator("a").click()
    assert page.evaluate("document.activeElement.name") == "answer-XS-01"
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "answer-XS-01-error"
    place, seen = page.locator("#item-XS-01").bounding_box(), line.bounding_box()
    assert seen["y"] + seen["height"] <= place["y"] < page.viewport_size["height"]  # both are in sight
    page.click("label[for=rest-pass]")
    assert "还缺 4 处" in line.inner_text() and not page.locator(".item.is-unanswered").count()
    say_who_signs(page)
    sign(page)
    assert line.is_hidden() and page.input_value("[name=remarks]") == "门店盘点中"
    submit(page)
    page.wait_for_url(SUBMITTED)


def test_a_draft_waits_and_is_submitted_later(city, open_page):
    page = sign_in(open_page(PHONE), "inspector")
    page.goto(f"/entities/{city.shop.pk}/inspect/")
    ready(page)
    page.fill("textarea[name=remarks]", "店主下午回来")
    answer(page, "XS-01", "pass")
    page.click("button[value=draft]")
    page.wait_for_url(re.compile(r"/$"))
    page.click("main a[href$='/edit/']")
    ready(page)
    assert page.input_value("textarea[name=remarks]") == "店主下午回来"
    assert page.is_checked("#a-XS-01-pass")
    choose_second_officer(page, city)
    page.click("label[for=rest-pass]")
    say_who_signs(page)
    sign(page)
    submit(page)
    page.wait_for_url(SUBMITTED)
    assert Inspection.objects.get().status == "submitted"


def test_a_double_tap_sends_once(city, open_page):
    page = sign_in(open_page(PHONE), "inspector")
    page.goto(f"/entities/{city.shop.pk}/inspect/")
    ready(page)
    choose_second_officer(page, city)
    page.click("label[for=rest-pass]")
    say_who_signs(page)
    sign(page)
    page.dblclick("button[value=submit]")
    page.wait_for_url(SUBMITTED)
    assert Inspection.objects.count() == 1


def test_the_form_works_without_script(city, open_page):
    page = sign_in(open_page(PHONE, java_script_enabled=False), "inspector")
    page.goto(f"/entities/{city.shop.pk}/inspect/")
    choose_second_officer(page, city)
    answer(page, "XS-02", "fail")
    page.click("label[for=rest-pass]")
    page.click("label[for$='signing_1']")  # on paper: signing with a finger needs the script
    submit(page)
    page.fill("#item-XS-02 textarea[name$=description]", "未建立日管控记录")
    submit(page)
    page.wait_for_url(re.compile(r"/inspections/\d+/$"))
    assert Hazard.objects.count() == 1
