"""Every operation of the API, called as described and otherwise: no error of the server, no answer that is not described."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.world import PASSWORD

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,ignored_auth"
)


@pytest.fixture
def token(system):
    """A token of the administrator's, for a server that does not count how often it is asked."""
    system.serve(API_RATE="1000000/min")
    asked = {"username": "administrator", "password": PASSWORD, "name": "x", "scopes": ["read", "write", "export"]}
    made = httpx.post(f"{system.address}/api/v1/tokens/new/", json=asked, timeout=30)
    assert made.status_code == 201, made.text
    return made.json()["token"]


def test_every_operation_answers_as_described(system, token, tmp_path):
    schema = tmp_path / "schema.json"
    system.manage("spectacular", "--format", "openapi-json", "--file", schema)
    done = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "run", schema, "--url", system.address,
         "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--phases", "coverage,fuzzing", "--max-examples", "4",
         "--workers", "2", "--continue-on-failure", "--warnings", "off", "--seed", "1"],
        cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    assert "Tested: " in done.stdout
