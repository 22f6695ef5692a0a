"""How gunicorn serves the application; what differs from site to site comes from the environment (deploy/env.example)."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# gunicorn reads this file before it goes to `chdir`: only now is our own package found.
from yongzhou_ebike.logs import logging_for  # noqa: E402
from yongzhou_ebike.metrics_files import fold  # noqa: E402

METRICS = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")

wsgi_app = "yongzhou_ebike.wsgi"
chdir = str(ROOT)
bind = os.environ.get("BIND", "127.0.0.1:8000")
# One for each core that this process may use, and one: while one waits for the database another computes, and more of them
# only wait for each other (docs/scale.md). Nine at most, since each holds up to four connections of PostgreSQL, and four of
# its standby.
workers = int(os.environ.get("WEB_CONCURRENCY", min(len(os.sched_getaffinity(0)) + 1, 9)))
worker_class = "gthread"
threads = 4
# A ledger that is exported at once takes seconds; what takes longer is a background job.
timeout = 60
# systemd and the container engine wait longer than that before they kill.
graceful_timeout = 30
# Longer than nginx keeps its own, so that it never sends into a connection that is being closed.
keepalive = 75
# A worker that has leaked a little is replaced; not all at the same moment.
max_requests = 10_000
max_requests_jitter = 1_000
# Its heartbeat file in memory: a slow disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm"
# Only these say by headers whether the visitor came over TLS.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# The access line is the application's: without path, query and address (yongzhou_ebike/request_log.py).
accesslog = None
logconfig_dict = logging_for(os.environ.get("LOG_FORMAT", "json"), os.environ.get("LOG_LEVEL", "INFO").upper())


def on_starting(server):
    """Metrics of the processes of before are forgotten."""
    if METRICS:
        folder = Path(METRICS)
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.db"):
            file.unlink()


def child_exit(server, worker):
    """What a worker that is gone has counted stays in the sums; its files do not."""
    if METRICS:
        fold(METRICS, worker.pid)
