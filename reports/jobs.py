"""Background jobs: what can be done in the background, how it is started, told, ended, and found again after a crash."""

import hashlib
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from entities.log_context import belongs_to, job_number
from entities.sessions import SessionStore
from entities.trace import Way, coming_by
from inspections.uploads.storing import storing
from reports.models.api_answer import ApiAnswer
from reports.models.job import Job, JobStatus, Worker, rights_of, stored_name

logger = logging.getLogger(__name__)

ATTEMPTS = 2
BEAT_SECONDS = 1
LISTEN_SECONDS = 3 * BEAT_SECONDS
WORKER_SEEN_SECONDS = 60
TASK_ROW_DAYS = 7
WORKER_DIED = _("The worker died while it did this: nothing of it was kept. Start it again.")
RIGHTS_CHANGED = _("Your rights or your scope have changed since this was started: start it anew.")
UNFORESEEN = _(
    "Something unforeseen stopped this: nothing of it was kept. Try again, or tell the administrator its number."
)


class Cancelled(Exception):
    """The job was cancelled, or given to another worker: stop and leave nothing."""


@dataclass(frozen=True)
class Work:
    """A kind of background work: its name, the right it takes, and the function that does it.

    `repeatable` work may be begun again by itself after its worker died.
    """

    name: str
    label: str | Promise
    right: str
    run: Callable[["Progress"], None]
    repeatable: bool = True


WORKS: dict[str, Work] = {}


def declare_work(work):
    """Make a kind of work known; called once for each, when the application is ready."""
    WORKS[work.name] = work


def start(name, *, by, campaign, parameters, label="") -> Job:
    """Queue a job; a worker takes it once the surrounding transaction is committed."""
    work = WORKS[name]
    with transaction.atomic():
        job = Job.objects.create(
            kind=name, label=str(label or work.label)[:200], by=by, campaign=campaign, parameters=parameters,
            language=translation.get_language(), rights=rights_of(by),
        )  # fmt: skip
        _queue(job, JobStatus.QUEUED)
    return job


def retry(job) -> bool:
    """Begin a failed or cancelled job anew, under the rights that its officer has now."""
    return _queue(
        job, JobStatus.FAILED, JobStatus.CANCELLED, rights=rights_of(job.by), attempt=0, finished_at=None, message=""
    )


@transaction.atomic
def _queue(job, *sources, **changes) -> bool:
    # The task's row is written in the same transaction: there is never the one without the other.
    number = str(run_job.enqueue(job.pk).id)
    now = timezone.now()
    queued = job.move_without_file(
        *sources, status=JobStatus.QUEUED, task_id=number, done=0, total=0, heartbeat_at=now, **changes
    )
    if not queued:
        DBTaskResult.objects.filter(pk=number).delete()
    return queued


@task(takes_context=True)
def run_job(context, pk):
    """What the worker calls."""
    perform(pk, str(context.task_result.id), pulse=True)


def perform(pk, task_id, *, pulse=False):
    """Do the job if it still waits for that very task; whatever happens, it ends as one of its statuses.

    With `pulse` a thread gives the signs of life through a connection of its own, so that they are seen during a long transaction.
    """
    job = Job.objects.select_related("by__unit", "campaign").filter(pk=pk, task_id=task_id).first()
    if job is None or not job.move(
        JobStatus.QUEUED, status=JobStatus.RUNNING, attempt=job.attempt + 1, heartbeat_at=timezone.now()
    ):
        return
    way = Way.IMPORT if job.kind.startswith("import") else Way.JOB
    with (
        coming_by(way),
        belongs_to(job_number, job.pk),
        translation.override(job.language),
        Progress(job, pulse=pulse) as progress,
    ):
        logger.info("Job %s begins: %s, attempt %s.", job.pk, job.kind, job.attempt)
        _run(job, progress)
        logger.info("Job %s ends: %s.", job.pk, job.status)


def _run(job, progress):
    work = WORKS.get(job.kind)
    try:
        if work is None or not job.by.is_active or not job.by.has_perm(work.right) or rights_of(job.by) != job.rights:
            raise ValidationError(RIGHTS_CHANGED)
        work.run(progress)
        progress.finish()
    except Cancelled:
        logger.info("Job %s stops: it was cancelled or given to another worker.", job.pk)
    except ValidationError as error:
        job.end(JobStatus.FAILED, JobStatus.RUNNING, message="\n".join(map(str, error.messages)))
    except Exception as error:
        logger.exception("Job %s failed.", job.pk)
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            # The database went away under it: that is no fault of the work. When it is still away this raises, the worker ends,
            # and the sweeper finds the job.
            connection.close()
            _lost(job)
            return
        job.end(JobStatus.FAILED, JobStatus.RUNNING, message=str(UNFORESEEN))
    except BaseException:
        # The process is told to stop: the job is begun again or fails now instead of waiting for the sweeper.
        _lost(job)
        raise
    finally:
        progress.clear()


class Progress:
    """What running work is given: its job, its officer, its parameters, and the ways to tell how far it is."""

    def __init__(self, job, *, pulse=False):
        self.job, self.officer, self.parameters = job, job.by, job.parameters
        self.done = self.total = 0
        self._file, self._name, self._folder = {}, "", _scratch(job)
        self._pulse = threading.Thread(target=self._beat_on, daemon=True) if pulse else None
        self._over, self._lost = threading.Event(), threading.Event()

    def __enter__(self):
        if self._pulse:
            self._pulse.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        if self._pulse:
            self._pulse.join()

    def at(self, done, total):
        """Say how far it is. Raises Cancelled when the job was cancelled or is no longer this worker's."""
        self.done, self.total = min(done, total), total
        if self._lost.is_set() or not (self._pulse or self._beat()):
            raise Cancelled

    def confirm(self):
        """The last step inside a transaction that writes: from here on nobody else ends the job before the commit.

        Raises Cancelled, so that everything is rolled back, when the job is no longer this worker's.
        """
        self.done = self.total
        if not self._beat():
            raise Cancelled

    @contextmanager
    def write(self, filename):
        """A path to write to; when all went well the file becomes the job's download, under that name."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"result{Path(filename).suffix}"
        yield path
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            field = Job._meta.get_field("result")
            name = stored_name(self.job, filename)
            # The row names the file before it is there: whoever ends the job instead deletes it.
            if not self.job.move(JobStatus.RUNNING, result=name):
                raise Cancelled
            with storing():
                field.storage.save(name, File(content))
        self._file = {"result_name": filename[-200:], "result_sha256": digest, "result_size": path.stat().st_size}
        self._name = name

    def finish(self):
        """The job is done, if it is still this worker's; else its file goes."""
        until = timezone.now() + timedelta(days=settings.JOB_RESULT_DAYS)
        numbers = {"done": self.total, "total": self.total}
        if self._file:
            numbers |= self._file | {"expires_at": until}
        if not self.job.end(JobStatus.DONE, JobStatus.RUNNING, **numbers) and self._file:
            Job._meta.get_field("result").storage.delete(self._name)

    def clear(self):
        """Delete what was written on the way."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _beat(self) -> bool:
        return self.job.move(JobStatus.RUNNING, done=self.done, total=self.total, heartbeat_at=timezone.now())

    def _beat_on(self):
        try:
            while not self._over.wait(BEAT_SECONDS):
                try:
                    if not self._beat():
                        self._lost.set()
                        return
                except DatabaseTrouble:
                    # The database is away, or another writer holds it longer than we wait: the next beat tells it.
                    connection.close()
        finally:
            connection.close()


def _scratch(job) -> Path:
    return Path(tempfile.gettempdir()) / f"job-{job.pk}-{job.task_id}"


def sweep():
    """Find the jobs that nobody does any more, throw away files whose time is over, and forget old workers, tasks, answers and sessions."""
    for job in _silent():
        _lost(job)
    now = timezone.now()
    for job in Job.objects.filter(_no_sign_of_life(now), status=JobStatus.QUEUED):
        # A worker took the task and died before it took the job.
        if not DBTaskResult.objects.ready().filter(pk=job.task_id or None).exists():
            _queue(job, JobStatus.QUEUED)
    for job in Job.objects.filter(status=JobStatus.DONE, expires_at__lte=now).exclude(result=""):
        job.expire()
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    old = now - timedelta(days=TASK_ROW_DAYS)
    DBTaskResult.objects.exclude(status="READY").filter(enqueued_at__lt=old).delete()
    ApiAnswer.objects.outdated().delete()
    SessionStore.clear_expired()


def _no_sign_of_life(now) -> Q:
    """Told too long ago; or in the future, by a clock that was put back since."""
    patience = timedelta(seconds=settings.JOB_STALE_SECONDS)
    return Q(heartbeat_at__lt=now - patience) | Q(heartbeat_at__gt=now + patience)


def _silent() -> list[Job]:
    """The running jobs that nobody does any more.

    Those that seem so are listened to for some beats: when the clock was put on, or the database was away, a job
    that lives has not had its turn yet.
    """
    running = Job.objects.filter(status=JobStatus.RUNNING)
    told = dict(running.filter(_no_sign_of_life(timezone.now())).values_list("pk", "heartbeat_at"))
    if told:
        time.sleep(LISTEN_SECONDS)
    return [job for job in running.filter(pk__in=told) if job.heartbeat_at == told[job.pk]]


def _lost(job):
    work = WORKS.get(job.kind)
    shutil.rmtree(_scratch(job), ignore_errors=True)
    if work is not None and work.repeatable and job.attempt < ATTEMPTS:
        _queue(job, JobStatus.RUNNING)
        return
    with translation.override(job.language):
        job.end(JobStatus.FAILED, JobStatus.RUNNING, message=gettext(WORKER_DIED))


def is_anybody_working() -> bool:
    """Whether a worker was seen in the last minute."""
    now, patience = timezone.now(), timedelta(seconds=WORKER_SEEN_SECONDS)
    return Worker.objects.filter(seen_at__range=(now - patience, now + patience)).exists()
