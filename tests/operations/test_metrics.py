"""Metrics: for whoever brings the token, by the names of views, with the state of the background work."""

import re
import struct
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from reports.models import Job, Worker
from reports.models.job import JobStatus
from yongzhou_ebike.metrics_files import fold

TOKEN = "a-token-for-tests"


@pytest.fixture
def scrape(client, settings, db):
    """The metrics as name and labels to value."""
    settings.METRICS_TOKEN = TOKEN

    def read():
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _space, value in (line.rpartition(" ") for line in lines)}

    return read


def test_without_the_setting_there_is_no_such_page(client, db):
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_nothing_is_told(client, db, settings, given):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"authorization": given})
    assert (answer.status_code, answer.content) == (401, b"")


def test_an_officer_without_the_token_sees_nothing_either(client, world, settings):
    settings.METRICS_TOKEN = TOKEN
    client.force_login(world.administrator)
    assert client.get("/metrics").status_code == 401


def test_requests_are_timed_by_the_name_of_their_view_and_their_statements_counted(client, world, scrape):
    view = 'django_http_requests_latency_seconds_by_view_method_count{method="GET",view="home"}'
    statements = r"django_db_execute_total\{alias=\"default\",vendor=\"\w+\"\}"
    before = scrape()
    client.force_login(world.inspector)
    assert client.get(reverse("home")).status_code == 200
    after = scrape()
    (counted,) = (name for name in after if re.fullmatch(statements, name))
    assert after[view] == before.get(view, 0) + 1
    assert after[counted] >= before.get(counted, 0) + 5


def test_no_label_holds_a_path_or_a_method_that_a_stranger_made_up(client, db, scrape):
    client.get("/s/token-of-a-link/")
    client.generic("MADEUP", "/login/")
    told = " ".join(scrape())
    assert 'view="self_check"' in told
    assert "token-of-a-link" not in told and "MADEUP" not in told


def test_an_error_of_a_view_is_counted_under_its_name(client, db, scrape, monkeypatch):
    counted = 'django_http_exceptions_total_by_view_total{view="readyz"}'
    before = scrape().get(counted, 0)
    monkeypatch.setattr("yongzhou_ebike.health.CHECKS", None)
    client.raise_request_exception = False
    assert client.get("/readyz").status_code == 500
    assert scrape()[counted] == before + 1


def make_job(world, status, *, silent=0):
    now = timezone.now()
    return Job.objects.create(
        kind="test", label="test", by=world.clerk, language="en", rights="0" * 64, status=status,
        heartbeat_at=now - timedelta(seconds=silent),
        finished_at=now if status in (JobStatus.DONE, JobStatus.FAILED) else None,
    )  # fmt: skip


def test_the_background_work_tells_what_waits_and_who_has_fallen_silent(world, scrape):
    for status, silent in [("queued", 5), ("queued", 40), ("running", 600), ("failed", 9000), ("done", 9000)]:
        make_job(world, status, silent=silent)
    for name, silent in [("here:1", 3), ("here:2", 500)]:
        Worker.objects.create(name=name, seen_at=timezone.now() - timedelta(seconds=silent))
    told = scrape()
    assert (told["campaign_jobs_waiting"], told["campaign_jobs_running"], told["campaign_jobs_failed"]) == (2, 1, 1)
    assert told["campaign_jobs_oldest_heartbeat_seconds"] == pytest.approx(600, abs=30)
    assert told["campaign_workers_alive"] == 1
    assert told["campaign_workers_oldest_heartbeat_seconds"] == pytest.approx(500, abs=30)
    assert 0 <= told["campaign_jobs_oldest_waiting_seconds"] < 30


def test_nothing_to_do_is_told_as_zeros(scrape):
    told = scrape()
    assert {value for name, value in told.items() if name.startswith("campaign_")} == {0}


def summed(folder):
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))
    return {sample.name: sample.value for metric in registry.collect() for sample in metric.samples}


def test_what_ended_processes_counted_stays_in_one_file(tmp_path):
    key = mmap_key("asked", "asked_total", [], [], "Asked")
    for pid, number in [(11, 2), (12, 3), (13, 4)]:
        counted = MmapedDict(str(tmp_path / f"counter_{pid}.db"))
        counted.write_value(key, number, 0)
        counted.close()
    for pid in (11, 12, 99):
        fold(tmp_path, pid)
    assert summed(tmp_path) == {"asked_total": 9}
    assert sorted(file.name for file in tmp_path.glob("*.db")) == ["counter_13.db", "counter_ended.db"]


def test_half_a_file_of_a_killed_process_is_removed_and_told(tmp_path, caplog):
    (tmp_path / "histogram_11.db").write_bytes(struct.pack("<iii", 1000, 0, 5000))
    fold(tmp_path, 11)
    assert not list(tmp_path.glob("*.db")) and "can't be read" in caplog.text
