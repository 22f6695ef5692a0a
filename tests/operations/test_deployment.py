"""The deployment of deploy/, its processes started by hand: served over TLS, one web server lost, the database failed over."""

import gzip
import http.client
import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import brotli
import pytest

from tests.faults.system import children
from tests.operations.site import DEPLOY, HOST, Site, Visitor, wait_for

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("site")]

RELOAD_SECONDS = 120


@pytest.fixture(scope="module")
def site():
    site = Site()
    try:
        site.build()
        yield site
    finally:
        site.stop()


@pytest.fixture
def visitor(site):
    return Visitor(site)


def test_a_visitor_comes_in_over_tls_with_every_header(visitor):
    answer = visitor.get("/readyz")
    assert (answer.status, json.loads(answer.text)) == (
        200, {"database": "ok", "migrations": "ok", "cache": "ok", "storage": "ok"},
    )  # fmt: skip
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains; preload"]
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert answer.headers["Server"] == "nginx"


def test_nginx_accepts_its_configuration_without_a_warning(site):
    tested = subprocess.run(["nginx", "-t", "-q", "-c", site.nginx], capture_output=True, text=True, check=False)
    assert (tested.returncode, tested.stderr) == (0, "")


def test_an_old_tls_is_refused(site, visitor):
    visitor.context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning):
        visitor.context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        visitor.get("/readyz")


def test_who_asks_for_another_host_gets_no_certificate(visitor):
    with pytest.raises(ssl.SSLError, match="(?i)unrecognized"):
        visitor.ask("GET", "/readyz", host="elsewhere.test")


def test_plain_http_leads_to_tls(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.http, timeout=10)
    connection.request("GET", "/entities/?page=2")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/entities/?page=2")


def test_metrics_are_for_the_inside_only(site, visitor):
    assert visitor.get("/metrics", Authorization="Bearer token-of-the-metrics").status == 404
    assert site.metrics(site.web_ports[0])["campaign_workers_alive"] == 2


def test_the_processes_of_one_server_count_together(site):
    port, name = site.web_ports[0], 'django_http_responses_total_by_status_total{status="200"}'

    def ask():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200

    before = site.metrics(port)[name]
    for _request in range(40):
        ask()
    # The two scrapes count, too: the first after it was read.
    assert site.metrics(port)[name] == before + 41
    used = {path.stem.rpartition("_")[2] for path in (site.folder / f"metrics-{port}").glob("counter_*.db")}
    assert len(used) >= 2


def test_an_officer_signs_in_and_the_session_holds_on_either_server(site, visitor):
    assert visitor.sign_in().status == 302
    assert {visitor.get("/").status for _request in range(6)} == {200}
    assert "Secure" in str(visitor.get("/login/").headers) or "sessionid" in visitor.cookies


def test_static_files_are_served_compressed_and_for_ever(visitor):
    (style,) = re.findall(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', visitor.get("/login/").text)
    unpack = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
    # Each twice: the second time it is nginx that has kept it, and it must not hand one way to who asked for the other.
    answers = [
        (wanted, visitor.get(style, **{"Accept-Encoding": wanted})) for wanted in [*unpack, "gzip, deflate, br"] * 2
    ]
    for wanted, answer in answers:
        taken = wanted if wanted in unpack else "br"
        assert (answer.status, answer.headers.get("Content-Encoding", "")) == (200, taken)
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert len({unpack[wanted](answer.content) for wanted, answer in answers if wanted in unpack}) == 1
    plain, zipped, brotlied = (len(answer.content) for _wanted, answer in answers[:3])
    assert brotlied < zipped < plain


def test_every_static_file_that_a_page_names_has_its_hash(visitor):
    visitor.sign_in()
    named = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', visitor.get("/").text))
    assert len(named) > 5
    assert not [name for name in named if not re.search(r"\.[0-9a-f]{12}\.\w+$", name)]


def test_a_page_that_has_not_changed_is_not_sent_again_by_either_server(visitor):
    visitor.sign_in()
    visitor.get("/entities/")
    first = visitor.get("/entities/")
    again = [visitor.get("/entities/", **{"If-None-Match": first.headers["ETag"]}) for _request in range(6)]
    assert {(answer.status, answer.content) for answer in again} == {(304, b"")}


def test_one_number_leads_from_the_answer_through_both_logs_and_neither_tells_more(site, visitor):
    number = visitor.get("/s/the-token-of-a-link/?q=secret-words").headers["X-Request-ID"]
    logs = {name: site.log(name).read_text() for name in site.processes}
    lines = [
        line for name, text in logs.items() if name.startswith("web") for line in text.splitlines() if number in line
    ]
    assert [(line["route"], line["status"]) for line in map(json.loads, lines)] == [("self_check", 404)]
    assert number in logs["nginx"]
    everything = "".join(logs.values())
    assert "the-token-of-a-link" not in everything and "secret-words" not in everything


def test_an_upload_that_is_too_large_is_stopped_at_the_door(visitor):
    assert visitor.ask("POST", "/login/", form={}, **{"Content-Length": str(10**9)}).status == 413


def test_a_flood_of_log_ins_is_stopped_for_its_address_only(site, visitor):
    flood = Visitor(site, address="127.0.0.9")
    answers = [flood.get("/login/") for _request in range(60)]
    assert {answer.status for answer in answers} == {200, 429}
    assert all(answer.headers["Strict-Transport-Security"] for answer in answers)
    assert visitor.sign_in().status == 302


def test_with_one_web_server_killed_nobody_notices(site, visitor):
    visitor.sign_in()
    lost = site.web_ports[0]
    site.kill(f"web-{lost}")
    assert {visitor.get("/").status for _request in range(20)} == {200}
    site.start_web(lost)
    wait_for(lambda: site_answers_on(lost), "the web server")


def site_answers_on(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def test_a_reload_for_a_new_version_loses_no_request(site, visitor):
    visitor.sign_in()
    for port in site.web_ports:
        server = site.processes[f"web-{port}"]
        old = set(children(server.pid))
        server.send_signal(signal.SIGHUP)
        # The next one only when this one is there again, as docs/operations.md asks.
        until = time.monotonic() + RELOAD_SECONDS
        while old & set(children(server.pid)):
            assert visitor.get("/").status == 200
            assert time.monotonic() < until, "the old processes did not end"
        wait_for(partial(site_answers_on, port), "the web server")
        assert {visitor.get("/").status for _request in range(10)} == {200}


# The last: the primary does not come back.
def test_when_the_primary_is_lost_the_standby_takes_over_with_everything(site, visitor):
    assert visitor.sign_in().status == 302
    wait_for(site.cluster.has_caught_up, "the standby")
    counted = "SELECT count(*) FROM inspections_inspection"
    before = site.cluster.ask("primary", counted)
    site.cluster.lose_the_primary()
    assert visitor.get("/healthz").status == 200  # alive: nobody restarts the web servers for that
    assert visitor.get("/readyz").status in (503, 504)
    site.cluster.promote()
    wait_for(lambda: site.answers("/readyz") == 200, "the site")
    assert visitor.get("/").status == 200  # the session of before
    # Each process finds the new primary at its next request; a form sent to one that still looks is answered 503.
    wait_for(lambda: site.answers("/login/") == 200 and Visitor(site).sign_in("manager").status == 302, "writing")
    assert site.cluster.ask("standby", counted) == before != "0"
    name = "campaign_workers_alive"
    wait_for(lambda: site.metrics(site.web_ports[0])[name] == 2, "the workers")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path):
    programs = Path(sys.executable).parent
    units = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        copy = tmp_path / unit.name
        copy.write_text(unit.read_text().replace("/opt/campaign/.venv/bin", str(programs)))
        units.append(copy.with_name(unit.name.replace("@.", "@8001.")))
    for template in tmp_path.glob("*@.service"):
        template.with_name(template.name.replace("@.", "@8001.")).write_text(template.read_text())
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
