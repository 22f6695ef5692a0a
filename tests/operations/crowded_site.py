"""The deployed site with the small city in it, and officers who come to it over TLS, each from an address of their own."""

import itertools
import json
import ssl
import subprocess
import sys
import threading
from contextlib import suppress

import httpx
import psycopg
from psycopg.rows import dict_row

from tests.faults.client import Client
from tests.operations.site import HOST, ROOT, Site, wait_for

CITY = [["-m", "tests.faults.prepare"]]


class OverLoopback(httpx.HTTPTransport):
    """The site by its name, found on this machine."""

    def __init__(self, site, address):
        context = ssl.create_default_context(cafile=str(site.certificate))
        fresh = httpx.Limits(max_keepalive_connections=0)
        super().__init__(verify=context, local_address=address, limits=fresh)
        self.port = site.https

    def handle_request(self, request):
        # Another request: cookies belong to the name that the first one keeps.
        found = httpx.Request(
            request.method, request.url.copy_with(host="127.0.0.1", port=self.port), headers=request.headers,
            stream=request.stream, extensions=request.extensions | {"sni_hostname": HOST},
        )  # fmt: skip
        return super().handle_request(found)


class CrowdedSite(Site):
    """A site whose database can be asked past the product, wherever it is just now."""

    address = f"https://{HOST}"

    def __init__(self):
        super().__init__(
            filled=CITY, DJANGO_SETTINGS_MODULE="tests.faults.settings", DEMO_TODAY="2024-09-02", PYTHONPATH=str(ROOT)
        )
        self.addresses = (f"127.0.1.{number}" for number in itertools.count(1))

    def client(self, username) -> Client:
        """Somebody at the other end, not signed in yet; from an address that has its own share of what nginx lets through."""
        return Client(self.address, username, transport=OverLoopback(self, next(self.addresses)))

    def rows(self, query, *values) -> list[dict]:
        told = self.cluster.url.replace("postgres://", "postgresql://")
        with psycopg.connect(told, row_factory=dict_row) as connection:
            return connection.execute(query, values or None).fetchall()

    def one(self, query, *values):
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value

    def manage(self, *words) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)], env=self.environment, cwd=ROOT, capture_output=True,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def figures(self) -> dict:
        """Every indicator as the product counts it."""
        return json.loads(self.manage("figures", "TEST-2024", "--format", "json"))["figures"]

    def read_at_standby(self) -> float:
        """How many statements both web servers have sent to the standby."""
        name = 'django_db_execute_total{alias="standby",vendor="postgresql"}'
        return sum(self.metrics(port).get(name, 0) for port in self.web_ports)

    def ready(self):
        wait_for(lambda: all(self.is_ready(port) for port in self.web_ports), "both web servers")

    def is_ready(self, port) -> bool:
        with suppress(OSError, httpx.HTTPError):
            headers = {"X-Forwarded-Proto": "https"}
            return httpx.get(f"http://127.0.0.1:{port}/readyz", headers=headers, timeout=10).status_code == 200
        return False


class Readers:
    """Some who look at figures and lists all the time; `seen` holds each answer with what went on just then."""

    PAGES = ("/dashboard/", "/ledgers/inspection/", "/ledgers/hazard/", "/")

    def __init__(self, site, *, people=2):
        self.clients = [site.client("manager").sign_in() for _number in range(people)]
        self.now, self.seen, self._over = "calm", [], threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(client,), daemon=True) for client in self.clients]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        for thread in self._threads:
            thread.join(60)
        for client in self.clients:
            client.http.close()

    def _read(self, client):
        for page in itertools.cycle(self.PAGES):
            if self._over.wait(0.1):
                return
            began = self.now
            try:
                said = client.get(page).status_code
            except httpx.HTTPError as error:
                said = type(error).__name__
            # An answer belongs to both what went on when it was asked for and when it came.
            self.seen.append((began, self.now, page, said))

    def trouble(self, *, but=()):
        """The answers other than 200, without those that began or ended in such times."""
        return [one for one in self.seen if one[3] != 200 and not {one[0], one[1]} & set(but)]
