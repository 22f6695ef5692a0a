"""The readers of files and texts, without a server: by atheris, each in a process of its own, and by hypothesis."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.attack.found import Part
from tests.faults.system import ROOT

PROPERTIES = (
    "tests/inspections/test_uploads_property.py", "tests/inspections/test_photos_refused.py",
    "tests/reports/test_imports_property.py",
)  # fmt: skip
# To instrument what it reads by and to build the city, on a machine with more to do.
GRACE_SECONDS = 400
# How many mutations each of them tries in a second of their time, about.
A_SECOND = 40


def fuzzed(name, seconds) -> Part:
    """That reader under atheris for so long."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.attack.fuzz", name, str(int(seconds)), folder],
            cwd=ROOT, capture_output=True, text=True, errors="replace", check=False, timeout=seconds + GRACE_SECONDS,
        )  # fmt: skip
        told = Path(folder) / "found"
        found = told.read_text().splitlines() if told.exists() else []
    if done.returncode:
        found.append(f"ended with {done.returncode}: {done.stderr[-400:]}")
    counted = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    tried = f"{int(counted[1]):,} inputs" if counted else "?"
    return Part(f"Fuzzed (atheris): {name}", tried, [f"{name}: {one}" for one in found])


def properties(seconds) -> Part:
    """The property tests of uploads and imports, with as many mutations as the time allows."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nomigrations", "-p", "no:cacheprovider", "--hypothesis-show-statistics", *PROPERTIES],
        cwd=ROOT, env=os.environ | {"MUTATIONS": str(int(seconds * A_SECOND))}, capture_output=True, text=True, check=False,
        timeout=seconds * 5 + GRACE_SECONDS,
    )  # fmt: skip
    tried = re.findall(r"(\d+) passing, (\d+) failing", done.stdout)
    failed = re.findall(r"^FAILED (.+)$", done.stdout, re.M)
    found = failed or ([done.stdout[-500:]] if done.returncode else [])
    mutations = sum(int(number) for pair in tried for number in pair)
    return Part("Mutated photos, papers, workbooks and lists (hypothesis)", f"{mutations:,} mutations", found)
