"""What an inspector does on a phone, step by step."""

import re
import time

from tests.world import PASSWORD


def sign_in(page, username):
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], main form button.button-primary")
    page.wait_for_url(re.compile(r"/$"))
    return page


def take_along(page):
    """Wait until the phone has the service worker and the day's luggage."""
    eventually(
        lambda: page.evaluate("navigator.serviceWorker.getRegistration().then((found) => Boolean(found?.active))")
    )
    eventually(lambda: page.evaluate("localStorage.getItem('renewed')"))


def eventually(check, seconds=15):
    """The first true answer of the check; fails when none comes in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError(f"still not after {seconds} s: {check}")


def ready(page):
    """Wait until the form is alive: kept visits restored, signature pads laid."""
    page.locator("#inspection[data-ready]").wait_for(state="attached")


def answer(page, code, value):
    page.click(f"label[for='a-{code}-{value}']")


def choose_second_officer(page, city):
    page.check(f"input[name=officers][value='{city.second.pk}']", force=True)


def sign(page, *, times=1):
    """Draw in every pad."""
    for pad in page.locator("[data-pad] canvas").all():
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 40)
        page.mouse.down()
        for step in range(1, 8):
            page.mouse.move(box["x"] + 30 + step * 20, box["y"] + 40 + (step % 2) * 25)
        page.mouse.up()


def say_who_signs(page, name="王店主"):
    page.fill("[name=signer_name]", name)
    page.select_option("[name=signer_relation]", "representative")


def fill_visit(page, city, photo=None):
    """A visit with one hazard, and its photo, signed by all."""
    choose_second_officer(page, city)
    answer(page, "XS-02", "fail")
    page.fill("#item-XS-02 textarea[name$=description]", "未建立日管控记录")
    if photo:
        page.set_input_files("#item-XS-02 input[type=file][name$='-photos']", photo)
        page.locator("#item-XS-02 [data-previews] img").first.wait_for()
    page.click("label[for=rest-pass]")
    say_who_signs(page)
    sign(page)


def submit(page):
    page.click("button[name=action][value=submit]")
