"""Every package is asked for with a reason, locked with its hashes, and under a licence that we may use."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASKED = ("requirements.in", "requirements-dev.in")
ALLOWED = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software|MPL|Mozilla|LGPL|Lesser General|Unlicense|CNRI", re.I)
# Whose metadata does not say it; looked up in its repository.
KNOWN = {"atheris": "Apache-2.0", "axe-playwright-python": "MIT"}


def asked(name):
    return re.findall(r"^([a-z][\w-]*)", (ROOT / name).read_text(), re.M)


def test_every_package_has_its_reason():
    rows = set(re.findall(r"^\| ([a-z][\w-]*) \| \S", (ROOT / "docs" / "dependencies.md").read_text(), re.M)) - {
        "package"
    }
    assert rows == {package for name in ASKED for package in asked(name)}


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_its_hashes(lock):
    pins = re.split(r"^(?=[a-z][\w.-]*(?:\[[\w,]+\])?==)", (ROOT / lock).read_text(), flags=re.M)[1:]
    assert len(pins) > 20 and [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_licence_may_be_used():
    program = Path(sys.executable).parent / "pip-licenses"
    said = subprocess.run([program, "--format=json"], capture_output=True, text=True, check=True).stdout
    licences = {row["Name"].lower(): row["License"] for row in json.loads(said)} | KNOWN
    assert len(licences) > 50
    assert {name: licence for name, licence in licences.items() if not ALLOWED.search(licence)} == {}
