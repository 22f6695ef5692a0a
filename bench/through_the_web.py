"""A list handed in and a ledger taken out by HTTP, from a started server and worker: `python -m bench.through_the_web [ROWS]`.

The database is the one that DATABASE_URL names, which must be new, or an SQLite in a temporary folder.
"""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

from bench.imports import ENVIRONMENT, LIST
from tests.postgres import free_port

ROWS, PATIENCE_SECONDS = 10_000, 1200
PASSWORD = uuid.uuid4().hex


def measure(rows=ROWS) -> list[dict]:
    """Seconds from the click to the page that says it is done, and the peak of the worker's memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"} | os.environ | ENVIRONMENT
        environment |= {"MEDIA_ROOT": folder, "BENCH_PASSWORD": PASSWORD, "LOG_LEVEL": "ERROR", "DEMO_TODAY": ""}

        def run(*words):
            subprocess.run([sys.executable, *words], env=environment, check=True, stdout=subprocess.DEVNULL)

        run("manage.py", "migrate", "--verbosity", "0")
        run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        run("-m", "bench.imports", "prepare")
        run("-m", "bench.imports", "list", str(rows), "0", folder)
        run("-m", "bench.through_the_web", "password")
        port = free_port()
        server = [
            sys.executable,
            "-m",
            "gunicorn",
            "yongzhou_ebike.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--timeout",
            "300",
        ]
        started = [
            subprocess.Popen(words, env=environment) for words in (server, [sys.executable, "manage.py", "work"])
        ]
        try:
            return _measured(Visitor(f"http://127.0.0.1:{port}"), rows, Path(folder), worker=started[1].pid)
        finally:
            for one in started:
                one.terminate()
                one.wait(30)


def _measured(visitor, rows, folder, worker):
    visitor.sign_in()
    figures = []

    def timed(name, do):
        begun = time.monotonic()
        do()
        row = {
            "name": f"{name}, {rows:,} entities, through the web",
            "reference": "",
            "reference_value": None,
            "ratio": None,
        }
        figures.append(row | {"value": round(time.monotonic() - begun, 2), "unit": "s", "goal": None, "passes": True})

    where = []
    timed("list handed in and checked", lambda: where.append(visitor.hand_in(folder / LIST)))
    timed("list written", lambda: visitor.apply(where[0]))
    timed("ledger made and downloaded", lambda: visitor.export(folder / "taken.xlsx"))
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
    megabytes = int(peak[1]) / 1024
    figures.append({
        "name": f"peak of the worker's memory, {rows:,} entities", "reference": "limit", "reference_value": 400, "unit": "MB",
        "value": round(megabytes), "ratio": round(megabytes / 400, 2), "goal": 1, "passes": megabytes <= 400,
    })  # fmt: skip
    return figures


class Visitor:
    """An officer at a browser."""

    def __init__(self, root):
        self.root, self.jar = root, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path):
        """The address that was reached, and the page."""
        until = time.monotonic() + 300
        while True:
            try:
                with self.opener.open(self.root + path, timeout=300) as answer:
                    return urllib.parse.urlsplit(answer.url).path, answer.read()
            except (urllib.error.URLError, ConnectionError) as error:
                if isinstance(error, urllib.error.HTTPError) or time.monotonic() > until:
                    raise
                time.sleep(0.3)  # the server is not there yet

    def post(self, path, fields, file=None):
        token = next(cookie.value for cookie in self.jar if cookie.name.endswith("csrftoken"))
        edge, parts = uuid.uuid4().hex, []
        for name, value in (fields | {"csrfmiddlewaretoken": token}).items():
            parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        if file:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            parts += [f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), file.read_bytes(), b"\r\n"]
        asked = urllib.request.Request(
            self.root + path, b"".join([*parts, f"--{edge}--\r\n".encode()]),
            {"Content-Type": f"multipart/form-data; boundary={edge}", "Referer": self.root + path},
        )  # fmt: skip
        with self.opener.open(asked, timeout=300) as answer:
            return urllib.parse.urlsplit(answer.url).path, answer.read()

    def sign_in(self):
        self.get("/login/")
        self.post("/login/", {"username": "chief", "password": PASSWORD})

    def hand_in(self, file):
        """The address of the import, once it was checked."""
        path, page = self.get("/imports/")
        where, page = self.post("/imports/", {"kind": "entities"}, file)
        assert re.fullmatch(r"/imports/\d+/", where), page.decode()[-3000:]
        self.wait_for(lambda: f"{where}apply/".encode() in self.get(where)[1])
        return where

    def apply(self, where):
        self.post(f"{where}apply/", {})
        self.wait_for(lambda: f"{where}take-back/".encode() in self.get(where)[1])

    def export(self, path):
        where, page = self.post("/ledgers/entity/export/", {})
        assert re.fullmatch(r"/jobs/\d+/", where), page.decode()[-3000:]
        self.wait_for(lambda: f"{where}file/".encode() in self.get(where)[1])
        path.write_bytes(self.get(f"{where}file/")[1])

    def wait_for(self, seen):
        until = time.monotonic() + PATIENCE_SECONDS
        while not seen():
            assert time.monotonic() < until, "The job takes too long."
            time.sleep(0.5)


def _set_password():
    from entities.models import Officer

    chief = Officer.objects.get()
    chief.set_password(os.environ["BENCH_PASSWORD"])
    chief.save()


if __name__ == "__main__":
    words = sys.argv[1:]
    if words == ["password"]:
        import django

        django.setup()
        _set_password()
    else:
        for told in measure(int(words[0]) if words else ROWS):
            print(json.dumps(told, ensure_ascii=False))
