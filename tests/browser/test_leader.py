"""What a leader does in a real Chromium: from a mark on the dashboard to the records behind it."""

import re
from datetime import date

import pytest

from tests.browser.conftest import PHONE
from tests.browser.network import Wire
from tests.browser.phone import eventually, sign_in
from tests.factories import make_inspection


@pytest.fixture
def city(transactional_db, world):
    make_inspection(world)
    make_inspection(world, inspected_on=date(2024, 8, 30))
    make_inspection(world, by=world.stranger, entity=world.other_shop)
    return world


@pytest.mark.parametrize("device", [{}, {"device": PHONE}], ids=["desk", "phone"])
def test_a_tile_of_the_map_leads_to_just_the_records_that_it_counts(city, open_page, device, axe):
    leader = sign_in(open_page(**device), "leader")
    leader.goto("/dashboard/")
    axe(leader)
    if device:
        leader.click("#map-head .panel-fold")
    tile = leader.locator("svg.tiles a[href*='region=431102']").first
    tile.scroll_into_view_if_needed()
    told = re.search(r"\d+", tile.locator("text").last.text_content())[0]
    tile.click()
    leader.wait_for_url(re.compile(r"/ledgers/inspection/.*region=431102"))
    assert told == "2"
    assert leader.locator("tbody tr").count() == 2


@pytest.fixture
def wire(live_server):
    host, port = live_server.url.removeprefix("http://").split(":")
    wire = Wire((host, int(port)))
    yield wire
    wire.cut()


def test_the_wall_turns_keeps_its_figures_without_the_server_and_recovers_by_itself(city, open_page, wire):
    wall = sign_in(open_page({"viewport": {"width": 1920, "height": 1080}}, at=wire.url), "leader")
    wall.goto("/dashboard/wall/")
    shown = wall.locator(".wall-panel.is-shown")
    assert shown.count() == 1 and "3" in shown.inner_text()
    first = shown.inner_text()
    wall.keyboard.press("ArrowRight")
    assert shown.inner_text() != first
    wall.keyboard.press("ArrowLeft")
    assert wall.evaluate("document.documentElement.scrollHeight <= 1080")
    wire.cut()
    wall.evaluate("window.dispatchEvent(new Event('online'))")
    wall.locator(".wall-lost").wait_for(state="visible")
    assert shown.inner_text() == first
    make_inspection(city, inspected_on=date(2024, 8, 29))
    wire.mend()
    wall.evaluate("window.dispatchEvent(new Event('online'))")
    wall.locator(".wall-lost").wait_for(state="hidden")
    assert "4" in shown.inner_text()


def test_on_a_phone_the_panels_are_folded_and_open_at_a_touch(city, open_page, axe):
    leader = sign_in(open_page(device=PHONE), "leader")
    leader.goto("/dashboard/")
    heads = leader.locator(".board .panel h2 > .panel-fold")
    assert heads.count() >= 8
    assert leader.locator("svg.lines").is_hidden()
    assert leader.locator("#board-region").is_hidden()
    leader.click(".board-choose")
    assert leader.locator("#board-region").is_visible()
    leader.locator("#months-head .panel-fold").click()
    assert leader.locator("svg.lines").is_visible()
    axe(leader)
    leader.set_viewport_size({"width": 1440, "height": 900})
    eventually(lambda: leader.locator(".panel-fold").count() == 0)
    assert leader.locator("#board-region").is_visible()
    assert leader.locator("svg.tiles").is_visible()
