"""The database goes away while an inspector fills a form in a browser: what was typed stays on the phone and arrives once."""

import pytest

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE
from tests.browser.phone import answer, eventually, ready, say_who_signs, sign, sign_in, submit, take_along

SAID = "未建立日管控记录"


@pytest.fixture(scope="module")
def served(system):
    """Gunicorn with the static files, which it looks for when it starts."""
    system.manage("collectstatic", "--no-input", "--verbosity", "0")
    system.serve()
    return system


@pytest.fixture
def phone(served):
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "Chromium is missing. Install it:  sudo apt-get install chromium"
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS) as chromium,
    ):
        context = chromium.new_context(locale="zh-CN", base_url=served.address, **PHONE)
        page = context.new_page()
        page.set_default_timeout(15_000)
        take_along(sign_in(page, "inspector"))
        yield page
    if not served.cluster.is_running():
        served.cluster.start()


def visits(served):
    return served.one("SELECT count(*) FROM inspections_inspection WHERE status = 'submitted'")


def test_a_visit_typed_while_the_database_is_away_is_kept_and_arrives_once(served, phone):
    shop = served.one("SELECT min(id) FROM entities_entity WHERE kind = 'seller' AND region_id = '431102'")
    second = served.one("SELECT id FROM entities_officer WHERE username = 'second'")
    before, form = visits(served), f"/entities/{shop}/inspect/"
    phone.goto(form)
    ready(phone)
    served.cluster.stop()
    phone.check(f"input[name=officers][value='{second}']", force=True)
    answer(phone, "XS-02", "fail")
    phone.fill("#item-XS-02 textarea[name$=description]", SAID)
    phone.click("label[for=rest-pass]")
    say_who_signs(phone)
    sign(phone)
    submit(phone)
    phone.locator("#trouble [data-why]:visible").wait_for()
    # The phone is put away and taken out again, still without the database.
    context = phone.context
    phone.close()
    phone = context.new_page()
    phone.goto("/")
    phone.locator("#unsent a").first.wait_for()
    served.cluster.start()
    phone.goto("/")
    eventually(lambda: visits(served) == before + 1, seconds=60)
    eventually(lambda: not phone.locator("#unsent").is_visible(), seconds=30)
    phone.goto("/")
    assert visits(served) == before + 1
    assert served.one("SELECT count(*) FROM inspections_hazard WHERE description = %s", SAID) == 1
