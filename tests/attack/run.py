"""Attack a server of its own, and the readers of files beside it, and write what was tried and found to docs/attack.md."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.attack import api, files, report, scanner
from tests.attack.crawl import Crawl
from tests.attack.found import Part
from tests.attack.readers import READERS
from tests.faults.system import ROOT, Cluster, System

# How the time at the server is divided; the readers are fuzzed beside it, and mutated by hypothesis.
SHAPES, ENTRIES, CRAWL, SCAN = 0.3, 0.15, 0.35, 0.2
FUZZED, MUTATED = 0.75, 0.1
PATIENCE_SECONDS = 900  # for what comes before the attack, on a machine that has more to do
SCANNED_AS = ("inspector", "administrator")
# What the server said of its errors, with their traces.
LOG = ROOT / "var" / "attack.log"


def main(minutes=10):
    began, seconds, version = time.monotonic(), minutes * 60, report.version()
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(_files, seconds)
        parts = _server(seconds) + read.result()
    took = (time.monotonic() - began) / 60
    report.keep(parts, day=f"{datetime.now(tz=UTC):%Y-%m-%d}", version=version, minutes=took, load=os.getloadavg()[2])
    report.write()
    return 1 if any(part.true_ones() for part in parts) else 0


def _server(seconds) -> list[Part]:
    cluster = Cluster()
    try:
        cluster.execute("CREATE DATABASE attack")
        system = System(cluster, "attack", API_RATE="1000000/min")
        try:
            schema = Path(system.folder) / "schema.json"
            made = _prepare(system, schema)
            system.serve(workers=2, threads=4, seconds=PATIENCE_SECONDS)
            parts = _attacked(system, made, schema, seconds)
            if system.web.poll() is not None:
                parts.append(Part("The server", "at the end", ["It ended by itself."]))
            return parts
        finally:
            LOG.parent.mkdir(exist_ok=True)
            said = Path(system.folder) / "web"
            LOG.write_text(said.read_text(errors="replace") if said.exists() else "")
            system.remove()
    finally:
        cluster.remove()


def _prepare(system, schema) -> list[tuple[str, str, str]]:
    """(role, user name, token) of an officer of each role."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.prepare", schema], env=system.environment, cwd=ROOT, check=True, capture_output=True,
        text=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    made = [line.split() for line in done.stdout.splitlines()]
    return [(username.partition("-")[0], username, token) for username, token in made]


def _attacked(system, made, schema, seconds) -> list[Part]:
    """One role after the other, the one last that can close the accounts of the others."""
    parts = []
    each, scans = seconds / len(made), seconds * SCAN / len(SCANNED_AS)
    for role, username, token in made:
        parts += _unbroken(f"API as {role}", api.shapes, system, role, token, schema, each * SHAPES)
        parts += _unbroken(f"API as {role}", api.entries, system, role, token, schema, each * ENTRIES)
        crawl = Crawl(system.address, username)
        parts += _unbroken(f"Pages as {role}", crawl.attack, role, each * CRAWL)
        if role in SCANNED_AS:
            parts += _unbroken(f"Scanner as {role}", scanner.scan, system, role, username, crawl.one_of_each, scans)
    return parts


def _unbroken(what, attack, *told) -> list[Part]:
    """What an attack comes to; one that breaks by itself is a finding, too, and the others go on."""
    try:
        part = attack(*told)
    except Exception as error:
        part = Part(what, "broke", [repr(error)])
    print(part, flush=True)
    return [part]


def _files(seconds) -> list[Part]:
    each = seconds * FUZZED / len(READERS)
    parts = []
    for reader in READERS:
        parts += _unbroken(f"Fuzzed (atheris): {reader.name}", files.fuzzed, reader.name, each)
    return parts + _unbroken("Mutated (hypothesis)", files.properties, seconds * MUTATED)
