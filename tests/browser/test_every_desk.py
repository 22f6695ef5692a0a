"""Every desk, on a phone and at a desk: no error in the console, nothing serious for axe, no sideways scrolling."""

import pytest
from django.urls import reverse

from inspections.desk import declare
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.phone import sign_in
from tests.factories import MAKERS, make_operation

WITH_FORM = [name for name, desk in declare._DESKS.items() if desk.form]


@pytest.fixture
def city(transactional_db, world):
    """One record of each kind that has a desk, in the inspector's county."""
    operation = make_operation(world, key="another-one")
    world.records = [MAKERS[name](world) for name in ("case", "samplingbatch", "seizure", "certificate", "assignment")]
    world.records += [MAKERS[name](world) for name in ("deadline", "handover", "return", "lead")] + [operation]
    return world


@pytest.mark.parametrize(
    ("device", "language"), [(PHONE, "zh-hans"), (DESKTOP, "en")], ids=["phone", "desk in English"]
)
def test_every_desk_is_clean(city, open_page, axe, live_server, device, language):
    page = open_page(device)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    sign_in(page, "administrator")
    addresses = [reverse("desk_new", args=[name]) for name in WITH_FORM]
    addresses += [record.get_absolute_url() for record in city.records]
    addresses += [reverse("certificate_check"), reverse("ledger", args=["case"]), reverse("sampling_results")]
    for address in addresses:
        answer = page.goto(address)
        assert answer.status == 200, address
        axe(page)
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wider than {width}"
