"""kill -9 in the middle of a write: what was acknowledged is there, what was not is sent again, nothing is half there."""

import hashlib
import os
import signal
import uuid
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from tests.factories import make_photo
from tests.faults.client import Client
from tests.faults.sheets import officers_of, visit_sheet
from tests.faults.system import children, eventually, is_alive
from tests.faults.traffic import Traffic

PARTS = ("inspection", "hazard", "rectification", "evidence", "task", "inspection_officers")


@pytest.fixture(autouse=True)
def all_there(served):
    """Each test begins with a database and a server that answer."""
    if not served.cluster.is_running():
        served.cluster.start()
    if served.web.poll() is not None:
        served.serve()


def counts(system) -> dict[str, int]:
    return {part: system.one(f"SELECT count(*) FROM inspections_{part}") for part in PARTS}


def kill(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not any(map(is_alive, pids)))


@contextmanager
def in_mid_write(system):
    """A visit with a photo whose writing stands still at its hazards; gives the sheet, its address and a client."""
    sheet = visit_sheet(officers_of(system), failed=["XS-02"])
    path = f"/entities/{system.one('SELECT min(id) FROM entities_entity WHERE name LIKE %s', '零陵车行%')}/inspect/"
    client = Client(system.address, "inspector").sign_in()
    with psycopg.connect(system.cluster.url(system.database)) as other:
        client.photo = make_photo().read()
        other.execute("LOCK TABLE inspections_hazard IN SHARE ROW EXCLUSIVE MODE")
        client.http.timeout = httpx.Timeout(1)
        with pytest.raises(httpx.ReadTimeout):
            client.script(path, sheet, files={"photos": ("shop.png", client.photo, "image/png")})
        client.http.timeout = httpx.Timeout(30)
        stuck = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        assert other.execute(stuck).fetchall()
        yield sheet, path, client


def sent_again_and_whole(system, sheet, path, client, before):
    """The visit is nowhere; sent again, it is there once with all its parts; its photo is on the disk as it was sent."""
    assert counts(system) == before
    files = {"photos": ("shop.png", client.photo, "image/png")}
    assert client.send_until_taken(path, sheet, files=files).status_code == 201
    assert client.send_until_taken(path, sheet, files=files).status_code == 200
    rows = system.rows("SELECT id FROM inspections_inspection WHERE client_uuid = %s", uuid.UUID(sheet["client_uuid"]))
    assert len(rows) == 1
    after = counts(system)
    grown = {part: after[part] - before[part] for part in ("inspection", "hazard", "evidence", "inspection_officers")}
    assert grown == {"inspection": 1, "hazard": 1, "evidence": 1, "inspection_officers": 2}
    for row in system.rows("SELECT file, sha256 FROM inspections_evidence"):
        assert hashlib.sha256((system.media / row["file"]).read_bytes()).hexdigest() == row["sha256"]


def test_a_web_process_killed_in_mid_write_leaves_nothing_of_the_visit(served):
    before = counts(served)
    with in_mid_write(served) as (sheet, path, client):
        workers = children(served.web.pid)
        kill(*workers)
    eventually(lambda: set(children(served.web.pid)) - set(workers))
    sent_again_and_whole(served, sheet, path, client, before)


def test_the_database_killed_in_mid_write_leaves_nothing_of_the_visit(served):
    before = counts(served)
    try:
        with in_mid_write(served) as (sheet, path, client):
            served.cluster.kill()
    except psycopg.OperationalError:
        pass  # the connection that held the lock is gone, too
    served.cluster.start()
    sent_again_and_whole(served, sheet, path, client, before)


def test_every_visit_arrives_once_while_web_processes_and_their_master_are_killed(served):
    with Traffic(served) as traffic:
        eventually(traffic.goes_on())
        for _time in range(3):
            kill(children(served.web.pid)[0])
            eventually(traffic.goes_on())
        orphans = children(served.web.pid)
        kill(served.web.pid)
        served.web.wait()
        eventually(lambda: not any(map(is_alive, orphans)))  # they leave by themselves, and the address with them
        served.serve()
        eventually(traffic.goes_on())
    assert traffic.found() == traffic.sent()
    assert traffic.again > 0


def test_every_visit_arrives_once_while_the_database_is_killed(served):
    with Traffic(served) as traffic:
        for _time in range(4):
            eventually(traffic.goes_on())
            served.cluster.kill()
            served.cluster.start()
        eventually(traffic.goes_on())
    assert traffic.found() == traffic.sent()
    assert traffic.again > 0
    served.one("SELECT count(*) FROM inspections_hazard")


@pytest.fixture
def work(served):
    """Slow work and a worker that does it; the test lets it go on."""

    def begin(*words):
        begun, go_on = served.folder / "begun", served.folder / "go_on"
        begun.unlink(missing_ok=True)
        go_on.unlink(missing_ok=True)
        served.manage("start_slow_work", begun, go_on, *words)
        served.work()
        eventually(begun.exists)
        return begun, go_on

    yield begin
    for pid in [*children(served.worker.pid), served.worker.pid]:
        os.kill(pid, signal.SIGKILL)
    served.worker.wait()


def job(system):
    return system.rows("SELECT * FROM reports_job ORDER BY id DESC LIMIT 1")[0]


def job_files(system):
    return sorted((system.media / "jobs").glob("*"))


def test_an_export_whose_worker_is_killed_is_done_once_by_the_next(served, work):
    begun, go_on = work()
    kill(*children(served.worker.pid))
    assert (job(served)["status"], job(served)["result"], job_files(served)) == ("running", "", [])
    begun.unlink()
    served.manage("sweep_jobs")
    eventually(begun.exists)
    go_on.touch()
    eventually(lambda: job(served)["status"] == "done")
    (file,) = job_files(served)
    assert (job(served)["attempt"], file.read_text()) == (2, "all of it\n")
    file.unlink()


def test_an_import_whose_worker_is_killed_leaves_nothing_and_is_applied_once(served, work):
    new = "SELECT count(*) FROM entities_entity WHERE name LIKE '新店%'"
    begun, go_on = work("--list")
    kill(*children(served.worker.pid))
    assert served.one(new) == 0
    assert served.one("SELECT status FROM reports_import") == "checked"
    begun.unlink()
    go_on.touch()
    served.manage("sweep_jobs")
    eventually(lambda: job(served)["status"] == "done")
    assert (job(served)["attempt"], served.one(new)) == (2, 2)
    assert served.one("SELECT status FROM reports_import") == "applied"


def test_a_worker_without_its_supervisor_finishes_and_a_second_one_doubles_nothing(served, work):
    _begun, go_on = work()
    orphans = children(served.worker.pid)
    kill(served.worker.pid)
    served.worker.wait()
    served.work()
    eventually(lambda: children(served.worker.pid))
    assert job(served)["status"] == "running"
    go_on.touch()
    eventually(lambda: job(served)["status"] == "done")
    (file,) = job_files(served)
    assert job(served)["attempt"] == 1
    file.unlink()
    kill(*orphans)


def test_after_all_of_that_no_kept_figure_is_false(served):
    assert "Every kept figure is what the records say." in served.manage("figures", "--verify")
