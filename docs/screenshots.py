"""Take the pictures of the README from a fresh demonstration campaign: `make screenshots`."""

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
    "home": ("inspector", PHONE, "/"),
    "inspection": ("inspector", PHONE, lambda page: inspect_with_hazard(page)),
    "hazard": (
        "manager",
        PHONE,
        lambda page: open_first(page, "/hazards/?status=submitted", "main a[href^='/hazards/']"),
    ),
    "entity": ("inspector", PHONE, lambda page: open_first(page, "/entities/?kind=seller", "tbody a")),
}


def open_first(page, address, link):
    """Follow the first link of a list that leads to one record."""
    page.goto(address)
    found = page.eval_on_selector_all(link, "links => links.map(a => a.getAttribute('href'))")
    page.goto(next(href for href in found if href.rstrip("/").split("/")[-1].isdigit()))


def inspect_with_hazard(page):
    """A new inspection in which one point has just been failed."""
    page.goto("/inspections/new/")
    page.click(".pick a[href*='/inspect/']")
    page.click("label[for='a-XS-02-fail']")
    page.locator("#item-XS-02").scroll_into_view_if_needed()


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
            take_pictures()
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


def take_pictures():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--disable-gpu", "--disable-background-networking", *(["--no-sandbox"] if os.getuid() == 0 else [])],
        )
        for name, (account, (width, height), place) in PICTURES.items():
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
