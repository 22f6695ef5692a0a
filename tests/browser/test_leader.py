"""What a leader does in a real Chromium: from a mark on the dashboard to the records behind it."""

import re
from datetime import date

import pytest

from tests.browser.conftest import PHONE
from tests.browser.phone import sign_in
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
    tile = leader.locator("svg.tiles a[href*='region=431102']").first
    tile.scroll_into_view_if_needed()
    told = re.search(r"\d+", tile.locator("text").last.text_content())[0]
    tile.click()
    leader.wait_for_url(re.compile(r"/ledgers/inspection/.*region=431102"))
    assert told == "2"
    assert leader.locator("tbody tr").count() == 2
