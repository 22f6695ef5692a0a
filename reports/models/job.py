"""Work that takes longer than a page: who asked for it, how far it is, and the file it leaves."""

import hashlib
import json
import uuid
from pathlib import PurePath

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entities.models import Officer
from entities.page_address import page_address
from entities.roles import Role
from entities.scope import ScopedQuerySet, ScopePaths
from entities.today import today
from inspections.models import Campaign

KINDS_OF_END = ("done", "failed", "cancelled")


def stored_name(job, original):
    """A name that tells nothing and can't be guessed; only the extension is kept."""
    return f"jobs/{uuid.uuid4().hex}{PurePath(original).suffix.lower()[:10]}"


class JobStatus(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("finished")
    FAILED = "failed", _("has failed")
    CANCELLED = "cancelled", _("stopped")


class JobQuerySet(ScopedQuerySet):
    def visible_to(self, officer, *, on=None):
        """One's own jobs; an administrator sees that those of the officers in scope run."""
        seen = super().visible_to(officer, on=on)
        return seen if officer.is_superuser or officer.role == Role.ADMINISTRATOR else seen.filter(by=officer)

    def open(self):
        """Waiting or running."""
        return self.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING])


class Job(models.Model):
    """A piece of background work (后台任务); moved only by conditional updates that name its status and its task."""

    kind = models.CharField(_("kind"), max_length=40)
    label = models.CharField(_("name"), max_length=200)
    by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("started by"), related_name="jobs")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="+", null=True, blank=True
    )
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=10)
    rights = models.CharField(_("rights at the start"), max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=JobStatus, default=JobStatus.QUEUED, editable=False)
    task_id = models.CharField(_("number of the task"), max_length=36, blank=True, editable=False)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0, editable=False)
    done = models.PositiveBigIntegerField(_("done so far"), default=0, editable=False)
    total = models.PositiveBigIntegerField(_("of"), default=0, editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now, editable=False)
    message = models.TextField(_("message"), blank=True, editable=False)
    result = models.FileField(_("file"), upload_to=stored_name, max_length=200, blank=True, editable=False)
    result_name = models.CharField(_("name of the file"), max_length=200, blank=True, editable=False)
    result_sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    result_size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    created_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True, editable=False)

    objects = JobQuerySet.as_manager()
    scope = ScopePaths(regions=("by__unit__region__code",), people=("by",))

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["status", "heartbeat_at"], name="job_by_sign_of_life")]
        constraints = [
            models.CheckConstraint(
                name="job_ended_at_some_time",
                condition=Q(status__in=KINDS_OF_END, finished_at__isnull=False)
                | Q(~Q(status__in=KINDS_OF_END), finished_at__isnull=True),
                violation_error_message=_("A job that has ended says when, and an open one does not."),
            ),
            models.CheckConstraint(
                name="job_done_within_total",
                condition=Q(done__lte=F("total")),
                violation_error_message=_("More is done than there is to do."),
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return page_address("job", self.pk)

    @property
    def is_open(self) -> bool:
        return self.status in (JobStatus.QUEUED, JobStatus.RUNNING)

    @property
    def may_be_retried(self) -> bool:
        return self.status in (JobStatus.FAILED, JobStatus.CANCELLED)

    @property
    def has_file(self) -> bool:
        """Whether the finished job's file can still be downloaded."""
        return self.status == JobStatus.DONE and bool(self.result) and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.status == JobStatus.DONE and self.expires_at is not None and self.expires_at <= timezone.now()

    def move(self, *sources, **changes) -> bool:
        """Change the row if it still has one of those statuses and the same task; whoever comes late changes nothing."""
        here = Job.objects.filter(pk=self.pk, status__in=sources, task_id=self.task_id)
        if not here.update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True

    def end(self, status, *sources, **changes) -> bool:
        """Move to an end; what was written without the job being done is thrown away."""
        changes |= {"status": status, "finished_at": timezone.now()}
        return (
            self.move(*sources, **changes) if status == JobStatus.DONE else self.move_without_file(*sources, **changes)
        )

    def move_without_file(self, *sources, **changes) -> bool:
        """Move, and delete the file that the job had."""
        name = self.result.name
        moved = self.move(*sources, **changes, result="")
        if moved and name:
            self._meta.get_field("result").storage.delete(name)
        return moved

    def cancel(self) -> bool:
        """Stop it: a waiting job never begins, a running one notices at its next step."""
        return self.end(JobStatus.CANCELLED, JobStatus.QUEUED, JobStatus.RUNNING)

    def expire(self) -> bool:
        """Delete the file of a finished job; the row stays."""
        return self.move_without_file(JobStatus.DONE)


class Worker(models.Model):
    """A process that does background jobs, and when it was last seen (后台进程)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["name"]

    def __str__(self):
        return self.name


def rights_of(officer) -> str:
    """A fingerprint of all that the officer may do and see; it changes when a right or a grant does."""
    fresh = Officer.objects.get(pk=officer.pk)
    grants = [(grant.region_id, grant.department_id, grant.operation_key) for grant in fresh.grants_in_force(today())]
    told = [
        fresh.is_active,
        fresh.is_superuser,
        fresh.unit_id,
        sorted(fresh.get_all_permissions()),
        sorted(map(str, grants)),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
