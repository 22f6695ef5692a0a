"""A real worker in a process of its own, killed in the middle of its work."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.own_database
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 60


class Server:
    """A database and a folder of their own, and the commands run on them."""

    def __init__(self, folder):
        self.folder, self.database = folder, folder / "db.sqlite3"
        self.begun, self.go_on = folder / "begun", folder / "go_on"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.slow_work.settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "MEDIA_ROOT": str(folder / "media"),
            "TMPDIR": str(folder),
            "DEMO_TODAY": "",
        }

    def begin(self, *words):
        command = [sys.executable, str(ROOT / "manage.py"), *map(str, words)]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT)

    def run(self, *words):
        assert self.begin(*words).wait(PATIENCE_SECONDS) == 0

    def job(self):
        with sqlite3.connect(self.database, timeout=30) as database:
            database.row_factory = sqlite3.Row
            return database.execute("SELECT * FROM reports_job").fetchone()

    def files(self):
        return sorted((self.folder / "media" / "jobs").glob("*"))

    def wait_for(self, true):
        until = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert time.monotonic() < until, dict(self.job())
            time.sleep(0.1)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("tables"))
    server.run("migrate", "--run-syncdb", "--verbosity", "0")
    return server.database


@pytest.fixture
def server(tables, tmp_path):
    server = Server(tmp_path)
    shutil.copy(tables, server.database)
    return server


@pytest.fixture
def exporting(server):
    server.run("start_slow_work", server.begun, server.go_on)
    return server


@pytest.fixture
def importing(server):
    server.run("start_slow_work", server.begun, server.go_on, "--list")
    return server


@pytest.fixture
def supervisor(server):
    process = server.begin("work")
    yield process
    if process.poll() is None:
        process.kill()
        for child in children(process):
            os.kill(child, signal.SIGKILL)


def children(process):
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in told.read_text().split()] if told.exists() else []


def kill_worker(server, supervisor):
    server.wait_for(server.begun.exists)
    (worker,) = children(supervisor)
    os.kill(worker, signal.SIGKILL)
    written = Path(server.begun.read_text())
    assert written.read_text() == "half of it\n"
    server.begun.unlink()
    assert server.job()["result"] == ""
    assert server.files() == []
    return written


def fall_silent(server):
    time.sleep(2.5)
    server.run("sweep_jobs")


def test_a_job_whose_worker_was_killed_is_begun_again_and_finished_by_the_next(exporting, server, supervisor):
    half = kill_worker(server, supervisor)
    assert server.job()["status"] == "running"
    fall_silent(server)
    assert not half.exists()
    server.go_on.touch()
    server.wait_for(lambda: server.job()["status"] == "done")
    job = server.job()
    assert job["attempt"] == 2
    (file,) = server.files()
    assert file.read_text() == "all of it\n"
    assert job["result"].endswith(file.name)
    supervisor.terminate()
    assert supervisor.wait(PATIENCE_SECONDS) == 0
    with sqlite3.connect(server.database) as database:
        assert database.execute("SELECT count(*) FROM reports_worker").fetchone() == (0,)


def test_a_job_whose_worker_is_killed_twice_fails_in_words(exporting, server, supervisor):
    for _attempt in range(2):
        kill_worker(server, supervisor)
        fall_silent(server)
    job = server.job()
    assert job["status"] == "failed"
    assert job["message"]
    assert server.files() == []


def test_a_worker_that_is_stopped_gives_its_job_back(exporting, server):
    worker = server.begin("db_worker", "--no-startup-delay", "--no-reload")
    server.wait_for(server.begun.exists)
    for _again in range(2):
        worker.terminate()
        time.sleep(0.5)
    worker.wait(PATIENCE_SECONDS)
    job = server.job()
    assert (job["status"], job["attempt"], job["result"]) == ("queued", 1, "")


def test_signs_of_life_and_a_cancel_pass_between_processes(exporting, server):
    worker = server.begin("db_worker", "--no-startup-delay", "--no-reload", "--max-tasks", "1")
    server.wait_for(lambda: server.job()["done"] == 1)
    first = server.job()["heartbeat_at"]
    server.wait_for(lambda: server.job()["heartbeat_at"] > first)
    with sqlite3.connect(server.database, timeout=30) as database:
        database.execute("UPDATE reports_job SET status = 'cancelled', finished_at = heartbeat_at")
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert server.job()["status"] == "cancelled"
    assert server.files() == []


def written(server):
    with sqlite3.connect(server.database, timeout=30) as database:
        (shops,) = database.execute("SELECT count(*) FROM entities_entity WHERE name LIKE '新店%'").fetchone()
        return shops, database.execute("SELECT status FROM reports_import").fetchone()[0]


def test_an_import_whose_worker_was_killed_leaves_nothing_and_its_successor_doubles_nothing(
    importing, server, supervisor
):
    server.wait_for(server.begun.exists)
    (worker,) = children(supervisor)
    os.kill(worker, signal.SIGKILL)
    server.begun.unlink()
    assert written(server) == (0, "checked")
    fall_silent(server)
    server.go_on.touch()
    server.wait_for(lambda: server.job()["status"] == "done")
    assert (server.job()["attempt"], *written(server)) == (2, 2, "applied")
