"""The product as it runs: a PostgreSQL that keeps its word, gunicorn with several processes, workers; each can be killed."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
from psycopg.rows import dict_row

from tests.postgres import ACCOUNT, free_port, server_programs

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 60
MARK = "FAULTS_FOLDER"  # in the environment of every process that we start, so that we find those, and only those


def eventually(true, seconds=PATIENCE_SECONDS, every=0.05):
    """What `true()` answers as soon as that is true; fails when it isn't in time."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, f"This did not become true within {seconds} seconds."
        time.sleep(every)
    return found


def children(pid) -> list[int]:
    """The processes begun by that one."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    with suppress(FileNotFoundError, ProcessLookupError):
        return [int(child) for child in told.read_text().split()]
    return []


def is_alive(pid) -> bool:
    """Whether a process runs under that number; one that nobody has buried yet does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


class Cluster:
    """A PostgreSQL server with its own data, which are on the disk when it says so; stopped, killed and started at will."""

    def __init__(self):
        self.programs, self.port = server_programs(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="faults-postgres-"))
        self.data = self.folder / "data"
        self._as_account = {}
        if os.getuid() == 0:  # initdb refuses root
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        subprocess.run(
            [self.programs / "initdb", "-D", self.data, "-U", ACCOUNT, "-A", "trust", "--locale=C.UTF-8"], check=True,
            cwd=self.folder, stdout=subprocess.DEVNULL, timeout=PATIENCE_SECONDS, **self._as_account,
        )  # fmt: skip
        self.start()

    def start(self):
        """Start it, after a crash too, and wait until it answers."""
        # fsync, synchronous_commit and full_page_writes stay as they are by default: on. A child of ours and not of pg_ctl, so
        # that once it is killed its number is free: it would take itself for running otherwise.
        options = ["-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1", "-c", "max_connections=80"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *options], cwd=self.folder, stdout=log, stderr=log,
                start_new_session=True, **self._as_account,
            )  # fmt: skip

        def answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
            with suppress(psycopg.OperationalError):
                self.execute("SELECT 1")
                return True

        eventually(answers)

    def stop(self, number=signal.SIGINT):
        """Stop it at once for those who are connected, cleanly for the data."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE_SECONDS)

    def kill(self):
        """Kill -9 the postmaster and every process of it in mid-write, as a power cut does."""
        family = children(self.process.pid)
        for pid in (self.process.pid, *family):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)
        eventually(lambda: not any(map(is_alive, family)))

    def is_running(self) -> bool:
        return self.process.poll() is None

    def url(self, database) -> str:
        return f"postgres://{ACCOUNT}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement, database="postgres"):
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def remove(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


class System:
    """A database of the cluster, a folder for files, and the processes of the product on them."""

    def __init__(self, cluster, database, *, settings="tests.faults.settings", **environment):
        self.cluster, self.database = cluster, database
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        self.media = self.folder / "media"
        self.media.mkdir()
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": settings,
            "DATABASE_URL": cluster.url(database),
            "MEDIA_ROOT": str(self.media),
            "TMPDIR": str(self.folder),
            "PYTHONPATH": str(ROOT),
            MARK: str(self.folder),
            **environment,
        }
        self.port = free_port()
        self.web = self.worker = None

    # Processes

    def begin(self, *words, log, **environment) -> subprocess.Popen:
        """Start a process with everything it says in `log`."""
        with (self.folder / log).open("ab") as out:
            return subprocess.Popen(
                list(map(str, words)), env=self.environment | environment, cwd=ROOT, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def manage(self, *words, **environment):
        """Run a management command; fails when that fails. Returns what it printed."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *map(str, words)], env=self.environment | environment, cwd=ROOT,
            capture_output=True, text=True, timeout=PATIENCE_SECONDS * 2, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def serve(self, *, workers=2, threads=4, before=(), seconds=PATIENCE_SECONDS, **environment):
        """Start gunicorn as `make run` does, and wait until it answers."""
        words = ["yongzhou_ebike.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", workers, "--threads", threads]
        gunicorn = [sys.executable, "-m", "gunicorn", *words, "--log-level", "warning", "--graceful-timeout", "5"]
        self.web = self.begin(*before, *gunicorn, log="web", **environment)

        def answers():
            assert self.web.poll() is None, self.said("web")
            with suppress(httpx.TransportError):
                return httpx.get(f"{self.address}/offline/", timeout=10).status_code == 200

        eventually(answers, seconds)
        return self.web

    def work(self):
        """Start the background worker with its supervisor."""
        self.worker = self.begin(sys.executable, ROOT / "manage.py", "work", log="work")
        return self.worker

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, username):
        """Somebody at the other end, not signed in yet."""
        from tests.faults.client import Client  # which needs the models, as nothing else here

        return Client(self.address, username)

    def said(self, log) -> str:
        path = self.folder / log
        return path.read_text(errors="replace")[-6000:] if path.exists() else ""

    def processes(self) -> list[int]:
        """All that were started here, and what they started."""
        mark = f"{MARK}={self.folder}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with suppress(OSError):
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    # What is in the database, seen past the product

    def rows(self, query, *values) -> list[dict]:
        with psycopg.connect(self.cluster.url(self.database), row_factory=dict_row) as connection:
            return connection.execute(query, values or None).fetchall()

    def one(self, query, *values):
        """The only column of the only row."""
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value

    def execute(self, statement, *values):
        with psycopg.connect(self.cluster.url(self.database), autocommit=True) as connection:
            connection.execute(statement, values or None)

    def figures(self) -> dict:
        """Every indicator as the product counts it."""
        return json.loads(self.manage("figures", "TEST-2024", "--format", "json"))["figures"]

    def files(self) -> list[Path]:
        return sorted(path for path in self.media.rglob("*") if path.is_file())

    # The end

    def stop(self):
        """End every process at once, by its own number."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in filter(None, (self.web, self.worker)):
            process.wait(PATIENCE_SECONDS)
        self.web = self.worker = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def system_on(cluster, template, **kwargs):
    """A system on a fresh copy of that database, all gone afterwards."""
    database = f"city_{time.monotonic_ns()}"
    cluster.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
    # A copied sequence believes that its next values are in the log already, where only those of the original are: after a crash
    # it would give them out again. After a checkpoint it writes them.
    cluster.execute("CHECKPOINT")
    system = System(cluster, database, **kwargs)
    try:
        yield system
    finally:
        system.remove()
        with suppress(psycopg.Error):
            cluster.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
