"""The web scanner wapiti, which is run by `uv tool run` and is no package of ours, over the kinds of page that the crawl found."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.attack.crawl import LEAVE
from tests.attack.found import Part
from tests.faults.client import Client

PROGRAMS = Path(sys.executable).parent
WAPITI = "wapiti3==3.2.3"
MODULES = (
    "xss",
    "sql",
    "exec",
    "file",
    "crlf",
    "redirect",
    "csrf",
    "permanentxss",
    "csp",
    "http_headers",
    "cookieflags",
)
# What it is told to stop at is looked at between two attacks only, and the report is written after that.
GRACE_SECONDS = 240
# Its store is a SQLite file that every task writes: on a disk, and with the 32 tasks that it has by default, it locks itself out.
IN_MEMORY, TASKS = Path("/dev/shm"), "4"
TRIES = 2
NOWHERE = "http://127.0.0.1:9/"


def scan(system, role, username, pages, seconds) -> Part:
    """Scan those pages and the forms on them with the officer's session, each module for its part of the time."""
    with Client(system.address, username) as client:
        client.sign_in()
        cookies = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
        for _ in range(TRIES):
            with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
                report = Path(folder) / "report.json"
                said = _run(system.address, cookies, pages, seconds, Path(folder), report)
                told = json.loads(report.read_text()) if report.exists() else None
            if told:
                break
    if told is None:
        return Part(f"Scanner (wapiti) as {role}", "no report", [f"The scanner wrote no report: {said[-300:]}"])
    stopped = re.findall(r"Max attack time was reached for module (\w+)", said)
    tried = f"{told['infos']['crawled_pages_nbr']} addresses and forms by {len(MODULES)} modules"
    tried += f"; out of time: {', '.join(stopped)}" if stopped else ""
    return Part(f"Scanner (wapiti) as {role}", tried, list(_findings(told)))


def _run(address, cookies, pages, seconds, folder, report):
    explore, each = seconds * 0.2, seconds * 0.8 / len(MODULES)
    words = [
        PROGRAMS / "uv", "tool", "run", "--from", WAPITI, "wapiti", "--url", f"{address}/", "--cookie-value", cookies,
        *(word for page in pages for word in ("--start", page)), *(word for path in LEAVE for word in ("--exclude", f"{address}{path}*")),
        "--scope", "folder", "--depth", "1", "--max-links-per-page", "3", "--max-parameters", "30", "--timeout", "10", "--tasks", TASKS,
        "--flush-session", "--store-session", folder / "session", "--store-config", folder / "config",
        "--max-scan-time", str(explore), "--max-attack-time", str(each), "--module", ",".join(MODULES),
        "--external-endpoint", NOWHERE, "--internal-endpoint", f"{address}/", "--no-bugreport", "--format", "json", "--output", report,
    ]  # fmt: skip
    with (folder / "said").open("w+") as said:
        try:
            subprocess.run(words, cwd=folder, stdout=said, stderr=said, timeout=seconds + GRACE_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            said.write("It did not end in time.")
        said.seek(0)
        return said.read()


def _findings(told):
    for kind in ("vulnerabilities", "anomalies"):
        for name, ones in told[kind].items():
            for one in ones:
                yield f"{name}: {one['method']} {one['path']} {one['info']}"[:400]
