"""Attack a server of its own, and the readers of files beside it, and write what was tried and found to docs/attack.md."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.attack import api, files, report, scanner
from tests.attack.crawl import Crawl
from tests.attack.found import Part
from tests.attack.readers import READERS
from tests.faults.client import Client
from tests.faults.system import ROOT, Cluster, System

# How the time at the server is divided; the readers are fuzzed beside it.
SHAPES, ENTRIES, CRAWL, SCAN = 0.3, 0.15, 0.35, 0.2
FUZZED = 0.75
SCANNED_AS = ("inspector", "administrator")


def main(minutes=10):
    began, seconds = time.monotonic(), minutes * 60
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(_files, seconds)
        parts = _server(seconds) + read.result()
    report.write(parts, minutes=(time.monotonic() - began) / 60)
    return 1 if any(part.true_ones() for part in parts) else 0


def _server(seconds) -> list[Part]:
    cluster = Cluster()
    try:
        cluster.execute("CREATE DATABASE attack")
        system = System(cluster, "attack", API_RATE="1000000/min")
        try:
            made = _prepare(system)
            system.serve(workers=2, threads=4)
            parts = _attacked(system, made, seconds)
            assert system.web.poll() is None, system.said("web")
            return parts
        finally:
            system.remove()
    finally:
        cluster.remove()


def _prepare(system) -> list[tuple[str, str, str]]:
    """(role, user name, token) of an officer of each role."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.prepare"], env=system.environment, cwd=ROOT, check=True, capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    made = [line.split() for line in done.stdout.splitlines()]
    return [(username.partition("-")[0], username, token) for username, token in made]


def _attacked(system, made, seconds) -> list[Part]:
    schema, parts, pages = Path(system.folder) / "schema.json", [], {}
    system.manage("spectacular", "--format", "openapi-json", "--file", schema)
    each = seconds / len(made)
    for role, _username, token in made:
        parts.append(api.shapes(system, role, token, schema, each * SHAPES))
    for role, _username, token in made:
        parts.append(api.entries(system, role, token, schema, each * ENTRIES))
    for role, username, _token in made:
        with Client(system.address, username) as client:
            crawl = Crawl(client.sign_in())
            crawl.run(each * CRAWL)
        parts.append(crawl.part(role))
        pages[role] = username, crawl.one_of_each
    for role in SCANNED_AS:
        parts.append(scanner.scan(system, role, *pages[role], seconds * SCAN / len(SCANNED_AS)))
    return parts


def _files(seconds) -> list[Part]:
    each = seconds * FUZZED / len(READERS)
    return [*(files.fuzzed(reader.name, each) for reader in READERS), files.properties()]
