"""Attack a server of its own, at length, and write what was tried and found to docs/attack.md: `python -m tests.attack [MINUTES]`."""

import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.attack.crawl import Crawl
from tests.faults.client import Client
from tests.faults.system import ROOT, Cluster, System

PROGRAMS = Path(sys.executable).parent
REPORT = ROOT / "docs" / "attack.md"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,ignored_auth"
)
WAPITI = "wapiti3==3.2.3"
UPLOADS = ("tests/inspections/test_uploads_property.py", "tests/inspections/test_photos_refused.py")


def main(minutes=10):
    cluster = Cluster()
    lines, wrong = [], []
    try:
        cluster.execute("CREATE DATABASE attack")
        system = System(cluster, "attack", API_RATE="1000000/min")
        try:
            made = _prepare(system)
            system.serve(workers=2, threads=4)
            for username, token in made:
                tried, found = _api(system, token, minutes / len(made) / 2)
                lines.append((f"API as {username.split('-')[0]} (schemathesis)", tried, len(found)))
                wrong += found
            for username, _token in made:
                tried, found = _crawl(system, username)
                lines.append(
                    (f"Pages and forms as {username.split('-')[0]}, naughty texts in every field", tried, len(found))
                )
                wrong += found
            tried, found = _wapiti(system, made[0][0], minutes / 4)
            lines.append(("Scanner (wapiti) as inspector", tried, len(found)))
            wrong += found
            assert system.web.poll() is None, system.said("web")
        finally:
            system.remove()
    finally:
        cluster.remove()
    tried, found = _uploads()
    lines.append(("Mutated photos, PDFs and workbooks (hypothesis)", tried, len(found)))
    REPORT.write_text(_report(lines, wrong + found))
    print(REPORT.read_text())
    return 1 if wrong + found else 0


def _prepare(system):
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.prepare"], env=system.environment, cwd=ROOT, check=True, capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    return [tuple(line.split()) for line in done.stdout.splitlines()]


def _api(system, token, minutes):
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.json"
        system.manage("spectacular", "--format", "openapi-json", "--file", schema)
        done = subprocess.run(
            [PROGRAMS / "schemathesis", "run", schema, "--url", system.address, "--header", f"Authorization: Bearer {token}",
             "--checks", CHECKS, "--phases", "coverage,fuzzing", "--workers", "2", "--continue-on-failure", "--warnings", "off",
             "--max-time", str(int(minutes * 60)), "--exclude-path-regex", "/tokens/new/"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
    counted = re.search(r"([\d,]+) generated", done.stdout)
    found = re.findall(r"^_{3,} (.+?) _{3,}$\n(?:.*\n){0,6}?- (ST\d+ .+)$", done.stdout, re.M)
    if done.returncode and not found:
        found = [("schemathesis", done.stdout[-1500:] + done.stderr[-500:])]
    return f"{counted[1] if counted else '?'} calls", [" ".join(one) for one in found]


def _crawl(system, username):
    with Client(system.address, username) as client:
        crawl = Crawl(client.sign_in())
        crawl.run()
    counts = crawl.tried
    return f"{counts['pages']} pages, {counts['forms']} forms, {counts['submissions']} submissions", crawl.found


def _wapiti(system, username, minutes):
    with Client(system.address, username) as client, tempfile.TemporaryDirectory() as folder:
        client.sign_in()
        session = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
        report = Path(folder) / "report.txt"
        words = [
            PROGRAMS / "uv", "tool", "run", "--from", WAPITI, "wapiti", "-u", f"{system.address}/", "-H", f"Cookie: {session}",
            "-x", f"{system.address}/logout/", "-x", f"{system.address}/me/sessions/end/", "--scope", "folder", "-d", "2",
            "--max-links-per-page", "25", "--max-files-per-dir", "6", "--flush-session", "--max-scan-time",
            str(int(minutes * 60)), "--max-attack-time", "60", "-m", "xss,sql,exec,file,crlf,redirect,csrf,permanentxss",
            "--external-endpoint", "http://127.0.0.1:9/", "--internal-endpoint", "http://127.0.0.1:9/",
            "-f", "txt", "-o", report, "--no-bugreport",
        ]  # fmt: skip
        with (Path(folder) / "said").open("w+") as said:
            try:
                subprocess.run(
                    words, cwd=folder, stdout=said, stderr=subprocess.STDOUT, timeout=minutes * 60 + 600, check=False
                )
            except subprocess.TimeoutExpired:
                said.write("It did not end in time.")
            said.seek(0)
            told = said.read()
        text = report.read_text() if report.exists() else told[-2000:]
    counts = re.search(r"(\d+) pages? (?:were|was) crawled|Number of crawled pages: (\d+)|(\d+) URLs", text + told)
    found = re.findall(r"^(.*(?:Injection|XSS|Scripting|Traversal|Redirect|Execution|CSRF|SSRF)) in .*$", text, re.M)
    if not report.exists():
        found.append(f"The scanner did not run: {text[-300:]}")
    return f"{next((one for one in counts.groups() if one), '?') if counts else '?'} pages", found


def _uploads():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nomigrations", "-p", "no:cacheprovider", *UPLOADS],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    failed = re.findall(r"^FAILED (.+)$", done.stdout, re.M)
    return "150 mutations of each kind", failed or ([done.stdout[-500:]] if done.returncode else [])


def _report(lines, wrong):
    rows = "\n".join(f"| {what} | {tried} | {found} |" for what, tried, found in lines)
    today = f"{datetime.now(tz=UTC):%Y-%m-%d}"
    told = "\n".join(f"- `{one}`" for one in dict.fromkeys(wrong)) or "Nothing."
    return (
        "# What was tried against a running server\n\n"
        f"Written by `make attack` on {today}: gunicorn on a real PostgreSQL with one record of every kind.\n\n"
        f"| what | tried | found |\n| --- | --- | --- |\n{rows}\n\n## Found\n\n{told}\n"
    )
