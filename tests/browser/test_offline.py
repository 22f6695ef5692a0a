"""A day without a connection: the wire to the server is really cut, and every visit arrives once."""

import re
import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from entities.models import Entity, OfficerSession
from inspections.models import Campaign, Evidence, Hazard, Inspection
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE
from tests.browser.network import Wire
from tests.browser.phone import (
    answer,
    choose_second_officer,
    eventually,
    fill_visit,
    ready,
    say_who_signs,
    sign,
    sign_in,
    submit,
    take_along,
)

SUBMITTED = re.compile(r"/inspections/\d+/(\?arrived=1)?$")


@pytest.fixture
def city(transactional_db, world):
    return world


@pytest.fixture
def wire(live_server):
    host, port = live_server.url.removeprefix("http://").split(":")
    wire = Wire((host, int(port)))
    yield wire
    wire.cut()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "shop.jpg"
    Image.effect_noise((1200, 900), 60).convert("RGB").save(path, quality=90)
    return str(path)


@pytest.fixture
def phone(open_page, wire, city):
    """An inspector's phone, signed in, with the day's luggage."""
    page = sign_in(open_page(PHONE, at=wire.url), "inspector")
    take_along(page)
    return page


def form(city):
    return f"/entities/{city.shop.pk}/inspect/"


def again(page, path):
    """The page is killed and another opened, as after a dead battery."""
    context = page.context
    page.close()
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(path)
    return page


def waiting(page):
    page.locator("#trouble [data-why]:visible").wait_for()
    return page.locator("#trouble [data-why]:visible").get_attribute("data-why")


def test_a_visit_begun_offline_survives_a_dead_page_and_arrives_once(city, wire, phone, photo):
    wire.cut()
    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city, photo)
    time.sleep(1.5)  # the last change is kept within a second
    phone = again(phone, form(city))
    ready(phone)
    assert phone.input_value("#item-XS-02 textarea[name$=description]") == "未建立日管控记录"
    assert phone.locator("#item-XS-02 [data-previews] img").count() == 1
    submit(phone)
    assert waiting(phone) == "offline"
    assert Inspection.objects.count() == 0
    phone = again(phone, "/")
    phone.locator("#unsent a", has_text="零陵示例车行").wait_for()
    wire.mend()
    phone = again(phone, "/")
    visit = eventually(lambda: Inspection.objects.submitted().first())
    assert [hazard.evidence.count() for hazard in visit.hazards.all()] == [1]
    assert visit.evidence.filter(slot__startswith="signature").count() == 3
    eventually(lambda: not phone.locator("#unsent").is_visible())
    phone = again(phone, "/")
    assert Inspection.objects.count() == 1


def test_search_entity_page_and_tasks_open_without_a_connection(city, wire, phone):
    wire.cut()
    phone.goto("/")
    phone.click(".bottom-bar a[href='/inspections/new/']")
    phone.fill("[name=q]", "llsl")  # 零陵示例 by its initials
    phone.click(f".pick a[href='/entities/{city.shop.pk}/inspect/']")
    ready(phone)
    assert phone.locator(".item").count() == 4
    # Each page shows itself once the luggage has been read.
    phone.goto(f"/entities/{city.shop.pk}/")
    expect(phone.locator("main")).to_contain_text("零陵区示例路1号")
    phone.goto("/entities/?q=92431102")
    expect(phone.locator(".pick li")).to_have_count(2)
    phone.goto(f"/entities/{city.other_shop.pk}/")
    phone.wait_for_selector("[data-reload]")
    assert "冷水滩" not in phone.inner_text("main")


def test_a_server_in_trouble_is_asked_again(city, wire, phone, photo):
    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city, photo)
    phone.route(re.compile(r"/photo/$"), lambda route: route.fulfill(status=500, body="trouble"))
    submit(phone)
    assert waiting(phone) == "offline"
    assert [visit.status for visit in Inspection.objects.all()] == ["draft"]
    phone.unroute(re.compile(r"/photo/$"))
    phone = again(phone, "/")
    visit = eventually(lambda: Inspection.objects.submitted().first())
    assert (Inspection.objects.count(), visit.hazards.get().evidence.count()) == (1, 1)


def test_an_expired_session_loses_nothing(city, wire, phone):
    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city)
    OfficerSession.objects.all().delete()
    submit(phone)
    assert waiting(phone) == "signedOut"
    sign_in(phone, "inspector")
    assert eventually(lambda: Inspection.objects.submitted().first()).entity == city.shop


def test_two_tabs_send_once(city, wire, phone):
    wire.cut()
    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city)
    submit(phone)
    waiting(phone)
    other = phone.context.new_page()
    other.goto("/")
    wire.mend()
    for page in (phone, other):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    eventually(lambda: Inspection.objects.submitted().exists())
    time.sleep(1)
    assert Inspection.objects.count() == 1


def test_what_the_server_refuses_comes_back_with_its_reason_and_stays_editable(city, wire, phone):
    wire.cut()
    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city)
    phone.fill("#item-XS-02 input[name$=deadline]", "2024-08-01")
    submit(phone)
    waiting(phone)
    wire.mend()
    phone = again(phone, "/")
    refused = phone.locator("#unsent a", has_text="期限")
    refused.wait_for()
    assert Inspection.objects.count() == 0
    refused.click()
    ready(phone)
    assert "期限" in phone.inner_text("#error-summary")
    phone.fill("#item-XS-02 input[name$=deadline]", "2024-09-24")
    submit(phone)
    phone.wait_for_url(SUBMITTED)
    assert Hazard.objects.get().description == "未建立日管控记录"


def test_a_checklist_that_changed_meanwhile_keeps_the_answers_and_asks_for_the_new_point(city, wire, phone):
    from inspections.models import ChecklistItem

    wire.cut()
    phone.goto(form(city))
    ready(phone)
    choose_second_officer(phone, city)
    for code in ("XS-01", "XS-02", "XS-03", "XS-04"):
        answer(phone, code, "pass")
    say_who_signs(phone)
    sign(phone)
    submit(phone)
    waiting(phone)
    version = ChecklistItem.objects.get(code="XS-01").version
    ChecklistItem.objects.create(
        version=version,
        position=9,
        code="XS-09",
        section="三、新增",
        text="新的要点",
        severity="general",
        category="fire",
    )
    wire.mend()
    phone = again(phone, "/")
    phone.locator("#unsent .badge-refused").wait_for()
    phone.click("#unsent a")
    ready(phone)
    assert phone.is_checked("#a-XS-01-pass")
    answer(phone, "XS-09", "pass")
    submit(phone)
    phone.wait_for_url(SUBMITTED)
    assert Inspection.objects.get().answers["XS-09"] == "pass"


def test_a_campaign_that_closed_meanwhile_leaves_the_visit_on_the_phone(city, wire, phone):
    wire.cut()
    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city)
    submit(phone)
    waiting(phone)
    Campaign.objects.filter(pk=city.campaign.pk).update(status="wrapping_up")
    wire.mend()
    phone = again(phone, "/")
    phone.locator("#unsent .badge-refused").wait_for()
    assert Inspection.objects.count() == 0


def test_signing_out_asks_about_what_is_not_sent_and_takes_the_register_off_the_phone(city, wire, phone):
    phone.goto(form(city))
    ready(phone)
    choose_second_officer(phone, city)
    phone.fill("[name=remarks]", "未完成")
    time.sleep(1.5)
    phone.goto("/me/")
    phone.click("main [data-sign-out] button")
    phone.click("#unsent-dialog [value=stay]")
    assert phone.url.endswith("/me/")
    phone.click("main [data-sign-out] button")
    phone.click("#unsent-dialog [value=keep]")
    phone.wait_for_url(re.compile("/login/"))
    wire.cut()
    phone.goto("/")
    phone.wait_for_selector("[data-reload]")
    assert "零陵示例" not in phone.inner_text("main")
    wire.mend()
    phone.goto("/login/")
    sign_in(phone, "inspector")
    phone.locator("#unsent a", has_text="零陵示例车行").wait_for()


def test_another_officer_of_the_same_phone_does_not_see_what_waits(city, wire, phone):
    phone.goto(form(city))
    ready(phone)
    phone.fill("[name=remarks]", "未完成")
    time.sleep(1.5)
    OfficerSession.objects.all().delete()
    sign_in(phone, "second")
    take_along(phone)
    assert not phone.locator("#unsent").is_visible()
    phone.goto(form(city))
    ready(phone)
    assert phone.input_value("[name=remarks]") == ""


def test_a_visit_without_inspection_is_two_taps_and_a_photo(city, wire, phone, photo):
    phone.goto(form(city))
    ready(phone)
    phone.locator("[name=outcome][value=not_found]").check(force=True)
    phone.set_input_files("[name=photos]", photo)
    submit(phone)
    phone.wait_for_url(SUBMITTED)
    assert Entity.objects.get(pk=city.shop.pk).state == "not_found"
    assert city.shop.tasks.get().purpose == "revisit"


def test_a_clean_shop_takes_at_most_eight_taps(city, wire, phone):
    Entity.objects.filter(pk=city.shop.pk).update(legal_representative="王店主")
    phone.goto(f"/entities/{city.shop.pk}/")
    taps = 0

    def tap(selector):
        nonlocal taps
        taps += 1
        phone.locator(selector).first.click()

    began = time.monotonic()
    tap(f"a[href='{form(city)}']")
    ready(phone)
    tap(f"label:has(input[name=officers][value='{city.second.pk}'])")
    tap("label[for=rest-pass]")
    sign(phone)
    taps += phone.locator("[data-pad]").count()
    tap("button[name=action][value=submit]")
    phone.wait_for_url(SUBMITTED)
    assert taps <= 8
    assert time.monotonic() - began < 60
    assert Inspection.objects.get().status == "submitted"


def test_the_phone_makes_photos_small_and_keeps_their_time_place_and_hash(city, wire, phone, tmp_path):
    import hashlib

    from PIL import TiffImagePlugin

    path = tmp_path / "large.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2024:09:01 10:30:00"
    ratio = TiffImagePlugin.IFDRational
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (ratio(26), ratio(12), ratio(36)), 3: "E", 4: (ratio(111), ratio(36), ratio(0))}
    )
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(path, quality=92, exif=exif)
    phone.goto(form(city))
    ready(phone)
    sent = []
    phone.on(
        "request",
        lambda request: sent.append(len(request.post_data_buffer or b"")) if "/photo/" in request.url else None,
    )
    phone.locator("[name=outcome][value=closed]").check(force=True)
    phone.set_input_files("[name=photos]", str(path))
    phone.locator("[data-previews] img").first.wait_for()
    submit(phone)
    phone.wait_for_url(SUBMITTED)
    kept = Evidence.objects.get()
    assert kept.original_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert kept.taken_at.isoformat() == "2024-09-01T02:30:00+00:00"
    assert (float(kept.latitude), float(kept.longitude)) == (26.21, 111.6)
    with Image.open(kept.file) as image:
        assert image.size == (1200, 1600)  # upright
    assert sent[0] < path.stat().st_size / 4


def test_a_new_version_of_the_application_keeps_what_waits(city, wire, phone, monkeypatch):
    from inspections.views import offline

    phone.goto(form(city))
    ready(phone)
    fill_visit(phone, city)
    wire.cut()
    submit(phone)
    waiting(phone)
    monkeypatch.setattr(offline, "STYLES", [*offline.STYLES, "charts"])
    wire.mend()
    phone = again(phone, "/")
    assert eventually(lambda: Inspection.objects.submitted().first()).entity == city.shop
    caches = "caches.keys().then((names) => names.filter((name) => name.startsWith('app-')).length)"
    eventually(lambda: phone.evaluate(caches) == 1)
    kept = (
        "caches.keys().then(async (names) => (await (await caches.open(names[0])).keys()).map((one) => one.url).join())"
    )
    eventually(lambda: "css/charts" in phone.evaluate(kept))


def test_a_restarted_browser_still_has_what_waits(city, wire, chromium, static_files, tmp_path, playwright_of, settle):
    """The whole browser ends, not only its page, and another one starts from the same profile."""

    def browser():
        context = playwright_of.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=ARGUMENTS, base_url=wire.url, locale="zh-CN", **PHONE
        )
        context.set_default_timeout(10_000)
        return context

    first = browser()
    page = sign_in(first.pages[0], "inspector")
    take_along(page)
    wire.cut()
    page.goto(form(city))
    ready(page)
    fill_visit(page, city)
    submit(page)
    waiting(page)
    first.close()
    wire.mend()
    second = browser()
    page = second.pages[0]
    page.goto("/")
    if "/login/" in page.url:  # a session cookie may end with the browser
        sign_in(page, "inspector")
    assert eventually(lambda: Inspection.objects.submitted().first()).hazards.count() == 1
    second.close()
    settle()
