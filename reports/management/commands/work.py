import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections
from django.utils import timezone

from entities.seals import seal_next
from reports.cells.refresh import refresh_all
from reports.jobs import sweep
from reports.models import Worker

BEAT_SECONDS = 15
PATIENCE_SECONDS = 10
SEALED_AT_ONCE = 5
LONGEST_PAUSE_SECONDS = 15


class Command(BaseCommand):
    help = (
        "Do the background jobs: keeps one worker running, begins it again when it dies, sweeps, seals the history, and "
        "keeps the figures."
    )

    def handle(self, **options):
        self.name, self.stopped = f"{socket.gethostname()}:{os.getpid()}", False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        worker, next_at, pause = None, 0.0, 1
        while not self.stopped:
            if worker is not None and worker.poll() is not None:
                self.stderr.write(f"The worker ended with {worker.returncode}: it is begun again.")
                worker, next_at = None, 0.0
            if time.monotonic() >= next_at:
                if self.tell():
                    worker = worker or self.begin()
                    self.keep_figures()
                    next_at, pause = time.monotonic() + BEAT_SECONDS, 1
                else:
                    # Nobody can work now: ask again, each time later, and begin no worker only to see it die.
                    next_at, pause = time.monotonic() + pause, min(2 * pause, LONGEST_PAUSE_SECONDS)
            time.sleep(1)
        self.end(worker)

    def begin(self):
        command = [sys.executable, sys.argv[0], "db_worker", "--no-startup-delay", "--no-reload", "--verbosity", "0"]
        # A session of its own: Ctrl-C reaches the worker through us, once.
        return subprocess.Popen(command, start_new_session=True)

    def tell(self) -> bool:
        """Say that somebody is here, and sweep; whether the database answered."""
        close_old_connections()
        try:
            Worker.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
            sweep()
            for _batch in range(SEALED_AT_ONCE):
                if not seal_next():
                    break
        except DatabaseTrouble as error:
            self.stderr.write(f"The database does not answer: {error}")
            return False
        return True

    def keep_figures(self):
        """Count again what was written since the last round; with nothing to do a query for each campaign."""
        try:
            refresh_all()
        except DatabaseTrouble as error:
            self.stderr.write(f"The figures were not counted: {error}")

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
        with suppress(DatabaseTrouble):
            Worker.objects.filter(name=self.name).delete()
