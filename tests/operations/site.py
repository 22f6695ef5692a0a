"""A site started by hand with the files of deploy/: primary and standby, two web servers, two workers, nginx with TLS."""

import http.client
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.faults.system import children
from tests.operations.redis_server import SharedCacheServer
from tests.postgres import ACCOUNT, free_port, server_programs

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
HOST = "campaign.test"
PASSWORD = "a-long-demonstration-password"
TOKEN = "token-of-the-metrics"
PATIENCE_SECONDS = 60


def wait_for(true, what):
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, f"{what} did not come"
        time.sleep(0.2)


class Cluster:
    """A PostgreSQL primary and its hot standby, by streaming replication on the loopback."""

    def __init__(self, folder):
        self.folder, self.programs = folder / "postgres", server_programs()
        self.folder.mkdir()
        self.ports = {"primary": free_port(), "standby": free_port()}
        self.account = {}
        if os.getuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(self, program, *words):
        subprocess.run(
            [self.programs / program, *map(str, words)], check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
            **self.account,
        )  # fmt: skip

    def start(self, name):
        options = f"-p {self.ports[name]} -k {self.folder} -h 127.0.0.1 -c max_connections=200 -c hot_standby=on"
        # As deploy/postgres/standby.sh does: once promoted it waits for nobody.
        options += " -c hot_standby_feedback=on -c synchronous_standby_names=" if name == "standby" else ""
        log = self.folder / f"{name}.log"
        self.run("pg_ctl", "-D", self.folder / name, "-w", "-l", log, "-o", options, "start")

    def build(self):
        self.run("initdb", "-D", self.folder / "primary", "-U", ACCOUNT, "-A", "trust", "--locale=C.UTF-8", "--no-sync")
        self.start("primary")
        reach = ("-h", "127.0.0.1", "-p", self.ports["primary"], "-U", ACCOUNT)
        self.run("createdb", *reach, "campaign")
        followed = f"host=127.0.0.1 port={self.ports['primary']} user={ACCOUNT} application_name=standby"
        self.run("pg_basebackup", "-d", followed, "-D", self.folder / "standby", "-X", "stream", "-R", "-c", "fast", "-C",
                 "-S", "standby")  # fmt: skip
        self.start("standby")

    def acknowledge_only_what_both_have(self):
        """From here on a commit waits until it is on the disk of the standby, too (deploy/compose.yaml, `durable`)."""
        self.ask("primary", "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.ask("primary", "SELECT pg_reload_conf()")

    @property
    def url(self):
        """Both servers by name: the driver finds the one that writes."""
        primary, standby = self.ports.values()
        return (
            f"postgres://{ACCOUNT}@/campaign?host=127.0.0.1,127.0.0.1&port={primary},{standby}"
            "&target_session_attrs=read-write&connect_timeout=3"
        )

    def ask(self, name, statement):
        told = subprocess.run(
            [self.programs / "psql", "-h", "127.0.0.1", "-p", str(self.ports[name]), "-U", ACCOUNT, "-Atc", statement,
             "campaign"], check=True, capture_output=True, text=True, cwd=self.folder, **self.account,
        )  # fmt: skip
        return told.stdout.strip()

    def has_caught_up(self):
        written = self.ask("primary", "SELECT pg_current_wal_lsn()")
        return self.ask("standby", f"SELECT pg_last_wal_replay_lsn() >= '{written}'") == "t"

    @property
    def standby_url(self):
        return f"postgres://{ACCOUNT}@127.0.0.1:{self.ports['standby']}/campaign?connect_timeout=2"

    def stop_server(self, name):
        self.run("pg_ctl", "-D", self.folder / name, "-m", "immediate", "stop")

    def lose_the_primary(self):
        self.stop_server("primary")

    def promote(self):
        self.run("pg_ctl", "-D", self.folder / "standby", "-w", "promote")

    def stop(self):
        for name in self.ports:
            if (self.folder / name / "postmaster.pid").exists():
                self.stop_server(name)


DEMONSTRATION = [["manage.py", *words, "--verbosity", "0"] for words in (["migrate"], ["load_demo"])]


class Site:
    """Everything that deploy/ describes, on free ports of this machine; `filled` by programs that write into its database."""

    def __init__(self, filled=DEMONSTRATION, **environment):
        self.filled = filled
        self.folder = Path(tempfile.mkdtemp(prefix="site-"))
        self.folder.chmod(0o755)
        self.cluster, self.cache = Cluster(self.folder), SharedCacheServer()
        self.web_ports = [free_port(), free_port()]
        self.http, self.https = free_port(), free_port()
        self.processes = {}
        self.environment = os.environ | {
            "DATABASE_URL": self.cluster.url, "DATABASE_REPLICA_URL": self.cluster.standby_url,
            "DEMO_TODAY": "2025-01-20", "DEMO_PASSWORD": PASSWORD, "HTTPS": "1",
            "DEBUG": "0", "ENV_FILE": "", "ALLOWED_HOSTS": f"{HOST},127.0.0.1", "TRUSTED_PROXY": "1",
            "CACHE_URL": self.cache.url, "LOG_FORMAT": "json", "METRICS_TOKEN": TOKEN,
            "MEDIA_ROOT": str(self.folder / "media"), "STATIC_ROOT": str(self.folder / "static"),
            "DJANGO_SETTINGS_MODULE": "yongzhou_ebike.settings", "WEB_CONCURRENCY": "2",
        } | environment  # fmt: skip

    def build(self):
        self.cluster.build()
        self.cache.start()
        for words in (*self.filled, ["manage.py", "collectstatic", "--no-input", "--verbosity", "0"]):
            command = [sys.executable, *words]
            subprocess.run(command, check=True, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL)
        self.cluster.acknowledge_only_what_both_have()
        for port in self.web_ports:
            self.start_web(port)
        for number in (1, 2):
            self.start_worker(number)
        self.make_certificate()
        self.write_nginx_configuration()
        self.start("nginx", ["nginx", "-c", self.nginx, "-g", "daemon off;"])
        wait_for(lambda: self.answers("/readyz") == 200, "the site")

    def start(self, name, command, **environment):
        with self.log(name).open("a") as log:
            self.processes[name] = subprocess.Popen(
                list(map(str, command)), cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def start_web(self, port):
        gunicorn = Path(sys.executable).parent / "gunicorn"
        self.start(
            f"web-{port}", [gunicorn, "--config", DEPLOY / "gunicorn.conf.py"],
            BIND=f"127.0.0.1:{port}", PROMETHEUS_MULTIPROC_DIR=str(self.folder / f"metrics-{port}"),
        )  # fmt: skip

    def start_worker(self, number):
        self.start(f"worker-{number}", [sys.executable, ROOT / "manage.py", "work"])

    def kill(self, name):
        """The process and its children at once, as when a machine is lost."""
        process = self.processes.pop(name)
        # The supervisor of workers begins each in a group of its own.
        for pid in (process.pid, *children(process.pid)):
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL) if os.getpgid(pid) == pid else os.kill(pid, signal.SIGKILL)
        process.wait()

    def log(self, name):
        return self.folder / f"{name}.log"

    def make_certificate(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        form = serialization.PrivateFormat.PKCS8
        self.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))

    def write_nginx_configuration(self):
        run = self.folder / "nginx"
        run.mkdir(mode=0o755)
        values = {
            "SERVER_NAME": HOST, "TLS_CERTIFICATE": self.certificate, "TLS_KEY": self.key, "RUN_DIR": run,
            "UPSTREAMS": " ".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;" for port in self.web_ports),
            "HTTP_PORT": self.http, "HTTPS_PORT": self.https, "TRUSTED_PROXIES": "127.0.0.1",
        }  # fmt: skip
        self.nginx = run / "nginx.conf"
        filled = subprocess.run(
            ["envsubst", " ".join(f"${name}" for name in values)],
            input=(DEPLOY / "nginx.conf.template").read_text(), env={k: str(v) for k, v in values.items()} | {"PATH": os.environ["PATH"]},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        self.nginx.write_text(filled.stdout)

    def answers(self, path):
        """The status of a page, or None when nobody answers."""
        try:
            return Visitor(self).get(path).status
        except OSError:
            return None

    def metrics(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        lines = connection.getresponse().read().decode().splitlines()
        told = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _space, value in told}

    def stop(self):
        # Nothing of it is needed any more.
        for name in list(self.processes):
            self.kill(name)
        self.cluster.stop()
        self.cache.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Visitor:
    """A browser, as far as these tests need one: TLS, cookies, forms."""

    def __init__(self, site, address="127.0.0.1"):
        self.site, self.address, self.cookies = site, address, {}
        self.context = ssl.create_default_context(cafile=str(site.certificate))

    def ask(self, method, path, form=None, host=HOST, **headers):
        plain = socket.create_connection(("127.0.0.1", self.site.https), timeout=60, source_address=(self.address, 0))
        connection = http.client.HTTPSConnection(host)
        connection.sock = self.context.wrap_socket(plain, server_hostname=host)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | headers
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{host}{path}"}
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        answer.content = answer.read()
        answer.text = answer.content.decode(errors="replace")
        connection.close()
        for set_cookie in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(set_cookie).items():
                self.cookies[name] = morsel.value
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def sign_in(self, username="inspector"):
        page = self.get("/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        return self.ask("POST", "/login/", form)
