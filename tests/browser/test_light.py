"""How much a page brings along on its first visit, and what it asks of an old phone."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.browser.conftest import PHONE
from tests.browser.phone import sign_in
from tests.factories import attach_photo, make_hazard, make_inspection

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 100 * 1024
# Photos and what is taken along for work without a connection are counted apart.
APART = re.compile(r"/evidence/|/offline/luggage/")
# What came after version 90 of Chromium and would stop a script or hide a form.
TOO_NEW = re.compile(
    r"\.at\(|structuredClone|Object\.hasOwn|randomUUID|\.findLast|\.toSorted|\.groupBy|\bstatic \{|\.showPicker"
)


@pytest.fixture
def city(transactional_db, world):
    world.visit = make_inspection(world)
    world.hazard = make_hazard(world, inspection=world.visit)
    attach_photo(world.hazard, by=world.inspector)
    return world


def bytes_on_first_visit(page, address):
    """All that travels for a page when nothing is in any cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes, names = {}, {}
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return sum(size for key, size in sizes.items() if not APART.search(names.get(key, "")))


def test_a_page_brings_at_most_a_hundred_kilobytes(city, open_page):
    shop = [city.shop.pk]
    page = sign_in(open_page(PHONE, service_workers="block"), "inspector")
    pages = [
        reverse("home"), reverse("inspection_start"), reverse("entity_detail", args=shop),
        reverse("inspection_create", args=shop), reverse("inspection_detail", args=[city.visit.pk]),
        reverse("hazard_detail", args=[city.hazard.pk]), reverse("hazard_rectify", args=[city.hazard.pk]),
        reverse("offline_shell"), reverse("document", args=["record", city.visit.pk]),
    ]  # fmt: skip
    heavy = {address: size for address in pages if (size := bytes_on_first_visit(page, address)) > LIMIT}
    assert not heavy


def test_no_script_of_ours_is_over_fifteen_kilobytes():
    heavy = {
        path.name: path.stat().st_size for path in (ROOT / "static" / "js").iterdir() if path.stat().st_size > 15_000
    }
    assert not heavy


def test_scripts_ask_for_nothing_that_an_old_chromium_lacks():
    scripts = [*(ROOT / "static" / "js").glob("*.js"), ROOT / "templates" / "offline" / "worker.js"]
    found = [f"{path.name}: {match}" for path in scripts for match in TOO_NEW.findall(path.read_text())]
    assert not found


def test_styles_of_an_inspection_work_without_has():
    """`:has()` came with version 105: where it hides or opens something, a class set by the script does it, too."""
    rules = (ROOT / "static" / "css" / "inspection.css").read_text()
    hiding = [rule for rule in re.findall(r"[^{}]*:has\([^{}]*\{[^}]*\}", rules) if "display: none" in rule]
    assert all("html:not(.has-script)" in rule for rule in hiding)


TAP_TARGETS = """() => [...document.querySelectorAll('main a.button, main button, main select, main .segments label')]
  .filter((node) => node.offsetParent)
  .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 24 || box.width < 24))
  .map(([html, box]) => `${html} ${Math.round(box.width)}×${Math.round(box.height)}`)"""


def test_what_is_tapped_is_large_enough_for_a_thumb(city, open_page):
    page = sign_in(open_page(PHONE), "inspector")
    for address in (reverse("inspection_create", args=[city.shop.pk]), reverse("home")):
        page.goto(address)
        assert page.evaluate(TAP_TARGETS) == []  # WCAG 2.2, 2.5.8
