"""The product as deploy/gunicorn.conf.py serves it, on a PostgreSQL and a Redis of its own, with what the measurements need in it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.faults.system import Cluster, children
from tests.operations.redis_server import SharedCacheServer
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a-long-demonstration-password"
PATIENCE_SECONDS = 600
TICKS = os.sysconf("SC_CLK_TCK")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Server:
    """A started gunicorn, and what it runs on; all of it ends with `started`."""

    def __init__(self, folder, cluster, cache, **environment):
        self.folder, self.cluster, self.port = folder, cluster, free_port()
        self.environment = os.environ | {
            "ENV_FILE": "", "SECRET_KEY": "only for measuring: 0123456789abcdefghijklmnopqrstuvwxyz", "DEBUG": "0", "HTTPS": "0",
            "DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_URL": cluster.url("bench"), "CACHE_URL": cache.url,
            "DEMO_TODAY": "2025-01-20", "DEMO_PASSWORD": PASSWORD, "MEDIA_ROOT": str(folder / "media"),
            "STATIC_ROOT": str(folder / "static"), "API_RATE": "1000000/min", "LOG_LEVEL": "WARNING",
            "BIND": f"127.0.0.1:{self.port}", "PYTHONPATH": str(ROOT),
        } | environment  # fmt: skip

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words):
        subprocess.run(
            [sys.executable, "manage.py", *words, "--verbosity", "0"], env=self.environment, cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def serve(self):
        # A worker is replaced after ten thousand answers. The bare view gives as many within seconds, and the page that is measured
        # next would be asked of processes that are only starting.
        lasting = ["--max-requests", "0"]
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", *lasting, "bench.wsgi"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(gunicorn, env=self.environment, cwd=ROOT, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/healthz", timeout=10).status_code == 200:
                    return
            assert self.process.poll() is None and time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            for pid in (*children(self.process.pid), self.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            self.process.wait()

    def sign_in(self, username) -> httpx.Client:
        """A browser that is signed in, and keeps its connection."""
        browser = httpx.Client(base_url=self.address, timeout=120, headers={"Accept-Encoding": "gzip"})
        form = {"username": username, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = TOKEN.search(browser.get("/login/").text)[1]
        assert browser.post("/login/", data=form).status_code == 302
        browser.headers["X-CSRFToken"] = browser.cookies["csrftoken"]
        return browser

    def spent(self) -> tuple[float, float]:
        """Seconds of processor that the application and the database have used up to now."""
        application = children(self.process.pid)
        return sum(map(_spent, application)), sum(
            map(_spent, [self.cluster.process.pid, *children(self.cluster.process.pid)])
        )


def _spent(pid) -> float:
    """Of the process and of those of its children that have ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, told[11:15])) / TICKS
    return 0.0


@contextmanager
def started(*, scale="", **environment):
    """A server with the demonstration campaign; with `scale` what `manage.py load_scale` of that name writes as well."""
    folder, cluster, cache = Path(tempfile.mkdtemp(prefix="bench-")), Cluster(), SharedCacheServer()
    server = None
    try:
        cache.start()
        cluster.execute("CREATE DATABASE bench")
        server = Server(folder, cluster, cache, **environment)
        server.manage("migrate")
        server.manage("load_demo")
        if scale:
            server.manage("load_scale", scale)
        server.manage("collectstatic", "--no-input")
        cluster.execute("ANALYZE", "bench")
        server.serve()
        yield server
    finally:
        if server is not None and hasattr(server, "process"):
            server.stop()
        cache.stop()
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
