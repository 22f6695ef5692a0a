"""Browser tests: Debian's Chromium, driven by Playwright, against a live server with production's static files."""

import os
import shutil
import threading
import time

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started

# Playwright's own event loop runs in this thread, so Django would take every query for one from async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARGUMENTS = [*QUIET, *(["--no-sandbox"] if os.getuid() == 0 else [])]
CHROMIUM = shutil.which("chromium")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def static_files():
    """Collect the static files once, hashed as in production, and leave serving them to the same middleware as there."""
    call_command("collectstatic", interactive=False, verbosity=0)
    # The test server's own handler looks files up by their plain names and would answer 404 for the hashed ones.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "_should_handle", lambda handler, path: False)
        yield


@pytest.fixture(scope="session")
def live_server(static_files, live_server):
    """The server, started after the static files are there."""
    return live_server


@pytest.fixture(scope="session")
def playwright_of():
    """Playwright itself; a machine without Chromium fails, never skips."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "Chromium is missing. Install it:  sudo apt-get install chromium"
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_of):
    """One Chromium for all tests."""
    browser = playwright_of.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def settle():
    """A function that waits until the server answers nobody any more.

    A page that is closed leaves its last requests running in the server's threads; the tables emptied under them
    after the test would lock each other out.
    """
    running = set()

    def begin(environ=None, **signal):
        running.add(threading.get_ident())

    def end(**signal):
        running.discard(threading.get_ident())

    request_started.connect(begin)
    request_finished.connect(end)

    def wait(seconds=20, quiet=0.2):
        deadline, since = time.monotonic() + seconds, time.monotonic()
        while time.monotonic() - since < quiet:
            if running & {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}:
                since = time.monotonic()
            assert time.monotonic() < deadline, "The server still answers requests of a page that was closed."
            time.sleep(0.02)

    yield wait
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def open_page(chromium, live_server, settle):
    """A function that opens a page of a new, signed-out person, on a phone or at a desk.

    At the end the test fails on any error in a console (a violated content security policy among them) and on any
    request that left this machine.
    """
    contexts, complaints = [], []

    def open_one(device=DESKTOP, language="zh-CN", at=None, **options):
        home = at or live_server.url
        context = chromium.new_context(locale=language, **{"base_url": home} | device | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on("console", lambda message: _listen(message, complaints))
        page.on("response", lambda answer: _expect_static(answer, complaints))
        page.on("request", lambda request: _watch(request, home, complaints))
        return page

    yield open_one
    for context in contexts:
        context.close()
    settle()
    assert not complaints, "\n".join(complaints)


def _listen(message, complaints):
    # An answer of 4xx is part of the story of some tests; everything else that the console calls an error is not.
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(f"console: {message.text}")


def _expect_static(answer, complaints):
    if "/static/" in answer.url and answer.status >= 400:
        complaints.append(f"missing: {answer.url}")


def _watch(request, home, complaints):
    if not request.url.startswith((home, "data:", "blob:")):
        complaints.append(f"left this machine: {request.url}")


@pytest.fixture
def axe():
    """A function that fails when axe finds a serious or critical violation on the page."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page):
        found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        report = [f"{page.url}: {v['id']} ({v['impact']}): {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found]
        assert not found, "\n".join(report)

    return check
