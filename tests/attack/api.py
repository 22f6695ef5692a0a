"""The API as one officer: calls in every shape by schemathesis, and each naughty text in each entry."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.attack.fields import Fields
from tests.attack.found import Part

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,ignored_auth"
)
# A log-in, counted by address and account, and the revoking of tokens, also of the one that the calls are made with.
ENDS_THE_SESSION = "/tokens/"
GRACE_SECONDS = 300
# One thread: two that parse their own sources at once break CPython 3.11's parser ("recursion depth mismatch").
THREADS = "1"
# A run that says this broke by itself, and is made again.
BROKE = "Runtime Error"
TRIES = 3


def shapes(system, role, token, schema, seconds) -> Part:
    """Calls as described and otherwise; every answer must be one that is described, and no error of the server."""
    for _ in range(TRIES):
        done = _run(system, token, schema, seconds)
        if BROKE not in done.stdout:
            break
    calls, tested = re.search(r"([\d,]+) generated", done.stdout), re.search(r"Tested: (\d+)", done.stdout)
    found = [" ".join(one) for one in re.findall(r"^_{3,} (.+?) _{3,}$\n(?:.*\n){0,6}?- (.+)$", done.stdout, re.M)]
    if done.returncode and not found:
        found = [f"schemathesis: {(done.stdout[-1000:] + done.stderr[-500:])}"]
    return Part(
        f"API as {role}: every operation, as described and otherwise (schemathesis)",
        f"{calls[1] if calls else '?'} calls of {tested[1] if tested else '?'} operations",
        found,
    )


def _run(system, token, schema, seconds):
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [SCHEMATHESIS, "run", schema, "--url", system.address, "--header", f"Authorization: Bearer {token}",
             "--checks", CHECKS, "--phases", "coverage,fuzzing", "--workers", THREADS, "--continue-on-failure", "--warnings", "off",
             "--max-time", str(int(seconds)), "--exclude-path-regex", ENDS_THE_SESSION],
            cwd=folder, capture_output=True, text=True, check=False, timeout=seconds + GRACE_SECONDS,
        )  # fmt: skip


def entries(system, role, token, schema, seconds) -> Part:
    """One naughty text or value in one entry of one writing operation at a time."""
    fields = Fields(system.address, token, json.loads(schema.read_text()))
    fields.run(seconds)
    counts = fields.tried
    tried = f"{counts['calls']:,} calls, {counts['written']:,} of them written; {counts['entries']} entries"
    return Part(f"API as {role}: a naughty text in each entry", tried, fields.found)
