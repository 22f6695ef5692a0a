"""Take the pictures of docs/ from a fresh demonstration: `make screenshots`; some of them: `python -m docs.screenshots NAME…`."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parent
PORT = 8099
HOME = f"http://127.0.0.1:{PORT}"
PASSWORD = "yongzhou-demo-2024"
PHONE, DESKTOP = (390, 844), (1440, 900)

# file: account, size, address or how to find it
PICTURES = {
    "dashboard": ("leader", DESKTOP, "/dashboard/"),
    "ledger": ("leader", DESKTOP, "/ledgers/hazard/?figure=hazards_found"),
    "tasks": ("manager", DESKTOP, "/tasks/progress/"),
    "home": ("inspector", PHONE, "/"),
    "start": ("inspector", PHONE, "/inspections/new/?q=lst"),
    "entity": ("inspector", PHONE, lambda page: open_first(page, "/entities/?kind=seller", ENTITY)),
    "entities": ("inspector", PHONE, "/entities/"),
    "inspection": ("inspector", PHONE, lambda page: inspect_with_hazard(page)),
    "signing": ("inspector", PHONE, lambda page: sign_a_visit(page)),
    "offline": ("inspector", PHONE, lambda page: without_connection(page)),
    "visit": ("inspector", PHONE, lambda page: open_first(page, "/ledgers/inspection/?figure=inspections", INSPECTION)),
    "amend": ("manager", PHONE, lambda page: open_first(page, "/ledgers/inspection/?figure=inspections", INSPECTION, "amend/")),
    "void": ("manager", PHONE, lambda page: open_first(page, "/ledgers/inspection/?figure=inspections", INSPECTION, "void/")),
    "paper": ("inspector", PHONE, lambda page: paper_of_a_visit(page)),
    "hazards": ("inspector", PHONE, "/hazards/"),
    "hazard": ("manager", PHONE, lambda page: open_first(page, "/hazards/?status=submitted", HAZARD)),
    "rectify": ("inspector", PHONE, lambda page: open_first(page, "/hazards/?status=open", HAZARD, "rectify/")),
    "extend": ("manager", PHONE, lambda page: open_first(page, "/hazards/?status=open", HAZARD, "extend/")),
    "close": ("manager", PHONE, lambda page: open_first(page, "/hazards/?status=open", HAZARD, "close/")),
    "my-tasks": ("inspector", PHONE, "/tasks/"),
    "assign": ("manager", PHONE, "/tasks/assign/?kind=repair_shop"),
    "from-paper": ("clerk", PHONE, lambda page: open_first(page, "/entities/?kind=seller", ENTITY, "transcribe/")),
    "self-check-link": (
        "inspector", PHONE, lambda page: open_first(page, "/entities/?kind=seller", ENTITY, "self-check/link/"),
    ),
    "self-check": ("inspector", PHONE, lambda page: the_entitys_own_form(page)),
    "case": ("manager", PHONE, lambda page: open_first(page, "/ledgers/case/", CASE)),
    "case-desk": ("admin", DESKTOP, lambda page: open_first(page, "/ledgers/case/?status=decided", CASE)),
    "propose-case": ("manager", PHONE, "/desk/case/new/"),
    "batch": ("manager", PHONE, lambda page: open_first(page, "/ledgers/samplingbatch/?status=handled", BATCH)),
    "operation": ("leader", DESKTOP, lambda page: open_first(page, "/ledgers/operation/?kind=joint_supervision", OPERATION)),
    "laboratory": ("clerk", DESKTOP, "/sampling/results/"),
    "certificate": ("inspector", PHONE, "/certificates/check/"),
    "dashboard-phone": ("leader", PHONE, "/dashboard/"),
    "watch": ("leader", DESKTOP, "/watch/"),
    "dispatch": ("leader", DESKTOP, "/dispatch/"),
    "round": ("leader", DESKTOP, "/rounds/3/"),
    "bulletin": ("clerk", DESKTOP, "/bulletins/1/"),
    "imports": ("clerk", DESKTOP, "/imports/"),
    "account": ("inspector", PHONE, "/me/"),
    "history": ("discipline", DESKTOP, "/history/"),
    "close-account": ("admin", PHONE, "/officers/8/close/"),
    "tokens": ("clerk", PHONE, "/me/tokens/"),
    "second-factor": ("manager", PHONE, "/me/second-factor/set-up/"),
    "api": ("clerk", DESKTOP, lambda page: description_of_the_api(page)),
    "deadlines": ("manager", PHONE, "/ledgers/deadline/?pending=1"),
}  # fmt: skip
CASE, BATCH, OPERATION = "main a[href*='/case/']", "main a[href*='/samplingbatch/']", "main a[href^='/operations/']"
ENTITY, HAZARD, INSPECTION = "tbody a[href^='/entities/']", "main a[href^='/hazards/']", "main a[href^='/inspections/']"


def open_first(page, address, link, then=""):
    """Follow the first link of a list that leads to one record, and from there on."""
    page.goto(address)
    found = page.eval_on_selector_all(link, "links => links.map(a => a.getAttribute('href'))")
    record = next(href for href in found if href.rstrip("/").split("/")[-1].isdigit())
    page.goto(record + then)
    return record


def begin(page):
    """A new inspection of the first entity that is due."""
    page.goto("/inspections/new/")
    page.click(".pick a[href*='/inspect/']")
    page.locator("#inspection[data-ready]").wait_for(state="attached")


def inspect_with_hazard(page):
    """One point has just been failed."""
    begin(page)
    page.click("label[for='a-XS-02-fail']")
    page.locator("#item-XS-02").scroll_into_view_if_needed()


def sign_a_visit(page):
    """A clean shop, signed by the officer."""
    begin(page)
    page.click("label[for=rest-pass]")
    canvas = page.locator("[data-pad] canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 50)
    page.mouse.down()
    for step in range(1, 7):
        page.mouse.move(box["x"] + 40 + 25 * step, box["y"] + 50 + 20 * (step % 2))
    page.mouse.up()
    page.locator("#signing").scroll_into_view_if_needed()


def without_connection(page):
    """My work as the phone took it along."""
    page.goto("/")
    for _ in range(100):
        is_active = page.evaluate("navigator.serviceWorker.getRegistration().then((found) => Boolean(found?.active))")
        if is_active and page.evaluate("localStorage.getItem('renewed')"):
            break
        time.sleep(0.1)
    page.context.set_offline(True)
    page.goto("/")
    page.locator("[data-rows=tasks] li").first.wait_for()


def paper_of_a_visit(page):
    record = open_first(page, "/ledgers/inspection/?figure=inspections", INSPECTION)
    page.goto(f"/documents/record/{record.rstrip('/').split('/')[-1]}/")


def description_of_the_api(page):
    page.goto("/api/v1/docs/")
    page.locator(".opblock").first.wait_for(timeout=60_000)


def the_entitys_own_form(page):
    """What the entity sees behind its link."""
    open_first(page, "/entities/?kind=seller", ENTITY, "self-check/link/")
    page.goto(page.input_value("#link").strip() + "?fill=1")


def main():
    """Start a server over a temporary database, take every picture, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            ENV_FILE="", SECRET_KEY="only for pictures", DEBUG="0", HTTPS="0", DEMO_TODAY="2025-01-20",
            DATABASE_URL=f"sqlite:///{folder}/db.sqlite3", MEDIA_ROOT=f"{folder}/media", STATIC_ROOT=f"{folder}/static",
            DEMO_PASSWORD=PASSWORD,
        )  # fmt: skip
        for command in ("migrate", "load_reference", "load_demo", "collectstatic --no-input"):
            subprocess.run([sys.executable, "manage.py", *command.split(), "--verbosity", "0"], check=True)
        program = Path(sys.executable).parent / "gunicorn"
        server = subprocess.Popen(
            [program, "yongzhou_ebike.wsgi", "--bind", f"127.0.0.1:{PORT}", "--log-level", "error"]
        )
        try:
            wait_for_server()
            take_pictures(sys.argv[1:] or PICTURES)
        finally:
            server.terminate()
            server.wait()


def wait_for_server():
    for _ in range(100):
        try:
            urlopen(f"{HOME}/login/").close()
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not start.")


def take_pictures(names):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--disable-gpu", "--disable-background-networking", *(["--no-sandbox"] if os.getuid() == 0 else [])],
        )
        for name in names:
            account, (width, height), place = PICTURES[name]
            context = browser.new_context(base_url=HOME, viewport={"width": width, "height": height}, locale="zh-CN")
            page = context.new_page()
            page.goto("/login/")
            page.fill("[name=username]", account)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_selector("nav a[href='/me/']", state="attached")
            if callable(place):
                place(page)
            else:
                page.goto(place)
            page.screenshot(path=DOCS / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
