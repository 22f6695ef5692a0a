"""Every page of the path: no error in the console, no request to elsewhere, nothing serious for axe, no sideways scrolling."""

import pytest
from django.urls import reverse

from inspections.links import RECTIFICATION, SELF_CHECK
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.phone import sign_in
from tests.factories import attach_photo, make_hazard, make_inspection, make_order, make_self_check, make_task, rectify
from tests.world import PASSWORD

WALL = {"viewport": {"width": 1920, "height": 1080}}
DARK = {"color_scheme": "dark"}


@pytest.fixture
def city(transactional_db, world):
    """A city with something on every page."""
    visit = make_inspection(world)
    hazard = make_hazard(world, inspection=visit, severity="serious")
    attach_photo(hazard, by=world.inspector)
    world.waiting = hazard.submit_rectification(by=world.inspector, measures="已张贴", on=world.today)
    rectify(world, make_hazard(world, inspection=visit))
    world.late = make_hazard(world, inspection=visit, category="fire")
    make_self_check(world)
    world.order = make_order(world, inspection=visit)
    world.typed_in = make_inspection(world, by=world.clerk, officers=[world.inspector, world.second], submitted=False)
    type(world.typed_in).objects.filter(pk=world.typed_in.pk).update(status="awaiting_confirmation")
    world.task = make_task(world)
    world.visit, world.hazard = visit, hazard
    return world


def pages_of(city):
    """Who looks at which page."""
    shop = [city.shop.pk]
    return {
        "inspector": [
            reverse("home"), reverse("entity_list"), reverse("entity_create"), reverse("entity_detail", args=shop),
            reverse("entity_edit", args=shop), reverse("entity_state", args=shop), reverse("inspection_start"),
            reverse("inspection_create", args=shop), reverse("inspection_detail", args=[city.visit.pk]),
            reverse("hazard_list"), reverse("hazard_detail", args=[city.hazard.pk]),
            reverse("hazard_rectify", args=[city.late.pk]), reverse("self_check_link", args=shop),
            reverse("self_check_poster", args=shop), reverse("self_check_create", args=shop),
            reverse("inspection_amend", args=[city.visit.pk]), reverse("document", args=["record", city.visit.pk]),
            reverse("document", args=["order", city.order.pk]),
            reverse("document_number", args=["order", city.order.pk]),
            reverse("document_scan", args=["order", city.order.pk]),
            reverse("inspection_confirm", args=[city.typed_in.pk]), reverse("offline_shell"),
            reverse("me"), reverse("password_change"), "/nowhere/",
        ],
        "manager": [
            reverse("home"), reverse("rectification_accept", args=[city.waiting.pk]),
            reverse("rectification_reject", args=[city.waiting.pk]), reverse("hazard_extend", args=[city.late.pk]),
            reverse("hazard_close", args=[city.late.pk]), reverse("inspection_void", args=[city.visit.pk]),
            reverse("task_list"), reverse("task_assign"), reverse("task_progress"),
            reverse("task_reassign") + f"?task={city.task.pk}", reverse("task_withdraw") + f"?task={city.task.pk}",
        ],
        "clerk": [reverse("home"), reverse("inspection_transcribe", args=shop), reverse("self_check_posters")],
        "leader": [
            reverse("dashboard"), reverse("ledger_index"), reverse("ledger", args=["hazard"]),
            reverse("ledger", args=["inspection"]) + "?figure=inspections", reverse("ledger", args=["entity"]),
            reverse("record", args=["selfcheck", 1]),
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("device", "language"),
    [(PHONE, "zh-hans"), (DESKTOP, "en"), (WALL | DARK, "zh-hans")],
    ids=["phone", "desk in English", "wall in the dark"],
)
def test_every_page_is_clean(city, open_page, axe, live_server, device, language):
    for username, pages in pages_of(city).items():
        page = open_page(device)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page.goto(reverse("login"))
        axe(page)
        sign_in(page, username)
        for address in pages:
            page.goto(address)
            axe(page)
            width = page.viewport_size["width"]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wider than {width}"


def test_the_admin_is_clean_under_the_content_security_policy(city, open_page):
    page = sign_in(open_page(DESKTOP), "administrator")
    for address in [
        reverse("admin:index"),
        reverse("admin:inspections_hazard_changelist"),
        reverse("admin:inspections_hazard_change", args=[city.hazard.pk]),
        reverse("admin:inspections_hazard_history", args=[city.hazard.pk]),
        reverse("admin:entities_entity_add"),
        reverse("admin:entities_officer_changelist"),
    ]:
        answer = page.goto(address)
        assert answer.status == 200, address
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_keyboard_alone_reaches_the_content_and_signs_in(city, open_page):
    page = open_page(DESKTOP)
    page.goto(reverse("login"))
    page.focus("[name=username]")
    page.keyboard.type("inspector")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav a[href='/me/']", state="attached")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_the_pages_of_the_entity_are_clean(city, open_page, axe):
    """Without an account, on the entity's own phone: the self-check, the rectification, a link that is not valid."""
    addresses = [
        reverse("self_check", args=[SELF_CHECK.issue(city.shop, city.campaign, by=city.inspector)]),
        reverse("rectification", args=[RECTIFICATION.issue(city.late, city.campaign, by=city.inspector)]),
        reverse("self_check", args=["nonsense"]),
    ]
    page = open_page(PHONE | {"viewport": {"width": 360, "height": 740}})
    for address in addresses:
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
