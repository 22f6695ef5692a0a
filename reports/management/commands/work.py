import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from entities.seals import seal_next
from reports.jobs import sweep
from reports.models import Worker

BEAT_SECONDS = 15
PATIENCE_SECONDS = 10
SEALED_AT_ONCE = 5


class Command(BaseCommand):
    help = (
        "Do the background jobs: keeps one worker running, begins it again when it dies, sweeps, and seals the history."
    )

    def handle(self, **options):
        self.name, self.stopped = f"{socket.gethostname()}:{os.getpid()}", False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        worker, told_at = None, 0.0
        while not self.stopped:
            if worker is None or worker.poll() is not None:
                if worker is not None:
                    self.stderr.write(f"The worker ended with {worker.returncode}: it is begun again.")
                worker = self.begin()
                told_at = 0.0
            if time.monotonic() - told_at >= BEAT_SECONDS or not told_at:
                told_at = time.monotonic()
                self.tell()
            time.sleep(1)
        self.end(worker)

    def begin(self):
        command = [sys.executable, sys.argv[0], "db_worker", "--no-startup-delay", "--no-reload", "--verbosity", "0"]
        # A session of its own: Ctrl-C reaches the worker through us, once.
        return subprocess.Popen(command, start_new_session=True)

    def tell(self):
        close_old_connections()
        try:
            Worker.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
            sweep()
            for _batch in range(SEALED_AT_ONCE):
                if not seal_next():
                    break
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer: {error}")

    def stop(self, number, frame):
        self.stopped = True

    def end(self, worker):
        # Once to finish what it does, again to give it back.
        for _again in range(2):
            if worker and worker.poll() is None:
                worker.terminate()
                try:
                    worker.wait(PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        if worker and worker.poll() is None:
            worker.kill()
        with suppress(DatabaseError):
            Worker.objects.filter(name=self.name).delete()
