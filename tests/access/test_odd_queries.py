"""No page falls over what somebody writes into its address: the zero byte above all, which PostgreSQL takes in no text."""

import pytest
from django.urls import reverse

from tests.access.city import HERE
from tests.access.table import PAGES
from tests.access.test_pages import address

NAMES = (
    "q", "region", "unit", "from", "to", "as_of", "month", "page", "after", "before", "sort", "columns", "figure", "status", "kind",
    "campaign", "with", "version", "number", "entity", "next", "date", "form", "other_region", "other_campaign", "period",
)  # fmt: skip
ODD = ("\0", "4311\0", "9" * 30, "４３", "'\"<")


@pytest.mark.parametrize("name", sorted(name for name, line in PAGES.items() if not line.post))
def test_no_page_falls_over_an_odd_query(city, name):
    client = city.browser_of(("administrator", HERE))
    url = address(PAGES[name], name, city)
    codes = {odd: client.get(url, dict.fromkeys(NAMES, odd)).status_code for odd in ODD}
    assert all(code < 500 for code in codes.values()), codes


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "page", ["dashboard", "dashboard_compare", "dispatch", "watch", "entity_list", "hazard_list", "task_list"]
)
def test_no_entry_of_the_busy_pages_does(city, page, name):
    client = city.browser_of(("administrator", HERE))
    for odd in ODD:
        assert client.get(reverse(page), {name: odd}).status_code < 500
